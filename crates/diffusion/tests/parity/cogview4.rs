//! `CogView4`: texts, calls of the transformer, whole runs and pictures of the tiny checkpoint; what is said of bad files and input.

use std::collections::HashMap;
use std::path::PathBuf;

use candle_core::{DType, Device, Result, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::cogview4::{CogView4, CogView4Config, CogView4Transformer};
use linocut_diffusion::denoise::{DenoiseOptions, Denoiser, Diffusion, Encoded, NoiseSource, Question};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_diffusion::{ModelError, ModelFolder};
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use serde_json::Value;
use tempfile::TempDir;

use crate::fixtures;
use crate::further::{check_bad_folder, check_bad_input};
use crate::golden::{Golden, Tally};
use crate::kinds;
use crate::root;
use crate::truncated::copy;

/// The transformer's file in a folder.
const WEIGHTS: &str = "transformer/diffusion_pytorch_model.safetensors";

/// A golden run and its settings.
struct Run {
    golden: Golden,
    options: DenoiseOptions,
}

impl Run {
    fn of(golden: Golden) -> Self {
        let told: Value = serde_json::from_str(golden.note("args")).unwrap();
        let number = |name: &str| told[name].as_str().unwrap().parse::<f64>().unwrap();
        let options = DenoiseOptions {
            steps: number("num_inference_steps") as usize,
            guidance: number("guidance_scale"),
            negative: golden.note("negative_prompt").to_owned(),
            size: (number("width") as u32, number("height") as u32),
            ..DenoiseOptions::default()
        };
        Self { golden, options }
    }

    fn all() -> Vec<Self> {
        let folders = std::fs::read_dir(root().join("tiny")).unwrap().map(|entry| entry.unwrap().path());
        let is_own = |folder: &PathBuf| {
            let index = std::fs::read_to_string(folder.join("model_index.json")).unwrap_or_default();
            index.contains("CogView4Pipeline") && folder.join("golden").is_dir()
        };
        let runs = folders.filter(is_own).flat_map(|folder| Golden::all_in(&folder.join("golden"))).map(Self::of);
        let runs: Vec<Self> = runs.collect();
        assert!(!runs.is_empty());
        runs
    }

    fn folder(&self) -> PathBuf {
        self.golden.file.parent().unwrap().parent().unwrap().to_owned()
    }

    fn model(&self, place: &Placement) -> Diffusion<CogView4> {
        let folder = ModelFolder::new(self.folder()).placed(place);
        Diffusion::new(CogView4::load(&folder, None).unwrap(), self.options.clone())
    }

    fn compare(&self, found: &Tensor, name: &str, tally: &mut Tally) {
        tally.compare(&found.to_device(&Device::Cpu).unwrap(), &self.golden, name);
    }

    fn compare_text(&self, diffusion: &Diffusion<CogView4>, tally: &mut Tally) {
        let (text, negative) = (self.golden.note("prompt"), self.golden.note("negative_prompt"));
        let (model, tokens) = (&diffusion.model, self.golden.rows("input_ids").concat());
        let found = model.text().tokenize(text).unwrap();
        assert_eq!(found[found.len() - tokens.len()..], tokens);
        assert!(found[..found.len() - tokens.len()].iter().all(|token| *token == model.text().pad));
        let mut states = |text, name| {
            let found = model.encode(&[linocut_diffusion::prompt::WeightedText::plain(text)], None).unwrap().0.states;
            self.compare(&found, name, tally);
        };
        states(text, "prompt_embeds");
        states(negative, "negative_prompt_embeds");
    }

    /// Every recorded call of the transformer, fed with the golden's own input.
    fn compare_calls(&self, model: &dyn Denoiser, tally: &mut Tally) {
        let place = &model.basis().place;
        for call in (0..).take_while(|call| self.golden.has(&format!("out.{call}"))) {
            let get = |name: &str| self.golden.get(&format!("in_{name}.{call}"));
            let size = get("target_size").flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let text = Encoded { states: get("encoder_hidden_states"), pooled: None }.at(place).unwrap();
            let question = Question {
                latents: &get("hidden_states").to_device(&place.device).unwrap(),
                timestep: f64::from(get("timestep").to_vec1::<f32>().unwrap()[0]),
                texts: &[&text],
                size: (size[1] as u32, size[0] as u32),
                guidance: self.options.guidance,
            };
            let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
            self.compare(&found, &format!("out.{call}"), tally);
        }
    }

    fn compare_run(&self, diffusion: &Diffusion<CogView4>, tally: &mut Tally) {
        let condition = diffusion.condition(self.golden.note("prompt"), &self.options.negative).unwrap();
        let mut steps = 0;
        let mut watch = |step: usize, latents: &Tensor| {
            self.compare(latents, &format!("latents.{step}"), tally);
            steps += 1;
        };
        let last = diffusion.sample(&condition, &[self], &Stop::never(), &mut watch).unwrap();
        assert_eq!(steps, self.options.steps);
        self.compare(&diffusion.decode(&last, &Stop::never()).unwrap(), "image", tally);
        tally.files += 1;
    }
}

impl NoiseSource for Run {
    fn initial(&self, _shape: &[usize], device: &Device) -> Result<Tensor> {
        self.golden.get("latents_in").to_device(device)
    }

    fn step(&self, _step: usize, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        unreachable!("flow matching adds no noise")
    }
}

fn folder() -> PathBuf {
    fixtures().join("tiny/cogview4")
}

#[test]
fn every_golden_agrees_in_f32() {
    let mut tally = Tally::new(1e-4);
    for run in Run::all() {
        let diffusion = run.model(&Placement::default());
        run.compare_text(&diffusion, &mut tally);
        run.compare_calls(&diffusion.model, &mut tally);
        run.compare_run(&diffusion, &mut tally);
    }
    tally.finish("CogView4");
}

#[test]
fn timesteps_stay_whole_while_noise_levels_move_with_the_side() {
    for run in Run::all() {
        let model = run.model(&Placement::default()).model;
        let of = |latents| model.schedule(&model.basis().sampler, run.options.steps, latents).unwrap();
        let (list, found) = (|name: &str| run.golden.get(name).to_vec1::<f32>().unwrap(), of(run.shape()));
        let is_same = |found: &[f64], golden: Vec<f32>| {
            found.len() == golden.len() && found.iter().zip(golden).all(|(a, b)| (a - f64::from(b)).abs() < 1e-6)
        };
        assert!(is_same(&found.timesteps, list("timesteps")) && is_same(&found.sigmas, list("sigmas")), "{found:?}");
        let (large, small) = (of([1, 4, 128, 128]), of([1, 4, 32, 32]));
        assert!(large.sigmas[1] > small.sigmas[1] && large.timesteps == small.timesteps);
    }
}

impl Run {
    fn shape(&self) -> [usize; 4] {
        self.golden.get("latents_in").dims().try_into().unwrap()
    }
}

/// Texts, calls and pictures in a place.
fn check(place: &Placement, tolerance: f32) {
    let mut tally = Tally::new(tolerance);
    for run in Run::all() {
        let diffusion = run.model(place);
        run.compare_text(&diffusion, &mut tally);
        run.compare_calls(&diffusion.model, &mut tally);
        let last = run.golden.get(&format!("latents.{}", run.options.steps - 1)).to_device(&place.device).unwrap();
        run.compare(&diffusion.decode(&last, &Stop::never()).unwrap(), "image", &mut tally);
    }
    tally.finish(&format!("CogView4 {:?} {:?} {:?}", place.device.location(), place.dtype, place.linear_kind));
}

#[test]
fn weights_of_few_bits_stay_close() {
    kinds::of_few_bits(3e-2, check);
}

#[test]
#[ignore = "needs a CUDA card"]
fn a_card_agrees() {
    kinds::on_a_card(3e-2, check);
}

/// The way of a card, walked on the CPU.
#[test]
fn other_types_agree() {
    let (part, run) = (folder().join("transformer"), Run::all().pop().unwrap());
    for (dtype, kept, tolerance) in [(DType::F64, DType::F32, 1e-4), (DType::F16, DType::F16, 1e-2)] {
        let weights = Weights::open(&part, kept, &Device::Cpu).unwrap();
        let config = CogView4Config::read(part.join("config.json")).unwrap();
        let model = CogView4Transformer::load(&weights, &config).unwrap();
        let get = |name: &str| run.golden.get(&format!("in_{name}.0")).to_dtype(dtype).unwrap();
        let text = Encoded { states: get("encoder_hidden_states"), pooled: None };
        let question = Question {
            latents: &get("hidden_states"),
            timestep: 1000.0,
            texts: &[&text],
            size: run.options.size,
            guidance: run.options.guidance,
        };
        let found = model.forward(&question, &Stop::never()).unwrap();
        assert_eq!(found.dtype(), dtype);
        run.compare(&found.to_dtype(DType::F32).unwrap(), "out.0", &mut Tally::new(tolerance));
    }
}

fn small(guidance: f64) -> Diffusion<CogView4> {
    let options = DenoiseOptions { steps: 2, guidance, size: (96, 64), ..DenoiseOptions::default() };
    Diffusion::new(CogView4::load(&ModelFolder::new(folder()), None).unwrap(), options)
}

#[test]
fn texts_are_filled_up_on_the_left_and_cut_behind_1024_tokens() {
    let text = small(0.0).model.text().clone();
    let tokens = |text_: &str| text.tokenize(text_).unwrap();
    // Each letter of the tiny vocabulary is a token, behind the two that begin every text.
    let empty = tokens("");
    assert_eq!((empty.len(), &empty[14..], &empty[..14]), (16, &[1, 2][..], &[0; 14][..]));
    let full = tokens(&"b".repeat(14));
    assert_eq!((full.len(), &full[..2]), (16, &[1, 2][..]));
    assert_eq!((tokens(&"b".repeat(15)).len(), tokens(&"b".repeat(2_000)).len()), (32, 1024));
    assert_eq!(tokens(&"b".repeat(2_000))[..2], [1, 2]);
}

#[test]
fn guidance_size_and_description_count() {
    let draw = |guidance, negative: &str, text: &str| {
        let mut diffusion = small(guidance);
        diffusion.options.negative = negative.to_owned();
        diffusion.generate(&Prompt::new(text, 1), &Stop::never()).unwrap()
    };
    assert!(draw(0.0, "", "a cat") == draw(1.0, "a dog", "a cat"));
    assert!(draw(4.0, "", "a cat") != draw(4.0, "a dog", "a cat"));
    assert!(draw(4.0, "", "a cat") != draw(4.0, "", "a dog"));
    let model = small(0.0).model;
    let text = Encoded { states: Tensor::ones((1, 16, 32), DType::F32, &Device::Cpu).unwrap(), pooled: None };
    let answer = |size| {
        let latents = Tensor::ones((1, 4, 8, 8), DType::F32, &Device::Cpu).unwrap();
        let question = Question { latents: &latents, timestep: 500.0, texts: &[&text], size, guidance: 0.0 };
        let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
        found.flatten_all().unwrap().to_vec1::<f32>().unwrap()
    };
    assert!(answer((64, 64)) != answer((64, 128)) && answer((64, 128)) != answer((128, 64)));
}

#[test]
fn the_same_seed_gives_the_same_picture_alone_and_in_a_batch() {
    let mut diffusion = small(3.5);
    let prompts = [Prompt::new("a cat", 1), Prompt::new("a cat", 2), Prompt::new("a much longer description", 1)];
    let alone: Vec<_> = prompts.iter().map(|prompt| diffusion.generate(prompt, &Stop::never()).unwrap()).collect();
    assert!(alone[0] != alone[1] && alone[0] != alone[2]);
    diffusion.options.batch = 2;
    for (found, alone) in diffusion.generate_batch(&prompts, &Stop::never()).into_iter().zip(&alone) {
        assert!(found.unwrap() == *alone);
    }
}

#[test]
fn each_step_can_be_looked_at_and_the_run_be_ended() {
    let (diffusion, stop) = (small(0.0), Stop::never());
    let condition = diffusion.condition("a cat", "").unwrap();
    let mut seen = 0;
    let mut watch = |_: usize, latents: &Tensor| {
        assert_eq!(diffusion.decode(latents, &Stop::never()).unwrap().dims(), [1, 3, 64, 96]);
        seen += 1;
        stop.cancel();
    };
    let error = diffusion.sample(&condition, &[&Noise::new(1)], &stop, &mut watch).unwrap_err();
    assert_eq!((seen, error.to_string().as_str()), (1, "stopped after 1 of 2 steps"));
}

#[test]
fn options_and_folders_that_cannot_be_are_named() {
    check_bad_input(&mut small(3.5), 16, true);
    let files = [
        "transformer/config.json",
        "tokenizer/tokenizer.json",
        "tokenizer/tokenizer_config.json",
        "text_encoder/config.json",
        "scheduler/scheduler_config.json",
        "vae/config.json",
    ];
    let other = fixtures().join("tiny/flux-schnell").join(WEIGHTS);
    check_bad_folder(&folder(), &files, (WEIGHTS, &other), |folder| CogView4::load(folder, None));
    let config = CogView4Config::read(folder().join("transformer/config.json")).unwrap();
    let refused = |config: CogView4Config| config.check().unwrap_err().to_string();
    assert!(refused(CogView4Config { patch_size: 0, ..config.clone() }).starts_with("`patch_size` is 0"));
    assert!(refused(CogView4Config { out_channels: 8, ..config.clone() }).starts_with("`out_channels` is 8"));
    assert!(
        refused(CogView4Config { attention_head_dim: 6, ..config.clone() }).starts_with("`attention_head_dim` is 6")
    );
    assert!(refused(CogView4Config { condition_dim: 3, ..config.clone() }).starts_with("`condition_dim` is 3"));
    assert!(refused(CogView4Config { rope_axes_dim: [256, 0], ..config }).starts_with("`rope_axes_dim` is [256, 0]"));
}

/// A copy of the folder in which a file was changed.
fn changed(file: &str, change: impl FnOnce(Vec<u8>) -> Vec<u8>) -> (TempDir, PathBuf) {
    let copied = TempDir::new().unwrap();
    copy(&folder(), copied.path());
    let file = copied.path().join(file);
    std::fs::write(&file, change(std::fs::read(&file).unwrap())).unwrap();
    (copied, file)
}

/// What comes of drawing with a copy of the folder in which a network's tensors were changed.
fn drawn_with(file: &str, change: impl FnOnce(&mut HashMap<String, Tensor>)) -> std::result::Result<(), ModelError> {
    let (copied, file) = changed(file, |bytes| bytes);
    let mut tensors = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
    change(&mut tensors);
    candle_core::safetensors::save(&tensors, &file).unwrap();
    let options = DenoiseOptions { steps: 1, guidance: 0.0, size: (64, 64), ..DenoiseOptions::default() };
    let diffusion = Diffusion::new(CogView4::load(&ModelFolder::new(copied.path()), None)?, options);
    let condition = diffusion.condition("a cat", "")?;
    let question = Question {
        latents: &Tensor::zeros((1, 4, 8, 8), DType::F32, &Device::Cpu)?,
        timestep: 1.0,
        texts: &[&condition.prompt],
        size: (64, 64),
        guidance: 0.0,
    };
    diffusion.model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).map(|_| ())
}

