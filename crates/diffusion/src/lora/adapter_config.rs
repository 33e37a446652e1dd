//! What diffusers and peft say about a LoRA in the metadata of its file.

use std::collections::BTreeMap;

use serde_json::Value;

use super::names::{Component, module_of};

/// Key of the metadata, a JSON object (diffusers' `LORA_ADAPTER_METADATA_KEY`).
pub(super) const KEY: &str = "lora_adapter_metadata";

/// `alpha` of the modules of each component.
#[derive(Clone, Debug, Default)]
pub(super) struct AdapterConfig {
    components: BTreeMap<Component, Alphas>,
}

#[derive(Clone, Debug, Default)]
struct Alphas {
    alpha: Option<f64>,
    /// For modules whose name ends in the first.
    exceptions: Vec<(String, f64)>,
    /// Whether the change is divided by the root of the rank in place of the rank (`use_rslora`).
    by_root: bool,
}

impl AdapterConfig {
    /// Reads the object, or says what is wrong with it.
    pub(super) fn parse(json: &str) -> Result<Self, String> {
        let object: BTreeMap<String, Value> = serde_json::from_str(json).map_err(|error| error.to_string())?;
        let mut config = Self::default();
        for (key, value) in object {
            let (component, name) = component_of(&key);
            let alphas = config.components.entry(component).or_default();
            match (name, value) {
                ("lora_alpha", Value::Null) => {}
                ("lora_alpha", value) => alphas.alpha = Some(number(&key, &value)?),
                ("alpha_pattern", Value::Object(pattern)) => {
                    let exception = |(module, value): (String, Value)| Ok((module_of(&module), number(&key, &value)?));
                    alphas.exceptions = pattern.into_iter().map(exception).collect::<Result<_, String>>()?;
                }
                ("use_rslora", Value::Bool(by_root)) => alphas.by_root = by_root,
                _ => {}
            }
        }
        Ok(config)
    }

    /// By what a change of this rank is multiplied; 1 where the metadata says nothing of it.
    pub(super) fn factor(&self, component: Component, module: &str, rank: f64) -> f64 {
        let Some(alphas) = self.components.get(&component) else { return 1.0 };
        let ends =
            |name: &str| module.strip_suffix(name).is_some_and(|before| before.is_empty() || before.ends_with('_'));
        let exception = alphas.exceptions.iter().find(|(name, _)| ends(name)).map(|(_, alpha)| *alpha);
        match exception.or(alphas.alpha) {
            Some(alpha) if alphas.by_root => alpha / rank.sqrt(),
            Some(alpha) => alpha / rank,
            None => 1.0,
        }
    }
}

/// The component that a key begins with, and the rest.
fn component_of(key: &str) -> (Component, &str) {
    let beginnings = [
        ("unet.", Component::Denoiser),
        ("transformer.", Component::Denoiser),
        ("text_encoder_2.", Component::TextEncoder2),
        ("text_encoder.", Component::TextEncoder),
        ("", Component::Denoiser),
    ];
    let found = beginnings.into_iter().find_map(|(start, component)| Some((component, key.strip_prefix(start)?)));
    found.unwrap_or((Component::Denoiser, key))
}

fn number(key: &str, value: &Value) -> Result<f64, String> {
    value.as_f64().ok_or_else(|| format!("`{key}` is {value}, expected a number"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn factor(json: &str, component: Component, module: &str) -> f64 {
        AdapterConfig::parse(json).unwrap().factor(component, module, 4.0)
    }

    #[test]
    fn alpha_is_of_its_component() {
        let json =
            r#"{"unet.r": 4, "unet.lora_alpha": 32, "text_encoder.lora_alpha": 2.0, "unet.target_modules": ["to_q"]}"#;
        assert_eq!(factor(json, Component::Denoiser, "a_to_q"), 8.0);
        assert_eq!(factor(json, Component::TextEncoder, "q_proj"), 0.5);
        assert_eq!(factor(json, Component::TextEncoder2, "q_proj"), 1.0);
        assert_eq!(factor(r#"{"lora_alpha": 8}"#, Component::Denoiser, "a_to_q"), 2.0);
    }

    #[test]
    fn modules_may_have_an_alpha_of_their_own() {
        let json = r#"{"unet.lora_alpha": 4, "unet.alpha_pattern": {"attn1.to_q": 16, "to_out.0": 2}}"#;
        assert_eq!(factor(json, Component::Denoiser, "mid_block_attn1_to_q"), 4.0);
        assert_eq!(factor(json, Component::Denoiser, "mid_block_myattn1_to_q"), 1.0);
        assert_eq!(factor(json, Component::Denoiser, "mid_block_attn1_to_out_0"), 0.5);
    }

    #[test]
    fn rank_stabilised_changes_are_divided_by_the_root() {
        assert_eq!(factor(r#"{"unet.lora_alpha": 32, "unet.use_rslora": true}"#, Component::Denoiser, "a"), 16.0);
    }

    #[test]
    fn what_is_no_number_is_named() {
        let error = AdapterConfig::parse(r#"{"unet.lora_alpha": "high"}"#).unwrap_err();
        assert_eq!(error, "`unet.lora_alpha` is \"high\", expected a number");
        assert!(AdapterConfig::parse("[]").is_err());
    }
}
