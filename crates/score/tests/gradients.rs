//! Gradients of ratings with respect to the picture, by finite differences.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::path::{Path, PathBuf};

use candle_core::{Device, Tensor, Var, safetensors};
use linocut_score::aesthetic::{ClipAesthetic, SiglipAesthetic};

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

/// Slopes along the gradient and along random directions, from the gradient and from differences.
fn check(pixels: &Tensor, rate: impl Fn(&Tensor) -> Tensor) {
    let input = Var::from_tensor(pixels).unwrap();
    let gradient = rate(&input).sum_all().unwrap().backward().unwrap().get(&input).unwrap().clone();
    let length = scalar(&gradient.sqr().unwrap()).sqrt();
    assert!(length > 1e-4, "the gradient is cut: {length}");
    let uphill = (&gradient / length).unwrap();
    let mut directions = vec![uphill.clone()];
    directions.extend([1, 2].map(|seed| {
        let random = direction(pixels.dims(), seed);
        let random = (&random / scalar(&random.sqr().unwrap()).sqrt()).unwrap();
        (random + &uphill).unwrap()
    }));
    for direction in directions {
        let at = |step: f64| scalar(&rate(&(pixels + (&direction * step).unwrap()).unwrap()));
        let (found, expected) = (scalar(&(&gradient * &direction).unwrap()), (at(0.02) - at(-0.02)) / 0.04);
        assert!((found - expected).abs() < 1e-2 * expected.abs(), "{found} {expected}");
    }
}

#[test]
fn the_rating_by_clip_knows_how_each_pixel_changes_it() {
    let file = fixture("clip").join("linearMSE_head.safetensors");
    let clip = ClipAesthetic::load(fixture("clip"), file, &Device::Cpu).unwrap();
    check(&pixels("clip"), |pixels| clip.rate_pixels(pixels).unwrap());
}

#[test]
fn the_rating_by_siglip_knows_how_each_pixel_changes_it() {
    let file = fixture("siglip").join("aesthetic_v2_5_head.safetensors");
    let siglip = SiglipAesthetic::load(fixture("siglip"), file, &Device::Cpu).unwrap();
    check(&pixels("siglip"), |pixels| siglip.rate_pixels(pixels).unwrap());
}
