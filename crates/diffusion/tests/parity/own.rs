//! Goldens of our own: see `fixtures/diffusion/own`.

use candle_core::{DType, Device};
use linocut_diffusion::text::{ClipText, ClipTokenizer, read_clip_config};
use linocut_diffusion::unet::{UNet, UNetConfig, UNetInput};
use linocut_diffusion::vae::{AutoencoderTiny, AutoencoderTinyConfig};
use linocut_nn::weights::Weights;

use crate::fixtures;
use crate::golden::{Golden, Tally};

fn open(part: &str) -> Weights {
    Weights::open(fixtures().join(part), DType::F32, &Device::Cpu).unwrap()
}

#[test]
fn the_tiny_autoencoder_decodes_as_diffusers_does() {
    let weights = open("own/taesd");
    let config = AutoencoderTinyConfig::read(fixtures().join("own/taesd/config.json")).unwrap();
    let vae = AutoencoderTiny::load(&weights, &config).unwrap();
    weights.finish(&["encoder."]).unwrap();
    let golden = Golden::read(&fixtures().join("own/taesd.golden.safetensors"));
    Tally::new(1e-4).compare(&vae.decode(&golden.get("latents")).unwrap(), &golden, "decoded");
}

#[test]
fn odd_sides_and_long_texts_agree() {
    let config = UNetConfig::read(fixtures().join("tiny/sdxl/unet/config.json")).unwrap();
    let unet = UNet::load(&open("tiny/sdxl/unet"), &config).unwrap();
    let golden = Golden::read(&fixtures().join("own/unet_9x7.safetensors"));
    let input = UNetInput {
        latents: &golden.get("sample"),
        timestep: 321.0,
        text: &golden.get("states"),
        pooled: Some(&golden.get("pooled")),
        time_ids: Some(&golden.get("time_ids")),
    };
    Tally::new(1e-4).compare(&unet.forward(&input).unwrap(), &golden, "out");
    let short = UNetInput { pooled: Some(&golden.get("sample")), ..input };
    assert!(unet.forward(&short).unwrap_err().to_string().starts_with("pooled has shape"));
}

#[test]
fn awkward_texts_give_the_tokens_of_transformers() {
    let text = std::fs::read(fixtures().join("own/tokens.json")).unwrap();
    let cases: Vec<(String, Vec<u32>)> = serde_json::from_slice(&text).unwrap();
    let tokenizer = ClipTokenizer::read(fixtures().join("tiny/sdxl/tokenizer")).unwrap();
    for (text, tokens) in cases {
        assert_eq!(tokenizer.encode(&text, 600).unwrap(), tokens, "{text:?}");
    }
    let error = tokenizer.encode(&"the cat ".repeat(10_000), 600).unwrap_err();
    assert!(error.to_string().ends_with("at most 600 are looked at"), "{error}");
}

#[test]
fn the_end_of_a_text_is_its_first_end_token() {
    let config = read_clip_config(fixtures().join("own/text/config.json")).unwrap();
    let text = ClipText::load(&open("own/text"), &config).unwrap();
    let golden = Golden::read(&fixtures().join("own/text.golden.safetensors"));
    let output = text.forward(&golden.rows("ids")).unwrap();
    let mut tally = Tally::new(1e-4);
    tally.compare(&output.pooled, &golden, "pooled");
    tally.compare(&output.penultimate, &golden, "penultimate");
    tally.compare(&output.last, &golden, "last");
}
