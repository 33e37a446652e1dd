//! Forward and inverse cosine transform of 8 x 8 samples, in the slow and accurate integer form.
//!
//! Loeffler, Ligtenberg and Moschytz 1989, "Practical fast 1-D DCT algorithms with 11 multiplications", in the form
//! with 12 that libjpeg has in `jfdctint.c` and `jidctint.c`: each pass does eight at once, with 13 fractional bits in
//! the constants and 2 in what the first pass passes on to the second.

use super::lanes::{Lanes, transposed};

/// Fractional bits of the constants.
const BITS: u32 = 13;
/// Fractional bits between the passes.
const PASS_BITS: u32 = 2;
/// Scale of two passes, in bits.
const GAIN_BITS: u32 = 3;

const fn fix(value: f64) -> i32 {
    (value * (1 << BITS) as f64 + 0.5) as i32
}

/// Coefficients, times 8, by frequency along y and then x, of samples around 0 by row.
pub(super) fn forward(samples: &[Lanes; 8]) -> [Lanes; 8] {
    let rows = analyse(&transposed(samples), BITS - PASS_BITS);
    analyse(&transposed(&rows), BITS + PASS_BITS)
}

/// Samples around 0 by row, of coefficients by frequency along y and then x.
pub(super) fn inverse(coefficients: &[Lanes; 8]) -> [Lanes; 8] {
    let columns = synthesise(coefficients, BITS - PASS_BITS);
    transposed(&synthesise(&transposed(&columns), BITS + PASS_BITS + GAIN_BITS))
}

/// From samples to frequencies.
fn analyse(samples: &[Lanes; 8], bits: u32) -> [Lanes; 8] {
    let [s0, s1, s2, s3, s4, s5, s6, s7] = *samples;
    let [outer, middle] = [s0 + s7 + (s3 + s4), s1 + s6 + (s2 + s5)];
    let [two, six] = turn(s0 + s7 - (s3 + s4), s1 + s6 - (s2 + s5));
    let [seven, five, three, one] = odd([s3 - s4, s2 - s5, s1 - s6, s0 - s7]);
    let [zero, four] = [(outer + middle) * (1 << BITS), (outer - middle) * (1 << BITS)];
    [zero, one, two, three, four, five, six, seven].map(|sum| sum.descale(bits))
}

/// From frequencies to samples.
fn synthesise(frequencies: &[Lanes; 8], bits: u32) -> [Lanes; 8] {
    let [f0, f1, f2, f3, f4, f5, f6, f7] = *frequencies;
    let [outer, middle] = turn(f2, f6);
    let [sum, difference] = [(f0 + f4) * (1 << BITS), (f0 - f4) * (1 << BITS)];
    let even = [sum + outer, difference + middle, difference - middle, sum - outer];
    let [o3, o2, o1, o0] = odd([f7, f5, f3, f1]);
    let [e0, e1, e2, e3] = even;
    [e0 + o0, e1 + o1, e2 + o2, e3 + o3, e3 - o3, e2 - o2, e1 - o1, e0 - o0].map(|sum| sum.descale(bits))
}

/// Rotates by three eighths of a right angle and scales by the square root of two.
fn turn(a: Lanes, b: Lanes) -> [Lanes; 2] {
    let shared = (a + b) * fix(0.541_196_100);
    [shared + a * fix(0.765_366_865), shared - b * fix(1.847_759_065)]
}

/// The odd half of either transform: frequencies 7, 5, 3 and 1.
fn odd([a, b, c, d]: [Lanes; 4]) -> [Lanes; 4] {
    let both = (a + b + (c + d)) * fix(1.175_875_602);
    let (outer, inner) = ((a + d) * fix(0.899_976_223), (b + c) * fix(2.562_915_447));
    let (left, right) = (both - (a + c) * fix(1.961_570_560), both - (b + d) * fix(0.390_180_644));
    [
        a * fix(0.298_631_336) - outer + left,
        b * fix(2.053_119_869) - inner + right,
        c * fix(3.072_711_026) - inner + left,
        d * fix(1.501_321_110) - outer + right,
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use std::array::from_fn;
    use std::f64::consts::PI;

    /// The orthonormal transform by its definition.
    fn exact(samples: &[Lanes; 8]) -> [[f64; 8]; 8] {
        let basis = |frequency: usize, at: usize| {
            let scale: f64 = if frequency == 0 { 0.125 } else { 0.25 };
            scale.sqrt() * (PI * frequency as f64 * (2 * at + 1) as f64 / 16.0).cos()
        };
        let term = |u: usize, v: usize, x: usize, y: usize| f64::from(samples[y].0[x]) * basis(u, x) * basis(v, y);
        let at = |u, v| (0..64).map(|i| term(u, v, i % 8, i / 8)).sum();
        from_fn(|v| from_fn(|u| at(u, v)))
    }

    fn blocks() -> impl Strategy<Value = [Lanes; 8]> {
        let extremes = proptest::array::uniform8(proptest::array::uniform8(prop_oneof![Just(-128), Just(127)]));
        let any = proptest::array::uniform8(proptest::array::uniform8(-128..128));
        prop_oneof![extremes, any].prop_map(|rows: [[i32; 8]; 8]| rows.map(Lanes))
    }

    #[test]
    fn one_level_is_one_coefficient() {
        let coefficients = forward(&[Lanes([-100; 8]); 8]);
        assert_eq!(coefficients[0].0, [-100 * 64, 0, 0, 0, 0, 0, 0, 0]);
        assert!(coefficients[1..].iter().all(|row| *row == Lanes::default()));
    }

    #[test]
    fn frequencies_come_by_y_then_x() {
        let rows: [Lanes; 8] = from_fn(|y| Lanes([if y < 4 { 100 } else { -100 }; 8]));
        let coefficients = forward(&rows);
        assert!(coefficients[1].0[0] > 0 && coefficients[0].0[1] == 0);
    }

    proptest! {
        #[test]
        fn forward_is_eight_times_the_exact_transform(samples in blocks()) {
            let (found, exact) = (forward(&samples), exact(&samples));
            for (found, exact) in found.iter().zip(&exact) {
                for (found, exact) in found.0.iter().zip(exact) {
                    prop_assert!((f64::from(*found) - 8.0 * exact).abs() < 3.0, "{} for {}", found, 8.0 * exact);
                }
            }
        }

        #[test]
        fn inverse_undoes_forward(samples in blocks()) {
            let coefficients = forward(&samples).map(|row| row.descale(GAIN_BITS));
            for (found, sample) in inverse(&coefficients).iter().zip(&samples) {
                prop_assert!(found.0.iter().zip(sample.0).all(|(a, b)| (a - b).abs() <= 2), "{:?}", found);
            }
        }
    }
}
