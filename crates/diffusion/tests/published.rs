//! A picture by every named model, from its published weights: `cargo test --release -p linocut-diffusion --test published -- --ignored
//! --test-threads 1`, with a filter for one model. Weights are looked for as everywhere: in `$LINOCUT_MODELS` and in the cache of
//! Hugging Face.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use image::RgbImage;
use linocut_core::{Prompt, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::entry::{Entry, entries};
use linocut_diffusion::hub::Places;

/// The picture must be of the model's size, show something, and be the same again.
fn check(name: &str) {
    let entry = Entry::named(name).unwrap();
    let located = Places::of_environment().locate(entry).unwrap_or_else(|missing| panic!("{missing}"));
    let model = entry.open(&ModelFolder::of_located(located, entry)).unwrap();
    let prompt = Prompt::new("flat illustration of a red fox under a green tree", 1);
    let draw = || model.generate(&prompt, &Stop::never()).unwrap();
    let picture = draw();
    assert_eq!(picture.dimensions(), (entry.size, entry.size));
    assert!(spread(&picture) > 10.0, "a standard deviation of {} of 255", spread(&picture));
    assert!(draw() == picture, "the same seed gave another picture");
}

/// Standard deviation of all channels together, of 255.
fn spread(picture: &RgbImage) -> f64 {
    let values = || picture.as_raw().iter().map(|value| f64::from(*value));
    let count = picture.as_raw().len() as f64;
    let mean = values().sum::<f64>() / count;
    (values().map(|value| (value - mean).powi(2)).sum::<f64>() / count).sqrt()
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
}

#[test]
fn every_named_model_is_tested() {
    assert_eq!(TESTED, entries().iter().map(|entry| entry.name).collect::<Vec<_>>());
}

#[test]
fn a_constant_picture_shows_nothing() {
    assert_eq!(spread(&RgbImage::from_pixel(4, 4, image::Rgb([9, 9, 9]))), 0.0);
}
