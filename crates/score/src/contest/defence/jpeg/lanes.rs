//! Arithmetic on eight integers at once.

use std::array::from_fn;
use std::ops::{Add, Mul, Sub};

/// Eight integers that every operation treats alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(super) struct Lanes(pub(super) [i32; 8]);

impl Lanes {
    /// Divides by 2^`bits`, to the nearest, halves up.
    pub(super) fn descale(self, bits: u32) -> Self {
        Self(self.0.map(|value| (value + (1 << (bits - 1))) >> bits))
    }
}

impl Add for Lanes {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] + other.0[lane]))
    }
}

impl Sub for Lanes {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self(from_fn(|lane| self.0[lane] - other.0[lane]))
    }
}

impl Mul<i32> for Lanes {
    type Output = Self;

    fn mul(self, factor: i32) -> Self {
        Self(self.0.map(|value| value * factor))
    }
}

/// Swaps rows and columns.
pub(super) fn transposed(rows: &[Lanes; 8]) -> [Lanes; 8] {
    from_fn(|column| Lanes(from_fn(|row| rows[row].0[column])))
}
