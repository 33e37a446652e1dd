//! FLUX.1: texts, calls of the transformer, whole runs and pictures of the tiny checkpoints; what is said of bad files and input.

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Result, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::denoise::{DenoiseOptions, Denoiser, Diffusion, Encoded, NoiseSource, Question, Stage};
use linocut_diffusion::family::Family;
use linocut_diffusion::flux::{Flux, FluxConfig, FluxTransformer};
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_diffusion::{ModelError, ModelFolder, Placements};
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use serde_json::Value;
use tempfile::TempDir;

use crate::fixtures;
use crate::further::{check_bad_folder, check_bad_input, walk};
use crate::golden::{Golden, Tally};
use crate::kinds;
use crate::root;
use crate::truncated::copy;

/// The transformer's file in a folder.
const WEIGHTS: &str = "transformer/diffusion_pytorch_model.safetensors";

/// A golden run, whose latents are packed as the transformer is given them, and its settings.
struct Run {
    golden: Golden,
    height: usize,
    width: usize,
    tokens: usize,
    options: DenoiseOptions,
}

impl Run {
    fn of(golden: Golden) -> Self {
        let told: Value = serde_json::from_str(golden.note("args")).unwrap();
        let number = |name: &str| told[name].as_str().unwrap().parse::<f64>().unwrap();
        let (height, width) = (number("height") as usize, number("width") as usize);
        let options = DenoiseOptions {
            steps: number("num_inference_steps") as usize,
            guidance: number("guidance_scale"),
            size: (width as u32, height as u32),
            ..DenoiseOptions::default()
        };
        Self { golden, height, width, tokens: number("max_sequence_length") as usize, options }
    }

    fn all_in(folder: &Path) -> Vec<Self> {
        Golden::all_in(&folder.join("golden")).into_iter().map(Self::of).collect()
    }

    fn latents(&self, name: &str) -> Tensor {
        let packed = self.golden.get(name);
        let (rows, columns) = (self.height / 16, self.width / 16);
        let cut = packed.reshape(&[1, rows, columns, packed.dim(2).unwrap() / 4, 2, 2][..]).unwrap();
        let whole = cut.permute([0, 3, 1, 4, 2, 5]).unwrap().contiguous().unwrap();
        whole.reshape((1, (), 2 * rows, 2 * columns)).unwrap()
    }

    fn packed(latents: &Tensor) -> Tensor {
        let (batch, channels, height, width) = latents.dims4().unwrap();
        let cut = latents.reshape(&[batch, channels, height / 2, 2, width / 2, 2][..]).unwrap();
        let turned = cut.permute([0, 2, 4, 1, 3, 5]).unwrap().contiguous().unwrap();
        turned.reshape((batch, height / 2 * width / 2, 4 * channels)).unwrap()
    }

    fn compare(&self, latents: &Tensor, name: &str, tally: &mut Tally) {
        tally.compare(&Self::packed(&latents.to_device(&Device::Cpu).unwrap()), &self.golden, name);
    }

    fn model(&self, folder: &ModelFolder) -> Diffusion<Flux> {
        Diffusion::new(Flux::load(folder, None).unwrap().with_tokens(self.tokens), self.options.clone())
    }

    fn compare_text(&self, diffusion: &Diffusion<Flux>, tally: &mut Tally) {
        let (model, text) = (&diffusion.model, self.golden.note("prompt"));
        assert_eq!(vec![model.t5().tokenize(text).unwrap()], self.golden.rows("input_ids_2"));
        assert_eq!(model.prompt().tokenize(text, 1).unwrap(), self.golden.rows("input_ids"));
        let told = diffusion.condition(text, "").unwrap().prompt;
        let here = |tensor: &Tensor| tensor.to_device(&Device::Cpu).unwrap();
        tally.compare(&here(&told.states), &self.golden, "in_encoder_hidden_states.0");
        tally.compare(&here(&told.pooled.unwrap()), &self.golden, "in_pooled_projections.0");
    }

    /// Every recorded call of the transformer, fed with the golden's own input.
    fn compare_calls(&self, model: &dyn Denoiser, tally: &mut Tally) {
        let place = &model.basis().place;
        for call in 0..self.options.steps {
            let get = |name: &str| self.golden.get(&format!("in_{name}.{call}"));
            let (states, pooled) = (get("encoder_hidden_states"), Some(get("pooled_projections")));
            let text = Encoded { states, pooled }.at(place).unwrap();
            let question = Question {
                latents: &self.latents(&format!("in_hidden_states.{call}")).to_device(&place.device).unwrap(),
                timestep: f64::from(get("timestep").to_vec1::<f32>().unwrap()[0]) * 1000.0,
                texts: &[&text],
                size: self.options.size,
                guidance: self.options.guidance,
            };
            let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
            self.compare(&found, &format!("out.{call}"), tally);
        }
    }

