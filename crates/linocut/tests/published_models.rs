//! A picture by every named model, from its published weights: `cargo test --release -p linocut --features diffusion,neural --test
//! published_models -- --ignored --test-threads 1`, with a filter for one model. Weights are looked for as everywhere: in `$LINOCUT_MODELS`
//! and in the cache of Hugging Face. What a picture shows is judged by CLIP ViT-L/14, where `$LINOCUT_MODELS` has
//! `openai/clip-vit-large-patch14`.

#![cfg(all(feature = "diffusion", feature = "neural"))]
#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::path::PathBuf;

use image::RgbImage;
use linocut::diffusion::ModelFolder;
use linocut::diffusion::entry::{Entry, entries};
use linocut::diffusion::hub::Places;
use linocut::nn::candle_core::Device;
use linocut::score::clip::ClipSimilarity;
use linocut::{Prompt, Stop};

/// What is drawn, then what it is not.
const DESCRIPTIONS: [&str; 5] = [
    "flat illustration of a red fox under a green tree",
    "flat illustration of a sailing boat on the sea",
    "flat illustration of a yellow taxi in a city",
    "flat illustration of a purple armchair",
    "flat illustration of snowy mountains at night",
];
/// A spread below this is a flat picture.
const FLAT: f64 = 10.0;
/// Neighbours that differ by more than this share of what any two pixels differ by are noise.
const NOISE: f64 = 0.6;

/// The picture must be of the model's size, show something that is not noise, be the same again, another for another seed and another
/// description, and be nearer to its own description than to four others.
fn check(name: &str) {
    let entry = Entry::named(name).unwrap();
    let located = entry.locate(&Places::of_environment()).unwrap_or_else(|missing| panic!("{missing}"));
    let model = entry.open(&ModelFolder::of_located(located, entry)).unwrap();
    let draw = |text: &str, seed| model.generate(&Prompt::new(text, seed), &Stop::never()).unwrap();
    let picture = draw(DESCRIPTIONS[0], 1);
    assert_eq!(picture.dimensions(), (entry.size, entry.size));
    assert!(spread(&picture) > FLAT, "flat: a spread of {} of 255", spread(&picture));
    assert!(roughness(&picture) < NOISE, "noise: neighbours differ by {} of what any pixels do", roughness(&picture));
    assert!(draw(DESCRIPTIONS[0], 1) == picture, "the same seed gave another picture");
    assert!(is_other(&draw(DESCRIPTIONS[0], 2), &picture), "another seed gave the same picture");
    assert!(is_other(&draw(DESCRIPTIONS[1], 1), &picture), "another description gave the same picture");
    let Some(clip) = clip() else { return not_judged(name) };
    let logits = clip.logits(&[&picture], &DESCRIPTIONS).unwrap().remove(0);
    assert!(is_first(&logits), "{name}: {logits:?}");
}

#[expect(clippy::print_stdout, reason = "what was not judged must be seen")]
fn not_judged(name: &str) {
    println!("{name}: not judged, for CLIP is not there");
}

/// CLIP, if its weights are there.
fn clip() -> Option<ClipSimilarity> {
    let folder = PathBuf::from(std::env::var_os("LINOCUT_MODELS")?).join("openai/clip-vit-large-patch14");
    folder.is_dir().then(|| ClipSimilarity::load(folder, &Device::Cpu).unwrap())
}

/// Whether the first is the largest of all.
fn is_first(logits: &[f32]) -> bool {
    logits.iter().skip(1).all(|other| *other < logits[0])
}

/// Root mean square of what pixels differ by from the picture's mean colour, of 255.
fn spread(picture: &RgbImage) -> f64 {
    let count = f64::from(picture.width() * picture.height()).max(1.0);
    let of_channel = |channel: usize| {
        let values = || picture.pixels().map(move |pixel| f64::from(pixel.0[channel]));
        let mean = values().sum::<f64>() / count;
        values().map(|value| (value - mean).powi(2)).sum::<f64>() / count
    };
    ((0..3).map(of_channel).sum::<f64>() / 3.0).sqrt()
}

/// What neighbours differ by, as a share of what two pixels anywhere do: small in pictures, about 1 in noise.
fn roughness(picture: &RgbImage) -> f64 {
    let (width, height) = picture.dimensions();
    let levels = |x, y| picture.get_pixel(x, y).0.map(f64::from);
    let pairs = (0..height).flat_map(|y| (1..width).map(move |x| (levels(x - 1, y), levels(x, y))));
    let square = |(a, b): ([f64; 3], [f64; 3])| a.iter().zip(b).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 3.0;
    let count = f64::from(height) * f64::from(width.saturating_sub(1));
    let apart = pairs.map(square).sum::<f64>() / count.max(1.0);
    (apart / 2.0).sqrt() / spread(picture).max(f64::MIN_POSITIVE)
}

