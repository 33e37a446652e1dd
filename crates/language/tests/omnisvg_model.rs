//! Tiny models of OmniSVG against what transformers and the published program compute of the same files, and what they draw.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::{Rgb, RgbImage, RgbaImage};
use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task, Trace};
use linocut_language::model::{ModelError, Progress, Sampler, Sampling};
use linocut_language::omnisvg::{Grid, OmniSvg, Places, Preset, SketchDecoder, on_white, patches, prepared};
use linocut_nn::LinearKind;
use linocut_nn::candle_core::{DType, Device, Tensor, safetensors};
use linocut_nn::place::Placement;
use serde_json::{Value, json};

const SIZES: [&str; 2] = ["omnisvg-4b", "omnisvg-8b"];

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/language")
}

fn open(size: &str) -> OmniSvg {
    OmniSvg::open(&fixtures().join(size), &Placement::default()).unwrap()
}

struct Golden(HashMap<String, Tensor>);

impl Golden {
    fn read(size: &str, name: &str) -> Self {
        let file = fixtures().join(size).join("golden").join(name).with_extension("safetensors");
        Self(safetensors::load(file, &Device::Cpu).unwrap())
    }

    fn get(&self, name: &str) -> &Tensor {
        self.0.get(name).unwrap_or_else(|| panic!("{name}"))
    }

    fn numbers(&self, name: &str) -> Vec<usize> {
        let numbers = self.get(name).to_dtype(DType::I64).unwrap().flatten_all().unwrap().to_vec1::<i64>().unwrap();
        numbers.into_iter().map(|number| number as usize).collect()
    }

    fn ids(&self, name: &str) -> Vec<u32> {
        self.numbers(name).into_iter().map(|id| id as u32).collect()
    }

    fn floats(&self, name: &str) -> Vec<f32> {
        self.get(name).flatten_all().unwrap().to_vec1().unwrap()
    }

    fn grids(&self) -> Vec<Grid> {
        let grids = self.numbers("image_grid_thw");
        grids.chunks_exact(3).map(|sides| Grid { rows: sides[1], columns: sides[2] }).collect()
    }

    fn picture(&self, name: &str) -> RgbImage {
        let pixels = self.get(name);
        let (height, width, _) = pixels.dims3().unwrap();
        RgbImage::from_raw(width as u32, height as u32, pixels.flatten_all().unwrap().to_vec1().unwrap()).unwrap()
    }

    /// Places of (3, batch, tokens), sequence by sequence.
    fn places(&self, name: &str) -> Vec<[usize; 3]> {
        let numbers = self.numbers(name);
        let count = numbers.len() / 3;
        (0..count).map(|at| [numbers[at], numbers[count + at], numbers[2 * count + at]]).collect()
    }
}

/// Largest difference over the largest magnitude.
fn deviation(found: &Tensor, expected: &Tensor) -> f32 {
    let largest = |tensor: &Tensor| tensor.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
    assert_eq!(found.dims(), expected.dims());
    largest(&(found - expected).unwrap()) / largest(expected)
}

fn best(logits: &[f32]) -> u32 {
    (0_u32..).zip(logits).max_by(|a, b| a.1.total_cmp(b.1)).unwrap().0
}

/// Greedy tokens behind a prompt, and their logits, against the golden ones.
fn follow(network: &SketchDecoder, golden: &Golden, vectors: &Tensor, places: &Places, name: &str) {
    let steps = golden.get("step_logits").squeeze(0).unwrap();
    let mut cache = network.cache(Vec::new());
    // The prompt in two pieces.
    let (first, second) = places.of_tokens.split_at(20);
    network.next(&vectors.narrow(1, 0, 20).unwrap(), first, &mut cache).unwrap();
    let rest = vectors.narrow(1, 20, second.len()).unwrap();
    let mut logits = network.next(&rest, second, &mut cache).unwrap();
    for (step, expected) in golden.ids("tokens").into_iter().enumerate() {
        let found = Tensor::new(logits.as_slice(), &Device::Cpu).unwrap();
        let apart = deviation(&found, &steps.get(step).unwrap());
        assert!(apart < 1e-4, "{name} step {step}: {apart}");
        assert_eq!(best(&logits), expected, "{name} step {step}");
        let vector = network.vectors(&[&[expected]]).unwrap();
        logits = network.next(&vector, &[[places.next + step; 3]], &mut cache).unwrap();
    }
}

