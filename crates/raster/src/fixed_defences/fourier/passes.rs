//! Mixed-radix transform for lengths without a prime factor over 11, one pass per factor.

use super::butterfly::{eight, four, odd, two};
use super::lanes::{Lanes, Real, Twiddle};

/// The passes of a forward transform of one length.
#[derive(Debug, Clone)]
pub(super) struct Passes<T> {
    passes: Vec<Pass<T>>,
}

/// One pass: short transforms of `radix` points, `run` apart.
#[derive(Debug, Clone)]
struct Pass<T> {
    radix: usize,
    /// Product of the factors still to come.
    run: usize,
    /// For each output from the second on, `run` factors that it is turned back by.
    twiddles: Vec<Twiddle<T>>,
}

impl<T: Real> Passes<T> {
    /// `length` satisfies [`has_passes`].
    pub(super) fn new(length: usize) -> Self {
        let mut done = 1;
        let pass = |radix: usize| {
            let run = length / (done * radix);
            let steps = (1..radix).flat_map(|output| (0..run).map(move |i| output * i));
            let twiddles = steps.map(|step| Twiddle::new(step * done % length, length)).collect();
            done *= radix;
            Pass { radix, run, twiddles }
        };
        Self { passes: factors(length).0.into_iter().map(pass).collect() }
    }

    /// Transforms `data` in place; `scratch` is of the same length.
    pub(super) fn run<const N: usize>(&self, data: &mut Vec<Lanes<T, N>>, scratch: &mut Vec<Lanes<T, N>>) {
        for pass in &self.passes {
            pass.run(data, scratch);
            std::mem::swap(data, scratch);
        }
    }
}

impl<T: Real> Pass<T> {
    fn run<const N: usize>(&self, from: &[Lanes<T, N>], to: &mut [Lanes<T, N>]) {
        match self.radix {
            2 => self.each(from, to, two),
            3 => self.each_odd::<3, N>(from, to),
            4 => self.each(from, to, four),
            5 => self.each_odd::<5, N>(from, to),
            7 => self.each_odd::<7, N>(from, to),
            8 => self.each(from, to, eight),
            _ => self.each_odd::<11, N>(from, to),
        }
    }

    fn each_odd<const P: usize, const N: usize>(&self, from: &[Lanes<T, N>], to: &mut [Lanes<T, N>]) {
        let roots = std::array::from_fn(|step| Twiddle::new(step, P));
        self.each(from, to, |x: [Lanes<T, N>; P]| odd(x, &roots));
    }

    /// Groups of `P` runs become `P` groups of runs, each output turned back by its twiddle.
    #[inline(always)]
    fn each<const P: usize, const N: usize>(
        &self,
        from: &[Lanes<T, N>],
        to: &mut [Lanes<T, N>],
        butterfly: impl Fn([Lanes<T, N>; P]) -> [Lanes<T, N>; P],
    ) {
        let (run, apart) = (self.run, from.len() / P);
        for (group, from) in from.chunks_exact(P * run).enumerate() {
            let first = butterfly(std::array::from_fn(|j| from[j * run]));
            for (j, value) in first.into_iter().enumerate() {
                to[group * run + j * apart] = value;
            }
            for i in 1..run {
                let out = butterfly(std::array::from_fn(|j| from[i + j * run]));
                to[group * run + i] = out[0];
                for j in 1..P {
                    to[group * run + i + j * apart] = out[j].turn_back(self.twiddles[(j - 1) * run + i]);
                }
            }
        }
    }
}

/// Whether a length is above 0 and has no prime factor over 11.
pub(super) fn has_passes(length: usize) -> bool {
    length > 0 && factors(length).1 == 1
}

/// Eights, fours, a two that goes to the front, then odd factors, as pocketfft splits a length; and what is left.
fn factors(mut length: usize) -> (Vec<usize>, usize) {
    let mut found = Vec::new();
    for factor in [8, 4, 2, 3, 5, 7, 11] {
        while length > 0 && length.is_multiple_of(factor) {
            found.push(factor);
            length /= factor;
            if factor == 2 {
                let last = found.len() - 1;
                found.swap(0, last);
            }
        }
    }
    (found, length)
}
