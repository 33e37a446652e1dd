//! LoRA files in every dialect, several at once, and those of other models.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor, safetensors};
use linocut_diffusion::lora::{Lora, LoraError};
use linocut_diffusion::sdxl::Sdxl;
use linocut_diffusion::unet::UNetInput;
use linocut_diffusion::{ModelError, ModelFolder};
use tempfile::TempDir;

use crate::fixtures;
use crate::golden::Golden;

type Tensors = HashMap<String, Tensor>;

fn folder() -> PathBuf {
    fixtures().join("tiny/sdxl")
}

fn published() -> Tensors {
    safetensors::load(folder().join("lora_kohya_r2.safetensors"), &Device::Cpu).unwrap()
}

fn write(folder: &TempDir, name: &str, tensors: &Tensors) -> PathBuf {
    let file = folder.path().join(name);
    safetensors::save(tensors, &file).unwrap();
    file
}

fn load(loras: &[(&Path, f64)]) -> Result<Sdxl, ModelError> {
    let loras = loras.iter().map(|(file, scale)| ((*file).to_owned(), *scale)).collect();
    Sdxl::load(&ModelFolder { loras, ..ModelFolder::new(folder()) }, None)
}

/// How far the UNet's answer is from the golden of the merged LoRA.
fn apart(loras: &[(&Path, f64)]) -> f32 {
    let golden = Golden::read(&folder().join("golden/lora_merged_scale0.8.safetensors"));
    let input = UNetInput {
        latents: &golden.get("in.sample"),
        timestep: 500.0,
        text: &golden.get("in.encoder_hidden_states"),
        pooled: Some(&golden.get("in.text_embeds")),
        time_ids: Some(&golden.get("in.time_ids")),
    };
    let found = load(loras).unwrap().unet().get().unwrap().forward(&input).unwrap();
    (found - golden.get("out")).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
}

/// Names of modules with dots, from the checkpoint.
fn dotted() -> HashMap<String, String> {
    let unet = safetensors::load(folder().join("unet/diffusion_pytorch_model.safetensors"), &Device::Cpu).unwrap();
    let modules = unet.into_keys().filter_map(|name| name.strip_suffix(".weight").map(str::to_owned));
    modules.map(|name| (format!("lora_unet_{}", name.replace('.', "_")), name)).collect()
}

/// The published LoRA in the dialect of diffusers; alpha, half the rank, goes into the upper halves.
fn as_diffusers() -> Tensors {
    let names = dotted();
    let rename = |(key, tensor): (String, Tensor)| {
        let (module, part) = key.split_once('.').unwrap();
        let name = &names[module];
        match part {
            "lora_up.weight" => Some((format!("unet.{name}.lora_B.weight"), (tensor * 0.5).unwrap())),
            "lora_down.weight" => Some((format!("unet.{name}.lora_A.weight"), tensor)),
            _ => None,
        }
    };
    published().into_iter().filter_map(rename).collect()
}

#[test]
fn dialects_merge_alike() {
    let temporary = TempDir::new().unwrap();
    let file = write(&temporary, "diffusers.safetensors", &as_diffusers());
    assert!(apart(&[(&file, 0.8)]) < 1e-4);
}

#[test]
fn several_are_merged_one_upon_the_other() {
    let file = folder().join("lora_kohya_r2.safetensors");
    assert!(apart(&[(&file, 0.5), (&file, 0.3)]) < 1e-4);
    assert!(apart(&[(&file, 0.5)]) > 1e-3);
    assert!(apart(&[]) > 1e-3);
}

#[test]
fn keys_and_modules_that_fit_nothing_are_named() {
    let temporary = TempDir::new().unwrap();
    let tensor = Tensor::ones((2, 2), candle_core::DType::F32, &Device::Cpu).unwrap();
    let with = |key: &str| {
        let mut tensors = published();
        tensors.insert(key.to_owned(), tensor.clone());
        tensors
    };
    let odd = write(&temporary, "odd.safetensors", &with("lora_unet_conv_in.hada_w1_a"));
    let error = Lora::open(&odd, 1.0).unwrap_err();
    assert!(matches!(&error, LoraError::UnknownKeys { count: 1, example, .. } if example.contains("hada")), "{error}");
    let half = write(&temporary, "half.safetensors", &with("lora_unet_conv_in.lora_up.weight"));
    assert!(matches!(Lora::open(&half, 1.0), Err(LoraError::MissingHalf { part: "down", .. })));
    let mut other = with("lora_unet_up_blocks_9_conv.lora_up.weight");
    other.insert("lora_unet_up_blocks_9_conv.lora_down.weight".to_owned(), tensor.clone());
    let error = load(&[(&write(&temporary, "other.safetensors", &other), 1.0)]).unwrap_err();
    assert!(error.to_string().contains("up_blocks_9_conv"), "{error}");
}