#[test]
fn text_is_continued_as_by_transformers() {
    for size in SIZES {
        let (model, golden) = (open(size), Golden::read(size, "text_to_svg"));
        let (network, ids) = (model.network().unwrap(), golden.ids("input_ids"));
        let places = Places::of_prompt(&ids, &[], model.config()).unwrap();
        assert_eq!(places.of_tokens, golden.places("position_ids"));
        let vectors = network.vectors(&[&ids]).unwrap();
        let logits = network.logits(&vectors, &places.of_tokens, &mut network.cache(Vec::new())).unwrap();
        let apart = deviation(&logits, golden.get("logits"));
        assert!(apart < 1e-4, "{size} {apart}");
        follow(&network, &golden, &vectors, &places, size);
    }
}

#[test]
fn prompts_of_a_batch_are_continued_as_by_transformers() {
    for size in SIZES {
        let (model, golden) = (open(size), Golden::read(size, "text_to_svg"));
        let network = model.network().unwrap();
        let (ids, seen) = (golden.ids("batch.input_ids"), golden.numbers("batch.attention_mask"));
        let length = ids.len() / 2;
        let padding: Vec<usize> =
            seen.chunks_exact(length).map(|row| row.iter().take_while(|seen| **seen == 0).count()).collect();
        assert!(padding[0] != padding[1]);
        let (mut cache, mut places) = (network.cache(padding.clone()), golden.places("batch.position_ids"));
        let mut vectors = network.vectors(&[&ids[..length], &ids[length..]]).unwrap();
        let steps = golden.ids("batch.tokens");
        let mut sequences: [Vec<u32>; 2] = [Vec::new(), Vec::new()];
        for step in 0..steps.len() / 2 {
            let logits = network.logits(&vectors, &places, &mut cache).unwrap();
            let last = logits.narrow(1, logits.dim(1).unwrap() - 1, 1).unwrap().squeeze(1).unwrap();
            if step == 0 {
                let apart = deviation(&last, golden.get("batch.last_logits"));
                assert!(apart < 1e-4, "{size} {apart}");
            }
            let found: Vec<u32> = last.to_vec2::<f32>().unwrap().iter().map(|logits| best(logits)).collect();
            sequences.iter_mut().zip(&found).for_each(|(sequence, token)| sequence.push(*token));
            vectors = network.vectors(&[&found[..1], &found[1..]]).unwrap();
            places = padding.iter().map(|padding| [length + step - padding; 3]).collect();
        }
        assert_eq!(sequences.concat(), steps, "{size}");
    }
}

#[test]
fn pictures_are_seen_and_continued_as_by_transformers() {
    for size in SIZES {
        let (model, golden) = (open(size), Golden::read(size, "image_to_svg"));
        let (network, tower) = (model.network().unwrap(), model.vision().unwrap());
        let vision = &model.config().vision;
        let resized = golden.picture("resized_u8");
        assert_eq!(resized.width(), model.config().picture_side);
        let (numbers, grid) = patches(&resized, vision.patch, vision.merge);
        let pixels = golden.get("pixel_values");
        let found = Tensor::from_vec(numbers, pixels.dims(), &Device::Cpu).unwrap();
        assert!(deviation(&found, pixels) < 1e-6 && golden.grids() == [grid]);
        let seen = tower.steps(&found, &[grid], |block, state| {
            let name = if block == 0 { "vision.patch_embed".to_owned() } else { format!("vision.block.{}", block - 1) };
            let Some(expected) = golden.0.get(&name) else { return };
            let mut state = state.squeeze(0).unwrap();
            if block == 0 {
                // The golden vectors are not in the order of windows.
                let order = golden.get("vision.window_index").to_dtype(DType::I64).unwrap();
                let inverse = order.arg_sort_last_dim(true).unwrap();
                let blocks = state.reshape((inverse.dim(0).unwrap(), ())).unwrap();
                state = blocks.index_select(&inverse, 0).unwrap().reshape(state.dims()).unwrap();
            }
            let apart = deviation(&state, expected);
            assert!(apart < 1e-4, "{size} {name}: {apart}");
        });
        let seen = seen.unwrap();
        let apart = deviation(&seen, golden.get("vision.out"));
        assert!(apart < 1e-4, "{size}: {apart}");
        let ids = golden.ids("input_ids");
        let places = Places::of_prompt(&ids, &[grid], model.config()).unwrap();
        assert_eq!(places.of_tokens, golden.places("position_ids"));
        let delta = golden.get("rope_deltas").flatten_all().unwrap().to_vec1::<i64>().unwrap()[0];
        assert_eq!(places.next as i64, ids.len() as i64 + delta);
        let vectors = network.vectors_with(&ids, &seen).unwrap();
        if let Some(expected) = golden.0.get("logits") {
            let logits = network.logits(&vectors, &places.of_tokens, &mut network.cache(Vec::new())).unwrap();
            let apart = deviation(&logits, expected);
            assert!(apart < 1e-4, "{size}: {apart}");
        }
        follow(&network, &golden, &vectors, &places, size);
    }
}

