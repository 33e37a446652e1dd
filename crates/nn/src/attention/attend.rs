//! Softmax attention without weights of its own.

use candle_core::{D, DType, Result, Tensor};

use super::mask::Mask;
use crate::activation::softmax_last_dim;
use crate::kernel::attention;

/// Bytes that scores take at most at a time where there is no kernel that keeps them small.
const SCORES: usize = 256 << 20;

/// What happens to a score before the softmax.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scaling {
    /// Factor of the product of query and key, usually one over the square root of the head's size. Queries are multiplied by it, so that
    /// the products stay small.
    pub scale: f64,
    /// `cap tanh(score / cap)` after scaling, above 0. Default: none.
    pub soft_cap: Option<f64>,
    /// Whether products are made in f32 even if the vectors are in 16 bits, where they would overflow. Default: false.
    pub wide: bool,
}

impl Scaling {
    /// One over the square root of the head's size, without a cap.
    pub fn of_head(size: usize) -> Self {
        Self::by(1.0 / (size as f64).sqrt())
    }

    /// A factor, without a cap.
    pub fn by(scale: f64) -> Self {
        Self { scale, soft_cap: None, wide: false }
    }
}

/// `softmax(scale q k^T + mask) v` for each head: by this crate's kernel on a CPU in f32, by flash attention on a card that has it, else in
/// pieces of which the scores take at most 256 MB.
///
/// # Shapes
///
/// - `queries`: (batch, n, heads, size)
/// - `keys`, `values`: (batch, m, groups, size); `groups` divides `heads`, each group serves as many heads one after the other
/// - result: (batch, n, heads x size), in the queries' type
///
/// # Errors
///
/// When the shapes do not fit.
pub fn attend(queries: &Tensor, keys: &Tensor, values: &Tensor, mask: &Mask, scaling: Scaling) -> Result<Tensor> {
    let (batch, n, heads, size) = queries.dims4()?;
    let (_, m, groups, _) = keys.dims4()?;
    if groups == 0 || heads % groups != 0 || keys.dims() != [batch, m, groups, size] || keys.dims() != values.dims() {
        candle_core::bail!(
            "attention of queries {:?} over keys {:?} and values {:?}",
            queries.dims(),
            keys.dims(),
            values.dims()
        );
    }
    mask.check(batch, n, m)?;
    let is_kernels = [queries, keys, values].iter().all(|t| t.device().is_cpu() && t.dtype() == DType::F32);
    if is_kernels && size > 0 {
        return attention(queries, keys, values, mask, scaling);
    }
    if let Some(seen) = super::flash::attention(queries, keys, values, mask, scaling)? {
        return Ok(seen);
    }
    let rows = if queries.track_op() || keys.track_op() || values.track_op() { usize::MAX } else { SCORES };
    in_pieces(queries, keys, values, mask, scaling, rows)
}

/// The whole by candle's operations, scores of at most so many bytes at a time: some heads of one picture, or some queries of one head.
fn in_pieces(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    mask: &Mask,
    scaling: Scaling,
    bytes: usize,
) -> Result<Tensor> {
    let (batch, n, heads, size) = queries.dims4()?;
    let m = keys.dim(1)?;
    let (queries, keys, values) = (by_head(queries, heads)?, by_head(keys, heads)?, by_head(values, heads)?);
    let of_query = DType::F32.size_in_bytes() * m.max(1);
    let of_head = of_query.saturating_mul(n).max(1);
    let of_picture = of_head.saturating_mul(heads);
    let pictures = (bytes / of_picture.max(1)).clamp(1, batch.max(1));
    let heads_together = (bytes / of_head).clamp(1, heads.max(1));
    let together = (bytes / of_query).clamp(1, n.max(1));
    let piece = |(from, count): (usize, usize), (head, some): (usize, usize)| {
        let cut = |tensor: &Tensor| tensor.narrow(0, from, count)?.narrow(1, head, some);
        let (queries, keys, values) = (cut(&queries)?, cut(&keys)?.contiguous()?, cut(&values)?.contiguous()?);
        let mask = mask.of_pictures(from, count)?;
        let rows = steps(n, together).map(|(first, rows)| {
            let queries = queries.narrow(2, first, rows)?.contiguous()?;
            let (shares, _) = shares(&queries, &keys, &mask.of_queries(first, rows, n, m)?, scaling)?;
            shares.to_dtype(values.dtype())?.matmul(&values)
        });
        joined(rows.collect::<Result<Vec<_>>>()?, 2)
    };
    let pictures = steps(batch, pictures).map(|some| {
        let heads = steps(heads, heads_together).map(|heads| piece(some, heads));
        joined(heads.collect::<Result<Vec<_>>>()?, 1)
    });
    joined(pictures.collect::<Result<Vec<_>>>()?, 0)?.transpose(1, 2)?.reshape((batch, n, heads * size))
}

