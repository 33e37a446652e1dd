//! Dual numbers: values with their partial derivatives, for forward-mode differentiation.

use std::ops::{Add, Div, Mul, Neg, Sub};

/// Number of inputs that derivatives are taken by.
pub(crate) const INPUTS: usize = 7;

/// A value and its derivatives by up to seven inputs.
#[derive(Clone, Copy, Debug, PartialEq)]
pub(crate) struct Dual {
    pub(crate) value: f64,
    pub(crate) by: [f64; INPUTS],
}

impl Dual {
    /// A number that depends on no input.
    pub(crate) const fn constant(value: f64) -> Self {
        Self { value, by: [0.0; INPUTS] }
    }

    /// The input with this index.
    pub(crate) fn input(value: f64, index: usize) -> Self {
        let mut by = [0.0; INPUTS];
        by[index] = 1.0;
        Self { value, by }
    }

    fn chain(self, value: f64, slope: f64) -> Self {
        Self { value, by: self.by.map(|d| d * slope) }
    }

    pub(crate) fn scaled(self, factor: f64) -> Self {
        self.chain(self.value * factor, factor)
    }

    /// The root; at 0 and below it is 0 without derivatives.
    pub(crate) fn sqrt(self) -> Self {
        if self.value <= 0.0 {
            return Self::constant(0.0);
        }
        let root = self.value.sqrt();
        self.chain(root, 0.5 / root)
    }

    pub(crate) fn sin(self) -> Self {
        self.chain(self.value.sin(), self.value.cos())
    }

    pub(crate) fn cos(self) -> Self {
        self.chain(self.value.cos(), -self.value.sin())
    }

    pub(crate) fn abs(self) -> Self {
        self.chain(self.value.abs(), self.value.signum())
    }

    /// The angle of the vector (x, y); without derivatives at the origin.
    pub(crate) fn atan2(y: Self, x: Self) -> Self {
        let square = x.value * x.value + y.value * y.value;
        if square == 0.0 {
            return Self::constant(0.0);
        }
        let slope = |i: usize| (x.value * y.by[i] - y.value * x.by[i]) / square;
        Self { value: y.value.atan2(x.value), by: std::array::from_fn(slope) }
    }
}

impl Add for Dual {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self { value: self.value + other.value, by: std::array::from_fn(|i| self.by[i] + other.by[i]) }
    }
}

impl Neg for Dual {
    type Output = Self;
    fn neg(self) -> Self {
        self.scaled(-1.0)
    }
}

impl Sub for Dual {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        self + -other
    }
}

impl Mul for Dual {
    type Output = Self;
    fn mul(self, other: Self) -> Self {
        let slope = |i: usize| self.by[i].mul_add(other.value, self.value * other.by[i]);
        Self { value: self.value * other.value, by: std::array::from_fn(slope) }
    }
}

impl Div for Dual {
    type Output = Self;
    fn div(self, other: Self) -> Self {
        self * other.chain(other.value.recip(), -other.value.powi(-2))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Derivative of `f` at (2, 0.7) along (1, 1), by differences.
    fn differs(f: impl Fn(Dual, Dual) -> Dual) -> f64 {
        let at = |h: f64| f(Dual::constant(2.0 + h), Dual::constant(0.7 + h)).value;
        let exact = f(Dual::input(2.0, 0), Dual::input(0.7, 1)).by.iter().sum::<f64>();
        (exact - (at(1e-6) - at(-1e-6)) / 2e-6).abs()
    }

    #[test]
    fn every_operation_has_its_derivative() {
        assert!(differs(|x, y| x * y - x / y) < 1e-8);
        assert!(differs(|x, y| (x * y).sin() + (x - y).cos()) < 1e-8);
        assert!(differs(|x, y| Dual::atan2(y, x) + (-x).abs() + (x + y).sqrt()) < 1e-8);
    }

    #[test]
    fn kinks_have_no_derivative() {
        assert_eq!(Dual::input(0.0, 0).sqrt(), Dual::constant(0.0));
        assert_eq!(Dual::atan2(Dual::input(0.0, 0), Dual::input(0.0, 1)), Dual::constant(0.0));
    }
}
