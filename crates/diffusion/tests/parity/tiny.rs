//! Every golden of the SDXL family's tiny checkpoints.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use linocut_diffusion::lora::{Component, Lora};
use linocut_diffusion::prompt::WeightedText;
use linocut_diffusion::text::{ClipPrompt, ClipText, ClipTokenizer, read_clip_config};
use linocut_diffusion::unet::{UNet, UNetConfig, UNetInput};
use linocut_diffusion::vae::{AutoencoderKl, AutoencoderKlConfig};
use linocut_nn::place::{Part, Residency};
use linocut_nn::weights::Weights;

use crate::golden::{Golden, Tally};
use crate::root;

struct Tiny {
    unet: UNet,
    vae: AutoencoderKl,
    prompts: [ClipPrompt; 2],
}

impl Tiny {
    fn load(folder: &Path, dtype: DType) -> Self {
        let open = |part: &str| Weights::open(folder.join(part), dtype, &Device::Cpu).unwrap();
        let config = |part: &str| folder.join(part).join("config.json");
        let text = |part: &str| {
            let weights = open(part);
            let config = read_clip_config(config(part)).unwrap();
            let length = config.max_position_embeddings;
            let wire = move |weights: &Weights| {
                let model = ClipText::load(weights, &config)?;
                weights.finish(&["text_model.embeddings.position_ids"])?;
                Ok(model)
            };
            (Part::of_weights("text_encoder", weights, Residency::Stay, wire).unwrap(), length)
        };
        let prompt = |(encoder, tokenizer): (&str, &str)| {
            let (encoder, length) = text(encoder);
            ClipPrompt { tokenizer: ClipTokenizer::read(folder.join(tokenizer)).unwrap(), encoder, length }
        };
        let (unet, vae) = (open("unet"), open("vae"));
        let tiny = Self {
            unet: UNet::load(&unet, &UNetConfig::read(config("unet")).unwrap()).unwrap(),
            vae: AutoencoderKl::load(&vae, &AutoencoderKlConfig::read(config("vae")).unwrap()).unwrap(),
            prompts: [("text_encoder", "tokenizer"), ("text_encoder_2", "tokenizer_2")].map(prompt),
        };
        unet.finish(&[]).unwrap();
        vae.finish(&[]).unwrap();
        tiny
    }

    /// States of both encoders and the pooled vector of the second one.
    fn encode(&self, text: &str) -> [Tensor; 2] {
        let encode = |prompt: &ClipPrompt| prompt.encode(&[WeightedText::plain(text)], 1).unwrap();
        let [first, second] = self.prompts.each_ref().map(encode);
        [Tensor::cat(&[&first.penultimate, &second.penultimate], 2).unwrap(), second.pooled]
    }

    /// Description, and what stands for the negative one: zeros if it is empty.
    fn told(&self, golden: &Golden, guided: bool) -> [Tensor; 2] {
        let (text, negative) = (golden.note("prompt"), golden.note("negative_prompt"));
        let prompt = self.encode(text);
        if !guided {
            return prompt;
        }
        let nothing = || prompt.each_ref().map(|tensor| tensor.zeros_like().unwrap());
        let other = if negative.is_empty() { nothing() } else { self.encode(negative) };
        [0, 1].map(|at| Tensor::cat(&[&other[at], &prompt[at]], 0).unwrap())
    }

    fn compare_text(&self, golden: &Golden, tally: &mut Tally) {
        for (at, name) in ["input_ids", "input_ids_2"].into_iter().enumerate() {
            let tokens = self.prompts[at].tokenize(golden.note("prompt"), 1).unwrap();
            assert_eq!(tokens, golden.rows(name), "{} {name}", golden.file.display());
            tally.tensors += 1;
        }
        let [states, pooled] = self.told(golden, golden.get("pooled").dim(0).unwrap() == 2);
        tally.compare(&states, golden, "prompt_embeds");
        tally.compare(&pooled, golden, "pooled");
    }

