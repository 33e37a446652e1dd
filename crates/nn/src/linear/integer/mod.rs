//! Products of a rounded input with ggml's blocks where they lie, in whole numbers, for x86 processors: of 8 bits (`Q8_0`) and of 4
//! (`Q4_K`).
//!
//! As in ggml the input is rounded to blocks of 8 bits. A language model that writes multiplies one row at a time and waits for its weights to be
//! read (`few`); one that reads, and a network of pictures, multiplies many rows by each weight (`many`). Neither keeps a second copy of the
//! weights.

mod few;
mod lay_out;
mod many;
mod rounded;

use candle_core::quantized::GgmlDType;

use self::rounded::Rounded;

/// Values that are rounded together.
const BLOCK: usize = 32;

/// Up to this many rows of input, laying out weights for many rows costs more than it saves.
const FEW: usize = 4;

/// A weight of rows in blocks of `N` bytes.
#[derive(Clone, Copy)]
struct Weight<'a, const N: usize> {
    blocks: &'a [[u8; N]],
    /// Blocks of a row.
    of_row: usize,
}

impl<'a, const N: usize> Weight<'a, N> {
    /// Of blocks of so many values; `None` where the depth is not whole blocks, or the bytes are not as many as the size says.
    fn new(bytes: &'a [u8], (width, depth): (usize, usize), values: usize) -> Option<Self> {
        let (blocks, rest) = bytes.as_chunks();
        let of_row = depth / values;
        let is_whole = of_row > 0 && depth.is_multiple_of(values) && blocks.len() == width * of_row && rest.is_empty();
        is_whole.then_some(Self { blocks, of_row })
    }

    fn width(self) -> usize {
        self.blocks.len() / self.of_row
    }

    /// Some rows, of which the last stands for those behind the end.
    fn rows<const COUNT: usize>(self, first: usize) -> [&'a [[u8; N]]; COUNT] {
        let last = self.width() - 1;
        std::array::from_fn(|row| &self.blocks[(first + row).min(last) * self.of_row..][..self.of_row])
    }
}

/// Whether many rows are multiplied by such blocks without a second copy of them.
pub(super) fn has_many(kind: GgmlDType) -> bool {
    matches!(kind, GgmlDType::Q8_0 | GgmlDType::Q4K) && many::kernel::<false>().is_some()
}

/// The product of `input` (m x depth, row-major) with blocks (width x depth): m x width; `None` where there is no kernel for these blocks, this
/// processor and as many rows, the depth is not whole blocks, or the bytes are not as many as the size says.
pub(super) fn multiply(kind: GgmlDType, bytes: &[u8], size: (usize, usize), input: &[f32]) -> Option<Vec<f32>> {
    let rounded = || Rounded::new(input, size.1 / BLOCK);
    let is_few = input.len().checked_div(size.1)? <= FEW;
    match kind {
        GgmlDType::Q8_0 if is_few => Some(few::multiply(Weight::new(bytes, size, BLOCK)?, &rounded(), few::kernel()?)),
        GgmlDType::Q8_0 => {
            let (weight, kernel) = (Weight::new(bytes, size, BLOCK)?, many::kernel::<false>()?);
            Some(many::multiply(weight, lay_out::eight_bits, &rounded(), kernel))
        }
        GgmlDType::Q4K if !is_few => {
            let (weight, kernel) = (Weight::new(bytes, size, 8 * BLOCK)?, many::kernel::<true>()?);
            Some(many::multiply(weight, lay_out::four_bits, &rounded(), kernel))
        }
        _ => None,
    }
}

#[cfg(target_arch = "x86_64")]
fn has_vnni() -> bool {
    is_x86_feature_detected!("avx512vnni") && is_x86_feature_detected!("avx512vl") && has_avx2()
}

