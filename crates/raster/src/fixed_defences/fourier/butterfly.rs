//! Butterflies: the short transforms that a long one is made of.
//!
//! The order of every addition is pocketfft's, which numpy uses: f32 sums in another order differ in their last bits,
//! and after truncation to 8 bits that is a level.

use super::lanes::{Lanes, Real, Twiddle};

/// cos(45 degrees).
const HALF_DIAGONAL: f64 = std::f64::consts::FRAC_1_SQRT_2;

#[inline(always)]
pub(super) fn two<T: Real, const N: usize>([a, b]: [Lanes<T, N>; 2]) -> [Lanes<T, N>; 2] {
    [a + b, a - b]
}

#[inline(always)]
pub(super) fn four<T: Real, const N: usize>(x: [Lanes<T, N>; 4]) -> [Lanes<T, N>; 4] {
    let [even, even_rest] = two([x[0], x[2]]);
    let [odd, odd_rest] = two([x[1], x[3]]);
    let [y0, y2] = two([even, odd]);
    let [y1, y3] = two([even_rest, odd_rest.quarter_turn()]);
    [y0, y1, y2, y3]
}

#[inline(always)]
pub(super) fn eight<T: Real, const N: usize>(x: [Lanes<T, N>; 8]) -> [Lanes<T, N>; 8] {
    let [a1, a5] = two([x[1], x[5]]);
    let [a3, a7] = two([x[3], x[7]]);
    let [a1, a3] = two([a1, a3]);
    let [a5, a7] = two([a5, a7.quarter_turn()]);
    let [a0, a4] = two([x[0], x[4]]);
    let [a2, a6] = two([x[2], x[6]]);
    let [a0, a2] = two([a0, a2]);
    let [a4, a6] = two([a4, a6.quarter_turn()]);
    let [y0, y4] = two([a0, a1]);
    let [y2, y6] = two([a2, a3.quarter_turn()]);
    let [y1, y5] = two([a4, eighth_turn(a5)]);
    let [y3, y7] = two([a6, three_eighths_turn(a7)]);
    [y0, y1, y2, y3, y4, y5, y6, y7]
}

/// `x` times exp(-i pi / 4).
#[inline(always)]
fn eighth_turn<T: Real, const N: usize>(x: Lanes<T, N>) -> Lanes<T, N> {
    (x + x.quarter_turn()) * T::nearest(HALF_DIAGONAL)
}

/// `x` times exp(-3 i pi / 4).
#[inline(always)]
fn three_eighths_turn<T: Real, const N: usize>(x: Lanes<T, N>) -> Lanes<T, N> {
    (x.quarter_turn() - x) * T::nearest(HALF_DIAGONAL)
}

/// An odd number of points; `roots` are the `P` points of the unit circle.
#[inline(always)]
pub(super) fn odd<T: Real, const N: usize, const P: usize>(
    x: [Lanes<T, N>; P],
    roots: &[Twiddle<T>; P],
) -> [Lanes<T, N>; P] {
    let (mut sums, mut rests, mut out) = (x, x, x);
    for j in 1..=P / 2 {
        [sums[j], rests[j]] = two([x[j], x[P - j]]);
        out[0] = out[0] + sums[j];
    }
    for m in 1..=P / 2 {
        let mut across = x[0] + sums[1] * roots[m].cos;
        let mut along = rests[1] * -roots[m].sin;
        for j in 2..=P / 2 {
            let root = roots[j * m % P];
            across = across + sums[j] * root.cos;
            along = along + rests[j] * -root.sin;
        }
        [out[m], out[P - m]] = two([across, along.quarter_turn_ahead()]);
    }
    out
}
