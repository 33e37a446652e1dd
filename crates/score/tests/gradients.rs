//! Checks the gradients of ratings with respect to the picture by finite differences.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor, Var, safetensors};
use linocut_score::aesthetic::{ClipAesthetic, SiglipAesthetic};
use linocut_score::smooth::SmoothDefences;

fn fixture(model: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score").join(model)
}

fn pixels(model: &str) -> Tensor {
    let golden = safetensors::load(fixture(model).join("golden/forward.safetensors"), &Device::Cpu).unwrap();
    golden["pixel_values"].clone()
}

/// A change of every value by up to 1, from an integer hash.
fn direction(shape: &[usize], seed: u32) -> Tensor {
    let count: usize = shape.iter().product();
    let hash = |at: usize| (at as u32 ^ seed).wrapping_mul(0x9e37_79b9).wrapping_mul(0x85eb_ca6b) >> 8;
    let values: Vec<f32> = (0..count).map(|at| hash(at) as f32 / (1 << 23) as f32 - 1.0).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
}

fn scalar(tensor: &Tensor) -> f64 {
    f64::from(tensor.sum_all().unwrap().to_scalar::<f32>().unwrap())
}

/// Slopes along the gradient and along random directions, from the gradient and from differences `step` long.
fn check(input: &Tensor, step: f64, rate: impl Fn(&Tensor) -> Tensor) {
    let tracked = Var::from_tensor(input).unwrap();
    let gradient = rate(&tracked).sum_all().unwrap().backward().unwrap().get(&tracked).unwrap().clone();
    let length = scalar(&gradient.sqr().unwrap()).sqrt();
    assert!(length * step > 2e-6, "the gradient is cut: {length}");
    let uphill = (&gradient / length).unwrap();
    let mut directions = vec![uphill.clone()];
    directions.extend([1, 2].map(|seed| {
        let random = direction(input.dims(), seed);
        let random = (&random / scalar(&random.sqr().unwrap()).sqrt()).unwrap();
        (random + &uphill).unwrap()
    }));
    for direction in directions {
        let at = |step: f64| scalar(&rate(&(input + (&direction * step).unwrap()).unwrap()));
        let (found, expected) = (scalar(&(&gradient * &direction).unwrap()), (at(step) - at(-step)) / (2.0 * step));
        assert!((found - expected).abs() < 1e-2 * expected.abs(), "{found} {expected}");
    }
}

/// Levels of waves, none of them near 0 or 255.
fn levels((width, height): (usize, usize)) -> Tensor {
    let value = |at: usize| {
        let (x, y, channel) = (at % width, at / width % height, at / (width * height));
        128.0 + 60.0 * ((x + 9 * channel) as f32 / 7.0).sin() + 40.0 * ((y * (channel + 2)) as f32 / 11.0).cos()
    };
    let values: Vec<f32> = (0..3 * width * height).map(value).collect();
    Tensor::from_vec(values, (1, 3, height, width), &Device::Cpu).unwrap()
}

/// The whole graph, from a picture of two sizes through the defences to its rating.
fn check_from_picture_to_rating(rate: impl Fn(&Tensor) -> Tensor) {
    for (size, margins) in [((40, 30), [1, 0, 0, 1]), ((90, 112), [2, 1, 0, 3])] {
        let mut defences = SmoothDefences::new(size, margins, DType::F32, &Device::Cpu).unwrap();
        defences.qualities = [None, None];
        check(&levels(size), 4.0, |levels| rate(&defences.forward(levels).unwrap()));
        check(&levels(size), 4.0, &rate);
    }
}

#[test]
fn the_rating_by_clip_knows_how_each_pixel_changes_it() {
    let file = fixture("clip").join("linearMSE_head.safetensors");
    let clip = ClipAesthetic::load(fixture("clip"), file, &Device::Cpu).unwrap();
    check(&pixels("clip"), 0.02, |pixels| clip.rate_pixels(pixels).unwrap());
    check_from_picture_to_rating(|levels| clip.rate_levels(levels).unwrap());
}

#[test]
fn the_rating_by_siglip_knows_how_each_pixel_changes_it() {
    let file = fixture("siglip").join("aesthetic_v2_5_head.safetensors");
    let siglip = SiglipAesthetic::load(fixture("siglip"), file, &Device::Cpu).unwrap();
    check(&pixels("siglip"), 0.02, |pixels| siglip.rate_pixels(pixels).unwrap());
    check_from_picture_to_rating(|levels| siglip.rate_levels(levels).unwrap());
}