#[test]
fn two_pictures_of_other_shapes_are_seen_apart() {
    let golden = Golden::read("omnisvg-4b", "vision_pair");
    let (tower, grids) = (open("omnisvg-4b").vision().unwrap(), golden.grids());
    assert!(grids.len() == 2 && grids[0] != grids[1]);
    let apart = deviation(&tower.forward(golden.get("pixel_values"), &grids).unwrap(), golden.get("vision.out"));
    assert!(apart < 1e-4, "{apart}");
    let error = tower.forward(golden.get("pixel_values"), &grids[..1]).unwrap_err().to_string();
    assert!(error.contains("patches for grids"), "{error}");
}

#[test]
fn pictures_are_prepared_as_by_the_published_program() {
    let file = fixtures().join("omnisvg-preprocess.safetensors");
    let golden = Golden(safetensors::load(file, &Device::Cpu).unwrap());
    for name in ["white_edge", "grey_edge", "blue_edge"] {
        let found = prepared(&golden.picture(&format!("{name}.input")), 56).unwrap();
        assert!(found == golden.picture(&format!("{name}.output")), "{name}");
    }
    let grey = golden.get("grey_mode.input");
    let (height, width) = grey.dims2().unwrap();
    let values: Vec<u8> = grey.flatten_all().unwrap().to_vec1().unwrap();
    let grey = RgbImage::from_fn(width as u32, height as u32, |x, y| Rgb([values[y as usize * width + x as usize]; 3]));
    assert!(prepared(&grey, 56).unwrap() == golden.picture("grey_mode.output"));
    let pixels = golden.get("transparent.input");
    let (height, width, _) = pixels.dims3().unwrap();
    let pixels = pixels.flatten_all().unwrap().to_vec1().unwrap();
    let picture = RgbaImage::from_raw(width as u32, height as u32, pixels).unwrap();
    // This one loses height alone, so that the order of the passes shows.
    assert!(prepared(&on_white(&picture), 56).unwrap() == golden.picture("transparent.output"));
}

/// The logits of a stage over the tokens that it leaves, as probabilities.
fn softmax(logits: &[f32]) -> Vec<f64> {
    let largest = logits.iter().copied().fold(f32::MIN, f32::max);
    let weights: Vec<f64> = logits.iter().map(|logit| f64::from(logit - largest).exp()).collect();
    let sum: f64 = weights.iter().sum();
    weights.into_iter().map(|weight| weight / sum).collect()
}

