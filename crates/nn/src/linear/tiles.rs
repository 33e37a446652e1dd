//! Products with matrices that are never whole in f32.

use candle_core::utils::get_num_threads;
use candle_core::{CpuStorage, CustomOp1, DType, Layout, Result, Shape, Tensor, bail};
use rayon::prelude::*;

use super::rows::Rows;
use crate::kernel::{PANEL, Panels, Strip, contiguous};

/// Panels of the matrix that each thread multiplies before their products are put in place.
const PANELS: usize = 4;

/// Up to this many rows of input, widening the matrix costs more than multiplying: rows are then multiplied one by one while
/// they are in the cache.
const FEW: usize = 8;

/// Rows of the matrix that one thread takes at a time.
const STRIP: usize = 16;

/// What can show its rows as f32 on the CPU.
pub(super) trait HasRows: Send + Sync {
    /// Calls `run` with the rows.
    fn with_rows(&self, run: &mut dyn FnMut(&dyn Rows) -> Result<()>) -> Result<()>;
}

/// The product with a matrix in few bits as an operation of candle's; sums in f32, gives no gradient.
pub(super) struct TileProduct<'a, M> {
    pub(super) matrix: &'a M,
    pub(super) bias: Option<&'a Tensor>,
}

impl<M: HasRows> TileProduct<'_, M> {
    /// The product of (.., in), in its type.
    pub(super) fn run(&self, input: &Tensor) -> Result<Tensor> {
        input.to_dtype(DType::F32)?.contiguous()?.apply_op1_no_bwd(self)?.to_dtype(input.dtype())
    }
}

impl<M: HasRows> CustomOp1 for TileProduct<'_, M> {
    fn name(&self) -> &'static str {
        "tile-product"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let input = contiguous(storage, layout)?;
        let bias = self.bias.map(|bias| bias.to_dtype(DType::F32)?.to_vec1::<f32>()).transpose()?;
        let (mut dims, mut output) = (layout.dims().to_vec(), Vec::new());
        self.matrix.with_rows(&mut |rows| {
            let (width, depth) = rows.size();
            match dims.last_mut() {
                Some(last) if *last == depth => *last = width,
                _ => bail!("a linear layer of {depth} inputs got shape {:?}", layout.dims()),
            }
            output = multiply(input, rows, bias.as_deref());
            Ok(())
        })?;
        Ok((CpuStorage::F32(output), Shape::from(dims)))
    }
}

/// `input * matrix^T`, added to `bias` where there is one.
///
/// # Shapes
///
/// - `input`: m x columns of the matrix, row-major
/// - `bias`: as long as the matrix has rows
/// - result: m x rows of the matrix, row-major
fn multiply(input: &[f32], matrix: &dyn Rows, bias: Option<&[f32]>) -> Vec<f32> {
    let (rows, columns) = matrix.size();
    let m = input.len() / columns.max(1);
    if m == 0 || rows == 0 {
        return Vec::new();
    }
    if m <= FEW {
        return multiply_few(input, matrix, bias);
    }
    let mut out = vec![0.0; m * rows];
    let panels: Vec<_> = (0..rows).step_by(PANEL).collect();
    for panels in panels.chunks(PANELS * get_num_threads()) {
        let widen = || vec![0.0; PANEL * columns];
        let products: Vec<_> = panels
            .par_iter()
            .map_init(widen, |wide, first| multiply_panel(input, matrix, bias, (*first, PANEL.min(rows - first)), wide))
            .collect();
        out.par_chunks_exact_mut(rows).enumerate().for_each(|(row, out)| {
            for (first, products) in panels.iter().zip(&products) {
                let count = products.len() / m;
                out[*first..first + count].copy_from_slice(&products[row * count..][..count]);
            }
        });
    }
    out
}

/// The input times some rows of the matrix: m x as many.
fn multiply_panel(
    input: &[f32],
    matrix: &dyn Rows,
    bias: Option<&[f32]>,
    (first, count): (usize, usize),
    wide: &mut [f32],
) -> Vec<f32> {
    let columns = matrix.size().1;
    let m = input.len() / columns;
    let wide = &mut wide[..count * columns];
    matrix.write(first..first + count, wide);
    let panels = Panels::of_outputs(|row| &wide[row * columns..][..columns], count, columns);
    let mut output = match bias {
        Some(bias) => bias[first..first + count].repeat(m),
        None => vec![0.0; m * count],
    };
    Strip { output: &mut output, input, panels: &panels }.run();
    output
}

