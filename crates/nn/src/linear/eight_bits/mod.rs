//! Products with ggml's blocks of 8 bits (Q8_0) where they lie, for x86 processors.
//!
//! As in ggml the input is rounded to blocks of 8 bits too, and blocks are multiplied in whole numbers. A language model that writes multiplies
//! one row at a time and waits for its weights to be read (`few`); one that reads, and a network of pictures, multiplies many rows by each weight
//! (`many`). Neither keeps a second copy of the weights.

mod few;
mod many;
mod rounded;

use self::rounded::Rounded;

/// Values of a block.
const BLOCK: usize = 32;

/// A block as ggml writes it: a scale in half precision, little end first, and 32 values that it multiplies.
type Block = [u8; 2 + BLOCK];

/// Up to this many rows of input, laying out weights for many rows costs more than it saves.
const FEW: usize = 4;

/// A weight of `width` rows in `of_row` blocks each.
#[derive(Clone, Copy)]
struct Weight<'a> {
    blocks: &'a [Block],
    of_row: usize,
}

impl<'a> Weight<'a> {
    /// `None` where the depth is not whole blocks, or the bytes are not as many as the size says.
    fn new(bytes: &'a [u8], (width, depth): (usize, usize)) -> Option<Self> {
        let (blocks, rest) = bytes.as_chunks();
        let of_row = depth / BLOCK;
        let is_whole = of_row > 0 && depth.is_multiple_of(BLOCK) && blocks.len() == width * of_row && rest.is_empty();
        is_whole.then_some(Self { blocks, of_row })
    }

    fn width(self) -> usize {
        self.blocks.len() / self.of_row
    }

    /// Some rows, of which the last stands for those behind the end.
    fn rows<const COUNT: usize>(self, first: usize) -> [&'a [Block]; COUNT] {
        let last = self.width() - 1;
        std::array::from_fn(|row| &self.blocks[(first + row).min(last) * self.of_row..][..self.of_row])
    }
}

/// Whether many rows are multiplied without a second copy of the weights.
pub(super) fn has_many() -> bool {
    many::kernel().is_some()
}

