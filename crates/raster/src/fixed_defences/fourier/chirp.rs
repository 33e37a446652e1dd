//! Bluestein's transform: any length as a convolution with a chirp.
//!
//! Bluestein 1970, "A linear filtering approach to the computation of discrete Fourier transform": with
//! `nk = (n^2 + k^2 - (k - n)^2) / 2` the sum over `n` is a convolution, done by transforms of a power of two.

use super::lanes::{Lanes, Real, Twiddle};
use super::passes::Passes;

/// A forward transform of one length, through two of a power of two; in f64 throughout.
#[derive(Debug, Clone)]
pub(super) struct Chirp<const N: usize> {
    passes: Passes<f64>,
    /// `exp(i pi n^2 / length)`, for every `n` under the length.
    chirp: Vec<Twiddle<f64>>,
    /// The transform of the chirp laid around 0, divided by the padded length and conjugated.
    kernel: Vec<Twiddle<f64>>,
    data: Vec<Lanes<f64, N>>,
    scratch: Vec<Lanes<f64, N>>,
}

impl<const N: usize> Chirp<N> {
    pub(super) fn new(length: usize) -> Self {
        let padded = (2 * length - 1).next_power_of_two();
        let passes = Passes::new(padded);
        let chirp: Vec<_> = (0..length).map(|n| Twiddle::new(n * n % (2 * length), 2 * length)).collect();
        let kernel = kernel(&passes, &chirp, padded);
        let zeros = vec![Lanes::default(); padded];
        Self { passes, chirp, kernel, data: zeros.clone(), scratch: zeros }
    }

    pub(super) fn run<T: Real>(&mut self, points: &mut [Lanes<T, N>]) {
        self.data.fill(Lanes::default());
        for ((value, point), chirp) in self.data.iter_mut().zip(&*points).zip(&self.chirp) {
            *value = Lanes { re: point.re.map(T::into), im: point.im.map(T::into) }.turn_back(*chirp);
        }
        self.passes.run(&mut self.data, &mut self.scratch);
        for (value, kernel) in self.data.iter_mut().zip(&self.kernel) {
            *value = value.turn_back(*kernel).swapped();
        }
        self.passes.run(&mut self.data, &mut self.scratch);
        for ((value, point), chirp) in self.data.iter().zip(points).zip(&self.chirp) {
            let value = value.swapped().turn_back(*chirp);
            *point = Lanes { re: value.re.map(T::nearest), im: value.im.map(T::nearest) };
        }
    }
}

fn kernel(passes: &Passes<f64>, chirp: &[Twiddle<f64>], padded: usize) -> Vec<Twiddle<f64>> {
    let mut around = vec![Lanes::<f64, 1>::default(); padded];
    for (n, twiddle) in chirp.iter().enumerate() {
        let value = Lanes { re: [twiddle.cos], im: [twiddle.sin] };
        around[n] = value;
        around[(padded - n) % padded] = value;
    }
    let mut scratch = around.clone();
    passes.run(&mut around, &mut scratch);
    let scale = 1.0 / padded as f64;
    around.iter().map(|value| Twiddle { cos: value.re[0] * scale, sin: -value.im[0] * scale }).collect()
}
