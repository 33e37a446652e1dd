//! SANA and SANA-Sprint: texts, calls of the transformer, whole runs, pictures and autoencoders of the tiny checkpoints; what is said of bad
//! files and input.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Result, Tensor};
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::denoise::{DenoiseOptions, Denoiser, Diffusion, Encoded, NoiseSource, Question, Stage};
use linocut_diffusion::family::Family;
use linocut_diffusion::sampler::Sampler;
use linocut_diffusion::sana::{Sana, SanaConfig, SanaTransformer};
use linocut_diffusion::unet::{DeepCache, Reuse};
use linocut_diffusion::vae::{AutoencoderDc, AutoencoderDcConfig, PerStage};
use linocut_diffusion::{ModelError, ModelFolder, Placements};
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use serde_json::{Map, Value};
use tempfile::TempDir;

use crate::fixtures;
use crate::further::{check_bad_folder, check_bad_input};
use crate::golden::{Golden, Tally};
use crate::kinds;
use crate::root;
use crate::truncated::copy;

/// Python's spelling of a value.
fn from_python(text: &str) -> Value {
    match text {
        "True" | "False" => Value::Bool(text == "True"),
        "None" | "-inf" => Value::Null,
        _ => serde_json::from_str(text).unwrap_or_else(|_| text.into()),
    }
}

/// The sampler that a golden's notes say.
fn sampler(golden: &Golden) -> Sampler {
    let written: HashMap<String, String> = serde_json::from_str(golden.note("scheduler_config")).unwrap();
    let mut config: Map<String, Value> = written.into_iter().map(|(name, value)| (name, from_python(&value))).collect();
    config.remove("_use_default_values");
    config.insert("_class_name".to_owned(), golden.note("scheduler").into());
    Sampler::from_json(&Value::Object(config).to_string()).unwrap()
}

/// How near pictures of latents of one's own come, which are within 1e-5 of the recorded ones: linear attention divides by sums that are
/// small in networks of eight numbers a head. When the reference's own input moves by a unit in the last place, its answers move by 2e-5,
/// and its pictures by ten times as much.
const AMPLIFIED: f32 = 5e-4;

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
            size: (number("width") as u32, number("height") as u32),
            negative: golden.note("negative_prompt").to_owned(),
            sampler: Some(sampler(&golden)),
            ..DenoiseOptions::default()
        };
        Self { golden, options }
    }

    fn all_in(folder: &Path) -> Vec<Self> {
        let runs = Golden::all_in(&folder.join("golden")).into_iter().filter(|golden| golden.has("latents_in"));
        runs.map(Self::of).collect()
    }

    fn model(&self, folder: &ModelFolder) -> Diffusion<Sana> {
        Diffusion::new(Sana::load(folder, None).unwrap(), self.options.clone())
    }

    /// The golden's texts, under guidance of two calls the negative one first, without their padding.
    fn texts(&self) -> Vec<Tensor> {
        unpadded(&self.golden.get("in_encoder_hidden_states.0"), &self.golden.get("in_encoder_attention_mask.0"))
    }

    fn compare_text(&self, diffusion: &Diffusion<Sana>, tally: &mut Tally) {
        let told = diffusion.condition(self.golden.note("prompt"), &diffusion.options.negative).unwrap();
        let told: Vec<Encoded> = told.negative.into_iter().chain([told.prompt]).collect();
        let expected = self.texts();
        assert_eq!(told.len(), expected.len());
        for (told, expected) in told.iter().zip(&expected) {
            let here = told.states.to_device(&Device::Cpu).unwrap();
            tally.compare_part(&here, expected, &self.golden, "in_encoder_hidden_states.0");
        }
    }

    /// Recorded calls of the transformer, fed with the golden's own input.
    fn compare_calls(&self, model: &dyn Denoiser, calls: usize, tally: &mut Tally) {
        let place = &model.basis().place;
        let encoded = |states: Tensor| Encoded { states, pooled: None }.at(place).unwrap();
        let texts: Vec<Encoded> = self.texts().into_iter().map(encoded).collect();
        for call in 0..calls {
            let question = Question {
                latents: &self.golden.get(&format!("in0.{call}")).to_device(&place.device).unwrap(),
                timestep: f64::from(self.golden.get(&format!("in_timestep.{call}")).to_vec1::<f32>().unwrap()[0]),
                texts: &texts.iter().collect::<Vec<_>>(),
                size: self.options.size,
                guidance: self.options.guidance,
            };
            let found = model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never()).unwrap();
            tally.compare(&found.to_device(&Device::Cpu).unwrap(), &self.golden, &format!("out.{call}"));
        }
    }

    fn compare_run(&self, diffusion: &Diffusion<Sana>, tally: &mut Tally) {
        let condition = diffusion.condition(self.golden.note("prompt"), &diffusion.options.negative).unwrap();
        let mut steps = 0;
        let mut watch = |step: usize, latents: &Tensor| {
            let here = latents.to_device(&Device::Cpu).unwrap();
            tally.compare(&here, &self.golden, &format!("latents.{step}"));
            steps += 1;
        };
        let last = diffusion.sample(&condition, &[self], &Stop::never(), &mut watch).unwrap();
        assert_eq!(steps, self.options.steps);
        let picture = |latents: &Tensor| {
            let latents = latents.to_device(&diffusion.model.basis().place.device).unwrap();
            diffusion.decode(&latents, &Stop::never()).unwrap().to_device(&Device::Cpu).unwrap()
        };
        let recorded = self.golden.get(&format!("latents.{}", steps - 1));
        tally.compare(&picture(&recorded), &self.golden, "image");
        Tally::new(AMPLIFIED).compare(&picture(&last), &self.golden, "image");
        tally.files += 1;
    }
}

