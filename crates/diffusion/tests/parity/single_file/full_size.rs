//! Single files of full size: configurations that shapes tell, and tensors that are asked for, against what is published.

use std::fs;
use std::path::Path;

use linocut_diffusion::single_file::SingleFile;
use linocut_diffusion::stable_diffusion_3::{Transformer, TransformerConfig};
use linocut_diffusion::text::{ClipText, T5, T5Config, read_clip_config};
use linocut_diffusion::unet::{PerStage, UNet, UNetConfig};
use linocut_diffusion::vae::{AutoencoderKl, AutoencoderKlConfig};
use linocut_diffusion::{Location, ModelError};
use linocut_nn::weights::Weights;
use serde_json::Value;

use super::{FULL, Tensors, full};
use crate::fixtures;

fn list(model: &str, network: &str) -> (Value, Tensors) {
    let text = fs::read(fixtures().join("manifests").join(model).join(format!("{network}.json"))).unwrap();
    let mut json: Value = serde_json::from_slice(&text).unwrap();
    (json["config"].take(), serde_json::from_value(json["tensors"].take()).unwrap())
}

/// The published configuration as this crate reads it, and the one that shapes tell.
fn both<T: PartialEq + std::fmt::Debug>(
    published: &Value,
    told: &Location,
    read: impl Fn(Location) -> Result<T, ModelError>,
) -> (T, T) {
    (read(Location::Said("published".into(), published.to_string().into())).unwrap(), read(told.clone()).unwrap())
}

/// Wires a network of a full-size file as its shapes say, after comparing that with what is published.
fn wire(network: &str, published: &Value, told: &Location, weights: &Weights) {
    match network {
        "unet" => {
            let (published, told) = both(published, told, UNetConfig::read);
            UNet::load(weights, &told).unwrap();
            let depths = |config: &UNetConfig| UNetConfig {
                transformer_layers_per_block: told.transformer_layers_per_block.clone(),
                reverse_transformer_layers_per_block: None,
                use_linear_projection: false,
                attention_head_dim: each(&config.attention_head_dim, config.block_out_channels.len()),
                ..config.clone()
            };
            // Depths are compared by what is asked for.
            assert_eq!(depths(&published), depths(&told));
        }
        "vae" => {
            let (published, told) = both(published, told, AutoencoderKlConfig::read);
            AutoencoderKl::load(weights, &told).unwrap();
            assert_eq!(published, told);
        }
        "transformer" => {
            let (published, told) = both(published, told, TransformerConfig::read);
            Transformer::load(weights, &told).unwrap();
            assert_eq!(published, told);
        }
        "text_encoder_3" => {
            let (published, told) = both(published, told, T5Config::read);
            T5::load(weights, &told).unwrap();
            assert_eq!(published, told);
        }
        _ => {
            let (mut published, told) = both(published, told, read_clip_config);
            ClipText::load(weights, &told).unwrap();
            // Without a projection the length of it is of no account.
            published.projection_dim = told.projection_dim;
            assert_eq!(published, told);
        }
    }
}

fn each(heads: &PerStage<usize>, stages: usize) -> PerStage<usize> {
    match heads {
        PerStage::All(heads) => PerStage::Each(vec![*heads; stages]),
        heads @ PerStage::Each(_) => heads.clone(),
    }
}

#[test]
fn every_tensor_of_full_size_files_is_accounted_for() {
    for (name, kind, _, model) in FULL {
        let weights = Weights::blank(full(name));
        let file = SingleFile::of_weights(Path::new(name), &weights).unwrap();
        assert_eq!(file.kind(), kind);
        for network in file.networks() {
            let (published, tensors) = list(if network == "unet" { name } else { model }, network);
            let viewed = file.network(network, &weights).unwrap().unwrap();
            let told = file.config(&format!("{network}/config.json")).unwrap();
            wire(network, &published, &told, &viewed);
            viewed.finish(&["text_model.embeddings.position_ids"]).unwrap();
            assert_eq!(viewed.asked().into_iter().collect::<Tensors>(), tensors, "{name} {network}");
        }
    }
}