#[test]
fn files_that_are_damaged_are_named_with_what_is_wrong() {
    for (file, name) in [
        (WEIGHTS, "transformer_blocks.1.attn1.to_k.weight"),
        ("text_encoder/model.safetensors", "layers.1.mlp.gate_up_proj.weight"),
    ] {
        let replaced = |tensor: fn(&Tensor) -> Tensor| {
            drawn_with(file, |tensors| {
                tensors.insert(name.to_owned(), tensor(&tensors[name]));
            })
        };
        drawn_with(file, |_| {}).unwrap();
        let renamed = drawn_with(file, |tensors| {
            let tensor = tensors.remove(name).unwrap();
            tensors.insert(format!("other.{name}"), tensor);
        });
        assert!(
            matches!(renamed, Err(ModelError::Weights(WeightsError::MissingTensor { tensor, .. })) if tensor == name)
        );
        let left_over = drawn_with(file, |tensors| {
            tensors.insert("more.weight".to_owned(), tensors[name].clone());
        });
        assert!(
            matches!(left_over, Err(ModelError::Weights(WeightsError::Unused { example, .. })) if example == "more.weight")
        );
        let shaped = replaced(|tensor| tensor.narrow(0, 1, tensor.dim(0).unwrap() - 1).unwrap().contiguous().unwrap());
        assert!(
            matches!(shaped, Err(ModelError::Weights(WeightsError::ShapeMismatch { tensor, .. })) if tensor == name)
        );
        let not_finite = replaced(|tensor| (tensor * f64::NAN).unwrap());
        assert!(
            matches!(not_finite, Err(ModelError::Weights(WeightsError::NotFinite { tensor, .. })) if tensor == name)
        );
        let (copied, cut) = changed(file, |bytes| bytes[..bytes.len() - 1].to_vec());
        let error = CogView4::load(&ModelFolder::new(copied.path()), None).unwrap_err();
        let is_cut = |error: &ModelError| matches!(error, ModelError::Weights(WeightsError::Truncated { file, .. }) if *file == cut);
        assert!(is_cut(&error), "{error}");
    }
}