impl NoiseSource for Run {
    fn initial(&self, _shape: &[usize], device: &Device) -> Result<Tensor> {
        self.golden.get("latents_in").to_device(device)
    }

    fn step(&self, step: usize, _shape: &[usize], device: &Device) -> Result<Tensor> {
        self.golden.get(&format!("noise.{step}")).to_device(device)
    }
}

/// Rows of states without what the mask hides, which is behind the rest.
fn unpadded(states: &Tensor, mask: &Tensor) -> Vec<Tensor> {
    let rows = mask.to_vec2::<f32>().unwrap();
    let row = |(at, mask): (usize, &Vec<f32>)| {
        let seen = mask.iter().filter(|seen| **seen > 0.0).count();
        assert!(mask[..seen].iter().all(|seen| *seen == 1.0));
        states.narrow(0, at, 1).unwrap().narrow(1, 0, seen).unwrap()
    };
    rows.iter().enumerate().map(row).collect()
}

fn folder(name: &str) -> PathBuf {
    fixtures().join("tiny").join(name)
}

/// Folders of both families.
fn folders() -> Vec<PathBuf> {
    let folders = std::fs::read_dir(root().join("tiny")).unwrap().map(|entry| entry.unwrap().path());
    let is_sana = |folder: &PathBuf| {
        let index = std::fs::read_to_string(folder.join("model_index.json")).unwrap_or_default();
        index.contains("\"Sana") && folder.join("golden").is_dir()
    };
    let folders: Vec<PathBuf> = folders.filter(is_sana).collect();
    assert!(folders.len() > 1, "{folders:?}");
    folders
}

#[test]
fn every_golden_run_agrees_in_f32() {
    let mut tally = Tally::new(1e-4);
    for folder in folders() {
        for run in Run::all_in(&folder) {
            let diffusion = run.model(&ModelFolder::new(&folder));
            run.compare_text(&diffusion, &mut tally);
            run.compare_calls(&diffusion.model, run.options.steps, &mut tally);
            run.compare_run(&diffusion, &mut tally);
        }
    }
    tally.finish("SANA");
}

