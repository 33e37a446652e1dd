//! Whole runs with recorded noise, and what a pipeline says of bad input.

use std::path::PathBuf;

use candle_core::{Device, Result, Tensor};
use image::RgbImage;
use linocut_core::{Generate, Prompt, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::{DenoiseOptions, Diffusion, NoiseSource};
use linocut_diffusion::noise::Noise;
use linocut_diffusion::sampler::{Prediction, Sampler, Spacing};
use linocut_diffusion::sdxl::Sdxl;

use crate::fixtures;
use crate::golden::{Golden, Tally};

struct Recorded<'a>(&'a Golden);

impl NoiseSource for Recorded<'_> {
    fn initial(&self, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        Ok(self.0.get("latents_in"))
    }

    fn step(&self, step: usize, _shape: &[usize], _device: &Device) -> Result<Tensor> {
        Ok(self.0.get(&format!("noise.{step}")))
    }
}

pub(crate) fn folder(model: &str) -> PathBuf {
    fixtures().join("tiny").join(model)
}

pub(crate) fn load(model: &str, options: DenoiseOptions) -> Diffusion<Sdxl> {
    Diffusion::new(Sdxl::load(&ModelFolder::new(folder(model)), None).unwrap(), options)
}

pub(crate) fn small() -> DenoiseOptions {
    DenoiseOptions { steps: 2, guidance: 0.0, size: (64, 64), ..DenoiseOptions::default() }
}

/// Runs as the golden's notes say; every step's latents and the picture must agree.
fn compare_run(model: &Sdxl, name: &str, golden: &Golden, sampler: Option<Sampler>, tally: &mut Tally) {
    let options = DenoiseOptions {
        steps: golden.note("steps").parse().unwrap(),
        guidance: golden.note("guidance").parse().unwrap(),
        negative: golden.note("negative_prompt").to_owned(),
        sampler,
        ..small()
    };
    let model = Diffusion::new(model.clone(), options);
    let condition = model.condition(golden.note("prompt"), golden.note("negative_prompt")).unwrap();
    let mut steps = Vec::new();
    let stop = Stop::never();
    let mut watch = |step: usize, latents: &Tensor| steps.push((step, latents.clone()));
    let last = model.sample(&condition, &[&Recorded(golden)], &stop, &mut watch).unwrap();
    assert_eq!(steps.len(), model.options.steps, "{name}");
    for (step, latents) in &steps {
        tally.compare(latents, golden, &format!("latents.{step}"));
    }
    tally.compare(&model.decode(&last, &stop).unwrap(), golden, "image");
    tally.files += 1;
}

#[test]
fn whole_runs_agree_step_by_step() {
    let mut tally = Tally::new(1e-4);
    let trailing = || Some(Sampler::euler(Spacing::Trailing));
    let leading = || Some(Sampler { steps_offset: 1, ..Sampler::euler(Spacing::Leading) });
    let clean = || Some(Sampler { prediction: Prediction::Sample, ..Sampler::euler(Spacing::Trailing) });
    for (model, runs) in [
        (
            "sdxl",
            vec![
                ("turbo_1step", None),
                ("turbo_4step", None),
                ("lightning_1step_x0", clean()),
                ("lightning_4step", trailing()),
                ("euler_leading_cfg5_6step", leading()),
                ("euler_leading_cfg5_noneg_3step", leading()),
            ],
        ),
        ("ssd-1b", vec![("euler_cfg9_4step", None), ("euler_trailing_2step", trailing())]),
    ] {
        let loaded = load(model, small());
        for (name, sampler) in runs {
            let golden = Golden::read(&folder(model).join("golden").join(format!("{name}.safetensors")));
            compare_run(&loaded.model, name, &golden, sampler, &mut tally);
        }
    }
    tally.finish("whole runs");
}

#[test]
fn the_same_seed_gives_the_same_picture_alone_and_in_a_batch() {
    let model = load("sdxl", small());
    let prompts = [Prompt::new("a cat", 1), Prompt::new("a cat", 2), Prompt::new("", 1)];
    let batch: Vec<RgbImage> =
        model.generate_batch(&prompts, &Stop::never()).into_iter().map(|picture| picture.unwrap()).collect();
    for (prompt, picture) in prompts.iter().zip(&batch) {
        assert_eq!(&model.generate(prompt, &Stop::never()).unwrap(), picture);
        assert_eq!(picture.dimensions(), (64, 64));
    }
    assert!(batch[0] != batch[1] && batch[0] != batch[2]);
}

#[test]
fn options_that_cannot_be_are_errors() {
    let mut model = load("sdxl", small());
    let mut say = |options: DenoiseOptions, text: &str| {
        model.options = options;
        model.generate(&Prompt::new(text, 1), &Stop::never()).unwrap_err().to_string()
    };
    let size = say(DenoiseOptions { size: (64, 60), ..small() }, "a cat");
    assert_eq!(size, "a picture of 64 x 60 px, sides must be multiples of 8 px from 8 to 4096 px");
    assert!(say(DenoiseOptions { size: (0, 64), ..small() }, "a cat").starts_with("a picture of 0 x 64"));
    assert_eq!(say(DenoiseOptions { steps: 0, ..small() }, "a cat"), "a schedule needs at least one step");
    assert!(say(DenoiseOptions { guidance: f64::NAN, ..small() }, "a cat").contains("guidance is NaN"));
    assert!(say(small(), &"the cat ".repeat(5_000)).contains("at most 600 are looked at"));
}

#[test]
fn latents_that_are_not_numbers_are_reported_with_the_step() {
    struct Broken;
    impl NoiseSource for Broken {
        fn initial(&self, shape: &[usize], device: &Device) -> Result<Tensor> {
            NoiseSource::initial(&Noise::new(1), shape, device)
        }
        fn step(&self, _step: usize, shape: &[usize], device: &Device) -> Result<Tensor> {
            Tensor::full(f32::NAN, shape, device)
        }
    }
    let model = load("sdxl", DenoiseOptions { steps: 4, ..small() });
    let condition = model.condition("a cat", "").unwrap();
    let error = model.sample(&condition, &[&Broken], &Stop::never(), &mut |_, _| {}).unwrap_err();
    assert!(error.to_string().contains("step 0"), "{error}");
}

#[test]
fn a_long_text_under_guidance_fills_as_many_chunks_as_its_negative() {
    let mut model = load("ssd-1b", DenoiseOptions { guidance: 4.0, ..small() });
    let condition = model.condition(&"the cat ".repeat(60), "ugly").unwrap();
    for text in [&condition.prompt, condition.negative.as_ref().unwrap()] {
        assert_eq!((text.states.dims(), text.pooled.as_ref().unwrap().dims()), (&[1, 2 * 77, 40][..], &[1, 24][..]));
    }
    model.options.guidance = 1.0;
    let short = model.condition("the cat", "ugly").unwrap();
    assert!(short.negative.is_none());
    assert_eq!(short.prompt.states.dims(), [1, 77, 40]);
}

#[test]
fn missing_files_are_named() {
    let elsewhere = ModelFolder { vae: Some("nowhere.safetensors".into()), ..ModelFolder::new(folder("sdxl")) };
    let error = Sdxl::load(&elsewhere, None).unwrap_err().to_string();
    assert!(error.contains("nowhere.safetensors"), "{error}");
}