#[test]
fn configurations_that_do_not_fit_each_other_are_named() {
    for (file, from, to, said) in [
        ("transformer/config.json", "\"text_embed_dim\": 32", "\"text_embed_dim\": 24", "`text_embed_dim` is 24"),
        ("transformer/config.json", "channels\": 4", "channels\": 8", "`in_channels` is 8"),
        ("text_encoder/config.json", "\"glm\"", "\"glm4\"", "`model_type` is \"glm4\""),
        (
            "text_encoder/config.json",
            "\"num_key_value_heads\": 1",
            "\"num_key_value_heads\": 3",
            "`num_key_value_heads` is 3",
        ),
        (
            "tokenizer/tokenizer_config.json",
            "\"pad_token\": \"<|endoftext|>\"",
            "\"pad_token\": \"<pad>\"",
            "no token `<pad>`",
        ),
        ("scheduler/scheduler_config.json", "\"linear\"", "\"cubic\"", "time_shift_type"),
    ] {
        let replaced = |bytes: Vec<u8>| String::from_utf8(bytes).unwrap().replace(from, to).into_bytes();
        let (copied, _) = changed(file, replaced);
        let error = CogView4::load(&ModelFolder::new(copied.path()), None).unwrap_err().to_string();
        assert!(error.contains(said), "{file}: {error}");
    }
}

