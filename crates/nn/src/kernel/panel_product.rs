//! Products with a weight that lies in panels.

use pulp::{Arch, Simd, WithSimd};

use super::panels::{PANEL, Panels};

/// Inputs whose weights of one panel are multiplied at a time: with them the panel stays in the second cache, 192 KiB.
const DEPTH: usize = 1024;

/// Rows of input times panels, on the caller's thread.
pub(crate) struct Strip<'a> {
    /// Rows of outputs; the products are added.
    pub(crate) output: &'a mut [f32],
    /// As many rows of inputs.
    pub(crate) input: &'a [f32],
    /// The weights.
    pub(crate) panels: &'a Panels,
}

impl Strip<'_> {
    /// `output += input w^T`
    pub(crate) fn run(self) {
        Arch::new().dispatch(self);
    }
}

impl WithSimd for Strip<'_> {
    type Output = ();

    #[inline(always)]
    fn with_simd<S: Simd>(mut self, simd: S) {
        let depth = self.panels.depth();
        let block = depth.div_ceil(depth.div_ceil(DEPTH).max(1)).max(1);
        for (at, panel) in self.panels.iter().enumerate() {
            for (block_at, weights) in panel.chunks(block * PANEL).enumerate() {
                self.block(simd, weights, at * PANEL, block_at * block);
            }
        }
    }
}

impl Strip<'_> {
    /// All rows times the weights of one panel and some inputs.
    #[inline(always)]
    fn block<S: Simd>(&mut self, simd: S, weights: &[f32], output: usize, input: usize) {
        let rows = self.input.len() / self.panels.depth();
        let width = PANEL.min(self.panels.width() - output);
        // Sums of eight rows and three vectors take 24 registers; AVX2 has 16.
        let most = if S::F32_LANES == 8 { 4 } else { 8 };
        for column in (0..width).step_by(3 * S::F32_LANES) {
            let vectors = (width - column).div_ceil(S::F32_LANES);
            let mut row = 0;
            while row < rows {
                let part = Part { weights, column, row, output: output + column, input };
                row += match vectors {
                    1 => self.tiles::<S, 1>(simd, part, most.min(rows - row)),
                    2 => self.tiles::<S, 2>(simd, part, most.min(rows - row)),
                    _ => self.tiles::<S, 3>(simd, part, most.min(rows - row)),
                };
            }
        }
    }

    /// One tile of at most so many rows; returns how many.
    #[inline(always)]
    fn tiles<S: Simd, const VECTORS: usize>(&mut self, simd: S, part: Part<'_>, most: usize) -> usize {
        match most {
            8.. => self.tile::<S, VECTORS, 8>(simd, part),
            4.. => self.tile::<S, VECTORS, 4>(simd, part),
            2.. => self.tile::<S, VECTORS, 2>(simd, part),
            _ => self.tile::<S, VECTORS, 1>(simd, part),
        }
    }

    #[inline(always)]
    fn tile<S: Simd, const VECTORS: usize, const ROWS: usize>(&mut self, simd: S, part: Part<'_>) -> usize {
        let (depth, width) = (self.panels.depth(), self.panels.width());
        let inputs = part.weights.len() / PANEL;
        let mut rows = [&self.input[..0]; ROWS];
        for (at, row) in rows.iter_mut().enumerate() {
            *row = &self.input[(part.row + at) * depth + part.input..][..inputs];
        }
        let sums = sums::<S, VECTORS, ROWS>(simd, part.weights, part.column, rows);
        let count = (VECTORS * S::F32_LANES).min(width - part.output);
        for (at, sums) in sums.iter().enumerate() {
            let start = (part.row + at) * width + part.output;
            add(simd, &mut self.output[start..start + count], sums);
        }
        ROWS
    }
}

/// Where a tile stands.
#[derive(Clone, Copy)]
struct Part<'a> {
    weights: &'a [f32],
    /// First output, counted in the panel.
    column: usize,
    row: usize,
    /// First output, counted in the layer.
    output: usize,
    /// First input.
    input: usize,
}

/// The products of some rows with some vectors of outputs, all in registers.
#[inline(always)]
fn sums<S: Simd, const VECTORS: usize, const ROWS: usize>(
    simd: S,
    weights: &[f32],
    column: usize,
    rows: [&[f32]; ROWS],
) -> [[S::f32s; VECTORS]; ROWS] {
    let mut sums = [[simd.splat_f32s(0.0); VECTORS]; ROWS];
    for (at, weights) in weights.chunks_exact(PANEL).enumerate() {
        let (vectors, _) = S::as_simd_f32s(&weights[column..column + VECTORS * S::F32_LANES]);
        for (row, sums) in rows.iter().zip(&mut sums) {
            let input = simd.splat_f32s(row[at]);
            for (sum, weight) in sums.iter_mut().zip(vectors) {
                *sum = simd.mul_add_e_f32s(input, *weight, *sum);
            }
        }
    }
    sums
}

#[inline(always)]
fn add<S: Simd>(simd: S, output: &mut [f32], sums: &[S::f32s]) {
    let (vectors, rest) = S::as_mut_simd_f32s(output);
    let whole = vectors.len();
    for (output, sum) in vectors.iter_mut().zip(sums) {
        *output = simd.add_f32s(*output, *sum);
    }
    if !rest.is_empty() {
        let sum = simd.add_f32s(simd.partial_load_f32s(rest), sums[whole]);
        simd.partial_store_f32s(rest, sum);
    }
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Tensor};
    use proptest::prelude::*;

    use super::*;

    fn wave(count: usize, speed: f32) -> Vec<f32> {
        (0..count).map(|at| (at as f32 * speed).sin()).collect()
    }

    /// The largest difference from sums in f64.
    fn error(rows: usize, width: usize, depth: usize) -> f64 {
        let (input, weight) = (wave(rows * depth, 0.37), wave(width * depth, 0.11));
        let panels = Panels::new(&Tensor::from_slice(&weight, (width, depth), &Device::Cpu).unwrap()).unwrap();
        let mut output = wave(rows * width, 1.3);
        let expected = output.clone();
        Strip { output: &mut output, input: &input, panels: &panels }.run();
        let difference = |at: usize| {
            let (row, weights) = (&input[at / width * depth..], &weight[at % width * depth..][..depth]);
            let sum: f64 = row.iter().zip(weights).map(|(a, b)| f64::from(*a) * f64::from(*b)).sum();
            (f64::from(output[at]) - f64::from(expected[at]) - sum).abs()
        };
        (0..rows * width).map(difference).fold(0.0, f64::max)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        #[test]
        fn equals_the_plain_product(rows in 1..40_usize, width in 1..150_usize, depth in 1..60_usize) {
            prop_assert!(error(rows, width, depth) < 1e-4);
        }
    }

    #[test]
    fn inputs_of_several_blocks_are_added() {
        assert!(error(9, 50, 2 * DEPTH + 3) < 2e-3);
    }

    #[test]
    fn a_row_has_the_same_bits_in_whatever_company() {
        let weight = Tensor::from_vec(wave(70 * 33, 0.11), (70, 33), &Device::Cpu).unwrap();
        let (panels, input) = (Panels::new(&weight).unwrap(), wave(15 * 33, 0.37));
        let mut whole = vec![0.0; 15 * 70];
        Strip { output: &mut whole, input: &input, panels: &panels }.run();
        for (row, expected) in input.chunks(33).zip(whole.chunks(70)) {
            let mut output = vec![0.0; 70];
            Strip { output: &mut output, input: row, panels: &panels }.run();
            assert_eq!(output, expected);
        }
    }
}
