//! Janus-Pro: rows of words, scores, tokens and pictures of the tiny checkpoints in both layouts; what is said of bad files and input.

use std::collections::HashMap;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex};

use candle_core::{DType, Device, Result, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::denoise::{
    Condition, DenoiseOptions, Diffusion, Encoded, GenerateError, NoiseSource, Stage, TextToPicture,
};
use linocut_diffusion::entry::Entry;
use linocut_diffusion::family::Family;
use linocut_diffusion::janus::{Janus, JanusConfig, JanusLanguage};
use linocut_diffusion::prompt::WeightedText;
use linocut_diffusion::sampler::{Method, Sampler};
use linocut_diffusion::unet::Reuse;
use linocut_diffusion::{ModelError, ModelFolder, Placements};
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use serde_json::Value;
use tempfile::TempDir;

use crate::fixtures;
use crate::further::check_bad_folder;
use crate::golden::{Golden, Tally};
use crate::root;
use crate::truncated::copy;

const PICKLE: &str = "pytorch_model.bin";
const SAFETENSORS: &str = "model.safetensors";

fn original() -> PathBuf {
    fixtures().join("tiny/janus-pro-original")
}

fn converted() -> PathBuf {
    fixtures().join("own/janus")
}

/// A folder of the family that is complete: data for parity may come without a tokenizer.
struct Tiny {
    golden: PathBuf,
    folder: PathBuf,
    _copied: Option<TempDir>,
}

impl Tiny {
    fn of(folder: PathBuf) -> Self {
        let golden = folder.join("golden");
        if folder.join("tokenizer.json").is_file() {
            return Self { golden, folder, _copied: None };
        }
        let copied = TempDir::new().unwrap();
        copy(&folder, copied.path());
        std::fs::copy(original().join("tokenizer.json"), copied.path().join("tokenizer.json")).unwrap();
        Self { golden, folder: copied.path().to_owned(), _copied: Some(copied) }
    }

    /// All folders of the family, the project's own among them.
    fn all() -> Vec<Self> {
        let found = std::fs::read_dir(root().join("tiny")).unwrap().map(|entry| entry.unwrap().path());
        let is_janus = |folder: &PathBuf| {
            let config = std::fs::read_to_string(folder.join("config.json")).unwrap_or_default();
            config.contains("multi_modality") || config.contains("gen_aligner_config")
        };
        let folders: Vec<Self> = found.filter(is_janus).chain([converted()]).map(Self::of).collect();
        assert!(folders.len() > 1);
        folders
    }

    fn model(&self, place: &Placement) -> Diffusion<Janus> {
        let options = DenoiseOptions::of_folder(&self.folder, Family::of_folder(&self.folder).unwrap()).unwrap();
        Diffusion::new(Janus::load(&ModelFolder::new(&self.folder).placed(place), None).unwrap(), options)
    }
}

/// A recorded run, which has the numbers by which its tokens were chosen.
struct Run {
    golden: Golden,
    shares: Vec<f32>,
    tokens: Vec<u32>,
}

impl Run {
    fn all_in(tiny: &Tiny) -> Vec<Self> {
        let runs = Golden::all_in(&tiny.golden).into_iter().map(|golden| {
            let shares = golden.get("uniforms").to_vec1().unwrap();
            let tokens = golden.rows("tokens").remove(0);
            Self { golden, shares, tokens }
        });
        runs.collect()
    }

    fn guidance(&self) -> f64 {
        self.golden.note("cfg_weight").parse().unwrap()
    }

    fn condition(&self, language: &JanusLanguage) -> Condition {
        let rows = self.golden.rows("cond_uncond_tokens");
        let read = |row: &[u32]| Encoded { states: language.read(row).unwrap(), pooled: None };
        Condition { prompt: read(&rows[0]), negative: Some(read(&rows[1])), guidance: self.guidance() }
    }

    /// Scores of every token, the recorded ones being drawn.
    fn scores(&self, language: &JanusLanguage, dtype: Option<DType>) -> Tensor {
        let typed = |vectors: Tensor| dtype.map_or(vectors.clone(), |dtype| vectors.to_dtype(dtype).unwrap());
        let Condition { prompt, negative, guidance } = self.condition(language);
        let mut vectors = typed(Tensor::cat(&[prompt.states, negative.unwrap().states], 0).unwrap());
        let mut cache = language.cache(vectors.dim(1).unwrap() + self.tokens.len());
        let scores = self.tokens.iter().map(|token| {
            let scores = language.next(&vectors, &mut cache).unwrap();
            let (of_words, of_none) = (scores.get(0).unwrap(), scores.get(1).unwrap());
            vectors = typed(language.enter(&[*token, *token]).unwrap());
            (&of_none + ((of_words - &of_none).unwrap() * guidance).unwrap()).unwrap()
        });
        Tensor::stack(&scores.collect::<Vec<_>>(), 0).unwrap()
    }
}

impl NoiseSource for Run {
    fn initial(&self, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        unreachable!("tokens need no noise")
    }

    fn step(&self, _step: usize, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        unreachable!("tokens need no noise")
    }

    fn share(&self, step: usize) -> Result<f64> {
        Ok(f64::from(self.shares[step]))
    }
}

#[test]
fn every_golden_agrees_token_for_token() {
    let mut tally = Tally::new(1e-4);
    for tiny in Tiny::all() {
        let mut model = tiny.model(&Placement::default());
        for run in Run::all_in(&tiny) {
            let language = model.model.language().get().unwrap();
            tally.compare(&run.scores(&language, None), &run.golden, "cfg_logits");
            model.options.guidance = run.guidance();
            let mut seen = Vec::new();
            let mut watch = |token: usize, latents: &Tensor| {
                seen = latents.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                assert!(seen[token] >= 0.0 && seen[token + 1..].iter().all(|missing| *missing == -1.0));
            };
            let latents = model.sample(&run.condition(&language), &[&run], &Stop::never(), &mut watch).unwrap();
            let found = latents.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            assert_eq!(found, run.tokens.iter().map(|token| *token as f32).collect::<Vec<_>>());
            assert_eq!(found, seen);
            tally.compare(&model.model.decode(&latents, &Stop::never()).unwrap(), &run.golden, "decoded");
            compare_levels(&model.decode(&latents, &Stop::never()).unwrap(), &run.golden);
            tally.files += 1;
        }
    }
    tally.finish("Janus-Pro");
}

/// The published code cuts numbers off where pixels are rounded here.
fn compare_levels(picture: &Tensor, golden: &Golden) {
    if golden.has("image_u8") {
        let apart = ((picture * 255.0).unwrap().round().unwrap() - golden.get("image_u8")).unwrap();
        assert!(apart.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap() <= 1.0);
    }
}

#[test]
fn descriptions_are_put_and_cut_as_by_the_published_processor() {
    let text = std::fs::read_to_string(original().join("golden/tokens.json")).unwrap();
    let rows: Vec<Value> = serde_json::from_str(&text).unwrap();
    let model = Janus::load(&ModelFolder::new(original()), None).unwrap();
    for row in &rows {
        let expected: Vec<u32> = serde_json::from_value(row["ids"].clone()).unwrap();
        let found = model.text().tokenize(row["text"].as_str().unwrap()).unwrap();
        assert_eq!(found, expected, "{row}");
        let without = model.text().without_words(&found);
        assert_eq!((without[0], without[without.len() - 1]), (5, 100));
        assert!(without[1..without.len() - 1].iter().all(|token| *token == 3));
    }
    assert!(rows.len() > 3);
    let error = model.text().tokenize(&"fox ".repeat(40_000)).unwrap_err();
    assert!(error.to_string().ends_with("at most 495 are looked at"), "{error}");
}

#[test]
fn weights_of_few_bits_stay_close() {
    for (dtype, linear_kind, tolerance) in [
        (DType::F16, LinearKind::Plain, 5e-3),
        (DType::BF16, LinearKind::Plain, 3e-2),
        (DType::BF16, LinearKind::Stored, 3e-2),
    ] {
        let mut tally = Tally::new(tolerance);
        for tiny in Tiny::all() {
            let model = tiny.model(&Placement { dtype, linear_kind, ..Placement::default() });
            for run in Run::all_in(&tiny) {
                let language = model.model.language().get().unwrap();
                tally.compare(&run.scores(&language, None), &run.golden, "cfg_logits");
            }
        }
        tally.finish(&format!("Janus-Pro {dtype:?} {linear_kind:?}"));
    }
}

/// The way of a card, walked on the CPU.
#[test]
fn other_types_agree() {
    for tiny in Tiny::all() {
        let config = JanusConfig::read(tiny.folder.join("config.json")).unwrap();
        let weights = Weights::open(&tiny.folder, DType::F32, &Device::Cpu).unwrap();
        let language = JanusLanguage::load(&weights, &config).unwrap();
        for run in Run::all_in(&tiny) {
            Tally::new(1e-4).compare(&run.scores(&language, Some(DType::F64)), &run.golden, "cfg_logits");
        }
    }
}

#[test]
fn the_same_seed_gives_the_same_picture_alone_and_in_a_batch() {
    let model = &mut Tiny::of(original()).model(&Placement::default());
    let prompts = [Prompt::new("a red fox", 1), Prompt::new("a red fox", 2), Prompt::new("", 1)];
    let alone: Vec<_> = prompts.iter().map(|prompt| model.generate(prompt, &Stop::never()).unwrap()).collect();
    assert_eq!(alone[0].dimensions(), (16, 16));
    assert!(alone[0] != alone[1] && alone[0] != alone[2]);
    for batch in [1, 3] {
        model.options.batch = batch;
        let drawn = model.generate_batch(&prompts, &Stop::never());
        assert!(drawn.into_iter().zip(&alone).all(|(found, alone)| found.unwrap() == *alone), "{batch}");
    }
}

#[test]
fn guidance_weighs_the_words_and_without_it_they_are_read_once() {
    let model = &mut Tiny::of(original()).model(&Placement::default());
    let draw = |model: &mut Diffusion<Janus>, guidance, negative: &str| {
        model.options = DenoiseOptions { guidance, negative: negative.to_owned(), ..model.options.clone() };
        model.generate(&Prompt::new("a red fox", 1), &Stop::never()).unwrap()
    };
    let (none, plain, guided) = (draw(model, 0.0, ""), draw(model, 1.0, ""), draw(model, 9.0, ""));
    assert!(none == plain && plain != guided);
    assert!(draw(model, 9.0, "a dog") == guided);
    assert!(model.condition("a red fox", "").unwrap().negative.is_some());
    model.options.guidance = 1.0;
    assert!(model.condition("a red fox", "").unwrap().negative.is_none());
}

#[test]
fn each_token_is_heard_of_can_be_looked_at_and_be_the_last() {
    let (model, heard) = (Tiny::of(original()).model(&Placement::default()), Arc::new(Mutex::new(Vec::new())));
    let (log, stop) = (Arc::clone(&heard), Stop::never());
    let flag = stop.clone();
    let listening = stop.listening(move |progress| {
        log.lock().unwrap().push(progress.done);
        if progress.done > 0.2 {
            flag.cancel();
        }
    });
    let error = model.generate(&Prompt::new("a red fox", 1), &listening).unwrap_err();
    assert!(matches!(error, GenerateError::Stopped { step: 4, steps: 16 }), "{error}");
    assert_eq!(*heard.lock().unwrap(), [1.0 / 17.0, 2.0 / 17.0, 3.0 / 17.0, 4.0 / 17.0]);
    let condition = model.condition("a red fox", "").unwrap();
    let mut previews = Vec::new();
    let mut watch = |_: usize, latents: &Tensor| {
        previews.push(model.decode(latents, &Stop::never()).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap());
    };
    let noise = linocut_diffusion::noise::Noise::new(1);
    model.sample(&condition, &[&noise], &Stop::never(), &mut watch).unwrap();
    assert!(previews.len() == 16 && previews.windows(2).all(|pair| pair[0] != pair[1]));
    assert!(previews.iter().flatten().all(|level| level.is_finite()));
    let error = model.decode(&Tensor::zeros((1, 1, 4, 4), DType::F32, &Device::Cpu).unwrap(), &cancelled());
    assert!(matches!(error, Err(ModelError::Stopped)));
}

fn cancelled() -> Stop {
    let stop = Stop::never();
    stop.cancel();
    stop
}

#[test]
fn options_that_mean_nothing_are_refused_by_name() {
    let (folder, family) = (original(), Family::of_folder(original()).unwrap());
    let good = DenoiseOptions::of_folder(&folder, family).unwrap();
    assert_eq!((good.steps, good.guidance, good.size), (16, 5.0, (16, 16)));
    let say = |files: &ModelFolder, sampler: Option<Sampler>, options: DenoiseOptions| {
        family.open(files, sampler, options).err().map(|error| error.to_string()).unwrap()
    };
    let of = |options: DenoiseOptions| say(&ModelFolder::new(&folder), None, options);
    let expected = "`steps` is 30; this model knows only 16, one for each token of a picture";
    assert_eq!(of(DenoiseOptions { steps: 30, ..good.clone() }), expected);
    let text = of(DenoiseOptions { size: (512, 16), ..good.clone() });
    assert_eq!(text, "`size` is 512x16 px; this model knows only 16x16 px");
    let text = of(DenoiseOptions { timesteps: Some(vec![999.0]), ..good.clone() });
    assert!(text.starts_with("`timesteps` is Some([999.0])"), "{text}");
    let text = of(DenoiseOptions { reuse: Reuse { interval: 3, ..Reuse::default() }, ..good.clone() });
    assert!(text.starts_with("`interval` is 3; this model knows only 1"), "{text}");
    let sampler = Entry::named("sdxl-turbo").unwrap().sampler.clone().unwrap();
    assert!(matches!(sampler.method, Method::EulerAncestral));
    let text = of(DenoiseOptions { sampler: Some(sampler.clone()), ..good.clone() });
    assert!(text.starts_with("`sampler` is Some(EulerAncestral); this model knows only none"), "{text}");
    let text = say(&ModelFolder::new(&folder), Some(sampler), good.clone());
    assert!(text.starts_with("`sampler` is "), "{text}");
    let files = ModelFolder { loras: vec![("style.safetensors".into(), 1.0)], ..ModelFolder::new(&folder) };
    let text = say(&files, None, good.clone());
    assert_eq!(text, r#"`loras` is [("style.safetensors", 1.0)]; this model knows only none"#);
    let files = ModelFolder { denoiser: Some("other.gguf".into()), ..ModelFolder::new(&folder) };
    assert!(say(&files, None, good.clone()).starts_with("`denoiser` is "));
    let mut model = family.open(&ModelFolder::new(&folder), None, good.clone()).unwrap();
    for guidance in [f64::NAN, f64::INFINITY] {
        model.options = DenoiseOptions { guidance, ..good.clone() };
        let error = model.generate(&Prompt::new("a red fox", 1), &Stop::never()).unwrap_err();
        assert!(matches!(error, GenerateError::Guidance { .. }), "{error}");
    }
    model.options = DenoiseOptions { weighted: true, ..good };
    let error = model.generate(&Prompt::new("a (red:1.2) fox", 1), &Stop::never()).unwrap_err();
    assert!(error.to_string().starts_with("`weighted` is true"), "{error}");
}

/// The original checkpoint with its tensors as they are, in safetensors.
fn tensors() -> HashMap<String, Tensor> {
    candle_core::pickle::read_all(original().join(PICKLE)).unwrap().into_iter().collect()
}

/// The folder with these tensors in safetensors.
fn folder_of(tensors: &HashMap<String, Tensor>) -> TempDir {
    let folder = TempDir::new().unwrap();
    copy(&original(), folder.path());
    std::fs::remove_file(folder.path().join(PICKLE)).unwrap();
    candle_core::safetensors::save(tensors, folder.path().join(SAFETENSORS)).unwrap();
    folder
}

#[test]
fn pickles_in_one_file_and_in_shards_and_safetensors_draw_the_same() {
    let draw = |folder: &Path| {
        let family = Family::of_folder(folder).unwrap();
        let options = DenoiseOptions::of_folder(folder, family).unwrap();
        let model = family.open(&ModelFolder::new(folder), None, options).unwrap();
        model.generate(&Prompt::new("a red fox", 7), &Stop::never()).unwrap()
    };
    let whole = draw(&original());
    assert!(draw(folder_of(&tensors()).path()) == whole);
    let shards = TempDir::new().unwrap();
    copy(&original(), shards.path());
    let shard = "pytorch_model-00001-of-00001.bin";
    std::fs::rename(shards.path().join(PICKLE), shards.path().join(shard)).unwrap();
    let index = shards.path().join("pytorch_model.bin.index.json");
    std::fs::write(&index, format!(r#"{{"weight_map": {{"gen_embed.weight": "{shard}"}}}}"#)).unwrap();
    assert!(draw(shards.path()) == whole);
    std::fs::write(&index, r#"{"weight_map": {"gen_embed.weight": "pytorch_model-00002-of-00002.bin"}}"#).unwrap();
    let error = Janus::load(&ModelFolder::new(shards.path()), None).unwrap_err();
    assert!(matches!(&error, ModelError::Weights(WeightsError::MissingShard { .. })), "{error}");
}

#[test]
fn damaged_weights_are_named() {
    let said = |folder: &Path| Janus::load(&ModelFolder::new(folder), None).unwrap_err();
    let (name, whole) = ("gen_head.vision_head.weight", tensors());
    for file in [PICKLE, SAFETENSORS] {
        let folder = if file == PICKLE { TempDir::new().unwrap() } else { folder_of(&whole) };
        if file == PICKLE {
            copy(&original(), folder.path());
        }
        let path = folder.path().join(file);
        let bytes = std::fs::read(&path).unwrap();
        for kept in [0, 7, 1000, bytes.len() - 1] {
            std::fs::write(&path, &bytes[..kept]).unwrap();
            let error = said(folder.path());
            assert!(matches!(error, ModelError::Weights(_)), "{error}");
            assert!(error.to_string().contains(file), "{kept}: {error}");
        }
    }
    let mut renamed = whole.clone();
    let tensor = renamed.remove(name).unwrap();
    renamed.insert("gen_head.head.weight".to_owned(), tensor.clone());
    let error = said(folder_of(&renamed).path());
    let is_named = |error: &ModelError| matches!(error, ModelError::Weights(WeightsError::MissingTensor { tensor, .. }) if tensor == name);
    assert!(is_named(&error), "{error}");
    let mut shaped = whole.clone();
    shaped.insert(name.to_owned(), tensor.narrow(0, 0, 47).unwrap().contiguous().unwrap());
    let error = said(folder_of(&shaped).path());
    assert!(
        matches!(&error, ModelError::Weights(WeightsError::ShapeMismatch { tensor, expected, actual, .. })
        if tensor == name && expected == &[48, 32] && actual == &[47, 32]),
        "{error}"
    );
    let mut more = whole.clone();
    more.insert("gen_head.third.weight".to_owned(), tensor.clone());
    let error = said(folder_of(&more).path());
    assert!(error.to_string().contains("gen_head.third.weight"), "{error}");
    for (name, part) in [(name, Stage::Denoise), ("gen_vision_model.decoder.conv_out.weight", Stage::Decode)] {
        let mut infinite = whole.clone();
        let mut values = whole[name].flatten_all().unwrap().to_vec1::<f32>().unwrap();
        values[5] = f32::NAN;
        infinite.insert(name.to_owned(), Tensor::from_vec(values, whole[name].shape(), &Device::Cpu).unwrap());
        let folder = folder_of(&infinite);
        let model = Janus::load(&ModelFolder::new(folder.path()), None).unwrap();
        let error = match part {
            Stage::Decode => {
                model.decode(&Tensor::zeros((1, 1, 4, 4), DType::F32, &Device::Cpu).unwrap(), &Stop::never()).err()
            }
            _ => model.encode(&[WeightedText::plain("a red fox")], None).err(),
        };
        let error = error.unwrap();
        assert!(
            matches!(&error, ModelError::Weights(WeightsError::NotFinite { tensor, element: 5, .. }) if tensor == name),
            "{error}"
        );
    }
}

#[test]
fn folders_and_configurations_that_cannot_be_are_named() {
    let other = converted().join(SAFETENSORS);
    let files = ["config.json", "tokenizer.json"];
    check_bad_folder(&original(), &files, (SAFETENSORS, &other), |folder| Janus::load(folder, None));
    let folder = TempDir::new().unwrap();
    copy(&original(), folder.path());
    let text = std::fs::read_to_string(original().join("config.json")).unwrap();
    let said = |from: &str, to: &str| {
        assert!(text.contains(from), "{from}");
        std::fs::write(folder.path().join("config.json"), text.replacen(from, to, 1)).unwrap();
        Janus::load(&ModelFolder::new(folder.path()), None).unwrap_err().to_string()
    };
    assert!(said(r#""depth": 2"#, r#""depth": 3"#).starts_with("`gen_aligner_config.depth` is 3"));
    assert!(said(r#""cls": "VQ-16""#, r#""cls": "VQ-8""#).starts_with(r#"`gen_vision_config.cls` is "VQ-8""#));
    assert!(said(r#""model_type": "llama""#, r#""model_type": "gemma""#).starts_with("`model_type` is \"gemma\""));
    assert!(said(r#""vq_ch": 32"#, r#""vq_ch": 24"#).starts_with("`ch_mult` is [24, 24, 24]"));
    assert!(said(r#""grid": 4"#, r#""grid": 0"#).starts_with("`grid` is 0"));
    assert!(said(r#""input_dim": 8"#, r#""input_dim": 9"#).starts_with("`gen_aligner_config.input_dim` is 9"));
    assert!(
        said(r#""num_attention_heads": 2"#, r#""num_attention_heads": 0"#).starts_with("`num_key_value_heads` is ")
    );
    assert!(said(r#""max_position_embeddings": 512"#, r#""max_position_embeddings": 16"#).contains("is 16"));
    assert!(said(r#""model_type": "multi_modality""#, r#""model_type": "chameleon""#).contains("chameleon"));
    std::fs::write(folder.path().join("config.json"), &text[..text.len() / 2]).unwrap();
    let error = Janus::load(&ModelFolder::new(folder.path()), None).unwrap_err();
    assert!(matches!(&error, ModelError::Config { .. }), "{error}");
    std::fs::write(folder.path().join("config.json"), &text).unwrap();
    let words = std::fs::read_to_string(original().join("tokenizer.json")).unwrap();
    std::fs::write(folder.path().join("tokenizer.json"), words.replace("<begin_of_image>", "<picture>")).unwrap();
    let error = Janus::load(&ModelFolder::new(folder.path()), None).unwrap_err().to_string();
    assert!(error.ends_with("the vocabulary has no token `<begin_of_image>`"), "{error}");
}

#[test]
fn memory_is_planned_by_the_files_and_parts_can_take_turns() {
    let (folder, family) = (original(), Family::of_folder(original()).unwrap());
    let options = DenoiseOptions::of_folder(&folder, family).unwrap();
    let model = family.open(&ModelFolder::new(&folder), None, options.clone()).unwrap();
    let plan = family.plan_of(&model, &Placements::default());
    let parts: Vec<(&str, Stage)> = plan.parts.iter().map(|part| (part.name, part.stage)).collect();
    assert_eq!(parts, [("language_model", Stage::Denoise), ("gen_vision_model", Stage::Decode)]);
    let tensors = tensors();
    // Kernels of 3 x 3 between 16 channels and more are transformed to 36 numbers each.
    let taken = |tensor: &Tensor| match *tensor.dims() {
        [width, depth, 3, 3] if width.min(depth) >= 16 => width * depth * 36 * 4,
        _ => tensor.elem_count() * 4,
    };
    let of = |is_of: &dyn Fn(&str) -> bool| {
        let of = tensors.iter().filter(|(name, _)| is_of(name));
        of.map(|(_, tensor)| taken(tensor) as u64).sum::<u64>()
    };
    let picture = of(&|name| name.starts_with("gen_vision_model."));
    let language = of(&|name| !name.starts_with("gen_vision_model.") && !name.contains("lm_head"));
    assert_eq!([plan.parts[0].bytes, plan.parts[1].bytes], [language, picture]);
    let limit = plan.peak() - picture / 2;
    let (leaving, less) = family.open_within(&ModelFolder::new(&folder), None, &options, limit).unwrap();
    assert!(less.peak() <= limit && less.peak() < plan.peak());
    let draw = |model: &Diffusion| model.generate(&Prompt::new("a red fox", 3), &Stop::never()).unwrap();
    assert!(draw(&leaving) == draw(&model));
    assert!(leaving.model.parts().iter().all(|(_, part)| !part.is_loaded()));
}