#[cfg(target_arch = "x86_64")]
fn has_avx2() -> bool {
    is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") && is_x86_feature_detected!("f16c")
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;
    use std::time::Instant;

    use candle_core::quantized::{QMatMul, QTensor};
    use candle_core::{Module, Tensor};
    use half::f16;
    use proptest::prelude::*;

    use super::*;
    use crate::linear::tests::wave;

    /// Weights of a block in parts that are added, as ggml defines them.
    type Parts = Vec<Vec<f64>>;

    fn number(bytes: &[u8]) -> f64 {
        f64::from(f16::from_le_bytes([bytes[0], bytes[1]]).to_f32())
    }

    fn eight_bits(block: &[u8; 34]) -> Parts {
        block[2..].iter().map(|value| vec![number(block) * f64::from(*value as i8)]).collect()
    }

    fn four_bits(block: &[u8; 144]) -> Parts {
        let of_six = |at: usize| {
            let packed = |at: usize| u32::from(block[4 + at]);
            match at {
                0..4 => (packed(at) & 63, packed(at + 4) & 63),
                _ => (packed(at + 4) & 15 | packed(at - 4) >> 6 << 4, packed(at + 4) >> 4 | packed(at) >> 6 << 4),
            }
        };
        let value = |at: usize| {
            let (scale, least) = of_six(at / 32);
            let nibble = block[16 + at / 64 * 32 + at % 32] >> (4 * (at / 32 % 2)) & 15;
            vec![number(block) * f64::from(scale) * f64::from(nibble), -number(&block[2..]) * f64::from(least)]
        };
        (0..256).map(value).collect()
    }

    /// The product as it is defined, and what its parts add up to without their signs.
    fn plain<const N: usize>(weight: Weight<N>, parts: impl Fn(&[u8; N]) -> Parts, input: &Rounded) -> Vec<(f64, f64)> {
        let mut out = Vec::new();
        for (values, sides) in (0..input.count()).map(|row| input.row(row)) {
            let input: Vec<f64> = values
                .iter()
                .zip(sides)
                .flat_map(|(values, side)| {
                    let values: [i8; BLOCK] = bytemuck::cast(*values);
                    values.map(|value| f64::from(value) * f64::from(side.scale))
                })
                .collect();
            for row in weight.blocks.chunks_exact(weight.of_row) {
                let products = row
                    .iter()
                    .flat_map(&parts)
                    .zip(&input)
                    .flat_map(|(parts, input)| parts.into_iter().map(move |part| part * input));
                out.push(products.fold((0.0, 0.0), |(sum, size), product| (sum + product, size + product.abs())));
            }
        }
        out
    }

    /// Blocks of `N` bytes, the numbers of half precision at their beginning small.
    fn blocks<const N: usize>(numbers: usize) -> impl Strategy<Value = Vec<[u8; N]>> {
        let block = (prop::collection::vec(any::<u8>(), N), prop::collection::vec(-60_000_f32..60_000.0, numbers));
        let block = block.prop_map(move |(mut bytes, numbers)| {
            for (bytes, number) in bytes.chunks_exact_mut(2).zip(numbers) {
                bytes.copy_from_slice(&f16::from_f32(number.powi(3) / 1e11).to_le_bytes());
            }
            std::array::from_fn(|at| bytes[at])
        });
        prop::collection::vec(block, 200)
    }

    fn near(found: &[f32], expected: &[(f64, f64)]) -> Result<(), TestCaseError> {
        prop_assert_eq!(found.len(), expected.len());
        for (found, (expected, size)) in found.iter().zip(expected) {
            prop_assert!((f64::from(*found) - expected).abs() <= 1e-6 * size.max(1e-30), "{} {}", found, expected);
        }
        Ok(())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(40))]
        /// Any bytes are blocks, except for scales that are no numbers; any number of outputs, blocks and rows.
        #[test]
        fn kernels_give_the_product_as_it_is_defined(
            (width, of_row, count) in (1..40_usize, 1..6_usize, 1..10_usize),
            (eight, four) in (blocks::<34>(1), blocks::<144>(2)),
            input in prop::collection::vec(-3_f32..3.0, 50 * BLOCK * 8),
        ) {
            let weight = Weight { blocks: &eight[..width * of_row], of_row };
            let rounded = Rounded::new(&input[..count * of_row * BLOCK], of_row);
            let expected = plain(weight, eight_bits, &rounded);
            for kernel in few::kernels().into_iter().flatten() {
                near(&few::multiply(weight, &rounded, kernel), &expected)?;
            }
            if let Some(kernel) = many::kernel::<false>() {
                near(&many::multiply(weight, lay_out::eight_bits, &rounded, kernel), &expected)?;
            }
            let weight = Weight { blocks: &four[..width * of_row], of_row };
            let rounded = Rounded::new(&input[..count * of_row * 8 * BLOCK], 8 * of_row);
            if let Some(kernel) = many::kernel::<true>() {
                near(&many::multiply(weight, lay_out::four_bits, &rounded, kernel), &plain(weight, four_bits, &rounded))?;
            }
        }
    }

    fn numbers(tensor: &Tensor) -> Vec<f32> {
        tensor.flatten_all().unwrap().to_vec1().unwrap()
    }

    #[test]
    fn products_are_near_the_exact_ones_and_do_not_depend_on_threads() {
        for (kind, (width, depth, count), bound) in [
            (GgmlDType::Q8_0, (1, 32, 1), 0.01),
            (GgmlDType::Q8_0, (67, 896, 1), 0.01),
            (GgmlDType::Q8_0, (130, 64, 5), 0.01),
            (GgmlDType::Q8_0, (256, 256, 23), 0.01),
            (GgmlDType::Q4K, (67, 512, 9), 0.15),
        ] {
            let (weight, input) = (wave(width, depth, 0.3), wave(count, depth, 0.1));
            let blocks = QTensor::quantize(&weight, kind).unwrap();
            let (data, values) = (blocks.data().unwrap(), numbers(&input));
            let Some(found) = multiply(kind, &data, (width, depth), &values) else { return };
            let exact = numbers(&input.matmul(&weight.t().unwrap()).unwrap());
            let most = exact.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            assert_eq!(found.len(), exact.len());
            for (found, exact) in found.iter().zip(&exact) {
                assert!(
                    (found - exact).abs() < bound * most,
                    "{kind:?} {width} x {depth}, {count} rows: {found}, exactly {exact}"
                );
            }
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                assert_eq!(
                    pool.install(|| multiply(kind, &data, (width, depth), &values)).unwrap(),
                    found,
                    "{threads} threads"
                );
            }
        }
    }

    #[test]
    fn what_is_not_whole_blocks_is_left_to_others() {
        for (bytes, size, values) in [(34, (1, 31), 31), (34, (1, 0), 0), (33, (1, 32), 32), (68, (1, 32), 32)] {
            assert!(
                multiply(GgmlDType::Q8_0, &vec![0; bytes], size, &vec![0.0; values]).is_none(),
                "{bytes} bytes, {size:?}"
            );
        }
        assert!(multiply(GgmlDType::Q4K, &[0; 144], (1, 128), &[0.0; 128 * 9]).is_none());
        assert!(multiply(GgmlDType::Q6K, &[0; 210], (1, 256), &[0.0; 256]).is_none());
    }

    /// Time beside candle's products: `cargo test --release -p linocut-nn integers_beside_candle -- --ignored --nocapture`.
    #[test]
    #[ignore = "measures"]
    fn integers_beside_candle() {
        for (kind, (width, depth)) in [GgmlDType::Q8_0, GgmlDType::Q4K]
            .into_iter()
            .flat_map(|kind| [(4864, 896), (896, 4864), (9216, 2304)].map(|size| (kind, size)))
        {
            let Ok(blocks) = QTensor::quantize(&wave(width, depth, 0.3), kind).map(Arc::new) else { continue };
            let (data, candle) = (blocks.data().unwrap(), QMatMul::from_arc(Arc::clone(&blocks)).unwrap());
            let time = |run: &dyn Fn()| {
                let mut times: Vec<f64> = (0..9)
                    .map(|_| {
                        let start = Instant::now();
                        run();
                        start.elapsed().as_secs_f64() * 1e3
                    })
                    .collect();
                times.sort_by(f64::total_cmp);
                times[4]
            };
            for count in [1, 4, 16, 17, 32, 128, 512] {
                let input = wave(count, depth, 0.1);
                let values = numbers(&input);
                // Few rows of four bits are candle's.
                if multiply(kind, &data, (width, depth), &values).is_none() {
                    continue;
                }
                let ours = time(&|| drop(multiply(kind, &data, (width, depth), &values)));
                let candle = time(&|| drop(candle.forward(&input).unwrap()));
                println!("{kind:?} {width} x {depth}, {count} rows: {ours:.2}, candle {candle:.2} ms");
            }
        }
    }
}