/// Another instruction, a text that is told not to be shown, and the autoencoder both ways.
#[test]
fn instructions_and_autoencoders_agree() {
    let mut tally = Tally::new(1e-4);
    for folder in folders() {
        let goldens = Golden::all_in(&folder.join("golden"));
        for golden in goldens.iter().filter(|golden| golden.has("image_in")) {
            let lines: Vec<String> = serde_json::from_str(golden.note("chi")).unwrap();
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let model = Sana::load(&ModelFolder::new(&folder), None).unwrap().with_instruction(&lines);
            let diffusion = Diffusion::new(model, DenoiseOptions { guidance: 4.5, ..DenoiseOptions::default() });
            let told = diffusion.condition(golden.note("prompt"), "").unwrap();
            let mut compare = |told: &Encoded, states: &str, mask: &str| {
                let expected = unpadded(&golden.get(states), &golden.get(mask));
                tally.compare_part(&told.states, &expected[0], golden, states);
            };
            compare(&told.prompt, "prompt_embeds", "mask");
            assert_eq!(told.negative.is_some(), golden.has("neg_embeds"));
            if let Some(negative) = &told.negative {
                compare(negative, "neg_embeds", "neg_mask");
            }
            let vae = autoencoder(&folder);
            tally.compare(&vae.encode(&golden.get("image_in")).unwrap(), golden, "latent");
            tally.compare(&vae.decode(&golden.get("latent"), &Stop::never()).unwrap(), golden, "decoded");
            tally.files += 1;
        }
    }
    tally.finish("SANA's instructions and autoencoders");
}

fn autoencoder(folder: &Path) -> AutoencoderDc {
    let folder = folder.join("vae");
    let weights = Weights::open(&folder, DType::F32, &Device::Cpu).unwrap();
    let vae = AutoencoderDc::load(&weights, &AutoencoderDcConfig::read(folder.join("config.json")).unwrap()).unwrap();
    weights.finish(&[]).unwrap();
    vae
}

/// Texts, first calls and pictures in a place.
fn check(place: &Placement, tolerance: f32) {
    let mut tally = Tally::new(tolerance);
    for folder in folders() {
        for run in Run::all_in(&folder) {
            let diffusion = run.model(&ModelFolder::new(&folder).placed(place));
            run.compare_text(&diffusion, &mut tally);
            run.compare_calls(&diffusion.model, 1, &mut tally);
            let last = run.golden.get(&format!("latents.{}", run.options.steps - 1)).to_device(&place.device).unwrap();
            let picture = diffusion.decode(&last, &Stop::never()).unwrap().to_device(&Device::Cpu).unwrap();
            tally.compare(&picture, &run.golden, "image");
        }
    }
    tally.finish(&format!("SANA {:?} {:?} {:?}", place.device.location(), place.dtype, place.linear_kind));
}

#[test]
fn weights_of_few_bits_stay_close() {
    kinds::of_few_bits(4e-2, check);
}

#[test]
#[ignore = "needs a CUDA card"]
fn a_card_agrees() {
    kinds::on_a_card(4e-2, check);
}

/// The way of a card, walked on the CPU.
#[test]
fn other_types_agree() {
    for (dtype, kept, tolerance) in [(DType::F64, DType::F32, 1e-4), (DType::F16, DType::F16, 1e-2)] {
        for name in ["sana-1.5", "sana-sprint"] {
            let (part, run) = (folder(name).join("transformer"), Run::all_in(&folder(name)).pop().unwrap());
            let weights = Weights::open(&part, kept, &Device::Cpu).unwrap();
            let model = SanaTransformer::load(&weights, &SanaConfig::read(part.join("config.json")).unwrap()).unwrap();
            let typed = |tensor: Tensor| tensor.to_dtype(dtype).unwrap();
            let time = f64::from(run.golden.get("in_timestep.0").to_vec1::<f32>().unwrap()[0]);
            let answers = run.texts().into_iter().enumerate().map(|(at, text)| {
                let latents = typed(run.golden.get("in0.0")).narrow(0, at, 1).unwrap();
                model.forward(&latents, (time, run.options.guidance), &typed(text), &Stop::never()).unwrap()
            });
            let found = Tensor::cat(&answers.collect::<Vec<_>>(), 0).unwrap();
            assert_eq!(found.dtype(), dtype);
            let found = found.to_dtype(DType::F32).unwrap();
            Tally::new(tolerance).compare(&found, &run.golden, "out.0");
        }
    }
    let golden = Golden::read(&folder("sana").join("golden/text_and_vae.safetensors"));
    let latents = golden.get("latent").to_dtype(DType::F64).unwrap();
    let found = autoencoder(&folder("sana")).decode(&latents, &Stop::never()).unwrap();
    assert_eq!(found.dtype(), DType::F64);
    Tally::new(1e-4).compare(&found.to_dtype(DType::F32).unwrap(), &golden, "decoded");
}

