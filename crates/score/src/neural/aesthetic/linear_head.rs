//! A head of several linear layers without activations, folded into one vector.

use std::path::Path;

use candle_core::{DType, Device, Tensor};
use linocut_nn::weights::Weights;

use crate::neural::clip::unit;
use crate::neural::tower_error::TowerError;

/// Names of the layers in the published heads: the first for CLIP (`linearMSE`), the second for SigLIP (v2.5). Numbers in
/// between are dropout.
const LAYERS: [&[&str]; 2] = [
    &["layers.0", "layers.2", "layers.4", "layers.6", "layers.7"],
    &["scoring_head.0", "scoring_head.2", "scoring_head.4", "scoring_head.6", "scoring_head.8"],
];

/// One vector and one number: what layers without activations come to.
#[derive(Clone, PartialEq, Debug)]
pub struct LinearHead {
    factors: Vec<f64>,
    addend: f64,
}

impl LinearHead {
    /// Reads a published head, safetensors or `PyTorch` pickle (`.pth`, `.pt`), for vectors of `size` elements.
    ///
    /// # Errors
    ///
    /// [`TowerError`] if the file cannot be read or its layers do not lead from `size` elements to one.
    pub fn read(file: impl AsRef<Path>, size: usize) -> Result<Self, TowerError> {
        let file = file.as_ref();
        let is_pickle = file.extension().is_some_and(|ending| ending == "pth" || ending == "pt");
        let open = if is_pickle {
            Weights::pth(file, DType::F64, &Device::Cpu)
        } else {
            Weights::open(file, DType::F64, &Device::Cpu)
        };
        let weights = open?;
        let head = Self::load(&weights, file, size)?;
        weights.finish(&[])?;
        Ok(head)
    }

    /// Folds from the last layer, which has one output, back to the first.
    fn load(weights: &Weights, file: &Path, size: usize) -> Result<Self, TowerError> {
        let names = LAYERS.iter().find(|names| weights.pp(names[0]).contains("weight")).unwrap_or(&LAYERS[0]);
        let sizes = sizes(weights, file, names, size)?;
        let mut factors = Tensor::ones((1, 1), DType::F64, &Device::Cpu)?;
        let mut addend = 0.0;
        for (name, (depth, width)) in names.iter().zip(&sizes).rev() {
            let layer = weights.pp(name);
            let bias = layer.get("bias", &[*width])?.reshape((*width, 1))?;
            addend += factors.matmul(&bias)?.to_vec2::<f64>()?[0][0];
            factors = factors.matmul(&layer.get("weight", &[*width, *depth])?)?;
        }
        Ok(Self { factors: factors.flatten_all()?.to_vec1()?, addend })
    }

    /// The rating of a vector, which is brought to length 1 first; about 1 to 10. A vector without length rates as the number
    /// alone, one of another size by the elements that both have.
    pub fn rate(&self, vector: &[f32]) -> f64 {
        let length = vector.iter().map(|value| f64::from(*value).powi(2)).sum::<f64>().sqrt();
        let sum: f64 = vector.iter().zip(&self.factors).map(|(value, factor)| f64::from(*value) * factor).sum();
        if length > 0.0 { sum / length + self.addend } else { self.addend }
    }
}

impl LinearHead {
    /// The ratings of vectors as a tensor, in f32 and with a gradient.
    ///
    /// # Shapes
    ///
    /// - `vectors`: (pictures, n), f32, none of them zero
    /// - result: (pictures)
    ///
    /// # Errors
    ///
    /// When the vectors have another length.
    pub fn forward(&self, vectors: &Tensor) -> candle_core::Result<Tensor> {
        let factors: Vec<f32> = self.factors.iter().map(|factor| *factor as f32).collect();
        let factors = Tensor::from_vec(factors, (self.factors.len(), 1), vectors.device())?;
        unit(vectors)?.matmul(&factors)?.squeeze(1)? + self.addend
    }
}

/// Inputs and outputs of each layer; each takes what the one before gives, and the last gives one.
fn sizes(weights: &Weights, file: &Path, names: &[&str], size: usize) -> Result<Vec<(usize, usize)>, TowerError> {
    let mut sizes = Vec::new();
    let mut depth = size;
    for (at, name) in names.iter().enumerate() {
        let actual = weights.pp(name).shape("weight").unwrap_or_default();
        let is_last = at + 1 == names.len();
        match actual[..] {
            [width, inputs] if inputs == depth && (!is_last || width == 1) => {
                sizes.push((depth, width));
                depth = width;
            }
            _ => {
                let layer = (*name).to_owned();
                return Err(TowerError::Head { file: file.to_owned(), layer, expected: depth, actual });
            }
        }
    }
    Ok(sizes)
}

#[cfg(test)]
mod tests {
    use std::collections::HashMap;

    use super::*;

    /// A head 3-4-3-2-2-1 whose layer `k` has weights `(k + 1) / 10` plus a ramp, bias `k`.
    fn head(names: &[&str]) -> HashMap<String, Tensor> {
        let sizes = [3, 4, 3, 2, 2, 1];
        let mut tensors = HashMap::new();
        for (at, name) in names.iter().enumerate() {
            let (depth, width) = (sizes[at], sizes[at + 1]);
            let values: Vec<f32> = (0..depth * width).map(|n| (at + 1) as f32 / 10.0 + n as f32 / 20.0).collect();
            let weight = Tensor::from_vec(values, (width, depth), &Device::Cpu).unwrap();
            tensors.insert(format!("{name}.weight"), weight);
            tensors.insert(format!("{name}.bias"), Tensor::full(at as f32, width, &Device::Cpu).unwrap());
        }
        tensors
    }

    fn read(tensors: &HashMap<String, Tensor>, size: usize) -> Result<LinearHead, TowerError> {
        let folder = tempfile::tempdir().unwrap();
        let file = folder.path().join("head.safetensors");
        candle_core::safetensors::save(tensors, &file).unwrap();
        LinearHead::read(&file, size)
    }

    #[test]
    fn folding_equals_layer_after_layer() {
        for names in LAYERS {
            let tensors = head(names);
            let mut state = Tensor::new(&[[0.6_f32], [0.0], [-0.8]], &Device::Cpu).unwrap();
            for name in names {
                let product = tensors[&format!("{name}.weight")].matmul(&state).unwrap();
                state = product.broadcast_add(&tensors[&format!("{name}.bias")].unsqueeze(1).unwrap()).unwrap();
            }
            let expected = f64::from(state.to_vec2::<f32>().unwrap()[0][0]);
            let found = read(&tensors, 3).unwrap().rate(&[1.2, 0.0, -1.6]);
            assert!((found - expected).abs() < 1e-5, "{found} {expected}");
        }
    }

    #[test]
    fn another_size_of_vectors_is_an_error() {
        let error = read(&head(LAYERS[0]), 5).unwrap_err().to_string();
        assert!(error.contains("layers.0") && error.contains("[4, 3], expected [outputs, 5]"), "{error}");
    }

    #[test]
    fn a_file_without_a_head_or_with_more_is_an_error() {
        let mut tensors = head(LAYERS[1]);
        tensors.insert("extra".to_owned(), Tensor::new(1.0_f32, &Device::Cpu).unwrap());
        assert!(read(&tensors, 3).unwrap_err().to_string().contains("such as extra"));
        tensors.retain(|name, _| name == "extra");
        assert!(matches!(read(&tensors, 3), Err(TowerError::Head { .. })));
    }
}