    fn compare_unet(&self, golden: &Golden, tally: &mut Tally) {
        let (text, pooled, time_ids) = (golden.get("prompt_embeds"), golden.get("pooled"), golden.get("time_ids"));
        for call in (0..).take_while(|call| golden.has(&format!("unet_in.{call}"))) {
            let latents = golden.get(&format!("unet_in.{call}"));
            let timestep = f64::from(golden.get(&format!("unet_t.{call}")).to_vec1::<f32>().unwrap()[0]);
            let input = UNetInput {
                latents: &latents,
                timestep,
                text: &text,
                pooled: Some(&pooled),
                time_ids: Some(&time_ids),
            };
            tally.compare(&self.unet.forward(&input).unwrap(), golden, &format!("unet_out.{call}"));
        }
    }

    fn compare_picture(&self, golden: &Golden, tally: &mut Tally) {
        let last = (0..).take_while(|step| golden.has(&format!("latents.{step}"))).last().unwrap();
        let latents = self.vae.unscale(&golden.get(&format!("latents.{last}"))).unwrap();
        let picture = self.vae.decode(&latents).unwrap().affine(0.5, 0.5).unwrap().clamp(0.0, 1.0).unwrap();
        tally.compare(&picture, golden, "image");
    }

    fn compare_vae(&self, golden: &Golden, tally: &mut Tally) {
        let found = self.vae.encode(&golden.get("image_in")).unwrap();
        tally.compare(&found.mean, golden, "mean");
        tally.compare(&found.log_variance, golden, "logvar");
        tally.compare(&self.vae.decode(&golden.get("mean")).unwrap(), golden, "decoded");
    }
}

/// A UNet with the folder's LoRA merged.
fn compare_lora(folder: &Path, golden: &Golden, tally: &mut Tally) {
    let lora = Lora::open(&folder.join("lora_kohya_r2.safetensors"), golden.note("scale").parse().unwrap()).unwrap();
    let weights = Weights::open(folder.join("unet"), DType::F32, &Device::Cpu).unwrap();
    let weights = weights.adapted([lora.adapter(Component::Denoiser)]);
    let config = UNetConfig::read(folder.join("unet/config.json")).unwrap();
    UNet::load(&weights.outline(), &config).unwrap();
    lora.finish().unwrap();
    let unet = UNet::load(&weights, &config).unwrap();
    let input = UNetInput {
        latents: &golden.get("in.sample"),
        timestep: f64::from(golden.get("in.timestep").to_scalar::<f32>().unwrap()),
        text: &golden.get("in.encoder_hidden_states"),
        pooled: Some(&golden.get("in.text_embeds")),
        time_ids: Some(&golden.get("in.time_ids")),
    };
    tally.compare(&unet.forward(&input).unwrap(), golden, "out");
}

/// Folders of the family: those with a UNet.
fn folders() -> Vec<PathBuf> {
    let mut folders: Vec<PathBuf> =
        std::fs::read_dir(root().join("tiny")).unwrap().map(|entry| entry.unwrap().path()).collect();
    folders.retain(|folder| folder.join("unet/config.json").is_file() && folder.join("golden").is_dir());
    folders.sort();
    folders
}

#[test]
fn every_golden_agrees_in_f32() {
    let mut tally = Tally::new(1e-4);
    for folder in folders() {
        let tiny = Tiny::load(&folder, DType::F32);
        for golden in Golden::all_in(&folder.join("golden")) {
            tally.files += 1;
            if golden.has("unet_in.0") {
                tiny.compare_text(&golden, &mut tally);
                tiny.compare_unet(&golden, &mut tally);
                tiny.compare_picture(&golden, &mut tally);
            } else if golden.has("image_in") {
                tiny.compare_vae(&golden, &mut tally);
            } else if golden.has("in.sample") {
                compare_lora(&folder, &golden, &mut tally);
            } else {
                panic!("{} is of no known kind", golden.file.display());
            }
        }
    }
    tally.finish("f32");
}

#[test]
fn weights_of_16_bits_stay_close() {
    for (dtype, tolerance) in [(DType::F16, 5e-3), (DType::BF16, 3e-2)] {
        let mut tally = Tally::new(tolerance);
        for folder in folders() {
            let tiny = Tiny::load(&folder, dtype);
            for golden in Golden::all_in(&folder.join("golden")) {
                tally.files += 1;
                if golden.has("unet_in.0") {
                    tiny.compare_unet(&golden, &mut tally);
                    tiny.compare_picture(&golden, &mut tally);
                } else if golden.has("image_in") {
                    tiny.compare_vae(&golden, &mut tally);
                }
            }
        }
        tally.finish(&format!("{dtype:?} weights"));
    }
}