#[test]
fn each_stage_of_sampling_is_that_of_transformers() {
    for size in SIZES {
        let (model, golden) = (open(size), Golden::read(size, "sampling"));
        let (network, prompt) = (model.network().unwrap(), golden.ids("input_ids"));
        let vocabulary = model.config().layout.vocabulary;
        for (name, preset) in
            [("icon", Preset::Icon), ("illustration", Preset::Illustration), ("image", Preset::Picture)]
        {
            let raw = golden.floats(&format!("{name}.raw"));
            let own = preset.sampling();
            let penalised =
                Sampling { repetition_penalty: own.repetition_penalty, temperature: 1.0, ..Sampling::GREEDY };
            let tempered = Sampling { temperature: own.temperature, ..penalised };
            let best_k = Sampling { top_k: own.top_k, ..tempered };
            for (stage, sampling) in
                [("penalised", penalised), ("tempered", tempered), ("top_k", best_k), ("top_p", own), ("probs", own)]
            {
                let sampler = Sampler::new(sampling, 0, vocabulary as usize, &prompt).unwrap();
                let mut found = vec![0.0; raw.len()];
                for (token, share) in sampler.shares(&raw, 0..vocabulary).unwrap() {
                    found[token as usize] = f64::from(share);
                }
                let expected = golden.floats(&format!("{name}.{stage}"));
                let expected = match stage {
                    "probs" => expected.into_iter().map(f64::from).collect(),
                    _ => softmax(&expected),
                };
                for (token, (found, expected)) in found.iter().zip(&expected).enumerate() {
                    assert_eq!(*found > 0.0, *expected > 0.0, "{size} {name} {stage} {token}");
                    assert!((found - expected).abs() < 1e-5, "{size} {name} {stage} {token}: {found} {expected}");
                }
            }
            // Tokens by the recorded numbers: the first whose sum of probabilities is above.
            let uniforms: Vec<f64> = golden.get(&format!("{name}.uniforms")).to_vec1().unwrap();
            let mut cache = network.cache(Vec::new());
            let places = Places::of_prompt(&prompt, &[], model.config()).unwrap();
            let vectors = network.vectors(&[&prompt]).unwrap();
            let mut logits = network.next(&vectors, &places.of_tokens, &mut cache).unwrap();
            let mut written = prompt.clone();
            for (step, (token, uniform)) in golden.ids(&format!("{name}.tokens")).into_iter().zip(uniforms).enumerate()
            {
                let sampler = Sampler::new(own, 0, vocabulary as usize, &written).unwrap();
                let mut shares = sampler.shares(&logits, 0..vocabulary).unwrap();
                shares.sort_unstable_by_key(|(token, _)| *token);
                let mut sum = 0.0;
                let drawn = shares.iter().find(|(_, share)| {
                    sum += f64::from(*share);
                    sum > uniform
                });
                assert_eq!(drawn.unwrap().0, token, "{size} {name} {step}");
                written.push(token);
                let vector = network.vectors(&[&[token]]).unwrap();
                logits = network.next(&vector, &[[places.next + step; 3]], &mut cache).unwrap();
            }
        }
    }
}

#[test]
fn what_a_random_model_draws_is_valid_within_the_budget() {
    let hot = Sampling { temperature: 3.0, top_k: 0, top_p: 1.0, ..Sampling::default() };
    for size in SIZES {
        let model = open(size).with_sampling(hot);
        for budget in [120, 400, 2_000] {
            let budget = ByteBudget::new(budget);
            let mut told = 0;
            let watch = |progress: Progress| told += progress.written.min(1);
            let drawn = model.draw_description("a red fox", budget, &[1, 2, 3], &Stop::never(), watch).unwrap();
            assert_eq!(told, drawn.iter().map(|drawn| drawn.tokens.len()).sum::<usize>());
            for drawn in &drawn {
                let svg = drawn.drawing.write();
                check(svg.as_str(), &Profile::CONTEST).unwrap();
                assert!(budget.fits(svg.byte_count()) && !drawn.drawing.shapes.is_empty() && !drawn.is_cut);
            }
            let alone = model.draw_description("a red fox", budget, &[3], &Stop::never(), |_| {}).unwrap();
            assert_eq!(alone[0], drawn[2]);
        }
    }
}

#[test]
fn presets_draw_descriptions_and_pictures() {
    let model = open("omnisvg-4b");
    let stop = Stop::never();
    let task = Task::new(ByteBudget::new(600), &stop);
    let picture = RgbImage::from_fn(90, 60, |x, y| Rgb([x as u8, 200 - y as u8, 80]));
    let traced = Trace::trace(&model, &picture, &task).unwrap();
    assert!(task.budget.fits(traced.byte_count()) && !traced.shapes.is_empty());
    let long = "a very long story ".repeat(560);
    for text in ["", " \n", "赤い円と青い四角", "دائرة حمراء", "<|image_pad|><|im_end|>\0", &long] {
        let drawing = model.draw(&Prompt::new(text, 5), &task).unwrap();
        assert!(task.budget.fits(drawing.byte_count()) && !drawing.shapes.is_empty(), "{text}");
    }
    let small = Task::new(ByteBudget::new(80), &stop);
    let error = linocut_core::with_causes(&model.draw(&Prompt::new("a fox", 1), &small).unwrap_err());
    assert!(error.contains("a budget of 80 bytes, at least"), "{error}");
    let error = model.draw_picture(&RgbImage::new(0, 5), task.budget, &[1], &stop, |_| {}).unwrap_err();
    assert!(matches!(error, ModelError::Picture(_)), "{error}");
}

