//! Checkpoints in one file: see `fixtures/diffusion/single`, whose tiny files diffusers reads to the same weights as the folders.

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use linocut_core::{Prompt, Stop};
use linocut_diffusion::denoise::{DenoiseOptions, Diffusion};
use linocut_diffusion::entry::Entry;
use linocut_diffusion::family::Family;
use linocut_diffusion::hub::Places;
use linocut_diffusion::sampler::{Prediction, Spacing};
use linocut_diffusion::single_file::{Base, SingleFile};
use linocut_diffusion::{ModelError, ModelFolder};
use linocut_nn::LinearKind;
use linocut_nn::place::{Placement, Residency};
use serde_json::{Value, json};
use tempfile::TempDir;

use crate::fixtures;
use crate::pipeline::small;

mod faults;
mod full_size;

type Tensors = BTreeMap<String, Vec<usize>>;

/// Tiny files, and the folders with the same weights.
const FILES: [(&str, &str); 5] = [
    ("sd-1.5.safetensors", "own/sd-1.5"),
    ("sd-1.5.ckpt", "own/sd-1.5"),
    ("sd-2.1.safetensors", "own/sd-2.1"),
    ("sdxl.safetensors", "tiny/sdxl"),
    ("sd-3.5.safetensors", "own/sd-3.5"),
];

/// Kinds of full-size files, the named models that they are of, and which model's lists their networks are in.
const FULL: [(&str, &str, &str, &str); 5] = [
    ("sd-1.5", "Stable Diffusion 1", "sd-1.5", "sd-1.5"),
    ("sd-2.1", "Stable Diffusion 2", "sd-2.1", "sd-2.1"),
    ("sdxl", "Stable Diffusion XL", "sdxl-base", "sdxl"),
    ("ssd-1b", "Stable Diffusion XL", "sdxl-base", "sdxl"),
    ("sd-3.5-medium", "Stable Diffusion 3", "sd-3.5-medium", "sd-3.5-medium"),
];

fn single(name: &str) -> PathBuf {
    fixtures().join("single").join(name)
}

fn nowhere() -> Places {
    Places { models: None, cache: None }
}

/// A model of a tiny file whose base is its folder.
fn opened(file: &Path, folder: &Path, change: impl Fn(ModelFolder) -> ModelFolder) -> Result<Diffusion, ModelError> {
    let base = Base::Folder(folder.into());
    let mut model = SingleFile::open(file)?.completed(&base, &nowhere())?;
    model.folder = change(model.folder.placed(&Placement::default()));
    model.options = DenoiseOptions { guidance: 3.0, ..small() };
    model.open()
}

fn of_folder(folder: &Path, change: impl Fn(ModelFolder) -> ModelFolder) -> Diffusion {
    let family = Family::of_folder(folder).unwrap();
    family.open(&change(ModelFolder::new(folder)), None, DenoiseOptions { guidance: 3.0, ..small() }).unwrap()
}

fn drawn(model: &Diffusion) -> RgbImage {
    model.generate(&Prompt::new("the cat on an orange leaf", 7), &Stop::never()).unwrap()
}

#[test]
fn a_single_file_draws_what_its_folder_draws() {
    for (file, folder) in FILES {
        let folder = fixtures().join(folder);
        let model = opened(&single(file), &folder, |folder| folder).unwrap();
        assert!(drawn(&model) == drawn(&of_folder(&folder, |folder| folder)), "{file}");
    }
}

#[test]
fn places_kinds_and_low_rank_changes_are_those_of_a_folder() {
    let folder = fixtures().join("tiny/sdxl");
    let half = Placement { dtype: candle_core::DType::F16, ..Placement::default() };
    let changes: [&dyn Fn(ModelFolder) -> ModelFolder; 4] = [
        &|model| model.placed(&half),
        &|model| {
            model.placed(&Placement { linear_kind: LinearKind::Q8_0, residency: Residency::Leave, ..half.clone() })
        },
        &|model| ModelFolder { loras: vec![(folder.join("lora_kohya_r2.safetensors"), 0.8)], ..model },
        &|model| ModelFolder { vae: Some(folder.join("vae")), denoiser: Some(folder.join("unet")), ..model },
    ];
    let mut pictures = Vec::new();
    for (at, change) in changes.into_iter().enumerate() {
        let (model, other) =
            (opened(&single("sdxl.safetensors"), &folder, change).unwrap(), of_folder(&folder, change));
        let bytes =
            |model: &Diffusion| -> Vec<u64> { model.model.parts().iter().map(|(_, part)| part.bytes()).collect() };
        assert_eq!(bytes(&model), bytes(&other), "{at}");
        pictures.push(drawn(&model));
        assert!(pictures[at] == drawn(&other), "{at}");
    }
    assert!(pictures[2] != pictures[3]);
}

fn full(name: &str) -> Tensors {
    let text = fs::read(single("manifests").join(format!("{name}.json"))).unwrap();
    serde_json::from_slice(&text).unwrap()
}

