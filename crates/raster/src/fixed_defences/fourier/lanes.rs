//! Complex numbers of several transforms side by side, for vector instructions.

use std::ops::{Add, Mul, Neg, Sub};

/// A floating-point type that transforms are computed in.
pub(in crate::fixed_defences) trait Real:
    Copy + Default + Add<Output = Self> + Sub<Output = Self> + Mul<Output = Self> + Neg<Output = Self> + Into<f64>
{
    /// The nearest value of this type.
    fn nearest(value: f64) -> Self;
}

impl Real for f32 {
    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value as Self
    }
}

impl Real for f64 {
    #[inline(always)]
    fn nearest(value: f64) -> Self {
        value
    }
}

/// One complex number of each of `N` transforms.
#[derive(Debug, Clone, Copy)]
pub(in crate::fixed_defences) struct Lanes<T, const N: usize> {
    pub(in crate::fixed_defences) re: [T; N],
    pub(in crate::fixed_defences) im: [T; N],
}

/// A complex number that multiplies every lane.
#[derive(Debug, Clone, Copy)]
pub(super) struct Twiddle<T> {
    pub(super) cos: T,
    pub(super) sin: T,
}

impl<T: Real> Twiddle<T> {
    /// The point at `step / steps` of the unit circle, rounded once.
    pub(super) fn new(step: usize, steps: usize) -> Self {
        let angle = std::f64::consts::TAU * step as f64 / steps as f64;
        // `libm`, unlike `std`, gives the same on every machine: a search that aims at the filters depends on it.
        Self { cos: T::nearest(libm::cos(angle)), sin: T::nearest(libm::sin(angle)) }
    }
}

impl<T: Real, const N: usize> Default for Lanes<T, N> {
    fn default() -> Self {
        Self { re: [T::default(); N], im: [T::default(); N] }
    }
}

impl<T: Real, const N: usize> Lanes<T, N> {
    /// `self` times the conjugate of `by`.
    #[inline(always)]
    pub(super) fn turn_back(self, by: Twiddle<T>) -> Self {
        let re = each(self.re, self.im, |re, im| re * by.cos + im * by.sin);
        let im = each(self.im, self.re, |im, re| im * by.cos - re * by.sin);
        Self { re, im }
    }

    /// `self` times -i.
    #[inline(always)]
    pub(super) fn quarter_turn(self) -> Self {
        Self { re: self.im, im: self.re.map(T::neg) }
    }

    /// `self` times i.
    #[inline(always)]
    pub(super) fn quarter_turn_ahead(self) -> Self {
        Self { re: self.im.map(T::neg), im: self.re }
    }

    /// Real and imaginary part exchanged: turns a forward transform into a backward one when done before and after.
    #[inline(always)]
    pub(in crate::fixed_defences) fn swapped(self) -> Self {
        Self { re: self.im, im: self.re }
    }
}

impl<T: Real, const N: usize> Add for Lanes<T, N> {
    type Output = Self;

    #[inline(always)]
    fn add(self, other: Self) -> Self {
        Self { re: each(self.re, other.re, T::add), im: each(self.im, other.im, T::add) }
    }
}

impl<T: Real, const N: usize> Sub for Lanes<T, N> {
    type Output = Self;

    #[inline(always)]
    fn sub(self, other: Self) -> Self {
        Self { re: each(self.re, other.re, T::sub), im: each(self.im, other.im, T::sub) }
    }
}

impl<T: Real, const N: usize> Mul<T> for Lanes<T, N> {
    type Output = Self;

    #[inline(always)]
    fn mul(self, by: T) -> Self {
        Self { re: self.re.map(|re| re * by), im: self.im.map(|im| im * by) }
    }
}

#[inline(always)]
fn each<T: Real, const N: usize>(a: [T; N], b: [T; N], combine: impl Fn(T, T) -> T) -> [T; N] {
    let mut out = a;
    for lane in 0..N {
        out[lane] = combine(a[lane], b[lane]);
    }
    out
}