#[test]
fn an_end_that_is_asked_for_keeps_the_paths_that_are_whole() {
    let hot = Sampling { temperature: 3.0, top_k: 0, top_p: 1.0, ..Sampling::default() };
    let model = open("omnisvg-8b").with_sampling(hot);
    let stop = Stop::never();
    let told = stop.clone();
    let watch = |progress: Progress| {
        if progress.written == 14 {
            told.cancel();
        }
    };
    let drawn = model.draw_description("a", ByteBudget::CONTEST, &[11, 12], &stop, watch).unwrap();
    assert!(drawn.len() == 1 && drawn[0].is_cut, "{drawn:?}");
    assert_eq!((drawn[0].tokens.len(), drawn[0].drawing.shapes.len()), (14, 1));
    let stopped = model.draw_description("a", ByteBudget::CONTEST, &[1], &stop, |_| {});
    assert!(matches!(stopped, Err(ModelError::Stopped)), "{stopped:?}");
}

/// A copy of a model with one of its files changed.
fn changed(size: &str, files: &[&str], file: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> tempfile::TempDir {
    let copy = tempfile::tempdir().unwrap();
    for name in ["config.json", "tokenizer.json", "tokenizer_config.json"].iter().chain(files) {
        let bytes = fs::read(fixtures().join(size).join(name)).unwrap();
        let bytes = if *name == file { change(bytes) } else { Some(bytes) };
        if let Some(bytes) = bytes {
            fs::write(copy.path().join(name), bytes).unwrap();
        }
    }
    copy
}

const PICKLE: &str = "pytorch_model.bin";
const SAFE: &str = "model.safetensors";

#[test]
fn the_published_pickle_gives_what_safetensors_give() {
    let folder = changed("omnisvg-4b", &[PICKLE], "", Some);
    let pickled = OmniSvg::open(folder.path(), &Placement::default()).unwrap();
    let safe = open("omnisvg-4b");
    let ids: Vec<u32> = (1..30).collect();
    let logits = |model: &OmniSvg| {
        let network = model.network().unwrap();
        let places = Places::of_prompt(&ids, &[], model.config()).unwrap();
        network.next(&network.vectors(&[&ids]).unwrap(), &places.of_tokens, &mut network.cache(Vec::new())).unwrap()
    };
    assert_eq!(logits(&pickled), logits(&safe));
    let golden = Golden::read("omnisvg-4b", "vision_pair");
    let seen = pickled.vision().unwrap().forward(golden.get("pixel_values"), &golden.grids()).unwrap();
    assert!(deviation(&seen, golden.get("vision.out")) < 1e-4);
}

#[test]
fn weights_in_fewer_bits_give_nearly_the_same() {
    let golden = Golden::read("omnisvg-8b", "text_to_svg");
    let ids = golden.ids("input_ids");
    for (dtype, kind, most) in [
        (DType::BF16, LinearKind::Plain, 1e-4),
        (DType::F16, LinearKind::Plain, 1e-3),
        (DType::F16, LinearKind::Q8_0, 0.1),
        (DType::BF16, LinearKind::Nf4, 1.0),
    ] {
        let place = Placement { linear_kind: kind, ..Placement::default().with_dtype(dtype) };
        let model = OmniSvg::open(&fixtures().join("omnisvg-8b"), &place).unwrap();
        let network = model.network().unwrap();
        let places = Places::of_prompt(&ids, &[], model.config()).unwrap();
        let vectors = network.vectors(&[&ids]).unwrap();
        let logits = network.logits(&vectors, &places.of_tokens, &mut network.cache(Vec::new())).unwrap();
        let apart = deviation(&logits, golden.get("logits"));
        assert!(apart < most, "{kind:?} {apart}");
        let drawn = model.draw_description("a cup", ByteBudget::new(300), &[1], &Stop::never(), |_| {}).unwrap();
        assert!(drawn[0].drawing.byte_count() <= 300);
    }
}

fn error_of(files: &[&str], file: &str, change: impl Fn(Vec<u8>) -> Option<Vec<u8>>) -> String {
    let copy = changed("omnisvg-4b", files, file, change);
    let opened = OmniSvg::open(copy.path(), &Placement::default());
    let error = opened.and_then(|model| model.network().map(|_| model)).and_then(|model| model.vision().map(|_| ()));
    linocut_core::with_causes(&error.unwrap_err())
}

fn replaced(bytes: &[u8], from: &[u8], to: &[u8]) -> Option<Vec<u8>> {
    let at = bytes.windows(from.len()).position(|window| window == from).unwrap();
    let mut changed = bytes.to_vec();
    changed[at..at + to.len()].copy_from_slice(to);
    Some(changed)
}

#[test]
fn broken_files_are_named() {
    let short = |mut bytes: Vec<u8>| {
        bytes.truncate(bytes.len() - 100);
        Some(bytes)
    };
    assert!(error_of(&[SAFE], SAFE, short).contains("truncated"));
    let error = error_of(&[PICKLE], PICKLE, short);
    assert!(error.contains("not a valid PyTorch zip pickle") && error.contains(PICKLE), "{error}");
    for file in ["config.json", "tokenizer.json"] {
        assert!(error_of(&[SAFE], file, |_| None).contains(file));
    }
    assert!(error_of(&[], "", Some).contains("no safetensors") || error_of(&[], "", Some).contains("0 safetensors"));
    let renamed =
        |from: &'static str, to: &'static str| move |bytes: Vec<u8>| replaced(&bytes, from.as_bytes(), to.as_bytes());
    let error = error_of(&[SAFE], SAFE, renamed("visual.merger.ln_q", "visual.merger.ln_x"));
    assert!(error.contains("visual.merger.ln_q.weight"), "{error}");
    let error = error_of(&[SAFE], SAFE, renamed("model.norm.weight", "model.narm.weight"));
    assert!(error.contains("model.norm.weight"), "{error}");
    let error = error_of(&[SAFE], SAFE, renamed("[840,64]", "[420,128]"));
    assert!(error.contains("embed_tokens.weight") || error.contains("not a valid safetensors"), "{error}");
    // The last tensor of the file is of the tower: a bf16 NaN.
    let error = error_of(&[SAFE], SAFE, |mut bytes| {
        let at = bytes.len() - 2;
        bytes[at..].copy_from_slice(&[0xc0, 0x7f]);
        Some(bytes)
    });
    assert!(error.contains("is NaN") && error.contains("visual"), "{error}");
}

fn with_field(path: &'static [&'static str], value: Value) -> impl Fn(Vec<u8>) -> Option<Vec<u8>> {
    move |bytes| {
        let mut config: Value = serde_json::from_slice(&bytes).unwrap();
        let (last, before) = path.split_last().unwrap();
        let object = before.iter().fold(&mut config, |object, name| &mut object[*name]);
        object[*last] = value.clone();
        Some(config.to_string().into_bytes())
    }
}

