//! Positions as rotations of pairs of numbers.

use candle_core::{D, DType, Device, Result, Tensor, bail};

use crate::kernel::rotate;

/// Which numbers of a head's vector turn together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Pairs {
    /// The first with the second, the third with the fourth.
    Neighbours,
    /// The first with the first of the second half.
    Halves,
}

/// Cosines and sines of every token, always in f32.
#[derive(Clone, Debug)]
pub struct Rotary {
    /// (batch or 1, tokens, 1, size / 2).
    cosines: Tensor,
    sines: Tensor,
    pairs: Pairs,
    /// Length of the vectors, of which numbers behind the first `size` do not turn.
    length: usize,
}

impl Rotary {
    /// Rotations of the tokens of a row by their angles, `size / 2` each; the same for the whole batch.
    ///
    /// # Errors
    ///
    /// When tokens have different numbers of angles.
    pub fn of_angles(angles: &[Vec<f64>], pairs: Pairs, device: &Device) -> Result<Self> {
        let size = angles.first().map_or(0, Vec::len);
        let angles: Vec<f32> = angles.iter().flatten().map(|angle| *angle as f32).collect();
        Self::of_rows(&angles, (1, angles.len().checked_div(size).unwrap_or(0), size), pairs, device)
    }

    /// Rotations of the tokens of a row by their places on several axes, each of which turns as many numbers of a head's vector as it has
    /// here, one axis after the other; the same for the whole batch.
    ///
    /// # Errors
    ///
    /// When a tensor cannot be made.
    pub fn of_places<const AXES: usize>(
        places: &[[usize; AXES]],
        sizes: &[usize],
        base: f64,
        pairs: Pairs,
        device: &Device,
    ) -> Result<Self> {
        let speeds: Vec<Vec<f64>> = sizes.iter().map(|size| frequencies(*size, base)).collect();
        let angles = |place: &[usize; AXES]| -> Vec<f64> {
            let of_axis = |(at, speeds): (&usize, &Vec<f64>)| -> Vec<f64> {
                speeds.iter().map(|speed| *at as f64 * speed).collect()
            };
            place.iter().zip(&speeds).flat_map(of_axis).collect()
        };
        Self::of_angles(&places.iter().map(angles).collect::<Vec<_>>(), pairs, device)
    }

    /// Rotations of tokens by their positions: pair `i` of `size / 2` by `position base^(-2 i / size)`, computed in f32.
    ///
    /// `positions` are those of `batch` rows one after the other.
    ///
    /// # Errors
    ///
    /// When the positions do not divide among the rows.
    pub fn of_positions(
        (size, base): (usize, f64),
        positions: &[usize],
        batch: usize,
        pairs: Pairs,
        device: &Device,
    ) -> Result<Self> {
        let speeds: Vec<f32> = frequencies(size, base).into_iter().map(|speed| speed as f32).collect();
        Self::of_speeds(&speeds, positions, batch, pairs, device)
    }

    /// As [`Rotary::of_positions`], by angles per position of one's own.
    ///
    /// # Errors
    ///
    /// When the positions do not divide among the rows.
    pub fn of_speeds(speeds: &[f32], positions: &[usize], batch: usize, pairs: Pairs, device: &Device) -> Result<Self> {
        let angles = positions.iter().flat_map(|position| speeds.iter().map(move |speed| *position as f32 * speed));
        let tokens = positions.len().checked_div(batch).unwrap_or(0);
        Self::of_rows(&angles.collect::<Vec<_>>(), (batch, tokens, speeds.len()), pairs, device)
    }

    /// As [`Rotary::of_speeds`], for tokens with places on several axes of which each pair of numbers follows one: pair `i` turns by the
    /// place on axis `axes[i]`, as the three axes of Qwen2.5-VL.
    ///
    /// # Errors
    ///
    /// When the places do not divide among the rows, or a pair has no axis.
    pub fn of_axes<const AXES: usize>(
        speeds: &[f32],
        axes: &[usize],
        places: &[[usize; AXES]],
        batch: usize,
        pairs: Pairs,
        device: &Device,
    ) -> Result<Self> {
        if axes.len() != speeds.len() || axes.iter().any(|axis| *axis >= AXES) {
            bail!("{} pairs of numbers that turn, on axes {axes:?} of {AXES}", speeds.len());
        }
        let angles = places.iter().flat_map(|place| {
            let of_pair = move |(speed, axis): (&f32, &usize)| place[*axis] as f32 * speed;
            speeds.iter().zip(axes).map(of_pair)
        });
        let tokens = places.len().checked_div(batch).unwrap_or(0);
        Self::of_rows(&angles.collect::<Vec<_>>(), (batch, tokens, speeds.len()), pairs, device)
    }