/// Low-rank changes of the transformer, in the naming of diffusers: merged they are what the changed weights are.
#[test]
fn low_rank_changes_are_merged() {
    const MODULE: &str = "transformer_blocks.0.attn1.to_q";
    let halves = |rows: usize, columns: usize| {
        let values = (0..rows * columns).map(|at| (at as f32 * 0.37).sin() * 0.2).collect::<Vec<_>>();
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
    };
    let (up, down) = (halves(32, 2), halves(2, 32));
    let (copied, file) = changed(WEIGHTS, |bytes| bytes);
    let mut tensors = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
    let name = format!("{MODULE}.weight");
    let merged = (&tensors[&name] + (up.matmul(&down).unwrap() * 0.5).unwrap()).unwrap();
    tensors.insert(name, merged);
    candle_core::safetensors::save(&tensors, &file).unwrap();
    let lora = copied.path().join("lora.safetensors");
    let pair =
        [("A", down), ("B", up)].map(|(half, tensor)| (format!("transformer.{MODULE}.lora_{half}.weight"), tensor));
    candle_core::safetensors::save(&HashMap::from(pair), &lora).unwrap();
    let draw = |folder: ModelFolder| {
        let diffusion = Diffusion::new(CogView4::load(&folder, None).unwrap(), small(0.0).options);
        diffusion.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap()
    };
    let with_lora = draw(ModelFolder { loras: vec![(lora, 0.5)], ..ModelFolder::new(folder()) });
    let apart =
        |a: &image::RgbImage, b: &image::RgbImage| a.iter().zip(b.iter()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
    assert!(apart(&with_lora, &draw(ModelFolder::new(copied.path()))) <= 1);
    assert!(apart(&with_lora, &draw(ModelFolder::new(folder()))) > 1);
}
