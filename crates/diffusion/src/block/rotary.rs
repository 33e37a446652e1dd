//! Positions as rotations of pairs of numbers.

use candle_core::{D, Device, Result, Tensor};

/// Which numbers of a head's vector turn together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Pairs {
    /// The first with the second, the third with the fourth.
    Neighbours,
    /// The first with the first of the second half.
    Halves,
}

/// Cosines and sines of every token: (1, tokens, 1, size / 2).
#[derive(Clone, Debug)]
pub(crate) struct Rotary {
    cosines: Tensor,
    sines: Tensor,
    pairs: Pairs,
}

impl Rotary {
    /// Rotations of tokens by their angles, `size / 2` each.
    pub(crate) fn of_angles(angles: &[Vec<f64>], pairs: Pairs, device: &Device) -> Result<Self> {
        let shape = (1, angles.len(), 1, angles.first().map_or(0, Vec::len));
        let of = |function: fn(f32) -> f32| {
            let values: Vec<f32> = angles.iter().flatten().map(|angle| function(*angle as f32)).collect();
            Tensor::from_vec(values, shape, device)
        };
        Ok(Self { cosines: of(f32::cos)?, sines: of(f32::sin)?, pairs })
    }

    /// Turns the vectors of every head.
    ///
    /// # Shapes
    ///
    /// - input and output: (batch, tokens, heads, size)
    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (batch, tokens, heads, size) = input.dims4()?;
        let (cosines, sines) = (self.cosines.to_dtype(input.dtype())?, self.sines.to_dtype(input.dtype())?);
        let (first, second) = match self.pairs {
            Pairs::Halves => (input.narrow(3, 0, size / 2)?, input.narrow(3, size / 2, size / 2)?),
            Pairs::Neighbours => {
                let pairs = input.reshape((batch, tokens, heads, size / 2, 2))?;
                (pairs.narrow(4, 0, 1)?.squeeze(4)?, pairs.narrow(4, 1, 1)?.squeeze(4)?)
            }
        };
        let turned = [
            (first.broadcast_mul(&cosines)? - second.broadcast_mul(&sines)?)?,
            (second.broadcast_mul(&cosines)? + first.broadcast_mul(&sines)?)?,
        ];
        match self.pairs {
            Pairs::Halves => Tensor::cat(&turned, D::Minus1),
            Pairs::Neighbours => Tensor::stack(&turned, 4)?.reshape((batch, tokens, heads, size)),
        }
    }
}

/// Angles per position of `size / 2` pairs: falling powers of `base`.
pub(crate) fn frequencies(size: usize, base: f64) -> Vec<f64> {
    (0..size / 2).map(|pair| base.powf(-2.0 * pair as f64 / size as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn turned(pairs: Pairs) -> Vec<f32> {
        let input = Tensor::new(&[1.0_f32, 2.0, 3.0, 4.0], &Device::Cpu).unwrap().reshape((1, 1, 1, 4)).unwrap();
        let quarter = std::f64::consts::FRAC_PI_2;
        let rotary = Rotary::of_angles(&[vec![quarter, 0.0]], pairs, &Device::Cpu).unwrap();
        let found = rotary.forward(&input).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        found.iter().map(|value| value.round()).collect()
    }

    #[test]
    fn a_quarter_turn_swaps_the_numbers_of_a_pair() {
        assert_eq!(turned(Pairs::Neighbours), [-2.0, 1.0, 3.0, 4.0]);
        assert_eq!(turned(Pairs::Halves), [-3.0, 2.0, 1.0, 4.0]);
    }

    #[test]
    fn frequencies_fall_from_one() {
        assert_eq!(frequencies(4, 100.0), [1.0, 0.1]);
    }
}
