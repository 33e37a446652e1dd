//! Words to picture with trained weights: `linocut-small` draws what it is asked for. The ignored tests take minutes:
//! `cargo test --release -p linocut --features judge,small-model --test small_model -- --ignored --nocapture`.

#![cfg(all(feature = "judge", feature = "small-model"))]
#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::fs;
use std::path::Path;

use image::RgbImage;
use linocut::constraints::{Profile, check};
use linocut::core::Generate;
use linocut::diffusion::ModelFolder;
use linocut::diffusion::denoise::DenoiseOptions;
use linocut::diffusion::entry::Entry;
use linocut::diffusion::hub::Places;
use linocut::diffusion::sampler::{Method, Sampler};
use linocut::diffusion::unet::Reuse;
use linocut::pipeline::BoxGenerate;
use linocut::raster::psnr;
use linocut::score::Judge;
use linocut::{Named, Pipeline, PipelineOptions, Prompt, Stop};

/// Captions among which the judge chooses.
const CHOICE: usize = 8;

fn entry() -> &'static Entry {
    Entry::named("linocut-small").unwrap()
}

fn folder() -> ModelFolder {
    ModelFolder::of_located(entry().locate(&Places::default()).unwrap(), entry())
}

fn options() -> DenoiseOptions {
    DenoiseOptions::of_entry(entry())
}

fn sampler() -> Sampler {
    entry().sampler.clone().unwrap()
}

fn model(options: DenoiseOptions) -> impl Generate + Send + Sync + 'static {
    entry().family.open(&folder(), None, options).unwrap()
}

fn drawn(model: &impl Generate, text: &str, seed: u64) -> RgbImage {
    model.generate(&Prompt::new(text, seed), &Stop::never()).unwrap()
}

#[test]
fn it_is_sampled_as_its_scheduler_says() {
    let published = folder().opened(&[]).unwrap().sampler(None).unwrap();
    let Sampler { training, spacing, prediction, .. } = sampler();
    assert_eq!((training, spacing, prediction), (published.training, published.spacing, published.prediction));
}

#[test]
fn the_same_seed_gives_the_same_picture_and_another_seed_another() {
    let model = model(DenoiseOptions { steps: 2, ..options() });
    let picture = drawn(&model, "a red bus in a street", 1);
    assert_eq!(picture.dimensions(), (256, 256));
    assert_eq!(picture, drawn(&model, "a red bus in a street", 1));
    assert_ne!(picture, drawn(&model, "a red bus in a street", 2));
    assert_ne!(picture, drawn(&model, "a snowy plain", 1));
}

#[test]
fn colours_and_places_are_those_of_the_description() {
    let model = model(options());
    let mean = |text: &str| {
        let picture = drawn(&model, text, 1);
        let sum = |channel: usize| picture.pixels().map(|pixel| f64::from(pixel[channel])).sum::<f64>();
        [0, 1, 2].map(|channel| sum(channel) / f64::from(256 * 256))
    };
    let (meadow, night) = (mean("a green meadow under a blue sky"), mean("a starry night over a dark forest"));
    assert!(meadow[1] > night[1] + 40.0, "meadow {meadow:?}, night {night:?}");
}

#[test]
fn it_competes_with_the_composer() {
    let generator: BoxGenerate = Box::new(model(DenoiseOptions { steps: 4, ..options() }));
    let mut pipeline = Pipeline::standard();
    pipeline.options = PipelineOptions { candidates: 1, finalists: 0, ..pipeline.options };
    pipeline.generators.insert(0, Named::new("linocut-small", generator));
    let outcome = pipeline.run(&Prompt::new("a snowy plain", 1), &Stop::never()).unwrap();
    let origins: Vec<String> = outcome.candidates.iter().map(|candidate| candidate.origin.to_string()).collect();
    assert_eq!(origins, ["linocut-small, budget, seed 1", "collage, budget, seed 1", "collage, seed 1"]);
    for candidate in &outcome.candidates {
        assert!(check(candidate.svg.as_str(), &Profile::CONTEST).is_ok(), "{}", candidate.origin);
    }
}

/// Captions kept from training.
fn held_out() -> Vec<String> {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab/small-model/held_out/judge.txt");
    fs::read_to_string(file).unwrap().lines().map(str::to_owned).collect()
}

/// Fit of each picture with its own caption, and how often that is the nearest of eight, the others being the next seven captions.
fn judged(judge: &Judge, model: &impl Generate, captions: &[String]) -> (Vec<f64>, usize) {
    let fits = |(at, caption): (usize, &String)| {
        let seen = judge.embed_picture(&drawn(model, caption, at as u64)).unwrap();
        let fit = |text: &String| judge.embed_text(text).unwrap().map_or(0.0, |text| judge.fit(&seen, &text));
        (0..CHOICE).map(|next| fit(&captions[(at + next) % captions.len()])).collect::<Vec<f64>>()
    };
    let all: Vec<Vec<f64>> = captions.iter().enumerate().map(fits).collect();
    let first = all.iter().filter(|fits| fits[1..].iter().all(|rival| *rival < fits[0])).count();
    (all.iter().map(|fits| fits[0]).collect(), first)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len().max(1) as f64
}

