//! `SVDQuant`'s four bits: every layer's effective weight, a call of the transformer, both published layouts, and what is said of bad files.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use linocut_core::Stop;
use linocut_diffusion::denoise::{Denoiser, Encoded, Question};
use linocut_diffusion::flux::{Flux, named};
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_diffusion::{ModelError, ModelFolder};
use linocut_nn::Linear;
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use tempfile::TempDir;

use crate::golden::{Golden, Tally};
use crate::truncated::copy;
use crate::{fixtures, root};

type Tensors = std::collections::HashMap<String, Tensor>;

const FILES: [&str; 2] = ["transformer_blocks.safetensors", "unquantized_layers.safetensors"];

fn folder() -> PathBuf {
    let given = root().join("tiny/svdq-int4-flux");
    if given.is_dir() { given } else { fixtures().join("tiny/svdq-int4-flux") }
}

fn golden() -> Golden {
    Golden::all_in(&folder().join("golden")).remove(0)
}

fn open(path: &Path) -> Weights {
    named(&Weights::open(path, DType::F32, &Device::Cpu).unwrap()).unwrap()
}

/// What a layer multiplies by and adds, by its answers.
fn effective(layer: &Linear) -> [Tensor; 2] {
    let nothing = layer.forward(&Tensor::zeros((1, layer.depth()), DType::F32, &Device::Cpu).unwrap()).unwrap();
    let each = layer.forward(&Tensor::eye(layer.depth(), DType::F32, &Device::Cpu).unwrap()).unwrap();
    [each.broadcast_sub(&nothing).unwrap().t().unwrap().contiguous().unwrap(), nothing.squeeze(0).unwrap()]
}

#[test]
fn every_layer_s_weight_is_that_of_the_golden() {
    let (golden, mut tally) = (golden(), Tally::new(2e-6));
    let (weights, outline) = (open(&folder()), open(&folder()).outline());
    for name in golden.names() {
        let Some(layer) = name.strip_prefix("deq.").and_then(|name| name.strip_suffix(".weight")) else { continue };
        let shape = golden.get(&name).dims().to_vec();
        if let [width, depth] = shape[..] {
            Linear::load(&outline.pp(layer), depth, width, true).unwrap();
            let [weight, bias] = effective(&Linear::load(&weights.pp(layer), depth, width, true).unwrap());
            tally.compare(&weight, &golden, &name);
            tally.compare(&bias, &golden, &format!("deq.{layer}.bias"));
        } else {
            tally.compare(&weights.get(&format!("{layer}.weight"), &shape).unwrap(), &golden, &name);
            outline.get(&format!("{layer}.weight"), &shape).unwrap();
        }
    }
    for weights in [&weights, &outline] {
        weights.finish(&[]).unwrap();
    }
    // Half a byte for most weights.
    let wide: usize =
        golden.names().iter().filter(|name| name.starts_with("deq.")).map(|name| golden.get(name).elem_count()).sum();
    assert!(outline.asked_bytes() * 2 < 4 * wide as u64, "{} of {wide}", outline.asked_bytes());
    tally.finish("SVDQuant's layers");
}

/// A model whose other parts are of the tiny model, in a folder that goes with it.
fn model(denoiser: &Path, place: &Placement) -> Result<Flux, ModelError> {
    let parts = TempDir::new().unwrap();
    copy(&fixtures().join("tiny/flux-schnell"), parts.path());
    std::fs::copy(folder().join("config.json"), parts.path().join("transformer/config.json")).unwrap();
    let folder = ModelFolder { denoiser: Some(denoiser.to_owned()), ..ModelFolder::new(parts.path()) };
    Flux::load(&folder.placed(place), None)
}

fn answer(model: &Flux, golden: &Golden) -> Result<Tensor, ModelError> {
    let get = |name: &str| golden.get(&format!("in.{name}"));
    let unpack = |packed: Tensor| {
        let last = get("img_ids").to_vec2::<f32>().unwrap().pop().unwrap();
        let (rows, columns) = (last[1] as usize + 1, last[2] as usize + 1);
        let cut = packed.reshape(&[1, rows, columns, packed.dim(2).unwrap() / 4, 2, 2][..]).unwrap();
        let turned = cut.permute([0, 3, 1, 4, 2, 5]).unwrap().contiguous().unwrap();
        turned.reshape((1, (), 2 * rows, 2 * columns)).unwrap()
    };
    let text = Encoded { states: get("encoder_hidden_states"), pooled: Some(get("pooled_projections")) };
    let question = Question {
        latents: &unpack(get("hidden_states")),
        timestep: f64::from(get("timestep").to_vec1::<f32>()?[0]) * 1000.0,
        texts: &[&text],
        size: (64, 64),
        guidance: 0.0,
    };
    let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never())?;
    let (_, channels, height, width) = found.dims4()?;
    let cut = found.reshape(&[1, channels, height / 2, 2, width / 2, 2][..])?;
    Ok(cut.permute([0, 2, 4, 1, 3, 5])?.contiguous()?.reshape((1, (), 4 * channels))?)
}

