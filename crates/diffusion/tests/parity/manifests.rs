//! The tensors that full-size models ask for, against the published lists.

use std::collections::BTreeMap;
use std::path::Path;

use linocut_diffusion::cogview4::{CogView4Config, CogView4Transformer};
use linocut_diffusion::flux::{FluxConfig, FluxTransformer, named};
use linocut_diffusion::janus::{JanusConfig, JanusLanguage, JanusPicture};
use linocut_diffusion::lora::{Component, Lora};
use linocut_diffusion::sana::{SanaConfig, SanaTransformer};
use linocut_diffusion::stable_diffusion_3::{Transformer, TransformerConfig};
use linocut_diffusion::text::{ClipText, Glm, GlmConfig, Qwen3, Qwen3Config, T5, T5Config};
use linocut_diffusion::unet::{UNet, UNetConfig};
use linocut_diffusion::vae::{AutoencoderDc, AutoencoderDcConfig, AutoencoderKl, AutoencoderKlConfig};
use linocut_diffusion::z_image::{ZImageConfig, ZImageTransformer};
use linocut_nn::gemma2::{Gemma2, Gemma2Config};
use linocut_nn::weights::Weights;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::{fixtures, root};

type Tensors = BTreeMap<String, Vec<usize>>;

fn manifest(name: &str) -> (Value, Tensors) {
    let given = root().join("manifests").join(name);
    let file = if given.is_file() { given } else { fixtures().join("manifests").join(name) };
    let text = std::fs::read(file).unwrap();
    let mut json: Value = serde_json::from_slice(&text).unwrap();
    (json["config"].take(), serde_json::from_value(json["tensors"].take()).unwrap())
}

fn config<T: DeserializeOwned>(json: &Value) -> T {
    serde_json::from_value(json.clone()).unwrap()
}

/// Loads a model of blank weights, then compares what it asked for.
fn check(name: &str, load: impl FnOnce(&Weights, &Value)) {
    let (config, tensors) = manifest(name);
    let weights = Weights::blank(tensors.clone());
    load(&weights, &config);
    let asked: Tensors = weights.asked().into_iter().collect();
    assert!(!asked.is_empty());
    assert_eq!(asked, tensors, "{name}");
}

#[test]
fn unets_ask_for_the_published_tensors() {
    for name in ["sdxl/unet.json", "ssd-1b/unet.json", "sd-1.5/unet.json", "sd-2.1/unet.json"] {
        check(name, |weights, json| {
            UNet::load(weights, &config::<UNetConfig>(json)).unwrap();
        });
    }
}

#[test]
fn autoencoders_ask_for_the_published_tensors() {
    for name in ["sdxl", "sd-1.5", "sd-2.1", "sd-3.5-medium", "z-image-turbo", "flux.1-schnell", "cogview4-6b"] {
        check(&format!("{name}/vae.json"), |weights, json| {
            AutoencoderKl::load(weights, &config::<AutoencoderKlConfig>(json)).unwrap();
        });
    }
    check("sana/vae.json", |weights, json| {
        AutoencoderDc::load(weights, &config::<AutoencoderDcConfig>(json)).unwrap();
    });
}

#[test]
fn transformers_ask_for_the_published_tensors() {
    check("sd-3.5-medium/transformer.json", |weights, json| {
        Transformer::load(weights, &config::<TransformerConfig>(json)).unwrap();
    });
    for name in ["flux.1-schnell", "flux.1-dev", "flux.1-lite-8b"] {
        check(&format!("{name}/transformer.json"), |weights, json| {
            FluxTransformer::load(weights, &config::<FluxConfig>(json)).unwrap();
        });
    }
    check("z-image-turbo/transformer.json", |weights, json| {
        ZImageTransformer::load(weights, &config::<ZImageConfig>(json)).unwrap();
    });
    for name in ["1.0-1600m", "1.5-1.6b", "1.5-4.8b", "sprint-0.6b", "sprint-1.6b"] {
        check(&format!("sana-{name}/transformer.json"), |weights, json| {
            SanaTransformer::load(weights, &config::<SanaConfig>(json)).unwrap();
        });
    }
    check("cogview4-6b/transformer.json", |weights, json| {
        CogView4Transformer::load(weights, &config::<CogView4Config>(json)).unwrap();
    });
}

/// Under the names of diffusers; only what smoothed the weights before they were packed is left.
#[test]
fn the_transformer_in_four_bits_asks_for_the_published_tensors() {
    let of = |file: &str| manifest(&format!("svdq-int4-flux.1-schnell/{file}.json")).1;
    let tensors: Tensors = of("transformer_blocks").into_iter().chain(of("unquantized_layers")).collect();
    let weights = named(&Weights::blank(tensors)).unwrap();
    let (json, _) = manifest("flux.1-schnell/transformer.json");
    FluxTransformer::load(&weights, &config::<FluxConfig>(&json)).unwrap();
    weights.finish(&[]).unwrap();
    let gigabytes = weights.asked_bytes() as f64 / 1e9;
    assert!(gigabytes > 5.0, "{gigabytes}");
}