#[test]
fn configurations_that_do_not_fit_are_named() {
    let cases: [(&[&str], Value, &str); 12] = [
        (&["model_type"], json!("qwen2"), "`model_type` is \"qwen2\", supported is qwen2_5_vl"),
        (&["vision_config", "out_hidden_size"], json!(128), "`out_hidden_size` is 128, supported is 64"),
        (&["num_hidden_layers"], json!(3), "model.layers.2."),
        (&["num_hidden_layers"], json!(1), "model.layers.1."),
        (&["num_key_value_heads"], json!(3), "`num_key_value_heads` is 3"),
        (&["use_sliding_window"], json!(true), "`use_sliding_window` is true"),
        (&["rope_scaling", "mrope_section"], json!([2, 3, 4]), "three numbers that sum to 8"),
        (&["vision_config", "depth"], json!(3), "visual.blocks.2."),
        (&["vision_config", "num_heads"], json!(3), "`num_heads` is 3"),
        (&["vision_config", "patch_size"], json!(7), "`patch_size` is 7"),
        (&["tiny_overrides", "vocab_size", "tiny"], json!(700), "`vocab_size` is 700"),
        (&["tiny_overrides"], Value::Null, "supported is 2048 or 3584, as in OmniSVG 1.1 4B and 8B"),
    ];
    for (path, value, expected) in cases {
        let error = error_of(&[SAFE], "config.json", with_field(path, value));
        assert!(error.contains(expected), "{path:?}: {error}");
    }
    let chat = changed("omnisvg-4b", &[SAFE], "config.json", with_field(&["max_position_embeddings"], json!(20)));
    let model = OmniSvg::open(chat.path(), &Placement::default()).unwrap();
    let error = model.draw_description("a", ByteBudget::new(300), &[1], &Stop::never(), |_| {}).unwrap_err();
    assert!(matches!(error, ModelError::TooLong { limit: 20, .. }), "{error}");
}