/// A safetensors file of these tensors in f16, of which there is only the header on disk.
fn hollow(folder: &Path, tensors: &Tensors, metadata: &Value) -> PathBuf {
    let (mut header, mut end) = (serde_json::Map::new(), 0);
    header.insert("__metadata__".to_owned(), metadata.clone());
    for (name, shape) in tensors {
        let begin = end;
        end += 2 * shape.iter().product::<usize>();
        header.insert(name.clone(), json!({ "dtype": "F16", "shape": shape, "data_offsets": [begin, end] }));
    }
    let header = serde_json::to_vec(&header).unwrap();
    let path = folder.join("fine-tune.safetensors");
    fs::write(&path, [&(header.len() as u64).to_le_bytes()[..], &header].concat()).unwrap();
    fs::OpenOptions::new().append(true).open(&path).unwrap().set_len((8 + header.len() + end) as u64).unwrap();
    path
}

/// A folder of models with the tokenizers of a named one.
fn tokenizers(entry: &Entry, from: &Path) -> TempDir {
    let models = TempDir::new().unwrap();
    for file in entry.files().iter().filter(|file| file.path.starts_with("tokenizer")) {
        let to = models.path().join(file.repository).join(&file.path);
        fs::create_dir_all(to.parent().unwrap()).unwrap();
        fs::copy(from.join(&file.path), to).unwrap();
    }
    models
}

#[test]
fn a_full_size_file_needs_no_more_than_tokenizers() {
    for (name, _, entry, model) in FULL {
        let (temporary, entry) = (TempDir::new().unwrap(), Entry::named(entry).unwrap());
        let from = FILES.iter().find(|(file, _)| file.starts_with(model.trim_end_matches("-medium"))).unwrap().1;
        let models = tokenizers(entry, &fixtures().join(from));
        let file = SingleFile::open(hollow(temporary.path(), &full(name), &json!({}))).unwrap();
        let model = file.completed(&Base::Usual, &Places::from(models.path())).unwrap();
        assert_eq!((model.options.steps, model.options.size), (entry.steps, (entry.size, entry.size)));
        assert_eq!(Some(model.sampler.clone()), entry.sampler);
        let (places, options) = (model.folder.places.clone(), model.options.clone());
        let opened = model.open().unwrap();
        let found = entry.family.plan_of(&opened, &places).weights() as f64;
        let published = Entry::named(if name == "ssd-1b" { name } else { entry.name }).unwrap();
        let expected = published.plan(&places, &options).weights() as f64;
        assert!((found / expected - 1.0).abs() < 0.01, "{name}: {found} of {expected}");
    }
}

#[test]
fn what_is_missing_is_named_with_where_it_was_looked_for() {
    let models = TempDir::new().unwrap();
    let file = SingleFile::open(single("sd-1.5.safetensors")).unwrap();
    let error = file.completed(&Base::Usual, &Places::from(models.path())).unwrap_err().to_string();
    for part in [
        "sd-1.5.safetensors is a checkpoint of Stable Diffusion 1 and needs files that are not in it: sd-1.5 lacks ",
        "stable-diffusion-v1-5/stable-diffusion-v1-5/tokenizer/vocab.json",
        &format!("looked in {}", models.path().display()),
    ] {
        assert!(error.contains(part), "{error}");
    }
    assert!(!error.contains("unet"), "{error}");
    let error = file.completed(&Base::Folder(models.path().into()), &nowhere()).unwrap().open().unwrap_err();
    assert!(matches!(&error, ModelError::MissingFiles { missing, .. } if missing.len() == 3), "{error}");
}

#[test]
fn a_network_that_is_not_in_the_file_is_from_the_base() {
    let folder = fixtures().join("own/sd-3.5");
    let without = |tensors: &mut Loaded| tensors.retain(|name, _| !name.contains("t5xxl"));
    let (_temporary, file) = rewritten("sd-3.5.safetensors", without);
    let model = opened(&file, &folder, |folder| folder).unwrap();
    assert!(drawn(&model) == drawn(&of_folder(&folder, |folder| folder)));
    let models = tokenizers(Entry::named("sd-3.5-medium").unwrap(), &folder);
    let (single, places) = (SingleFile::open(&file).unwrap(), Places::from(models.path()));
    let error = single.completed(&Base::Usual, &places).unwrap_err().to_string();
    assert!(error.contains("/text_encoder_3/model.safetensors.index.json") && !error.contains("token"), "{error}");
    single.with_text_encoder_apart().completed(&Base::Usual, &places).unwrap();
    let base = TempDir::new().unwrap();
    for part in ["tokenizer", "tokenizer_2", "tokenizer_3"] {
        fs::create_dir_all(base.path().join(part)).unwrap();
        for entry in fs::read_dir(folder.join(part)).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, base.path().join(part).join(from.file_name().unwrap())).unwrap();
        }
    }
    for part in ["text_encoder", "text_encoder_2", "transformer", "vae"] {
        fs::create_dir_all(base.path().join(part)).unwrap();
        fs::copy(folder.join(part).join("config.json"), base.path().join(part).join("config.json")).unwrap();
    }
    let error = opened(&file, base.path(), |folder| folder).unwrap_err().to_string();
    let expected = format!("{} has no text_encoder_3, and {} has none either", file.display(), base.path().display());
    assert_eq!(error, expected);
}