/// Beginnings and lengths of pieces of at most `most` in `count`; one empty piece of nothing.
fn steps(count: usize, most: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..count.max(1)).step_by(most.max(1)).map(move |from| (from, most.min(count - from)))
}

fn joined(mut pieces: Vec<Tensor>, dim: usize) -> Result<Tensor> {
    if pieces.len() == 1 { Ok(pieces.remove(0)) } else { Tensor::cat(&pieces, dim) }
}

/// The softmax of scores, (batch, heads, n, m), and with a cap the slope of the capped score. In f32, or in f16 where the vectors are.
///
/// # Shapes
///
/// - `queries`: (batch, heads, n, size), `keys`: (batch, heads, m, size)
pub(crate) fn shares(
    queries: &Tensor,
    keys: &Tensor,
    mask: &Mask,
    scaling: Scaling,
) -> Result<(Tensor, Option<Tensor>)> {
    let wide = |tensor: &Tensor| if scaling.wide { tensor.to_dtype(DType::F32) } else { Ok(tensor.clone()) };
    let (queries, keys) = (wide(queries)?, wide(keys)?);
    let product = (queries * scaling.scale)?.matmul(&keys.t()?)?;
    let mut scores = if product.dtype() == DType::F64 { product } else { product.to_dtype(DType::F32)? };
    let mut slope = None;
    if let Some(cap) = scaling.soft_cap {
        let bounded = (scores / cap)?.tanh()?;
        slope = Some((1.0 - bounded.sqr()?)?);
        scores = (bounded * cap)?;
    }
    let Some(addend) = mask.addend(scores.dim(2)?, scores.dim(3)?, scores.device())? else {
        return Ok((softmax_last_dim(&scores)?, slope));
    };
    let scores = scores.broadcast_add(&addend.to_dtype(scores.dtype())?)?;
    // Where a query sees nothing, a share of minus infinity less itself is no number.
    let largest = scores.max_keepdim(D::Minus1)?.detach().maximum(f64::from(f32::MIN))?;
    let shares = scores.broadcast_sub(&largest)?.exp()?;
    let sum = shares.sum_keepdim(D::Minus1)?.maximum(f64::from(f32::MIN_POSITIVE))?;
    Ok((shares.broadcast_div(&sum)?, slope))
}

/// (batch, tokens, groups, size) to (batch, heads, tokens, size), contiguous.
pub(crate) fn by_head(tensor: &Tensor, heads: usize) -> Result<Tensor> {
    let (batch, tokens, groups, size) = tensor.dims4()?;
    let tensor = tensor.transpose(1, 2)?;
    if groups == heads {
        return tensor.contiguous();
    }
    let repeated = tensor.unsqueeze(2)?.expand((batch, groups, heads / groups, tokens, size))?;
    repeated.contiguous()?.reshape((batch, heads, tokens, size))
}

#[cfg(test)]
mod tests {
    use candle_core::{Device, Var};

    use super::*;

    fn noise(shape: &[usize], seed: u32) -> Tensor {
        let count: usize = shape.iter().product();
        let hash = |at: usize| (at as u32).wrapping_mul(0x9e37_79b9).wrapping_add(seed).wrapping_mul(0x85eb_ca6b) >> 8;
        let values: Vec<f32> = (0..count).map(|at| hash(at) as f32 / (1 << 23) as f32 - 1.0).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    }

