//! Compares models with the reference implementation, on tiny checkpoints in the published layout.
//!
//! The folder in `LINOCUT_PARITY` (default: this project's fixtures) holds, directly or in `tiny/`, one folder for each model:
//! `config.json`, weights and `golden/*.safetensors`. Which model it is says `model_type` of its configuration.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor};
use image::RgbImage;
use linocut_nn::weights::Weights;
use linocut_score::PixelValues;
use linocut_score::aesthetic::LinearHead;
use linocut_score::clip::{Clip, ClipConfig};
use linocut_score::paligemma::{PaliGemmaConfig, PaliGemmaModel};
use linocut_score::siglip::{Siglip, SiglipConfig};

/// Largest difference, as a share of the largest value of the reference.
const TOLERANCE: f64 = 1e-4;
/// Largest difference of pixel values.
const PIXEL_TOLERANCE: f64 = 1e-5;
/// Tensors of a golden that a model is given.
const INPUTS: [&str; 2] = ["image_u8", "input_ids"];

type Tensors = HashMap<String, Tensor>;

fn root() -> PathBuf {
    let fixtures = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score");
    let root = std::env::var_os("LINOCUT_PARITY").map_or(fixtures, PathBuf::from);
    if root.join("tiny").is_dir() { root.join("tiny") } else { root }
}

fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found: Vec<PathBuf> =
        fs::read_dir(folder).map(|list| list.map(|entry| entry.unwrap().path()).collect()).unwrap_or_default();
    found.sort();
    found
}

fn config(folder: &Path) -> serde_json::Value {
    fs::read(folder.join("config.json")).map_or(serde_json::Value::Null, |text| serde_json::from_slice(&text).unwrap())
}

fn picture(golden: &Tensors) -> RgbImage {
    let (height, width, _) = golden["image_u8"].dims3().unwrap();
    let levels = golden["image_u8"].flatten_all().unwrap().to_vec1::<u8>().unwrap();
    RgbImage::from_raw(width as u32, height as u32, levels).unwrap()
}

/// The file of an aesthetic head.
fn head(folder: &Path) -> PathBuf {
    files(folder).into_iter().find(|file| file.to_string_lossy().ends_with("_head.safetensors")).unwrap()
}

fn rating(folder: &Path, vectors: &Tensor) -> Tensor {
    let rows = vectors.to_vec2::<f32>().unwrap();
    let head = LinearHead::read(head(folder), rows[0].len()).unwrap();
    let ratings: Vec<f64> = rows.iter().map(|row| head.rate(row)).collect();
    Tensor::from_vec(ratings, (rows.len(), 1), &Device::Cpu).unwrap()
}

/// Vectors of length 1, as the reference returns them.
fn unit(vectors: &Tensor) -> Tensor {
    vectors.broadcast_div(&vectors.sqr().unwrap().sum_keepdim(1).unwrap().sqrt().unwrap()).unwrap()
}

fn clip(folder: &Path, golden: &Tensors) -> Tensors {
    let config: ClipConfig = serde_json::from_value(config(folder)).unwrap();
    let weights = Weights::open(folder, DType::F32, &Device::Cpu).unwrap();
    let model = Clip::load(&weights, &config).unwrap();
    weights.finish(&[]).unwrap();
    let pixels = PixelValues::read(folder, PixelValues::clip(224)).unwrap();
    let pixel_values = pixels.tensor(&[&picture(golden)], &Device::Cpu).unwrap();
    let pictures = model.vision.forward(&pixel_values).unwrap();
    let texts = model.text.forward(&golden["input_ids"]).unwrap().pooled;
    HashMap::from([
        ("logits_per_image".to_owned(), model.logits(&pictures, &texts).unwrap()),
        ("aesthetic".to_owned(), rating(folder, &pictures)),
        ("image_features".to_owned(), pictures),
        ("text_features".to_owned(), texts),
        ("pixel_values".to_owned(), pixel_values),
    ])
}