#[test]
fn what_the_network_predicts_is_told_by_marks_and_metadata_or_else_as_usual() {
    let temporary = TempDir::new().unwrap();
    let models = tokenizers(Entry::named("sd-2.1").unwrap(), &fixtures().join("own/sd-2.1"));
    let of = |file: &SingleFile| {
        let model = file.completed(&Base::Usual, &Places::from(models.path())).unwrap();
        (model.sampler.prediction, model.options.size.0)
    };
    let second = |metadata| SingleFile::open(hollow(temporary.path(), &full("sd-2.1"), &metadata)).unwrap();
    let usual = second(json!({}));
    assert_eq!((usual.prediction(), of(&usual)), (None, (Prediction::V, 768)));
    assert_eq!(of(&usual.predicting(Prediction::Epsilon)), (Prediction::Epsilon, 512));
    let folder = Base::Folder(fixtures().join("own/sd-2.1").into());
    let predicted = |file: &SingleFile| file.completed(&folder, &nowhere()).unwrap().sampler.prediction;
    assert_eq!(predicted(&usual.predicting(Prediction::Epsilon)), Prediction::Epsilon);
    let told = second(json!({ "modelspec.prediction_type": "epsilon" }));
    assert_eq!((told.prediction(), of(&told)), (Some(Prediction::Epsilon), (Prediction::Epsilon, 512)));
    assert_eq!(predicted(&told), Prediction::V);
    let mut marked = full("sdxl");
    marked.extend([("v_pred".to_owned(), vec![]), ("ztsnr".to_owned(), vec![])]);
    let marked = SingleFile::open(hollow(temporary.path(), &marked, &json!({}))).unwrap();
    let models = tokenizers(Entry::named("sdxl-base").unwrap(), &fixtures().join("tiny/sdxl"));
    let sampler = marked.completed(&Base::Usual, &Places::from(models.path())).unwrap().sampler;
    assert_eq!((sampler.prediction, sampler.spacing), (Prediction::V, Spacing::Trailing));
    assert!(sampler.training.zero_terminal_snr && sampler.schedule(10).is_ok());
}

#[test]
fn a_named_base_says_how_the_file_is_sampled() {
    let models = tokenizers(Entry::named("sdxl-lightning-4step").unwrap(), &fixtures().join("tiny/sdxl"));
    let file = SingleFile::open(single("sdxl.safetensors")).unwrap();
    let places = Places::from(models.path());
    let lightning = Entry::named("sdxl-lightning-4step").unwrap();
    let model = file.completed(&Base::Named(lightning), &places).unwrap();
    assert_eq!((model.options.steps, model.options.guidance), (4, 0.0));
    assert_eq!((Some(&model.sampler), &model.folder.denoiser), (lightning.sampler.as_ref(), &None));
    let error = file.completed(&Base::Named(Entry::named("sd-1.5").unwrap()), &places).unwrap_err().to_string();
    assert!(
        error.starts_with("sd-1.5, of the family Stable Diffusion, cannot complete ")
            && error.ends_with(", a checkpoint of Stable Diffusion XL"),
        "{error}"
    );
    let other = Base::Folder(fixtures().join("own/sd-1.5").into());
    let second = SingleFile::open(single("sd-2.1.safetensors")).unwrap();
    let first = Base::Named(Entry::named("sd-1.5").unwrap());
    assert!(matches!(second.completed(&first, &places), Err(ModelError::OtherBase { .. })));
    let turbo = Entry::named("sdxl-turbo").unwrap();
    let elsewhere = file.completed(&Base::Named(turbo), &places).unwrap();
    assert_eq!((Some(&elsewhere.sampler), elsewhere.options.steps), (turbo.sampler.as_ref(), 4));
    assert_eq!(elsewhere.folder.files, model.folder.files);
    assert!(matches!(file.completed(&other, &places), Err(ModelError::OtherBase { actual: "Stable Diffusion", .. })));
}

type Loaded = std::collections::HashMap<String, candle_core::Tensor>;

/// A tiny file with its tensors changed.
fn rewritten(name: &str, change: impl FnOnce(&mut Loaded)) -> (TempDir, PathBuf) {
    let temporary = TempDir::new().unwrap();
    let mut tensors = candle_core::safetensors::load(single(name), &candle_core::Device::Cpu).unwrap();
    change(&mut tensors);
    let file = temporary.path().join(name);
    candle_core::safetensors::save(&tensors, &file).unwrap();
    (temporary, file)
}
