//! The number types that the rasteriser computes in.

use std::fmt::Debug;
use std::ops::{Add, AddAssign, Div, Mul, MulAssign, Neg, Sub};

mod sealed {
    pub trait Sealed {}
    impl Sealed for f32 {}
    impl Sealed for f64 {}
}

/// A floating-point type: `f32` for speed, `f64` as the reference in which gradients are checked.
pub trait Scalar:
    sealed::Sealed
    + Copy
    + Default
    + Debug
    + PartialOrd
    + Send
    + Sync
    + 'static
    + Add<Output = Self>
    + Sub<Output = Self>
    + Mul<Output = Self>
    + Div<Output = Self>
    + Neg<Output = Self>
    + AddAssign
    + MulAssign
{
    /// 0.
    const ZERO: Self;
    /// 1.
    const ONE: Self;
    /// Largest rounding error of a pixel's winding.
    const SLACK: Self;
    /// The nearest value.
    fn from_f64(value: f64) -> Self;
    /// The same value.
    fn to_f64(self) -> f64;
    /// The nearest value to a count.
    fn from_count(count: usize) -> Self;
    /// The whole part as a count; 0 below 0.
    fn to_count(self) -> usize;
    /// Without the sign.
    fn abs(self) -> Self;
    /// The nearest whole number, for values within the range of `i32`.
    fn round(self) -> Self;
    /// The smaller of two.
    fn min(self, other: Self) -> Self;
    /// The larger of two.
    fn max(self, other: Self) -> Self;
    /// Neither infinite nor NaN.
    fn is_finite(self) -> bool;
}

macro_rules! scalar {
    ($type:ty, $slack:expr) => {
        impl Scalar for $type {
            const ZERO: Self = 0.0;
            const ONE: Self = 1.0;
            const SLACK: Self = $slack;
            #[inline(always)]
            fn from_f64(value: f64) -> Self {
                value as Self
            }
            #[inline(always)]
            fn to_f64(self) -> f64 {
                self as f64
            }
            #[inline(always)]
            fn from_count(count: usize) -> Self {
                count as Self
            }
            #[inline(always)]
            fn to_count(self) -> usize {
                // Through a signed number: that is one instruction.
                (self as i64).max(0) as usize
            }
            #[inline(always)]
            fn abs(self) -> Self {
                self.abs()
            }
            #[inline(always)]
            fn round(self) -> Self {
                // The library's own is a call on older processors.
                (self + if self < 0.0 { -0.5 } else { 0.5 }) as i32 as Self
            }
            #[inline(always)]
            fn min(self, other: Self) -> Self {
                if self < other { self } else { other }
            }
            #[inline(always)]
            fn max(self, other: Self) -> Self {
                if self > other { self } else { other }
            }
            #[inline(always)]
            fn is_finite(self) -> bool {
                self.is_finite()
            }
        }
    };
}

scalar!(f32, 1e-5);
scalar!(f64, 1e-12);