    fn of_rows(
        angles: &[f32],
        (batch, tokens, size): (usize, usize, usize),
        pairs: Pairs,
        device: &Device,
    ) -> Result<Self> {
        let of = |function: fn(f32) -> f32| {
            let values: Vec<f32> = angles.iter().map(|angle| function(*angle)).collect();
            Tensor::from_vec(values, (batch, tokens, 1, size), device)
        };
        Ok(Self { cosines: of(f32::cos)?, sines: of(f32::sin)?, pairs, length: 2 * size })
    }

    /// The same rotations of the first numbers of longer vectors, of this length; the rest of each stays as it is.
    #[must_use]
    pub fn within(self, length: usize) -> Self {
        Self { length, ..self }
    }

    /// Turns the vectors of every head; in f32 inside whatever the input's type.
    ///
    /// # Shapes
    ///
    /// - input and output: (batch, tokens, heads, size), or as long as [`Rotary::within`] says
    ///
    /// # Errors
    ///
    /// When the shape does not fit the angles.
    pub fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let (length, size) = (input.dim(D::Minus1)?, 2 * self.cosines.dim(D::Minus1)?);
        if length != self.length || length < size {
            bail!("rotations of {size} of {} numbers got shape {:?}", self.length, input.dims());
        }
        if length == size {
            return self.turn(input);
        }
        let turned = self.turn(&input.narrow(D::Minus1, 0, size)?)?;
        Tensor::cat(&[turned, input.narrow(D::Minus1, size, length - size)?], D::Minus1)
    }

    /// Turns vectors whole.
    fn turn(&self, input: &Tensor) -> Result<Tensor> {
        if input.device().is_cpu() && input.dtype() == DType::F32 && !input.track_op() {
            return rotate(input, &self.cosines, &self.sines, self.pairs);
        }
        let (batch, tokens, heads, size) = input.dims4()?;
        let values = input.to_dtype(DType::F32)?;
        let (first, second) = match self.pairs {
            Pairs::Halves => (values.narrow(3, 0, size / 2)?, values.narrow(3, size / 2, size / 2)?),
            Pairs::Neighbours => {
                let pairs = values.reshape((batch, tokens, heads, size / 2, 2))?;
                (pairs.narrow(4, 0, 1)?.squeeze(4)?, pairs.narrow(4, 1, 1)?.squeeze(4)?)
            }
        };
        let turned = [
            (first.broadcast_mul(&self.cosines)? - second.broadcast_mul(&self.sines)?)?,
            (second.broadcast_mul(&self.cosines)? + first.broadcast_mul(&self.sines)?)?,
        ];
        let whole = match self.pairs {
            Pairs::Halves => Tensor::cat(&turned, D::Minus1)?,
            Pairs::Neighbours => Tensor::stack(&turned, 4)?.reshape((batch, tokens, heads, size))?,
        };
        whole.to_dtype(input.dtype())
    }
}

