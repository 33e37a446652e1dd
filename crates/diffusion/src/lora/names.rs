//! Keys of LoRA files, in the dialects that are in use.

use linocut_nn::weights::Cut;

use crate::names::{BLOCKS, FLUX, LINES, Style};

/// The part of a model that a module belongs to.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Component {
    /// The denoiser.
    Denoiser,
    /// The first text encoder.
    TextEncoder,
    /// The second text encoder.
    TextEncoder2,
}

/// What a tensor of a LoRA is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Part {
    Up,
    Down,
    Alpha,
    /// Lengths of the merged weight's rows or columns, as `DoRA` learns them.
    Magnitude,
}

/// Beginnings of keys; of two that fit the longer stands first.
const PREFIXES: [(&str, Component); 15] = [
    ("lora_unet_", Component::Denoiser),
    ("lora_te1_", Component::TextEncoder),
    ("lora_te2_", Component::TextEncoder2),
    ("lora_te_", Component::TextEncoder),
    ("base_model.model.unet.", Component::Denoiser),
    ("base_model.model.text_encoder_2.", Component::TextEncoder2),
    ("base_model.model.text_encoder.", Component::TextEncoder),
    ("base_model.model.", Component::Denoiser),
    ("unet.", Component::Denoiser),
    ("transformer.", Component::Denoiser),
    ("lora_transformer_", Component::Denoiser),
    ("diffusion_model.", Component::Denoiser),
    ("text_encoder_2.", Component::TextEncoder2),
    ("text_encoder.", Component::TextEncoder),
    ("", Component::Denoiser),
];

/// Endings of keys.
const SUFFIXES: [(&str, Part); 8] = [
    (".lora_up.weight", Part::Up),
    (".lora_down.weight", Part::Down),
    ("_lora.up.weight", Part::Up),
    ("_lora.down.weight", Part::Down),
    (".lora_linear_layer.up.weight", Part::Up),
    (".lora_linear_layer.down.weight", Part::Down),
    (".lora.up.weight", Part::Up),
    (".lora.down.weight", Part::Down),
];