#[test]
fn t5_asks_for_the_published_tensors() {
    for name in ["sd-3.5-medium/text_encoder_3.json", "flux.1-schnell/text_encoder_2.json"] {
        check(name, |weights, json| {
            T5::load(weights, &config::<T5Config>(json)).unwrap();
        });
    }
}

#[test]
fn gemma_asks_for_the_published_tensors() {
    check("sana/text_encoder.json", |weights, json| {
        Gemma2::load(weights, &config::<Gemma2Config>(json)).unwrap();
    });
}

#[test]
fn language_models_leave_only_their_last_layer() {
    let check = |name: &str, layer: &str, norm: &str, load: &dyn Fn(&Weights, &Value)| {
        let (json, mut tensors) = manifest(name);
        let weights = Weights::blank(tensors.clone());
        load(&weights, &json);
        tensors.retain(|tensor, _| !tensor.starts_with(layer) && tensor != norm);
        assert_eq!(weights.asked().into_iter().collect::<Tensors>(), tensors, "{name}");
    };
    check("z-image-turbo/text_encoder.json", "model.layers.35.", "model.norm.weight", &|weights, json| {
        Qwen3::load(weights, &config::<Qwen3Config>(json)).unwrap();
    });
    check("cogview4-6b/text_encoder.json", "layers.39.", "norm.weight", &|weights, json| {
        Glm::load(weights, &config::<GlmConfig>(json)).unwrap();
    });
}

#[test]
fn text_encoders_ask_for_the_published_tensors() {
    let second = ["sdxl", "sd-3.5-medium"].map(|model| format!("{model}/text_encoder_2.json"));
    let models = ["sdxl", "sd-1.5", "sd-2.1", "sd-3.5-medium", "flux.1-schnell"];
    for name in models.map(|model| format!("{model}/text_encoder.json")).iter().chain(&second) {
        check(name, |weights, json| {
            ClipText::load(weights, &config::<linocut_nn::ClipTextConfig>(json)).unwrap();
        });
    }
}

/// Both parts together ask for everything but what understands pictures and writes words.
#[test]
fn a_language_model_that_draws_leaves_what_it_does_not_draw_with() {
    let layouts = [
        ("original", ["vision_model.", "aligner.", "language_model.lm_head."], "gen_vision_model."),
        ("hf", ["model.vision_model.", "model.aligner.", "lm_head."], "model.vqmodel."),
    ];
    for (layout, elsewhere, picture) in layouts {
        let (_, tensors) = manifest(&format!("janus-pro-1b/{layout}_model.json"));
        let file = fixtures().join(format!("manifests/janus-pro-1b/{layout}_config.json"));
        let config = JanusConfig::read(file).unwrap();
        let weights = Weights::blank(tensors.clone());
        JanusLanguage::load(&weights, &config).unwrap();
        JanusPicture::load(&weights, &config).unwrap();
        let encoder = ["encoder.", "quant_conv.", "quantize.codebook_used"].map(|part| format!("{picture}{part}"));
        let is_left = |name: &str| {
            elsewhere.iter().any(|part| name.starts_with(part)) || encoder.iter().any(|part| name.starts_with(part))
        };
        let drawing: Tensors = tensors.into_iter().filter(|(name, _)| !is_left(name)).collect();
        let asked: Tensors = weights.asked().into_iter().collect();
        assert_eq!(asked, drawing, "{layout}");
        assert!(drawing.len() > 350, "{}", drawing.len());
    }
}

#[test]
fn the_published_lora_names_modules_of_the_unet() {
    let (_, tensors) = manifest("sdxl-lora-r64/lora.json");
    let lora = Lora::of_weights(Path::new("lora"), Weights::blank(tensors.clone()), 1.0).unwrap();
    let (_, unet) = manifest("sdxl/unet.json");
    let named: BTreeMap<String, &Vec<usize>> = unet
        .iter()
        .filter_map(|(name, shape)| Some((name.strip_suffix(".weight")?.replace('.', "_"), shape)))
        .collect();
    let mut count = 0;
    for (component, module) in lora.modules() {
        assert_eq!(component, Component::Denoiser);
        let shape = named.get(module).unwrap_or_else(|| panic!("the UNet has no {module}"));
        let half = |part: &str| &tensors[&format!("lora_unet_{module}.lora_{part}.weight")];
        assert_eq!((half("up")[0], &half("down")[1..]), (shape[0], &shape[1..]), "{module}");
        count += 1;
    }
    assert_eq!(3 * count, tensors.len());
}