/// All tensors; bytes with a sign, which candle has not, as bytes without.
fn tensors() -> Tensors {
    let mut found = Tensors::new();
    for file in FILES {
        let bytes = std::fs::read(folder().join(file)).unwrap();
        let file = safetensors::SafeTensors::deserialize(&bytes).unwrap();
        for (name, view) in file.iter() {
            let dtype = match view.dtype() {
                safetensors::Dtype::BF16 => DType::BF16,
                safetensors::Dtype::I32 => DType::I32,
                _ => DType::U8,
            };
            let tensor = Tensor::from_raw_buffer(view.data(), dtype, view.shape(), &Device::Cpu).unwrap();
            found.insert(name.to_owned(), tensor);
        }
    }
    found
}

/// The later release: one file.
fn one_file(folder: &TempDir, tensors: &Tensors) -> PathBuf {
    let file = folder.path().join("svdq-int4_r32.safetensors");
    candle_core::safetensors::save(tensors, &file).unwrap();
    file
}

#[test]
fn both_layouts_answer_as_the_golden_does() {
    let (golden, temporary) = (golden(), TempDir::new().unwrap());
    let mut tally = Tally::new(1e-4);
    let two = answer(&model(&folder(), &Placement::default()).unwrap(), &golden).unwrap();
    let one = answer(&model(&one_file(&temporary, &tensors()), &Placement::default()).unwrap(), &golden).unwrap();
    tally.compare(&two, &golden, "out");
    assert_eq!(
        two.flatten_all().unwrap().to_vec1::<f32>().unwrap(),
        one.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    );
    for (dtype, tolerance) in [(DType::F16, 5e-3), (DType::BF16, 3e-2)] {
        let model = model(&folder(), &Placement { dtype, ..Placement::default() }).unwrap();
        Tally::new(tolerance).compare(&answer(&model, &golden).unwrap(), &golden, "out");
    }
    tally.finish("SVDQuant's transformer");
}

#[test]
fn files_that_are_damaged_are_named_with_what_is_wrong() {
    const NAME: &str = "transformer_blocks.0.mlp_fc1";
    let said = |change: &dyn Fn(&mut Tensors)| {
        let temporary = TempDir::new().unwrap();
        let mut tensors = tensors();
        change(&mut tensors);
        let file = one_file(&temporary, &tensors);
        let error = model(&file, &Placement::default()).and_then(|model| answer(&model, &golden())).unwrap_err();
        let ModelError::Weights(error) = error else { panic!("{error}") };
        error
    };
    let shaped = |shape: &[usize], dtype| Tensor::zeros(shape, dtype, &Device::Cpu).unwrap();
    let error = said(&|tensors| {
        tensors.remove(&format!("{NAME}.lora_up")).unwrap();
    });
    assert!(
        matches!(&error, WeightsError::MissingTensor { tensor, .. } if tensor.ends_with("net.0.proj.lora_up")),
        "{error}"
    );
    let error = said(&|tensors| {
        tensors.insert(format!("{NAME}.wscales"), shaped(&[3, 512], DType::BF16));
    });
    assert!(matches!(&error, WeightsError::ShapeMismatch { .. }), "{error}");
    let error = said(&|tensors| {
        tensors.insert(format!("{NAME}.lora_down"), shaped(&[128, 24], DType::BF16));
    });
    assert!(error.to_string().contains("cannot convert"), "{error}");
    let error = said(&|tensors| {
        let name = format!("{NAME}.wscales");
        tensors.insert(name.clone(), (&tensors[&name] / 0.0).unwrap());
    });
    assert!(matches!(&error, WeightsError::NotFinite { .. }), "{error}");
    let error = said(&|tensors| {
        tensors.insert("transformer_blocks.0.more.qweight".to_owned(), shaped(&[4], DType::F32));
    });
    assert!(matches!(&error, WeightsError::Unused { .. }), "{error}");
    let temporary = TempDir::new().unwrap();
    copy(&folder(), temporary.path());
    let file = temporary.path().join(FILES[0]);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 9]).unwrap();
    let error = model(temporary.path(), &Placement::default()).unwrap_err();
    assert!(
        matches!(&error, ModelError::Weights(WeightsError::Truncated { file: named, .. }) if *named == file),
        "{error}"
    );
}