/// Component, name of the module with underlines for dots, and part; nothing for a key that is in no dialect.
pub(super) fn parse(key: &str) -> Option<(Component, String, Part)> {
    let alpha = key.strip_suffix(".alpha").map(|name| (name, Part::Alpha));
    let ending = |(suffix, part): &(&'static str, Part)| key.strip_suffix(suffix).map(|name| (name, *part));
    let (name, part) =
        alpha.or_else(|| SUFFIXES.iter().find_map(ending)).or_else(|| peft(key)).or_else(|| magnitude(key))?;
    let (name, component) =
        PREFIXES.iter().find_map(|(prefix, component)| Some((name.strip_prefix(prefix)?, *component)))?;
    Some((component, module_of(name), part))
}

/// Module and part of a key of peft, which may name the adapter: `MODULE.lora_A.weight`, `MODULE.lora_A.ADAPTER.weight`.
fn peft(key: &str) -> Option<(&str, Part)> {
    let key = key.strip_suffix(".weight")?;
    let halves = [(".lora_B", Part::Up), (".lora_A", Part::Down)];
    halves.into_iter().find_map(|(half, part)| {
        let (module, adapter) = key.rsplit_once(half)?;
        let is_named = adapter.strip_prefix('.').is_some_and(|name| !name.is_empty() && !name.contains('.'));
        (adapter.is_empty() || is_named).then_some((module, part))
    })
}

/// Module of a key of `DoRA`: `MODULE.dora_scale`, or as peft writes it, which may name the adapter:
/// `MODULE.lora_magnitude_vector.ADAPTER.weight`.
fn magnitude(key: &str) -> Option<(&str, Part)> {
    if let Some(module) = key.strip_suffix(".dora_scale") {
        return Some((module, Part::Magnitude));
    }
    let (module, adapter) = key.rsplit_once(".lora_magnitude_vector")?;
    let adapter = adapter.strip_suffix(".weight").unwrap_or(adapter);
    let is_named = adapter.strip_prefix('.').is_some_and(|name| !name.is_empty() && !name.contains('.'));
    (adapter.is_empty() || is_named).then_some((module, Part::Magnitude))
}

/// What a module multiplies by, in the names of files.
const WEIGHT: &str = ".weight";

/// How names of modules are written.
const MODULES: Style = Style { dot: '_', blocks: BLOCKS };

/// A module's name as LoRA files of every dialect are brought to: underlines, no wrappers, blocks as diffusers counts them.
pub(super) fn module_of(name: &str) -> String {
    let plain = name.replace(".processor", "").replace('.', "_");
    let ended = match plain.strip_suffix("_to_out") {
        Some(before) => format!("{before}_to_out_0"),
        None => plain,
    };
    MODULES.to_diffusers(&ended).unwrap_or(ended)
}

/// The modules of diffusers that one of a LoRA changes: itself, or those that the original code of FLUX.1 has in one piece, with what each is
/// of it.
pub(super) fn changed(module: String) -> Vec<(String, Cut)> {
    let own = |(name, cut): (String, Cut)| (name.trim_end_matches(WEIGHT).replace('.', "_"), cut);
    match FLUX.found(&format!("{module}{WEIGHT}"), 0, LINES) {
        Some(found) => found.into_iter().map(own).collect(),
        None => vec![(module, Cut::Whole)],
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_dialect_names_the_same_module() {
        let module = "down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q";
        for key in [
            "lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn1_to_q.lora_down.weight",
            "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.weight",
            "base_model.model.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.default.weight",
            "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.to_q.lora_A.default_0.weight",
            "diffusion_model.input_blocks.4.1.transformer_blocks.0.attn1.to_q.lora_A.weight",
            "unet.down_blocks.1.attentions.0.transformer_blocks.0.attn1.processor.to_q_lora.down.weight",
            "lora_unet_input_blocks_4_1_transformer_blocks_0_attn1_to_q.lora_down.weight",
        ] {
            assert_eq!(parse(key), Some((Component::Denoiser, module.to_owned(), Part::Down)), "{key}");
        }
    }

    #[test]
    fn dialects_of_transformers_name_the_same_modules() {
        for key in [
            "transformer.single_transformer_blocks.3.attn.to_k.lora_A.weight",
            "lora_transformer_single_transformer_blocks_3_attn_to_k.lora_down.weight",
            "lora_unet_single_blocks_3_linear1.lora_down.weight",
            "diffusion_model.single_blocks.3.linear1.lora_A.weight",
            "single_blocks.3.linear1.lora_A.weight",
        ] {
            let (component, module, part) = parse(key).unwrap();
            assert_eq!((component, part), (Component::Denoiser, Part::Down), "{key}");
            let changed: Vec<String> = changed(module).into_iter().map(|(module, _)| module).collect();
            assert!(changed.contains(&"single_transformer_blocks_3_attn_to_k".to_owned()), "{key}: {changed:?}");
        }
    }

    #[test]
    fn magnitudes_are_found_in_both_dialects() {
        for key in [
            "lora_unet_mid_block_resnets_0_conv1.dora_scale",
            "unet.mid_block.resnets.0.conv1.lora_magnitude_vector",
            "unet.mid_block.resnets.0.conv1.lora_magnitude_vector.weight",
            "base_model.model.mid_block.resnets.0.conv1.lora_magnitude_vector.default.weight",
        ] {
            let module = "mid_block_resnets_0_conv1".to_owned();
            assert_eq!(parse(key), Some((Component::Denoiser, module, Part::Magnitude)), "{key}");
        }
    }

    #[test]
    fn encoders_are_told_apart() {
        let of = |key: &str| parse(key).unwrap().0;
        assert_eq!(of("lora_te1_text_model_encoder_layers_0_mlp_fc1.alpha"), Component::TextEncoder);
        assert_eq!(of("lora_te2_text_model_encoder_layers_0_mlp_fc1.alpha"), Component::TextEncoder2);
        assert_eq!(of("text_encoder_2.text_model.x.lora_linear_layer.up.weight"), Component::TextEncoder2);
    }

    #[test]
    fn other_keys_are_none() {
        assert_eq!(parse("lora_unet_conv_in.hada_w1_a"), None);
        assert_eq!(parse("unet.conv_in.lora_magnitude_vector.x.y.weight"), None);
        assert_eq!(parse("down_blocks.0.weight"), None);
        assert_eq!(parse("unet.conv_in.lora_A.x.y.weight"), None);
        assert_eq!(parse("unet.conv_in.lora_A.bias"), None);
    }
}