fn small(name: &str, guidance: f64) -> Diffusion<Sana> {
    let options = DenoiseOptions { steps: 2, guidance, size: (64, 96), ..DenoiseOptions::default() };
    Diffusion::new(Sana::load(&ModelFolder::new(folder(name)), None).unwrap(), options)
}

#[test]
fn guidance_is_told_where_the_network_knows_it_and_asked_for_twice_where_not() {
    let draw = |name: &str, guidance, negative: &str| {
        let mut diffusion = small(name, guidance);
        diffusion.options.negative = negative.to_owned();
        diffusion.generate(&Prompt::new("a cat", 1), &Stop::never()).unwrap()
    };
    assert!(draw("sana-sprint", 1.0, "") != draw("sana-sprint", 30.0, ""));
    assert!(draw("sana-sprint", 4.5, "") == draw("sana-sprint", 4.5, "a dog"));
    assert!(draw("sana", 0.0, "") == draw("sana", 1.0, "a dog"));
    assert!(draw("sana", 7.0, "") != draw("sana", 7.0, "a dog"));
}

#[test]
fn the_same_seed_gives_the_same_picture_alone_and_in_a_batch() {
    for (name, guidance) in [("sana", 4.5), ("sana-sprint", 4.5)] {
        let mut diffusion = small(name, guidance);
        let prompts = [Prompt::new("a cat", 1), Prompt::new("a cat", 2), Prompt::new("", 1)];
        let alone: Vec<_> = prompts.iter().map(|prompt| diffusion.generate(prompt, &Stop::never()).unwrap()).collect();
        assert!(alone[0] != alone[1] && alone[0] != alone[2]);
        diffusion.options.batch = 2;
        for (found, alone) in diffusion.generate_batch(&prompts, &Stop::never()).into_iter().zip(&alone) {
            let found = found.unwrap();
            let apart = found.as_raw().iter().zip(alone.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
            assert!(apart <= Some(1), "{apart:?}");
        }
    }
}

#[test]
fn each_step_can_be_looked_at_and_the_run_be_ended() {
    for name in ["sana", "sana-sprint"] {
        let (diffusion, stop) = (small(name, 4.5), Stop::never());
        let condition = diffusion.condition("a cat", "").unwrap();
        let mut seen = 0;
        let mut watch = |_: usize, latents: &Tensor| {
            assert_eq!(diffusion.decode(latents, &Stop::never()).unwrap().dims(), [1, 3, 96, 64]);
            seen += 1;
            stop.cancel();
        };
        let noise = linocut_diffusion::noise::Noise::new(1);
        let error = diffusion.sample(&condition, &[&noise], &stop, &mut watch).unwrap_err();
        assert_eq!((seen, error.to_string().as_str()), (1, "stopped after 1 of 2 steps"));
    }
}

#[test]
fn what_is_too_long_is_cut_as_in_the_reference() {
    let model = small("sana", 1.0).model;
    let told = |text: &str| model.text().tokenize(text).unwrap();
    let (tokens, places) = told(&"a very long description ".repeat(200));
    assert_eq!((places.len(), places[0], places[299] as usize), (300, 0, tokens.len() - 1));
    let (short, short_places) = told("a cat");
    assert!(short.len() < tokens.len() && short[..short_places[1] as usize] == tokens[..places[1] as usize]);
    assert_eq!(told("  A CAT\n"), told("a cat"));
    assert_eq!(model.text().tokenize_plain(&"no ".repeat(1000)).unwrap().1.len(), 300);
    assert_eq!(model.text().tokenize_plain("").unwrap().1.len(), 1);
}

#[test]
fn options_and_folders_that_cannot_be_are_named() {
    check_bad_input(&mut small("sana", 4.5), 32, true);
    check_bad_input(&mut small("sana-sprint", 4.5), 32, true);
    let files = ["transformer/config.json", "tokenizer/tokenizer.json", "text_encoder/config.json", "vae/config.json"];
    let load = |folder: &ModelFolder| Sana::load(folder, None);
    check_bad_folder(&folder("sana"), &files, (WEIGHTS, &folder("sana-1.5").join(WEIGHTS)), load);
    check_bad_folder(&folder("sana-sprint"), &files, (WEIGHTS, &folder("sana-1.5").join(WEIGHTS)), load);
}

#[test]
fn configurations_that_cannot_be_are_named() {
    let config = SanaConfig::read(folder("sana/transformer/config.json")).unwrap();
    let refused = |change: &dyn Fn(&mut SanaConfig)| {
        let mut changed = config.clone();
        change(&mut changed);
        changed.check().unwrap_err().to_string()
    };
    assert!(refused(&|config| config.patch_size = 0).starts_with("`patch_size` is 0"));
    assert!(refused(&|config| config.out_channels = Some(8)).starts_with("`out_channels` is Some(8)"));
    assert!(refused(&|config| config.cross_attention_dim = 31).starts_with("`cross_attention_dim` is 31"));
    assert!(refused(&|config| config.qk_norm = Some("layer_norm".to_owned())).starts_with("`qk_norm` is Some(\"layer"));
    assert!(
        refused(&|config| config.interpolation_scale = Some(1.0)).starts_with("`interpolation_scale` is Some(1.0)")
    );
    assert!(refused(&|config| config.norm_elementwise_affine = true).starts_with("`norm_elementwise_affine` is true"));
    let config = AutoencoderDcConfig::read(folder("sana/vae/config.json")).unwrap();
    let refused = |change: &dyn Fn(&mut AutoencoderDcConfig)| {
        let mut changed = config.clone();
        change(&mut changed);
        changed.check().unwrap_err().to_string()
    };
    let norms = PerStage::All("batch_norm".to_owned());
    assert!(refused(&|config| config.decoder_norm_types = norms.clone()).starts_with("`decoder_norm_types` is "));
    assert!(
        refused(&|config| config.upsample_block_type = "bicubic".to_owned()).starts_with("`upsample_block_type` is")
    );
    assert!(refused(&|config| config.decoder_layers_per_block[2] = 0).starts_with("`decoder_layers_per_block` is "));
    assert!(refused(&|config| config.encoder_layers_per_block = vec![1]).starts_with("`encoder_layers_per_block` is "));
    assert!(refused(&|config| config.latent_channels = 3).starts_with("`encoder_block_out_channels` is "));
    assert!(refused(&|config| config.decoder_qkv_multiscales[3] = vec![4]).starts_with("`qkv_multiscales` is "));
    assert!(refused(&|config| config.scaling_factor = 0.0).starts_with("`scaling_factor` is 0"));
}

/// The transformer's file in a folder.
const WEIGHTS: &str = "transformer/diffusion_pytorch_model.safetensors";
const DECODER: &str = "vae/diffusion_pytorch_model.safetensors";
const ENCODER: &str = "text_encoder/model.safetensors";

/// What comes of a copy of a folder, one of whose files was changed, when it draws.
fn drawn_with(file: &str, change: impl Fn(&Path)) -> std::result::Result<(), ModelError> {
    let copied = TempDir::new().unwrap();
    copy(&folder("sana-sprint"), copied.path());
    change(&copied.path().join(file));
    let model = Sana::load(&ModelFolder::new(copied.path()), None)?;
    let diffusion = Diffusion::new(model, DenoiseOptions { steps: 1, size: (32, 32), ..DenoiseOptions::default() });
    let condition = diffusion.condition("a cat", "")?;
    let texts = [&condition.prompt];
    let latents = Tensor::zeros((1, 4, 1, 1), DType::F32, &Device::Cpu)?;
    let question = Question { latents: &latents, timestep: 1.0, texts: &texts, size: (32, 32), guidance: 1.0 };
    diffusion.model.predict(&question, &mut DeepCache::new(Reuse::default()), &Stop::never())?;
    diffusion.decode(&latents, &Stop::never()).map(|_| ())
}

/// The same with one of the file's tensors changed, or left out.
fn drawn_with_tensor(
    file: &str,
    name: &str,
    change: &dyn Fn(Tensor) -> Vec<(String, Tensor)>,
) -> std::result::Result<(), ModelError> {
    drawn_with(file, |path| {
        let mut tensors = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
        let tensor = tensors.remove(name).unwrap();
        tensors.extend(change(tensor));
        candle_core::safetensors::save(&tensors, path).unwrap();
    })
}

#[test]
fn files_that_are_damaged_are_named_with_what_is_wrong() {
    drawn_with(WEIGHTS, |_| {}).unwrap();
    for (file, name) in [
        (WEIGHTS, "transformer_blocks.1.ff.conv_inverted.weight"),
        (WEIGHTS, "transformer_blocks.0.ff.conv_depth.weight"),
        (WEIGHTS, "transformer_blocks.0.scale_shift_table"),
        (DECODER, "decoder.up_blocks.4.1.attn.to_qkv_multiscale.0.proj_out.weight"),
        (DECODER, "decoder.up_blocks.1.1.norm.bias"),
        (ENCODER, "layers.1.mlp.up_proj.weight"),
    ] {
        let said = |change: &dyn Fn(Tensor) -> Vec<(String, Tensor)>| match drawn_with_tensor(file, name, change) {
            Err(ModelError::Weights(error)) => error,
            other => panic!("{name}: {other:?}"),
        };
        let own = || name.to_owned();
        let error = said(&|tensor| vec![(format!("{name}s"), tensor)]);
        assert!(matches!(&error, WeightsError::MissingTensor { tensor, .. } if tensor == name), "{error}");
        let error = said(&|tensor| {
            let rows = tensor.dim(0).unwrap() - 1;
            vec![(own(), tensor.narrow(0, 0, rows).unwrap().contiguous().unwrap())]
        });
        assert!(matches!(&error, WeightsError::ShapeMismatch { tensor, .. } if tensor == name), "{error}");
        let error = said(&|tensor| vec![(own(), (tensor * f64::NAN).unwrap())]);
        assert!(matches!(&error, WeightsError::NotFinite { tensor, .. } if tensor == name), "{error}");
        let error = said(&|tensor| vec![(own(), tensor.clone()), ("more.weight".to_owned(), tensor)]);
        assert!(matches!(&error, WeightsError::Unused { example, .. } if example == "more.weight"), "{error}");
    }
    for file in [WEIGHTS, DECODER, ENCODER] {
        let truncated = drawn_with(file, |path| {
            let bytes = std::fs::read(path).unwrap();
            std::fs::write(path, &bytes[..bytes.len() - 1]).unwrap();
        });
        match truncated {
            Err(ModelError::Weights(WeightsError::Truncated { file: named, .. })) => assert!(named.ends_with(file)),
            other => panic!("{file}: {other:?}"),
        }
    }
}

#[test]
fn memory_is_planned_by_the_files() {
    for (name, asked) in [("sana", 2), ("sana-sprint", 1)] {
        let (folder, places) = (folder(name), Placements::default());
        let family = Family::of_folder(&folder).unwrap();
        let of = |guidance| {
            let options = DenoiseOptions { guidance, ..DenoiseOptions::default() };
            family.plan_of(&family.open(&ModelFolder::new(&folder), None, options).unwrap(), &places)
        };
        let plan = of(4.5);
        let parts: Vec<(&str, Stage)> = plan.parts.iter().map(|part| (part.name, part.stage)).collect();
        let expected = [("text_encoder", Stage::Text), ("transformer", Stage::Denoise), ("vae", Stage::Decode)];
        assert_eq!(parts, expected);
        let file = std::fs::metadata(folder.join(WEIGHTS)).unwrap().len() as f64;
        assert!((0.9..1.1).contains(&(plan.parts[1].bytes as f64 / file)), "{plan:?}");
        assert_eq!(plan.denoising, asked * of(0.0).denoising, "{name}");
    }
}