/// The product of `input` (m x depth, row-major) with blocks (width x depth): m x width; `None` where the processor has no kernel for as many
/// rows, the depth is not whole blocks, or the bytes are not as many as the size says.
pub(super) fn multiply(bytes: &[u8], size: (usize, usize), input: &[f32]) -> Option<Vec<f32>> {
    let weight = Weight::new(bytes, size)?;
    if input.len() / size.1 > FEW {
        let kernel = many::kernel()?;
        Some(many::multiply(weight, &Rounded::new(input, weight.of_row), kernel))
    } else {
        let kernel = few::kernel()?;
        Some(few::multiply(weight, &Rounded::new(input, weight.of_row), kernel))
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
    use candle_core::Tensor;
    use candle_core::quantized::{GgmlDType, QTensor};
    use half::f16;
    use proptest::prelude::*;

    use super::*;
    use crate::linear::tests::wave;

    /// The product as it is defined, and what its parts add up to without their signs.
    fn plain(weight: Weight, input: &Rounded) -> Vec<(f64, f64)> {
        let mut out = Vec::new();
        for (values, sides) in (0..input.count()).map(|row| input.row(row)) {
            for row in weight.blocks.chunks_exact(weight.of_row) {
                let mut sums = (0.0, 0.0);
                for ((&[low, high, ref weights @ ..], values), side) in row.iter().zip(values).zip(sides) {
                    let values: [i8; BLOCK] = bytemuck::cast(*values);
                    let scale = f64::from(f16::from_le_bytes([low, high]).to_f32()) * f64::from(side.scale);
                    for product in weights.iter().zip(values).map(|(a, b)| i32::from(*a as i8) * i32::from(b)) {
                        sums.0 += scale * f64::from(product);
                        sums.1 += (scale * f64::from(product)).abs();
                    }
                }
                out.push(sums);
            }
        }
        out
    }

    fn every_product(weight: Weight, input: &Rounded) -> Vec<Vec<f32>> {
        let few = few::kernels().into_iter().flatten().map(|kernel| few::multiply(weight, input, kernel));
        few.chain(many::kernel().map(|kernel| many::multiply(weight, input, kernel))).collect()
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(60))]
        /// Any bytes are blocks, except for scales that are no numbers; any number of outputs, blocks and rows.
        #[test]
        fn kernels_give_the_product_as_it_is_defined(
            (width, of_row, count) in (1..40_usize, 1..6_usize, 1..10_usize),
            weights in prop::collection::vec(any::<[u8; BLOCK]>(), 200),
            scales in prop::collection::vec(-60_000_f32..60_000.0, 200),
            input in prop::collection::vec(-3_f32..3.0, 50 * BLOCK),
        ) {
            let blocks: Vec<Block> = weights.iter().zip(scales).map(|(values, scale)| {
                let mut block = [0; 2 + BLOCK];
                block[..2].copy_from_slice(&f16::from_f32(scale.powi(3) / 1e11).to_le_bytes());
                block[2..].copy_from_slice(values);
                block
            }).collect();
            let weight = Weight { blocks: &blocks[..width * of_row], of_row };
            let input = Rounded::new(&input[..count * of_row * BLOCK], of_row);
            let expected = plain(weight, &input);
            for product in every_product(weight, &input) {
                prop_assert_eq!(product.len(), expected.len());
                for (found, (expected, size)) in product.into_iter().zip(&expected) {
                    prop_assert!((f64::from(found) - expected).abs() <= 1e-6 * size.max(1e-30), "{} {}", found, expected);
                }
            }
        }
    }

    #[test]
    fn products_are_near_the_exact_ones_and_do_not_depend_on_threads() {
        for (width, depth, count) in [(1, 32, 1), (67, 896, 1), (130, 64, 5), (256, 256, 23)] {
            let (weight, input) = (wave(width, depth, 0.3), wave(count, depth, 0.1));
            let blocks = QTensor::quantize(&weight, GgmlDType::Q8_0).unwrap();
            let numbers = |tensor: &Tensor| tensor.flatten_all().unwrap().to_vec1::<f32>().unwrap();
            let (data, values, exact) =
                (blocks.data().unwrap(), numbers(&input), numbers(&input.matmul(&weight.t().unwrap()).unwrap()));
            let Some(found) = multiply(&data, (width, depth), &values) else { return };
            let most = exact.iter().fold(0.0_f32, |most, value| most.max(value.abs()));
            assert_eq!(found.len(), exact.len());
            for (found, exact) in found.iter().zip(&exact) {
                assert!(
                    (found - exact).abs() < 0.01 * most,
                    "{width} x {depth}, {count} rows: {found}, exactly {exact}"
                );
            }
            for threads in [1, 3] {
                let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
                assert_eq!(
                    pool.install(|| multiply(&data, (width, depth), &values)).unwrap(),
                    found,
                    "{threads} threads"
                );
            }
        }
    }

    #[test]
    fn what_is_not_whole_blocks_is_left_to_others() {
        assert!(multiply(&[0; 34], (1, 31), &[0.0; 31]).is_none());
        assert!(multiply(&[0; 34], (1, 0), &[]).is_none());
        assert!(multiply(&[0; 33], (1, 32), &[0.0; 32]).is_none());
        assert!(multiply(&[0; 68], (1, 32), &[0.0; 32]).is_none());
    }

    /// Time beside candle's products: `cargo test --release -p linocut-nn eight_bits_beside_candle -- --ignored --nocapture`.
    #[test]
    #[ignore = "measures"]
    fn eight_bits_beside_candle() {
        use candle_core::Module;
        use candle_core::quantized::QMatMul;
        for (width, depth) in [(4864, 896), (896, 4864), (9216, 2304), (2304, 9216)] {
            let blocks = std::sync::Arc::new(QTensor::quantize(&wave(width, depth, 0.3), GgmlDType::Q8_0).unwrap());
            let (data, candle) = (blocks.data().unwrap(), QMatMul::from_arc(std::sync::Arc::clone(&blocks)).unwrap());
            let weight = Weight::new(&data, (width, depth)).unwrap();
            let time = |run: &dyn Fn()| {
                let mut times: Vec<f64> = (0..9)
                    .map(|_| {
                        let start = std::time::Instant::now();
                        run();
                        start.elapsed().as_secs_f64() * 1e3
                    })
                    .collect();
                times.sort_by(f64::total_cmp);
                times[4]
            };
            for count in [1, 2, 4, 8, 16, 64, 512] {
                let input = wave(count, depth, 0.1);
                let values = input.flatten_all().unwrap().to_vec1::<f32>().unwrap();
                let few = time(&|| {
                    drop(few::multiply(weight, &Rounded::new(&values, weight.of_row), few::kernel().unwrap()))
                });
                let many = time(&|| {
                    drop(many::multiply(weight, &Rounded::new(&values, weight.of_row), many::kernel().unwrap()))
                });
                let candle = time(&|| drop(candle.forward(&input).unwrap()));
                println!("{width} x {depth}, {count} rows: few {few:.2}, many {many:.2}, candle {candle:.2} ms");
            }
        }
    }
}
