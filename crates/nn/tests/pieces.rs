//! Tensors of a file under other names, whole or cut.

#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::Arc;

use candle_core::{DType, Device, Tensor, safetensors};
use linocut_nn::weights::{Adapt, AdaptError, Cut, Piece, Weights, WeightsError};
use linocut_nn::{Linear, LinearKind};
use tempfile::TempDir;

fn ramp(shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    Tensor::arange(0.0_f32, count as f32, &Device::Cpu).unwrap().reshape(shape).unwrap()
}

fn file(folder: &TempDir, tensors: &[(&str, Tensor)]) -> PathBuf {
    let path = folder.path().join("old.safetensors");
    let tensors: HashMap<&str, Tensor> = tensors.iter().cloned().collect();
    safetensors::save(&tensors, &path).unwrap();
    path
}

fn view(of: &str, cut: Cut) -> Piece {
    Piece { of: of.to_owned(), cut }
}

fn viewed(weights: &Weights, views: &[(&str, Piece)]) -> Result<Weights, WeightsError> {
    weights.pieces(views.iter().map(|(name, view)| ((*name).to_owned(), view.clone())))
}

#[test]
fn views_are_the_rows_halves_and_transposes_that_they_say() {
    let folder = TempDir::new().unwrap();
    let (fused, wide, point) = (ramp(&[6, 5]), ramp(&[2, 3]), ramp(&[4, 2, 1, 1]));
    let path = file(&folder, &[("fused", fused.clone()), ("wide", wide.clone()), ("point", point.clone())]);
    for dtype in [DType::F32, DType::F16] {
        let weights = Weights::open(&path, dtype, &Device::Cpu).unwrap();
        let views = [
            ("k.weight", view("fused", Cut::part(1, 3))),
            ("swapped", view("fused", Cut::Swapped)),
            ("turned", view("wide", Cut::Transposed)),
            ("flat", view("point", Cut::Point)),
            ("same", view("wide", Cut::Whole)),
            ("absent", view("nothing", Cut::Whole)),
        ];
        let weights = viewed(&weights, &views).unwrap();
        let expected = [
            ("k.weight", fused.narrow(0, 2, 2).unwrap()),
            ("swapped", Tensor::cat(&[fused.narrow(0, 3, 3).unwrap(), fused.narrow(0, 0, 3).unwrap()], 0).unwrap()),
            ("turned", wide.t().unwrap()),
            ("flat", point.reshape((4, 2)).unwrap()),
            ("same", wide.clone()),
        ];
        assert_eq!(weights.names(), ["flat", "k.weight", "same", "swapped", "turned"]);
        for (name, expected) in expected {
            let found = weights.get(name, expected.dims()).unwrap();
            assert!(found.is_contiguous() && found.dtype() == dtype, "{name}");
            let found: Vec<f32> = found.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap();
            assert_eq!(
                found,
                expected.contiguous().unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap(),
                "{name}"
            );
            assert_eq!(weights.outline().get(name, expected.dims()).unwrap().dims(), expected.dims());
        }
        weights.finish(&[]).unwrap();
    }
}

#[test]
fn views_of_views_cut_further() {
    let folder = TempDir::new().unwrap();
    let weights = Weights::open(file(&folder, &[("a", ramp(&[8, 2]))]), DType::F32, &Device::Cpu).unwrap();
    let half = viewed(&weights, &[("b", view("a", Cut::part(1, 2))), ("c", view("a", Cut::Whole))]).unwrap();
    let quarter = view("b", Cut::part(0, 2));
    let quarter = viewed(&half, &[("d", quarter), ("e", view("c", Cut::part(3, 4)))]).unwrap();
    assert_eq!(quarter.get("d", &[2, 2]).unwrap().to_vec2::<f32>().unwrap(), [[8.0, 9.0], [10.0, 11.0]]);
    assert_eq!(quarter.get("e", &[2, 2]).unwrap().to_vec2::<f32>().unwrap(), [[12.0, 13.0], [14.0, 15.0]]);
}

#[test]
fn errors_give_both_names() {
    let folder = TempDir::new().unwrap();
    let weights = Weights::open(file(&folder, &[("old", ramp(&[5, 2]))]), DType::F32, &Device::Cpu).unwrap();
    let error = viewed(&weights, &[("new", view("old", Cut::part(0, 3)))]).unwrap_err().to_string();
    assert!(
        error.starts_with("old in ") && error.ends_with("has shape [5, 2], of which part 1 of 3 is wanted"),
        "{error}"
    );
    let renamed = viewed(&weights, &[("new", view("old", Cut::Whole))]).unwrap();
    let error = renamed.get("new", &[2, 5]).unwrap_err().to_string();
    assert!(error.starts_with("new (old) in ") && error.ends_with("shape [5, 2], expected [2, 5]"), "{error}");
    let error = renamed.finish(&[]).unwrap_err().to_string();
    assert!(error.ends_with("holds 1 tensors that the model does not use, such as new (old)"), "{error}");
    let error = renamed.get("old", &[5, 2]).unwrap_err().to_string();
    assert!(error.contains("has no tensor old of shape [5, 2] among its 1, such as new"), "{error}");
}

/// Doubles what is called `new.weight`.
#[derive(Debug)]
struct Double;

impl Adapt for Double {
    fn adapt(&self, name: &str, stored: Tensor) -> Result<Tensor, AdaptError> {
        Ok(if name == "new.weight" { (stored * 2.0)? } else { stored })
    }

    fn check(&self, _: &str, _: &[usize]) -> Result<(), AdaptError> {
        Ok(())
    }
}

#[test]
fn views_are_adapted_and_packed_under_their_new_names() {
    let folder = TempDir::new().unwrap();
    let path = file(&folder, &[("old", (ramp(&[96, 64]) / 6144.0).unwrap())]);
    let weights = Weights::open(path, DType::F32, &Device::Cpu).unwrap().adapted([Arc::new(Double) as Arc<dyn Adapt>]);
    let lower = viewed(&weights, &[("new.weight", view("old", Cut::part(1, 2)))]).unwrap();
    let doubled = lower.get("new.weight", &[48, 64]).unwrap();
    assert_eq!(doubled.get(0).unwrap().to_vec1::<f32>().unwrap()[0], 1.0);
    let packed = lower.with_linear_kind(LinearKind::Q8_0);
    let layer = Linear::load(&packed.pp("new"), 64, 48, false).unwrap();
    let found = layer.forward(&Tensor::ones((1, 64), DType::F32, &Device::Cpu).unwrap()).unwrap();
    let apart = (found - doubled.sum(1).unwrap().unsqueeze(0).unwrap()).unwrap().abs().unwrap();
    assert!(apart.max_all().unwrap().to_scalar::<f32>().unwrap() < 0.5);
    assert_eq!(packed.asked_bytes(), 48 * 64 * 34 / 32);
}