fn siglip(folder: &Path, golden: &Tensors) -> Tensors {
    let config: SiglipConfig = serde_json::from_value(config(folder)).unwrap();
    let weights = Weights::open(folder, DType::F32, &Device::Cpu).unwrap();
    let model = Siglip::load(&weights, &config).unwrap();
    weights.finish(&[]).unwrap();
    let pixels = PixelValues::read(folder, PixelValues::siglip(384)).unwrap();
    let pixel_values = pixels.tensor(&[&picture(golden)], &Device::Cpu).unwrap();
    let states = model.vision.forward(&pixel_values).unwrap();
    let pooled = states.pooled.unwrap();
    let texts = model.text.forward(&golden["input_ids"]).unwrap();
    HashMap::from([
        ("logits_per_image".to_owned(), model.logits(&pooled, &texts).unwrap()),
        ("aesthetic".to_owned(), rating(folder, &pooled)),
        ("image_embeds".to_owned(), unit(&pooled)),
        ("text_embeds".to_owned(), unit(&texts)),
        ("pooler".to_owned(), pooled),
        ("last_hidden".to_owned(), states.patches),
        ("pixel_values".to_owned(), pixel_values),
    ])
}

fn paligemma(folder: &Path, golden: &Tensors) -> Tensors {
    let config = PaliGemmaConfig::read(folder.join("config.json")).unwrap();
    let weights = Weights::open(folder, DType::F32, &Device::Cpu).unwrap();
    let model = PaliGemmaModel::load(&weights, &config).unwrap();
    weights.finish(&[]).unwrap();
    let pixel_values = model.pixel_values(&picture(golden)).unwrap();
    let image_features = model.image_features(&pixel_values).unwrap();
    let ids = golden["input_ids"].flatten_all().unwrap().to_dtype(DType::U32).unwrap().to_vec1::<u32>().unwrap();
    let steps = golden["step_logits"].dim(0).unwrap();
    let answer = model.generate(&image_features, &ids, steps).unwrap();
    let generated: Vec<u32> = ids.iter().chain(&answer.ids).copied().collect();
    HashMap::from([
        ("prefill_logits".to_owned(), model.prefill(&image_features, &ids).unwrap()),
        ("step_logits".to_owned(), Tensor::new(answer.logits, &Device::Cpu).unwrap()),
        ("generated".to_owned(), Tensor::new(&generated[..], &Device::Cpu).unwrap().unsqueeze(0).unwrap()),
        ("image_features".to_owned(), image_features),
        ("pixel_values".to_owned(), pixel_values),
    ])
}

/// What this project computes from the inputs of a golden; nothing for a model that this crate does not have.
fn compute(folder: &Path, golden: &Tensors) -> Option<Tensors> {
    match config(folder)["model_type"].as_str()? {
        "clip" => Some(clip(folder, golden)),
        "siglip" => Some(siglip(folder, golden)),
        "paligemma" => Some(paligemma(folder, golden)),
        _ => None,
    }
}

/// Largest difference and largest value of the reference.
fn apart(found: &Tensor, expected: &Tensor) -> (f64, f64) {
    assert_eq!(found.dims(), expected.dims());
    let values = |tensor: &Tensor| -> Vec<f64> {
        tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    };
    let (found, expected) = (values(found), values(expected));
    let differences = found.iter().zip(&expected).map(|(a, b)| if a.is_nan() { f64::INFINITY } else { (a - b).abs() });
    (differences.fold(0.0, f64::max), expected.iter().fold(0.0, |most, value| most.max(value.abs())))
}

#[test]
fn every_tensor_is_that_of_the_reference() {
    let (mut tensors, mut goldens) = (0, 0);
    for folder in files(&root()) {
        for file in files(&folder.join("golden")) {
            let golden = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
            let Some(found) = compute(&folder, &golden) else { continue };
            goldens += 1;
            for (name, expected) in golden.iter().collect::<BTreeMap<_, _>>() {
                if INPUTS.contains(&name.as_str()) {
                    continue;
                }
                let found = found.get(name).unwrap_or_else(|| panic!("{name} of {} is not computed", file.display()));
                let (difference, largest) = apart(found, expected);
                println!("{} {name}: {:.1e}", folder.display(), difference / largest);
                assert!(difference <= TOLERANCE * largest, "{name} of {}: {difference} of {largest}", file.display());
                assert!(name != "pixel_values" || difference <= PIXEL_TOLERANCE, "{name} of {}", file.display());
                tensors += 1;
            }
        }
    }
    println!("compared {tensors} tensors in {goldens} files");
    assert!(tensors > 0, "no goldens in {}", root().display());
}