/// Angles per position of `size / 2` pairs: falling powers of `base`.
#[must_use]
pub fn frequencies(size: usize, base: f64) -> Vec<f64> {
    (0..size / 2).map(|pair| base.powf(-2.0 * pair as f64 / size as f64)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn numbers(tensor: &Tensor) -> Vec<f32> {
        tensor.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    }

    fn turned(pairs: Pairs) -> Vec<f32> {
        let input = Tensor::new(&[1.0_f32, 2.0, 3.0, 4.0], &Device::Cpu).unwrap().reshape((1, 1, 1, 4)).unwrap();
        let quarter = std::f64::consts::FRAC_PI_2;
        let rotary = Rotary::of_angles(&[vec![quarter, 0.0]], pairs, &Device::Cpu).unwrap();
        numbers(&rotary.forward(&input).unwrap()).iter().map(|value| value.round()).collect()
    }

    #[test]
    fn a_quarter_turn_swaps_the_numbers_of_a_pair() {
        assert_eq!(turned(Pairs::Neighbours), [-2.0, 1.0, 3.0, 4.0]);
        assert_eq!(turned(Pairs::Halves), [-3.0, 2.0, 1.0, 4.0]);
    }

    #[test]
    fn each_axis_turns_its_own_numbers() {
        let input =
            Tensor::new(&[1.0_f32, 2.0, 3.0, 4.0, 5.0, 6.0], &Device::Cpu).unwrap().reshape((1, 1, 1, 6)).unwrap();
        let by = |places: [usize; 2]| {
            let rotary = Rotary::of_places(&[places], &[2, 4], 1e4, Pairs::Neighbours, &Device::Cpu).unwrap();
            numbers(&rotary.forward(&input).unwrap())
        };
        let (first, second) = (by([3, 0]), by([0, 3]));
        assert!(first[0] != 1.0 && first[2..] == [3.0, 4.0, 5.0, 6.0], "{first:?}");
        assert!(second[..2] == [1.0, 2.0] && second[2] != 3.0 && second[4] != 5.0, "{second:?}");
    }

    #[test]
    fn numbers_behind_those_that_turn_stay() {
        let values: Vec<f32> = (1..=2 * 6).map(|at| at as f32).collect();
        let long = Tensor::from_vec(values, (1, 2, 1, 6), &Device::Cpu).unwrap();
        let short = long.narrow(3, 0, 4).unwrap().contiguous().unwrap();
        for pairs in [Pairs::Halves, Pairs::Neighbours] {
            let rotary = Rotary::of_positions((4, 1e4), &[3, 8], 1, pairs, &Device::Cpu).unwrap();
            let expected = numbers(&rotary.forward(&short).unwrap());
            let found = numbers(&rotary.clone().within(6).forward(&long).unwrap());
            assert_eq!((&found[..4], &found[4..6]), (&expected[..4], &[5.0, 6.0][..]), "{pairs:?}");
            assert_eq!((&found[6..10], &found[10..]), (&expected[4..], &[11.0, 12.0][..]), "{pairs:?}");
            assert!(rotary.clone().within(6).forward(&short).is_err() && rotary.within(2).forward(&short).is_err());
        }
    }

    #[test]
    fn frequencies_fall_from_one() {
        assert_eq!(frequencies(4, 100.0), [1.0, 0.1]);
    }

    /// The kernel, candle's operations and 16 bits turn alike; rows of a batch may have positions of their own.
    #[test]
    fn every_way_turns_alike() {
        let values: Vec<f32> = (0..2 * 3 * 2 * 8).map(|at| (at as f32 * 0.7).sin()).collect();
        let input = Tensor::from_vec(values, (2, 3, 2, 8), &Device::Cpu).unwrap();
        for pairs in [Pairs::Halves, Pairs::Neighbours] {
            let rotary = Rotary::of_positions((8, 1e4), &[0, 1, 2, 5, 900, 7], 2, pairs, &Device::Cpu).unwrap();
            let expected = numbers(&rotary.forward(&input).unwrap());
            for (dtype, bound) in [(DType::F64, 1e-6), (DType::F16, 1e-3), (DType::BF16, 8e-3)] {
                let found = rotary.forward(&input.to_dtype(dtype).unwrap()).unwrap();
                assert_eq!(found.dtype(), dtype);
                let apart = numbers(&found).iter().zip(&expected).fold(0.0_f32, |most, (a, b)| most.max((a - b).abs()));
                assert!(apart < bound, "{pairs:?} {dtype:?} {apart}");
            }
            assert_eq!(expected[..16], numbers(&input)[..16]);
        }
    }

    #[test]
    fn another_number_of_tokens_is_an_error() {
        let rotary = Rotary::of_positions((4, 1e4), &[0, 1], 1, Pairs::Halves, &Device::Cpu).unwrap();
        assert!(rotary.forward(&Tensor::zeros((1, 3, 1, 4), DType::F32, &Device::Cpu).unwrap()).is_err());
        assert!(rotary.forward(&Tensor::zeros((1, 2, 1, 6), DType::F32, &Device::Cpu).unwrap()).is_err());
    }

    #[test]
    fn axes_turn_their_pairs_and_the_same_place_on_all_is_a_position() {
        let speeds = [1.0_f32, 0.5];
        let of_axes = |axes: &[usize], places: &[[usize; 2]]| {
            Rotary::of_axes(&speeds, axes, places, 1, Pairs::Halves, &Device::Cpu)
        };
        let input = Tensor::new(&[1.0_f32, 2.0, 3.0, 4.0], &Device::Cpu).unwrap().reshape((1, 1, 1, 4)).unwrap();
        let by = |rotary: Rotary| numbers(&rotary.forward(&input).unwrap());
        let at = |position| by(Rotary::of_speeds(&speeds, &[position], 1, Pairs::Halves, &Device::Cpu).unwrap());
        assert_eq!(by(of_axes(&[0, 1], &[[3, 3]]).unwrap()), at(3));
        let (mixed, three, five) = (by(of_axes(&[0, 1], &[[3, 5]]).unwrap()), at(3), at(5));
        assert_eq!(mixed, [three[0], five[1], three[2], five[3]]);
        assert!(of_axes(&[0], &[[3, 5]]).is_err() && of_axes(&[0, 2], &[[3, 5]]).is_err());
    }
}
