//! The tensors that full-size models ask for, against the published lists.

use std::collections::BTreeMap;
use std::path::Path;

use linocut_diffusion::lora::{Component, Lora};
use linocut_diffusion::text::{ClipText, ClipTextConfig};
use linocut_diffusion::unet::{UNet, UNetConfig};
use linocut_diffusion::vae::{AutoencoderKl, AutoencoderKlConfig};
use linocut_nn::weights::Weights;
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::root;

type Tensors = BTreeMap<String, Vec<usize>>;

fn manifest(name: &str) -> (Value, Tensors) {
    let text = std::fs::read(root().join("manifests").join(name)).unwrap();
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
    for name in ["sdxl/unet.json", "ssd-1b/unet.json"] {
        check(name, |weights, json| {
            UNet::load(weights, &config::<UNetConfig>(json)).unwrap();
        });
    }
}

#[test]
fn the_autoencoder_asks_for_the_published_tensors() {
    check("sdxl/vae.json", |weights, json| {
        AutoencoderKl::load(weights, &config::<AutoencoderKlConfig>(json)).unwrap();
    });
}

#[test]
fn text_encoders_ask_for_the_published_tensors() {
    for name in ["sdxl/text_encoder.json", "sdxl/text_encoder_2.json"] {
        check(name, |weights, json| {
            ClipText::load(weights, &config::<ClipTextConfig>(json)).unwrap();
        });
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
        assert_eq!(component, Component::UNet);
        let shape = named.get(module).unwrap_or_else(|| panic!("the UNet has no {module}"));
        let half = |part: &str| &tensors[&format!("lora_unet_{module}.lora_{part}.weight")];
        assert_eq!((half("up")[0], &half("down")[1..]), (shape[0], &shape[1..]), "{module}");
        count += 1;
    }
    assert_eq!(3 * count, tensors.len());
}