#[test]
fn a_lora_of_another_model_is_an_error_with_both_shapes() {
    let temporary = TempDir::new().unwrap();
    let mut tensors = published();
    let key = "lora_unet_down_blocks_0_resnets_0_conv1.lora_down.weight";
    let wide = Tensor::ones((2, 9, 3, 3), candle_core::DType::F32, &Device::Cpu).unwrap();
    tensors.insert(key.to_owned(), wide);
    let error = load(&[(&write(&temporary, "wide.safetensors", &tensors), 1.0)]).unwrap_err();
    let text = format!("{error} {:?}", std::error::Error::source(&error).map(ToString::to_string));
    assert!(text.contains("[8, 8, 3, 3]") && text.contains("[2, 9, 3, 3]"), "{text}");
    assert!(text.contains("wide.safetensors") && !text.contains("diffusion_pytorch_model"), "{text}");
}

/// The published LoRA without its alphas, which are half the rank of 2, and metadata in their place.
fn with_metadata(folder: &TempDir, config: &str) -> PathBuf {
    let names = dotted();
    let tensors = published().into_iter().filter_map(|(key, tensor)| {
        let (module, part) = key.split_once('.').unwrap();
        let half = match part {
            "lora_up.weight" => "lora_B",
            "lora_down.weight" => "lora_A",
            _ => return None,
        };
        Some((format!("unet.{}.{half}.default_0.weight", names[module]), tensor))
    });
    let file = folder.path().join("metadata.safetensors");
    let metadata = HashMap::from([("lora_adapter_metadata".to_owned(), config.to_owned())]);
    ::safetensors::serialize_to_file(tensors.collect::<HashMap<_, _>>(), Some(metadata), &file).unwrap();
    file
}

#[test]
fn alpha_in_the_metadata_counts() {
    let temporary = TempDir::new().unwrap();
    let file = with_metadata(&temporary, r#"{"unet.r": 2, "unet.lora_alpha": 1}"#);
    assert!(apart(&[(&file, 0.8)]) < 1e-4);
    let file = with_metadata(&temporary, r#"{"unet.r": 2}"#);
    assert!(apart(&[(&file, 0.4)]) < 1e-4);
    let file = with_metadata(&temporary, r#"{"unet.lora_alpha": []}"#);
    assert!(matches!(Lora::open(&file, 1.0), Err(LoraError::Metadata { .. })));
}

#[test]
fn files_that_are_no_single_lora_are_refused_by_name() {
    let temporary = TempDir::new().unwrap();
    let none = write(&temporary, "none.safetensors", &HashMap::new());
    assert!(matches!(Lora::open(&none, 1.0), Err(LoraError::Empty { file }) if file == none));
    let mut ranks = published();
    let key = "lora_unet_down_blocks_0_resnets_0_conv1.lora_up.weight";
    let shape = ranks[key].dims().to_vec();
    let wide = Tensor::ones((shape[0], shape[1] + 3, 1, 1), candle_core::DType::F32, &Device::Cpu).unwrap();
    ranks.insert(key.to_owned(), wide);
    let error = Lora::open(&write(&temporary, "ranks.safetensors", &ranks), 1.0).unwrap_err();
    assert!(matches!(&error, LoraError::RankMismatch { .. }), "{error}");
    assert!(error.to_string().contains("ranks.safetensors: up "), "{error}");
    let mut twice = as_diffusers();
    let (key, tensor) = twice.iter().next().map(|(key, tensor)| (key.clone(), tensor.clone())).unwrap();
    twice.insert(key.replace(".weight", ".other.weight"), tensor);
    assert!(matches!(Lora::open(&write(&temporary, "twice.safetensors", &twice), 1.0), Err(LoraError::Twice { .. })));
}

/// A magnitude for each row of every changed weight: with those that the merged weights have anyway, nothing changes; with twice those, all
/// does.
#[test]
fn magnitudes_set_the_lengths_of_rows() {
    let temporary = TempDir::new().unwrap();
    let unet = safetensors::load(folder().join("unet/diffusion_pytorch_model.safetensors"), &Device::Cpu).unwrap();
    let (names, plain) = (dotted(), published());
    let with = |factor: f64| {
        let mut tensors = plain.clone();
        for module in plain.keys().filter_map(|key| key.strip_suffix(".lora_up.weight")) {
            let part = |name: &str| plain[&format!("{module}.{name}")].to_dtype(candle_core::DType::F32).unwrap();
            let (up, down) = (part("lora_up.weight"), part("lora_down.weight"));
            let weight = unet[&format!("{}.weight", names[module])].to_dtype(candle_core::DType::F32).unwrap();
            let (rank, width) = (down.dim(0).unwrap(), up.dim(0).unwrap());
            let alpha = f64::from(part("alpha").flatten_all().unwrap().to_vec1::<f32>().unwrap()[0]) / rank as f64;
            let product = up.reshape((width, rank)).unwrap().matmul(&down.reshape((rank, ())).unwrap()).unwrap();
            let merged = (weight.flatten_from(1).unwrap() + (product * alpha).unwrap()).unwrap();
            let lengths = merged.sqr().unwrap().sum(1).unwrap().sqrt().unwrap();
            tensors.insert(format!("{module}.dora_scale"), (lengths.unsqueeze(1).unwrap() * factor).unwrap());
        }
        write(&temporary, &format!("dora{factor}.safetensors"), &tensors)
    };
    let (same, twice) = (with(1.0), with(2.0));
    assert!(apart(&[(&same, 0.8)]) < 1e-4);
    assert!(apart(&[(&twice, 0.8)]) > 1e-3);
}