/// For few rows of input: each row of the matrix is widened once and multiplied while it is in the cache.
fn multiply_few(input: &[f32], matrix: &dyn Rows, bias: Option<&[f32]>) -> Vec<f32> {
    let (rows, columns) = matrix.size();
    let m = input.len() / columns.max(1);
    let mut transposed = vec![0.0; rows * m];
    transposed.par_chunks_mut((STRIP * m).max(1)).enumerate().for_each_init(
        || vec![0.0; columns],
        |row, (strip, out)| {
            for (index, out) in out.chunks_exact_mut(m).enumerate() {
                let at = strip * STRIP + index;
                matrix.write(at..at + 1, row);
                for (out, input) in out.iter_mut().zip(input.chunks_exact(columns)) {
                    *out = dot(row, input) + bias.map_or(0.0, |bias| bias[at]);
                }
            }
        },
    );
    transpose(&transposed, m)
}

/// From rows of `m` to `m` rows.
fn transpose(values: &[f32], m: usize) -> Vec<f32> {
    (0..m).flat_map(|row| values[row..].iter().step_by(m).copied()).collect()
}

/// Sum of products, in lanes that vectorise.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    pulp::Arch::new().dispatch(Dot { a, b })
}

/// The sum, as a type of its own: a closure is called through a shim that may stay outside of the code compiled for wide vectors, where each
/// `mul_add` is a call.
struct Dot<'a> {
    a: &'a [f32],
    b: &'a [f32],
}

impl pulp::NullaryFnOnce for Dot<'_> {
    type Output = f32;

    #[inline(always)]
    fn call(self) -> f32 {
        let mut lanes = [0.0_f32; 64];
        let (a, b) = (self.a.chunks_exact(64), self.b.chunks_exact(64));
        let rest: f32 = a.remainder().iter().zip(b.remainder()).map(|(a, b)| a * b).sum();
        for (a, b) in a.zip(b) {
            for ((lane, a), b) in lanes.iter_mut().zip(a).zip(b) {
                *lane = a.mul_add(*b, *lane);
            }
        }
        lanes.iter().sum::<f32>() + rest
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::rows::FloatRows;
    use super::*;

    fn wave(count: usize, speed: f32) -> Vec<f32> {
        (0..count).map(|at| (at as f32 * speed).sin()).collect()
    }

    fn plain(input: &[f32], matrix: &[f32], columns: usize, bias: Option<&[f32]>) -> Vec<f64> {
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum::<f64>();
        let rows = matrix.chunks(columns).enumerate();
        let one = |input| {
            let value = move |(at, row)| dot(input, row) + bias.map_or(0.0, |bias: &[f32]| f64::from(bias[at]));
            rows.clone().map(value)
        };
        input.chunks(columns).flat_map(one).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn equals_the_plain_product(m in 1..40_usize, rows in 1..70_usize, columns in 1..200_usize, has_bias in any::<bool>()) {
            let (input, values, bias) = (wave(m * columns, 0.37), wave(rows * columns, 0.11), wave(rows, 1.3));
            let bias = has_bias.then_some(&bias[..]);
            let matrix = FloatRows { values: &values, columns };
            let expected = plain(&input, &values, columns, bias);
            for (got, want) in multiply(&input, &matrix, bias).into_iter().zip(expected) {
                prop_assert!((f64::from(got) - want).abs() < 1e-3, "{got} {want}");
            }
        }
    }

    /// Time of few rows times a matrix of 16 bits: `cargo test --release -p linocut-nn few_rows_of_16_bits -- --ignored --nocapture`.
    #[test]
    #[ignore = "measures"]
    fn few_rows_of_16_bits() {
        let (columns, rows) = (2048, 5632);
        let values: Vec<half::bf16> = wave(rows * columns, 0.7).into_iter().map(half::bf16::from_f32).collect();
        let matrix = crate::linear::rows::HalfRows { values: &values, columns };
        for m in [1, 2, 8, 9] {
            let input = wave(m * columns, 0.013);
            let time = || {
                let start = std::time::Instant::now();
                multiply(&input, &matrix, None);
                start.elapsed().as_secs_f64() * 1e3
            };
            let mut times: Vec<f64> = (0..15).map(|_| time()).collect();
            times.sort_by(f64::total_cmp);
            println!("{m} rows: {:.2} ms", times[7]);
        }
    }

    #[test]
    fn several_turns_equal_one() {
        let (columns, rows, m) = (3000, (2 * PANELS * get_num_threads() + 1) * PANEL + 6, 9);
        let (input, values) = (wave(m * columns, 0.013), wave(rows * columns, 0.7));
        let out = multiply(&input, &FloatRows { values: &values, columns }, None);
        for (row, column) in [(0, 0), (8, rows - 1), (3, 64), (5, rows / 2), (2, rows - 7)] {
            let want = plain(&input[row * columns..][..columns], &values[column * columns..][..columns], columns, None);
            assert!((f64::from(out[row * rows + column]) - want[0]).abs() < 2e-3);
        }
    }
}
