//! Numbers as vectors of waves, and the layers that read them.

use candle_core::{Device, Tensor};
use linocut_nn::weights::{Weights, WeightsError};
use linocut_nn::{Activation, Linear};

/// Period of the slowest wave, over 2 pi.
const LONGEST_PERIOD: f64 = 10_000.0;

/// Waves of `length / 2` frequencies, from 1 down to one over [`LONGEST_PERIOD`].
#[derive(Clone, Copy, Debug)]
pub(crate) struct Waves {
    /// Numbers in a vector; even.
    pub(crate) length: usize,
    /// Whether cosines stand before sines.
    pub(crate) cosines_first: bool,
    /// Taken from the number of frequencies.
    pub(crate) shift: f64,
}

impl Waves {
    /// Vectors of numbers, (numbers, length), in f32.
    pub(crate) fn embed(self, numbers: &[f32], device: &Device) -> candle_core::Result<Tensor> {
        let half = self.length / 2;
        let step = |at: usize| (-LONGEST_PERIOD.ln()) as f32 * at as f32 / (half as f64 - self.shift) as f32;
        let mut values = Vec::with_capacity(numbers.len() * self.length);
        for number in numbers {
            let angles: Vec<f32> = (0..half).map(|at| number * step(at).exp()).collect();
            let (sines, cosines) = (angles.iter().map(|a| a.sin()), angles.iter().map(|a| a.cos()));
            if self.cosines_first {
                values.extend(cosines.chain(sines));
            } else {
                values.extend(sines.chain(cosines));
            }
        }
        Tensor::from_vec(values, (numbers.len(), 2 * half), device)
    }
}

/// `linear_2(silu(linear_1(x)))`.
///
/// # Shapes
///
/// - input: (batch, in)
/// - output: (batch, out)
#[derive(Clone, Debug)]
pub(crate) struct Projection {
    layers: [Linear; 2],
}

impl Projection {
    pub(crate) fn load(weights: &Weights, depth: usize, width: usize) -> Result<Self, WeightsError> {
        let linear = |name: &str, depth| Linear::load(&weights.pp(name), depth, width, true);
        Ok(Self { layers: [linear("linear_1", depth)?, linear("linear_2", width)?] })
    }

    pub(crate) fn forward(&self, input: &Tensor) -> candle_core::Result<Tensor> {
        self.layers[1].forward(&Activation::Silu.forward(&self.layers[0].forward(input)?)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn waves_are_cosines_and_sines_of_falling_frequencies() {
        let waves = Waves { length: 4, cosines_first: true, shift: 0.0 };
        let found = waves.embed(&[0.0, 3.0], &Device::Cpu).unwrap().to_vec2::<f32>().unwrap();
        assert_eq!(found[0], [1.0, 1.0, 0.0, 0.0]);
        let expected = [3.0_f32.cos(), 0.03_f32.cos(), 3.0_f32.sin(), 0.03_f32.sin()];
        assert!(found[1].iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6), "{:?}", found[1]);
    }
}