    fn compare_run(&self, diffusion: &Diffusion<Flux>, tally: &mut Tally) {
        let condition = diffusion.condition(self.golden.note("prompt"), "").unwrap();
        assert!(condition.negative.is_none());
        let mut steps = 0;
        let mut watch = |step: usize, latents: &Tensor| {
            self.compare(latents, &format!("latents.{step}"), tally);
            steps += 1;
        };
        let last = diffusion.sample(&condition, &[self], &Stop::never(), &mut watch).unwrap();
        assert_eq!(steps, self.options.steps);
        let picture = diffusion.decode(&last, &Stop::never()).unwrap();
        tally.compare(&picture.to_device(&Device::Cpu).unwrap(), &self.golden, "image");
        tally.files += 1;
    }
}

impl NoiseSource for Run {
    fn initial(&self, _shape: &[usize], device: &Device) -> Result<Tensor> {
        self.latents("latents_in").to_device(device)
    }

    fn step(&self, _step: usize, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        unreachable!("flow matching adds no noise")
    }
}

fn folder(name: &str) -> PathBuf {
    fixtures().join("tiny").join(name)
}

/// Folders of the family.
fn folders() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("tiny")).unwrap().map(|entry| entry.unwrap().path());
    let is_flux = |folder: &PathBuf| {
        let index = std::fs::read_to_string(folder.join("model_index.json")).unwrap_or_default();
        index.contains("FluxPipeline") && folder.join("golden").is_dir()
    };
    let folders: Vec<PathBuf> = folders.filter(is_flux).collect();
    assert!(folders.len() > 1, "{folders:?}");
    folders
}

#[test]
fn every_golden_agrees_in_f32() {
    let mut tally = Tally::new(1e-4);
    for folder in folders() {
        for run in Run::all_in(&folder) {
            let diffusion = run.model(&ModelFolder::new(&folder));
            run.compare_text(&diffusion, &mut tally);
            run.compare_calls(&diffusion.model, &mut tally);
            run.compare_run(&diffusion, &mut tally);
        }
    }
    tally.finish("FLUX.1");
}

#[test]
fn noise_levels_move_with_the_size_of_the_picture() {
    let run = Run::all_in(&folder("flux-lite")).pop().unwrap();
    let model = run.model(&ModelFolder::new(folder("flux-lite"))).model;
    let of = |side: usize| model.schedule(&model.basis().sampler, 4, [1, 4, side, side]).unwrap();
    let golden = run.golden.get("sigmas").to_vec1::<f32>().unwrap();
    let found = model.schedule(&model.basis().sampler, 4, [1, 4, run.height / 8, run.width / 8]).unwrap();
    assert!(found.sigmas.iter().zip(&golden).all(|(a, b)| (*a as f32 - b).abs() < 1e-6), "{found:?}");
    assert!(of(128).sigmas[1] > of(64).sigmas[1] && of(64).sigmas[1] > of(16).sigmas[1]);
    assert_eq!(of(128).sigmas[0], 1.0);
}

