//! The way of a card, walked on the CPU: numbers of other types than f32 take candle's operations in every layer, as they do on a card.

use std::path::PathBuf;

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::stable_diffusion_3::{Transformer, TransformerConfig};
use linocut_diffusion::unet::{UNet, UNetConfig, UNetInput};
use linocut_diffusion::vae::{AutoencoderKl, AutoencoderKlConfig};
use linocut_diffusion::z_image::{ZImageConfig, ZImageTransformer};
use linocut_nn::weights::Weights;

use crate::fixtures;
use crate::golden::{Golden, Tally};

/// Types in which goldens are followed, and how near.
const TYPES: [(DType, f32); 2] = [(DType::F64, 1e-4), (DType::F16, 1e-2)];

fn weights(folder: &str, dtype: DType) -> (Weights, PathBuf) {
    let folder = fixtures().join(folder);
    // f64 is not a type that weights are kept in.
    let kept = if dtype == DType::F64 { DType::F32 } else { dtype };
    (Weights::open(&folder, kept, &Device::Cpu).unwrap(), folder.join("config.json"))
}

struct Typed<'a>(&'a Golden, DType);

impl Typed<'_> {
    fn get(&self, name: &str) -> Tensor {
        self.0.get(name).to_dtype(self.1).unwrap()
    }

    fn timestep(&self) -> f64 {
        f64::from(self.0.get("unet_t.0").to_vec1::<f32>().unwrap()[0])
    }
}

fn compare(found: &Tensor, golden: &Golden, name: &str, (dtype, tolerance): (DType, f32)) {
    assert_eq!(found.dtype(), dtype);
    Tally::new(tolerance).compare(&found.to_dtype(DType::F32).unwrap(), golden, name);
}

#[test]
fn unets_agree() {
    for (dtype, tolerance) in TYPES {
        for (folder, golden) in
            [("tiny/sdxl", "euler_leading_cfg5_6step"), ("tiny/ssd-1b", "euler_cfg9_4step"), ("own/sd-2.1", "")]
        {
            let (weights, config) = weights(&format!("{folder}/unet"), dtype);
            let unet = UNet::load(&weights, &UNetConfig::read(&config).unwrap()).unwrap();
            let goldens = Golden::all_in(&fixtures().join(folder).join("golden"));
            let golden =
                goldens.iter().find(|found| found.file.to_string_lossy().contains(golden) && found.has("unet_in.0"));
            let golden = golden.unwrap();
            let typed = Typed(golden, dtype);
            let is_told = golden.has("time_ids");
            let text = typed.get(if is_told { "prompt_embeds" } else { "states" });
            let (pooled, sizes) = (is_told.then(|| typed.get("pooled")), is_told.then(|| golden.get("time_ids")));
            let input = UNetInput {
                latents: &typed.get("unet_in.0"),
                timestep: typed.timestep(),
                text: &text,
                pooled: pooled.as_ref(),
                time_ids: sizes.as_ref(),
            };
            compare(&unet.forward(&input).unwrap(), golden, "unet_out.0", (dtype, tolerance));
        }
    }
}

#[test]
fn transformers_agree() {
    for (dtype, tolerance) in TYPES {
        let (weights_3, config) = weights("own/sd-3.5/transformer", dtype);
        let model = Transformer::load(&weights_3, &TransformerConfig::read(&config).unwrap()).unwrap();
        let golden = Golden::read(&fixtures().join("own/sd-3.5/golden/unguided_3step.safetensors"));
        let typed = Typed(&golden, dtype);
        let text = (&typed.get("states"), Some(&typed.get("pooled")));
        let found = model.forward(&typed.get("unet_in.0"), typed.timestep(), text, &Stop::never()).unwrap();
        compare(&found, &golden, "unet_out.0", (dtype, tolerance));

        let (weights_z, config) = weights("own/z-image/transformer", dtype);
        let model = ZImageTransformer::load(&weights_z, &ZImageConfig::read(&config).unwrap()).unwrap();
        let golden = Golden::read(&fixtures().join("own/z-image/golden/3step.safetensors"));
        let typed = Typed(&golden, dtype);
        let time = (1000.0 - typed.timestep()) / 1000.0;
        let found = model.forward(&typed.get("unet_in.0"), time, &typed.get("states"), &Stop::never()).unwrap();
        compare(&found.neg().unwrap(), &golden, "unet_out.0", (dtype, tolerance));
    }
}

#[test]
fn decoders_agree() {
    let dtype = DType::F64;
    let (weights, config) = weights("tiny/sdxl/vae", dtype);
    let vae = AutoencoderKl::load(&weights, &AutoencoderKlConfig::read(&config).unwrap()).unwrap();
    let goldens = Golden::all_in(&fixtures().join("tiny/sdxl/golden"));
    let golden = goldens.iter().find(|golden| golden.has("image_in")).unwrap();
    let found = vae.decode(&Typed(golden, dtype).get("mean")).unwrap();
    compare(&found, golden, "decoded", (dtype, 1e-4));
}
