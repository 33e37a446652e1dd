//! Exponential, hyperbolic tangent and error function without branches, so that loops over them vectorise.
//!
//! No fused multiplication: the same bits with every instruction set.

use std::f32::consts::LOG2_E;

/// Adding it rounds a number under 2^22 to an integer, which then stands in the low bits.
const ROUND: f32 = 12_582_912.0;
/// ln 2 in two parts, the first exact in few bits.
const LN_2_HIGH: f32 = 0.693_359_4;
const LN_2_LOW: f32 = -2.121_944_4e-4;
/// Where the result leaves the normal numbers.
const LOWEST: f32 = -87.3;
const HIGHEST: f32 = 88.0;

/// `e^x` to two units in the last place; under -87.3 the value there, 1e-38, and over 88 the value there.
///
/// # Source
///
/// Cephes' `expf`: reduction by ln 2 in two parts, polynomial of degree 6.
#[inline(always)]
pub(super) fn exp(x: f32) -> f32 {
    let x = if x < LOWEST { LOWEST } else { x };
    let x = if x > HIGHEST { HIGHEST } else { x };
    let rounded = x * LOG2_E + ROUND;
    let count = rounded - ROUND;
    let rest = x - count * LN_2_HIGH - count * LN_2_LOW;
    let tail = polynomial(rest, [1.987_569_1e-4, 1.398_199_9e-3, 8.333_452e-3, 4.166_579_6e-2, 0.166_666_65, 0.5]);
    let power = f32::from_bits(rounded.to_bits().wrapping_add(127) << 23);
    (tail * rest * rest + rest + 1.0) * power
}

/// `1 / (1 + e^-x)`.
#[inline(always)]
pub(super) fn sigmoid(x: f32) -> f32 {
    1.0 / (1.0 + exp(-x))
}

/// The hyperbolic tangent, to 1e-7 absolute.
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
    2.0 * sigmoid(2.0 * x) - 1.0
}

/// The error function, to 5e-7 absolute.
///
/// # Source
///
/// The rational function that Eigen uses for f32; beyond 4 the result is 1 in f32.
#[inline(always)]
pub(super) fn erf(x: f32) -> f32 {
    let x = if x < -4.0 { -4.0 } else { x };
    let x = if x > 4.0 { 4.0 } else { x };
    let square = x * x;
    let above = polynomial(
        square,
        [
            -2.726_142_3e-10,
            2.770_681_4e-8,
            -2.101_024e-6,
            -5.692_506_4e-5,
            -7.349_906_3e-4,
            -2.954_6e-3,
            -1.609_603_3e-2,
        ],
    );
    let below = polynomial(square, [-1.456_607_2e-5, -2.133_740_5e-4, -1.682_827e-3, -7.373_329e-3, -1.426_474e-2]);
    x * above / below
}

/// Highest coefficient first.
#[inline(always)]
fn polynomial<const N: usize>(x: f32, coefficients: [f32; N]) -> f32 {
    let mut sum = coefficients[0];
    let mut at = 1;
    while at < N {
        sum = sum * x + coefficients[at];
        at += 1;
    }
    sum
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ramp(from: f32, to: f32) -> impl Iterator<Item = f32> {
        (0..=100_000).map(move |at| from + (to - from) * at as f32 / 100_000.0)
    }

    #[test]
    fn the_exponential_is_right_to_two_units() {
        for x in ramp(-87.0, 88.0) {
            let (found, expected) = (f64::from(exp(x)), f64::from(x).exp());
            assert!((found / expected - 1.0).abs() < 2.4e-7, "{x}: {found} {expected}");
        }
    }

    #[test]
    fn the_exponential_stays_finite_and_keeps_nan() {
        assert!(exp(f32::NEG_INFINITY) < 1.3e-38 && exp(f32::INFINITY).is_finite());
        assert!(exp(f32::NAN).is_nan());
        assert_eq!(exp(0.0), 1.0);
    }

    #[test]
    fn tangent_and_error_function_are_right_to_six_digits() {
        for x in ramp(-10.0, 10.0) {
            assert!((f64::from(tanh(x)) - f64::from(x).tanh()).abs() < 2e-7, "tanh {x}");
            assert!((f64::from(erf(x)) - libm::erf(f64::from(x))).abs() < 5e-7, "erf {x}");
        }
    }
}