    fn largest(tensor: &Tensor) -> f32 {
        tensor.abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// Masks for two batches of 70 queries over 600 keys: more than one tile of each.
    fn masks() -> Vec<Mask> {
        let hidden = (0..2 * 70 * 600).map(|at| if at % 7 == 3 || at % 600 > 590 { f32::NEG_INFINITY } else { 0.0 });
        let addend = Tensor::from_vec(hidden.collect::<Vec<_>>(), (2, 70, 600), &Device::Cpu).unwrap();
        let shared = addend.narrow(0, 1, 1).unwrap();
        vec![Mask::None, Mask::Causal, Mask::Additive(addend), Mask::Additive(shared)]
    }

    const CAPPED: Scaling = Scaling { scale: 1.5, soft_cap: Some(2.0), wide: false };

    fn whole(queries: &Tensor, keys: &Tensor, values: &Tensor, mask: &Mask, scaling: Scaling) -> Result<Tensor> {
        in_pieces(queries, keys, values, mask, scaling, usize::MAX)
    }

    #[test]
    fn tiles_equal_the_whole() {
        let (queries, keys) = (noise(&[2, 70, 6, 8], 1), noise(&[2, 600, 3, 8], 2));
        let values = noise(&[2, 3, 600, 8], 3).transpose(1, 2).unwrap();
        for mask in masks() {
            for scaling in [Scaling::of_head(8), CAPPED] {
                let found = attend(&queries, &keys, &values, &mask, scaling).unwrap();
                let expected = whole(&queries, &keys, &values, &mask, scaling).unwrap();
                assert_eq!(found.dims(), [2, 70, 48]);
                assert!(largest(&(found - expected).unwrap()) < 3e-6, "{mask:?} {scaling:?}");
            }
        }
    }

    #[test]
    fn a_query_that_sees_no_key_gives_zeros() {
        let hidden = Tensor::new(&[[[f32::NEG_INFINITY; 3], [0.0; 3]]], &Device::Cpu).unwrap();
        let (queries, keys) = (noise(&[1, 2, 1, 4], 1), noise(&[1, 3, 1, 4], 2));
        for attention in [attend, whole] {
            let found = attention(&queries, &keys, &keys, &Mask::Additive(hidden.clone()), CAPPED).unwrap();
            assert_eq!(largest(&found.narrow(1, 0, 1).unwrap()), 0.0);
            assert!(largest(&found) > 0.01);
        }
    }

    #[test]
    fn gradients_equal_those_of_the_whole() {
        let inputs = [noise(&[2, 9, 4, 8], 1), noise(&[2, 13, 2, 8], 2), noise(&[2, 13, 2, 8], 3)];
        let inputs = inputs.map(|tensor| Var::from_tensor(&tensor).unwrap());
        for (mask, scaling) in [(Mask::None, Scaling::of_head(8)), (Mask::Causal, CAPPED)] {
            let gradients = [attend, whole].map(|attention| {
                let output = attention(&inputs[0], &inputs[1], &inputs[2], &mask, scaling).unwrap();
                let loss = (output * noise(&[2, 9, 32], 4)).unwrap().sum_all().unwrap();
                loss.backward().unwrap()
            });
            for input in &inputs {
                let [found, expected] = gradients.each_ref().map(|store| store.get(input).unwrap().clone());
                assert!(largest(&(found - expected).unwrap()) < 2e-5, "{mask:?} {scaling:?}");
            }
        }
    }

    #[test]
    fn shapes_that_do_not_fit_are_errors() {
        let (queries, keys) = (noise(&[1, 2, 4, 4], 1), noise(&[1, 3, 3, 4], 2));
        assert!(attend(&queries, &keys, &keys, &Mask::None, CAPPED).is_err());
        let keys = noise(&[1, 3, 2, 4], 2);
        assert!(attend(&queries, &keys, &keys, &Mask::Additive(noise(&[1, 3, 3], 1)), CAPPED).is_err());
    }

    /// As on a device without a kernel of ours: whatever the pieces, the result is that of the whole.
    #[test]
    fn pieces_equal_the_whole() {
        let (queries, keys) = (noise(&[2, 70, 6, 8], 1), noise(&[2, 600, 3, 8], 2));
        for mask in masks() {
            for scaling in [Scaling::of_head(8), CAPPED] {
                let expected = whole(&queries, &keys, &keys, &mask, scaling).unwrap();
                // All, one picture, two heads, a head, seven queries, one.
                for queries_together in [2 * 6 * 70, 6 * 70, 2 * 70, 70, 7, 1, 0] {
                    let found = in_pieces(&queries, &keys, &keys, &mask, scaling, queries_together * 600 * 4).unwrap();
                    assert!(largest(&(found - &expected).unwrap()) < 1e-6, "{mask:?} {queries_together}");
                }
            }
        }
    }

    /// Products of such keys before they are scaled are over 65,504, where f16 ends.
    #[test]
    fn large_vectors_of_16_bits_do_not_overflow() {
        let half = |seed, size: f64| (noise(&[1, 9, 2, 64], seed) * size).unwrap().to_dtype(DType::F16).unwrap();
        let vectors = [half(1, 160.0), half(2, 160.0), half(3, 1.0)];
        let wide = vectors.each_ref().map(|tensor| tensor.to_dtype(DType::F32).unwrap());
        let products = by_head(&wide[0], 2).unwrap().matmul(&by_head(&wide[1], 2).unwrap().t().unwrap()).unwrap();
        assert!(largest(&products) > 65_504.0);
        let seen = |vectors: &[Tensor; 3], wide| {
            let scaling = Scaling { wide, ..Scaling::of_head(64) };
            let seen = attend(&vectors[0], &vectors[1], &vectors[2], &Mask::None, scaling).unwrap();
            seen.to_dtype(DType::F32).unwrap()
        };
        assert!(largest(&seen(&vectors, false)).is_finite());
        assert!(largest(&(seen(&vectors, true) - seen(&wide, false)).unwrap()) < 2e-3);
    }
}