#[test]
#[ignore = "draws 80 pictures: a release build and some minutes"]
fn pictures_are_nearer_to_their_captions_than_to_seven_others() {
    let (judge, model, captions) = (Judge::embedded().unwrap(), model(options()), held_out());
    for of in [0..40, 40..80] {
        let (fits, first) = judged(&judge, &model, &captions[of.clone()]);
        println!("captions {of:?}: fit {:.3}, nearest of {CHOICE} {first} of 40", mean(&fits));
        // By chance it would be 5.
        assert!(first >= 15, "captions {of:?}: {first} of 40");
    }
}

#[test]
#[ignore = "draws 80 pictures: a release build and some minutes"]
fn guidance_brings_pictures_nearer_to_their_captions() {
    let (judge, captions) = (Judge::embedded().unwrap(), held_out());
    let fit = |guidance| {
        let (fits, first) = judged(&judge, &model(DenoiseOptions { guidance, ..options() }), &captions[80..120]);
        println!("guidance {guidance}: fit {:.3}, nearest of {CHOICE} {first} of 40", mean(&fits));
        mean(&fits)
    };
    assert!(fit(entry().guidance) > fit(1.0));
}

/// A LoRA that was trained to draw everything as a blueprint, white on dark blue (`lab/small-model/lora.py`).
fn blueprint(scale: f64) -> ModelFolder {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/linocut/small-model/blueprint.safetensors");
    ModelFolder { loras: vec![(file, scale)], ..folder() }
}

/// How far a picture's colours are from those between dark blue and white of the same lightness: root mean square, of 255.
fn apart_from_blueprint(picture: &RgbImage) -> f64 {
    let (dark, luma) = ([16.0, 40.0, 110.0], [0.299, 0.587, 0.114]);
    let error = |pixel: &image::Rgb<u8>| {
        let value = pixel.0.map(f64::from);
        let dot = |colour: [f64; 3]| luma.iter().zip(colour).map(|(weight, part)| weight * part).sum::<f64>();
        let light = ((dot(value) - dot(dark)) / (255.0 - dot(dark))).clamp(0.0, 1.0);
        (0..3).map(|part| (value[part] - dark[part] - light * (255.0 - dark[part])).powi(2)).sum::<f64>() / 3.0
    };
    (picture.pixels().map(error).sum::<f64>() / f64::from(picture.width() * picture.height())).sqrt()
}

#[test]
fn a_lora_trained_for_a_style_draws_in_it() {
    let captions = ["a red bus in a street", "a green meadow under a blue sky", "a tangerine cotton sunhat"];
    let apart = |scale| {
        let model = entry().family.open(&blueprint(scale), None, options()).unwrap();
        mean(&captions.map(|caption| apart_from_blueprint(&drawn(&model, caption, 1))))
    };
    let (without, half, whole) = (apart(0.0), apart(0.5), apart(1.0));
    println!("{without:.1}, {half:.1}, {whole:.1} of 255 from a blueprint");
    assert!(whole < 0.5 * without && whole < half && half < without, "{without:.1}, {half:.1}, {whole:.1} of 255");
}

const DDIM: Method = Method::Ddim { eta: 0.0, ends_clean: true, clip: None };

#[test]
#[ignore = "hundreds of steps: a release build and some minutes"]
fn samplers_meet_as_steps_grow() {
    let by = |method: &Method, steps| {
        let sampler = Some(Sampler { method: *method, ..sampler() });
        drawn(&model(DenoiseOptions { steps, sampler, ..options() }), "a sailing boat on a calm sea", 3)
    };
    let apart = |steps| psnr(&by(&sampler().method, steps), &by(&DDIM, steps)).unwrap();
    let (few, many) = (apart(10), apart(160));
    println!("DPM-Solver++ and DDIM: {few:.1} dB at 10 steps, {many:.1} dB at 160");
    assert!(many > few + 3.0 && many > 30.0, "{few:.1} dB at 10 steps, {many:.1} dB at 160");
}

#[test]
#[ignore = "draws 80 pictures: a release build and some minutes"]
fn deep_features_that_are_used_again_cost_little() {
    let (judge, captions) = (Judge::embedded().unwrap(), held_out());
    let fit = |interval| {
        let reuse = Reuse { interval, ..Reuse::default() };
        mean(&judged(&judge, &model(DenoiseOptions { reuse, ..options() }), &captions[120..160]).0)
    };
    let (whole, cached) = (fit(1), fit(2));
    println!("fit {whole:.3} with all steps whole, {cached:.3} with every second");
    assert!(cached > whole - 0.05, "fit {whole:.3} with all steps whole, {cached:.3} with every second");
}