/// Whether two pictures differ in more than a few levels.
fn is_other(a: &RgbImage, b: &RgbImage) -> bool {
    let apart = a.iter().zip(b.iter()).map(|(a, b)| f64::from(a.abs_diff(*b))).sum::<f64>();
    apart / a.as_raw().len() as f64 > 2.0
}

macro_rules! published {
    ($($test:ident: $name:literal,)*) => {
        $(
            #[test]
            #[ignore = concat!("needs the files of ", $name, " in $LINOCUT_MODELS")]
            fn $test() {
                check($name);
            }
        )*

        const TESTED: &[&str] = &[$($name),*];
    };
}

published! {
    sdxl_base: "sdxl-base",
    sdxl_turbo: "sdxl-turbo",
    sdxl_lightning_1step: "sdxl-lightning-1step",
    sdxl_lightning_2step: "sdxl-lightning-2step",
    sdxl_lightning_4step: "sdxl-lightning-4step",
    sdxl_lightning_8step: "sdxl-lightning-8step",
    sdxl_lightning_2step_lora: "sdxl-lightning-2step-lora",
    sdxl_lightning_4step_lora: "sdxl-lightning-4step-lora",
    sdxl_lightning_8step_lora: "sdxl-lightning-8step-lora",
    sdxl_flash: "sdxl-flash",
    fluently_xl_v3_lightning: "fluently-xl-v3-lightning",
    hyper_sdxl_1step: "hyper-sdxl-1step",
    hyper_sdxl_1step_lora: "hyper-sdxl-1step-lora",
    hyper_sdxl_2step_lora: "hyper-sdxl-2step-lora",
    hyper_sdxl_4step_lora: "hyper-sdxl-4step-lora",
    hyper_sdxl_8step_lora: "hyper-sdxl-8step-lora",
    hyper_sdxl_8step_cfg_lora: "hyper-sdxl-8step-cfg-lora",
    hyper_sdxl_12step_cfg_lora: "hyper-sdxl-12step-cfg-lora",
    ssd_1b: "ssd-1b",
    sd_1_5: "sd-1.5",
    sd_2_1: "sd-2.1",
    sd_3_5_medium: "sd-3.5-medium",
    z_image_turbo: "z-image-turbo",
    flux_schnell: "flux-schnell",
    flux_schnell_svdq: "flux-schnell-svdq",
    flux_dev: "flux-dev",
    flux_lite: "flux-lite",
    sana_1_6b: "sana-1.6b",
    sana_1_5_1_6b: "sana-1.5-1.6b",
    sana_1_5_4_8b: "sana-1.5-4.8b",
    sana_sprint_0_6b: "sana-sprint-0.6b",
    sana_sprint_1_6b: "sana-sprint-1.6b",
    hyper_flux_8step_lora: "hyper-flux-8step-lora",
    hyper_flux_16step_lora: "hyper-flux-16step-lora",
    cogview4_6b: "cogview4-6b",
    janus_pro_1b: "janus-pro-1b",
}

#[test]
fn every_named_model_is_tested() {
    let published = entries().iter().filter(|entry| !entry.files().is_empty());
    assert_eq!(TESTED, published.map(|entry| entry.name).collect::<Vec<_>>());
}

fn painted(level: impl Fn(u32, u32) -> u8) -> RgbImage {
    RgbImage::from_fn(64, 64, |x, y| image::Rgb([level(x, y), level(x, y) / 2, 255 - level(x, y)]))
}

#[test]
fn flat_pictures_noise_and_repeated_pictures_are_refused() {
    let flat = painted(|_, _| 9);
    let noise = painted(|x, y| {
        (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35).to_be_bytes()[0]
    });
    let picture = painted(|x, y| if x * x + y * y < 2000 { 220 } else { (y * 3) as u8 });
    assert_eq!(spread(&flat), 0.0);
    assert!(spread(&noise) > FLAT && roughness(&noise) > NOISE, "{}", roughness(&noise));
    assert!(spread(&picture) > FLAT && roughness(&picture) < NOISE, "{}", roughness(&picture));
    assert!(is_other(&picture, &noise) && !is_other(&picture, &picture));
    assert!(!is_other(&painted(|_, _| 10), &flat));
}

#[test]
fn the_right_description_must_be_first() {
    assert!(is_first(&[3.0, 1.0, 2.9]));
    assert!(!is_first(&[3.0, 1.0, 3.0]));
}
