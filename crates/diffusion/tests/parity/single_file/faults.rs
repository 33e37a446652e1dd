//! Single files that are damaged, or of another kind.

use std::fs;
use std::path::Path;

use linocut_diffusion::single_file::SingleFile;
use linocut_nn::weights::Weights;
use tempfile::TempDir;

use super::{Loaded, full, opened, rewritten, single};
use crate::fixtures;

/// What is said of a tiny file with its tensors changed.
fn said_of(name: &str, folder: &str, change: impl FnOnce(&mut Loaded)) -> String {
    let (_temporary, file) = rewritten(name, change);
    let error = opened(&file, &fixtures().join(folder), |folder| folder).unwrap_err().to_string();
    let file = file.to_string_lossy().into_owned();
    assert!(error.contains(&file), "{error}");
    error.replace(&file, "FILE")
}

fn rename(from: &str, to: &str) -> impl Fn(&mut Loaded) {
    move |tensors| {
        let tensor = tensors.remove(from).unwrap();
        tensors.insert(to.to_owned(), tensor);
    }
}

fn reshape(name: &str, shape: &[usize]) -> impl Fn(&mut Loaded) {
    let zeros = candle_core::Tensor::zeros(shape, candle_core::DType::F32, &candle_core::Device::Cpu).unwrap();
    move |tensors| drop(tensors.insert(name.to_owned(), zeros.clone()))
}

#[test]
fn damaged_files_are_named_with_their_tensors() {
    let norm = "model.diffusion_model.input_blocks.1.0.in_layers.0.weight";
    let said =
        said_of("sd-1.5.safetensors", "own/sd-1.5", rename(norm, "model.diffusion_model.input_blocks.1.0.in.weight"));
    assert!(said.contains("FILE has no tensor down_blocks.0.resnets.0.norm1.weight of shape [8]"), "{said}");
    let more = "model.diffusion_model.input_blocks.1.0.other.weight";
    let said = said_of("sd-1.5.safetensors", "own/sd-1.5", |tensors| {
        tensors.insert(more.to_owned(), tensors[norm].clone());
    });
    assert!(said.ends_with(&format!("such as down_blocks.0.resnets.0.other.weight ({more})")), "{said}");
    let said = said_of("sd-1.5.safetensors", "own/sd-1.5", reshape(norm, &[9]));
    let expected = format!("down_blocks.0.resnets.0.norm1.weight ({norm}) in FILE has shape [9], expected [8]");
    assert_eq!(said, expected);
    let fused = "cond_stage_model.model.transformer.resblocks.0.attn.in_proj_weight";
    let said = said_of("sd-2.1.safetensors", "own/sd-2.1", reshape(fused, &[50, 16]));
    assert_eq!(said, format!("{fused} in FILE has shape [50, 16], of which part 2 of 3 is wanted"));
    let said = said_of("sdxl.safetensors", "tiny/sdxl", rename(norm, "unheard.of"));
    assert_eq!(said, "FILE holds 1 tensors that the model does not use, such as unheard.of");
    let enter = "model.diffusion_model.x_embedder.proj.weight";
    let said = said_of("sd-3.5.safetensors", "own/sd-3.5", rename(enter, "model.diffusion_model.x.proj.weight"));
    assert!(said.starts_with("FILE has no tensor pos_embed.proj.weight among its "), "{said}");
}

#[test]
fn truncated_files_are_named() {
    for name in ["sd-1.5.safetensors", "sd-1.5.ckpt"] {
        let bytes = fs::read(single(name)).unwrap();
        let temporary = TempDir::new().unwrap();
        let file = temporary.path().join(name);
        for kept in [0, 7, 1000, 200_000, bytes.len() - 1] {
            fs::write(&file, &bytes[..kept]).unwrap();
            let error = SingleFile::open(&file).unwrap_err().to_string();
            assert!(error.contains(&*file.to_string_lossy()), "{name} {kept}: {error}");
        }
    }
}

#[test]
fn files_of_other_kinds_are_refused_by_what_they_are() {
    let of = |names: &[&str]| {
        let tensors = names.iter().map(|name| ((*name).to_owned(), vec![4, 4]));
        SingleFile::of_weights(Path::new("FILE"), &Weights::blank(tensors)).unwrap_err().to_string()
    };
    for (name, is) in [
        ("model.diffusion_model.double_blocks.0.img_attn.qkv.weight", "a checkpoint of FLUX"),
        ("conditioner.embedders.0.model.ln_final.weight", "a refiner of Stable Diffusion XL"),
        ("lora_unet_mid_block_resnets_0_conv1.alpha", "a LoRA, which is merged into a model"),
        ("down_blocks.0.resnets.0.conv1.weight", "a UNet alone, in the names of diffusers"),
        ("some.weight", "a file of 1 tensors, such as some.weight"),
    ] {
        let expected = format!("FILE is {is}; supported are checkpoints of Stable Diffusion 1, 2, XL and 3");
        assert_eq!(of(&[name]), format!("{expected} in the original names"));
    }
    assert!(of(&[]).starts_with("FILE is a file of 0 tensors; "));
    let mut inpainting = full("sd-1.5");
    inpainting.insert("model.diffusion_model.input_blocks.0.0.weight".to_owned(), vec![320, 9, 3, 3]);
    let error = SingleFile::of_weights(Path::new("FILE"), &Weights::blank(inpainting)).unwrap_err().to_string();
    assert!(error.contains("is told 5 channels besides the latents, as for inpainting or editing"), "{error}");
}
