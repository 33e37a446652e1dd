//! Matrix products over the `gemm` crate.

use candle_core::utils::get_num_threads;
use gemm::Parallelism;

/// A matrix in memory: rows of neighbouring elements, and how far apart rows are.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Matrix<'a> {
    elements: &'a [f32],
    rows: usize,
    columns: usize,
    stride: usize,
}

impl<'a> Matrix<'a> {
    /// Rows of `length` elements, one behind the other.
    pub(crate) fn rows(elements: &'a [f32], length: usize) -> Self {
        Self { elements, rows: elements.len() / length.max(1), columns: length, stride: length }
    }

    /// Rows of `length` elements, each `stride` behind the one before, as many as `rows`.
    ///
    /// # Panics
    ///
    /// If the last element is outside of `elements`.
    pub(crate) fn strided(elements: &'a [f32], rows: usize, length: usize, stride: usize) -> Self {
        assert!(rows == 0 || length == 0 || (rows - 1) * stride + length <= elements.len(), "a matrix ends outside");
        Self { elements, rows, columns: length, stride }
    }
}

/// How many threads a product may use.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Threads {
    /// The caller's only: it runs on several already.
    One,
    /// All of candle's (`RAYON_NUM_THREADS`).
    All,
}

/// `output = keep * output + scale * a b`, where `output` has rows that are `stride` apart and `keep` is 0 or 1.
///
/// # Panics
///
/// If the inner sides differ or `output` is too short.
pub(crate) fn product(
    output: &mut [f32],
    stride: usize,
    keep: bool,
    scale: f32,
    (a, b): (Matrix<'_>, Matrix<'_>),
    threads: Threads,
) {
    let (rows, inner, columns) = (a.rows, a.columns, b.columns);
    assert_eq!(inner, b.rows, "inner sides of a product differ");
    if rows == 0 || columns == 0 {
        return;
    }
    assert!((rows - 1) * stride + columns <= output.len(), "the output of a product is too short");
    let parallelism = match (threads, get_num_threads()) {
        (Threads::One, _) | (_, 1) => Parallelism::None,
        (Threads::All, count) => Parallelism::Rayon(count),
    };
    #[expect(unsafe_code, reason = "the gemm crate takes pointers")]
    // SAFETY: `output` holds the last element of the last row, checked above; `Matrix` checks the same for `a` and `b` when it is
    // made, and keeps their borrow; `output` is borrowed mutably, so it does not overlap them. Strides are in elements.
    unsafe {
        gemm::gemm(
            rows,
            columns,
            inner,
            output.as_mut_ptr(),
            1,
            stride as isize,
            keep,
            a.elements.as_ptr(),
            1,
            a.stride as isize,
            b.elements.as_ptr(),
            1,
            b.stride as isize,
            1.0_f32,
            scale,
            false,
            false,
            false,
            parallelism,
        );
    }
}