/// Texts, calls and pictures in a place.
fn check(place: &Placement, tolerance: f32) {
    let mut tally = Tally::new(tolerance);
    for folder in folders() {
        for run in Run::all_in(&folder) {
            let diffusion = run.model(&ModelFolder::new(&folder).placed(place));
            run.compare_text(&diffusion, &mut tally);
            run.compare_calls(&diffusion.model, &mut tally);
            let last = run.latents(&format!("latents.{}", run.options.steps - 1)).to_device(&place.device).unwrap();
            let picture = diffusion.decode(&last, &Stop::never()).unwrap().to_device(&Device::Cpu).unwrap();
            tally.compare(&picture, &run.golden, "image");
        }
    }
    tally.finish(&format!("FLUX.1 {:?} {:?} {:?}", place.device.location(), place.dtype, place.linear_kind));
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
    for (dtype, kept, tolerance) in [(DType::F64, DType::F32, 1e-4), (DType::F16, DType::F16, 1e-2)] {
        for name in ["flux-schnell", "flux-lite"] {
            let (part, run) = (folder(name).join("transformer"), Run::all_in(&folder(name)).pop().unwrap());
            let weights = Weights::open(&part, kept, &Device::Cpu).unwrap();
            let model = FluxTransformer::load(&weights, &FluxConfig::read(part.join("config.json")).unwrap()).unwrap();
            let typed = |tensor: Tensor| tensor.to_dtype(dtype).unwrap();
            let get = |name: &str| typed(run.golden.get(&format!("in_{name}.0")));
            let text = Encoded { states: get("encoder_hidden_states"), pooled: Some(get("pooled_projections")) };
            let question = Question {
                latents: &typed(run.latents("in_hidden_states.0")),
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
}

fn small(name: &str, guidance: f64) -> Diffusion<Flux> {
    let options = DenoiseOptions { steps: 2, guidance, size: (64, 64), ..DenoiseOptions::default() };
    Diffusion::new(Flux::load(&ModelFolder::new(folder(name)), None).unwrap().with_tokens(16), options)
}

#[test]
fn guidance_is_told_where_the_network_knows_it_and_asked_for_twice_where_not() {
    let draw = |name: &str, guidance, negative: &str| {
        let mut diffusion = small(name, guidance);
        diffusion.options.negative = negative.to_owned();
        diffusion.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap()
    };
    assert!(draw("flux-lite", 1.0, "") != draw("flux-lite", 7.0, ""));
    assert!(draw("flux-lite", 7.0, "") == draw("flux-lite", 7.0, "a dog"));
    assert!(draw("flux-schnell", 0.0, "") == draw("flux-schnell", 1.0, "a dog"));
    assert!(draw("flux-schnell", 7.0, "") != draw("flux-schnell", 7.0, "a dog"));
}

#[test]
fn the_same_seed_gives_the_same_picture_alone_and_in_a_batch() {
    let mut diffusion = small("flux-lite", 3.5);
    let prompts = [Prompt::new("a cat", 1), Prompt::new("a cat", 2), Prompt::new("", 1)];
    let alone: Vec<_> = prompts.iter().map(|prompt| diffusion.generate(prompt, &Stop::never()).unwrap()).collect();
    assert!(alone[0] != alone[1] && alone[0] != alone[2]);
    let batch = diffusion.generate_batch(&prompts, &Stop::never());
    assert!(batch.into_iter().zip(&alone).all(|(found, alone)| found.unwrap() == *alone));
    diffusion.options.batch = 2;
    for (found, alone) in diffusion.generate_batch(&prompts, &Stop::never()).into_iter().zip(&alone) {
        let found = found.unwrap();
        let apart = found.as_raw().iter().zip(alone.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        assert!(apart <= Some(1), "{apart:?}");
    }
}

#[test]
fn each_step_can_be_looked_at_and_the_run_be_ended() {
    let (diffusion, stop) = (small("flux-schnell", 0.0), Stop::never());
    let condition = diffusion.condition("a cat", "").unwrap();
    let mut seen = 0;
    let mut watch = |_: usize, latents: &Tensor| {
        assert_eq!(diffusion.decode(latents, &Stop::never()).unwrap().dims(), [1, 3, 64, 64]);
        seen += 1;
        stop.cancel();
    };
    let noise = linocut_diffusion::noise::Noise::new(1);
    let error = diffusion.sample(&condition, &[&noise], &stop, &mut watch).unwrap_err();
    assert_eq!((seen, error.to_string().as_str()), (1, "stopped after 1 of 2 steps"));
}

#[test]
fn options_and_folders_that_cannot_be_are_named() {
    check_bad_input(&mut small("flux-lite", 3.5), 16, false);
    let files =
        ["transformer/config.json", "tokenizer_2/tokenizer.json", "text_encoder_2/config.json", "vae/config.json"];
    let load = |folder: &ModelFolder| Flux::load(folder, None);
    check_bad_folder(&folder("flux-lite"), &files, (WEIGHTS, &folder("flux-schnell").join(WEIGHTS)), load);
    let config = FluxConfig::read(folder("flux-lite/transformer/config.json")).unwrap();
    let refused = |config: FluxConfig| config.check().unwrap_err().to_string();
    assert!(refused(FluxConfig { patch_size: 2, ..config.clone() }).starts_with("`patch_size` is 2"));
    assert!(refused(FluxConfig { in_channels: 6, ..config.clone() }).starts_with("`in_channels` is 6"));
    assert!(refused(FluxConfig { out_channels: Some(8), ..config.clone() }).starts_with("`out_channels` is Some(8)"));
    assert!(
        refused(FluxConfig { axes_dims_rope: vec![4, 6, 5], ..config }).starts_with("`axes_dims_rope` is [4, 6, 5]")
    );
}

/// What comes of drawing with a copy of the folder in which the transformer's tensors were changed.
pub(crate) fn drawn_with(
    name: &str,
    change: impl Fn(&mut std::collections::HashMap<String, Tensor>),
) -> std::result::Result<(), ModelError> {
    let copied = TempDir::new().unwrap();
    copy(&folder(name), copied.path());
    let file = copied.path().join(WEIGHTS);
    let mut tensors = candle_core::safetensors::load(&file, &Device::Cpu).unwrap();
    change(&mut tensors);
    candle_core::safetensors::save(&tensors, &file).unwrap();
    let model = Flux::load(&ModelFolder::new(copied.path()), None)?;
    let states = Tensor::zeros((1, 3, 24), DType::F32, &Device::Cpu)?;
    let pooled = Some(Tensor::zeros((1, 16), DType::F32, &Device::Cpu)?);
    let latents = Tensor::zeros((1, 4, 8, 8), DType::F32, &Device::Cpu)?;
    let texts = [&Encoded { states, pooled }];
    let question = Question { latents: &latents, timestep: 1.0, texts: &texts, size: (64, 64), guidance: 1.0 };
    model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).map(|_| ())
}

#[test]
fn files_that_are_damaged_are_named_with_what_is_wrong() {
    const NAME: &str = "single_transformer_blocks.1.attn.to_k.weight";
    drawn_with("flux-schnell", |_| {}).unwrap();
    let renamed = drawn_with("flux-schnell", |tensors| {
        let tensor = tensors.remove(NAME).unwrap();
        tensors.insert(NAME.replace("to_k", "to_key"), tensor);
    });
    let is_named = |tensor: &str| tensor == NAME;
    assert!(
        matches!(renamed, Err(ModelError::Weights(WeightsError::MissingTensor { tensor, .. })) if is_named(&tensor))
    );
    let left_over = drawn_with("flux-schnell", |tensors| {
        tensors.insert("more.weight".to_owned(), tensors[NAME].clone());
    });
    assert!(
        matches!(left_over, Err(ModelError::Weights(WeightsError::Unused { example, .. })) if example == "more.weight")
    );
    let shaped = drawn_with("flux-schnell", |tensors| {
        tensors.insert(NAME.to_owned(), Tensor::zeros((32, 31), DType::F32, &Device::Cpu).unwrap());
    });
    assert!(
        matches!(shaped, Err(ModelError::Weights(WeightsError::ShapeMismatch { tensor, .. })) if is_named(&tensor))
    );
    let not_finite = drawn_with("flux-schnell", |tensors| {
        tensors.insert(NAME.to_owned(), (Tensor::ones((32, 32), DType::F32, &Device::Cpu).unwrap() / 0.0).unwrap());
    });
    assert!(
        matches!(not_finite, Err(ModelError::Weights(WeightsError::NotFinite { tensor, .. })) if is_named(&tensor))
    );
    let copied = TempDir::new().unwrap();
    copy(&folder("flux-schnell"), copied.path());
    let file = copied.path().join(WEIGHTS);
    let bytes = std::fs::read(&file).unwrap();
    std::fs::write(&file, &bytes[..bytes.len() - 1]).unwrap();
    let error = Flux::load(&ModelFolder::new(copied.path()), None).unwrap_err();
    assert!(
        matches!(&error, ModelError::Weights(WeightsError::Truncated { file: named, .. }) if *named == file),
        "{error}"
    );
}

#[test]
fn memory_is_planned_by_the_files() {
    let (folder, places) = (folder("flux-lite"), Placements::default());
    let family = Family::of_folder(&folder).unwrap();
    let diffusion = family.open(&ModelFolder::new(&folder), None, DenoiseOptions::default()).unwrap();
    let plan = family.plan_of(&diffusion, &places);
    let parts: Vec<(&str, Stage)> = plan.parts.iter().map(|part| (part.name, part.stage)).collect();
    let expected = ["text_encoder", "text_encoder_2", "transformer", "vae"];
    assert_eq!(parts.iter().map(|(name, _)| *name).collect::<Vec<_>>(), expected);
    let transformer = plan.parts[2].bytes as f64
        / walk(&folder.join("transformer")).iter().map(|file| std::fs::metadata(file).unwrap().len()).sum::<u64>()
            as f64;
    assert!((0.9..1.1).contains(&transformer), "{transformer}");
    // The network is told the guidance, so that it is asked once.
    let plain = DenoiseOptions { guidance: 0.0, ..DenoiseOptions::default() };
    let plain = family.plan_of(&family.open(&ModelFolder::new(&folder), None, plain).unwrap(), &places);
    assert_eq!(plan.denoising, plain.denoising);
}
