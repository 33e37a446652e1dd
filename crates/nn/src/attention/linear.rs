//! Linear attention: no score of a query and a key is ever made.

use candle_core::{D, DType, Result, Tensor};

use super::attend::by_head;
use crate::kernel::linear_attention;

/// Added to what shares are divided by.
pub(crate) const EPS: f32 = 1e-15;

/// `relu(q) (relu(k)^T v) / (relu(q) relu(k)^T 1 + 1e-15)` for each head: time and memory grow with the tokens, not with their square.
///
/// # Shapes
///
/// - `queries`: (batch, n, heads, size)
/// - `keys`, `values`: (batch, m, heads, size)
/// - result: (batch, n, heads x size), in the queries' type; computed in f32 at least
///
/// # Errors
///
/// When the shapes do not fit.
///
/// # Source
///
/// Cai et al. 2022, "`EfficientViT`", section 3.1; Xie et al. 2024, "SANA", section 2.2.
pub fn attend_linearly(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (batch, _, heads, size) = queries.dims4()?;
    let (_, m, _, _) = keys.dims4()?;
    if size == 0 || keys.dims() != [batch, m, heads, size] || keys.dims() != values.dims() {
        let shapes = [queries, keys, values].map(Tensor::dims);
        candle_core::bail!("linear attention of queries, keys and values of shapes {shapes:?}");
    }
    let is_kernels = [queries, keys, values].iter().all(|t| t.device().is_cpu() && t.dtype() == DType::F32);
    if is_kernels { linear_attention(queries, keys, values) } else { by_candle(queries, keys, values) }
}

/// The same by candle's operations.
pub(crate) fn by_candle(queries: &Tensor, keys: &Tensor, values: &Tensor) -> Result<Tensor> {
    let (batch, n, heads, size) = queries.dims4()?;
    let wide = if queries.dtype() == DType::F64 { DType::F64 } else { DType::F32 };
    let wide = |tensor: &Tensor| by_head(tensor, heads)?.to_dtype(wide);
    let (shares, keys, values) = (wide(queries)?.relu()?, wide(keys)?.relu()?, wide(values)?);
    // A column of ones counts the keys as the values are summed.
    let counted = Tensor::cat(&[&values, &values.narrow(D::Minus1, 0, 1)?.ones_like()?], D::Minus1)?;
    let read = shares.matmul(&keys.transpose(2, 3)?.contiguous()?.matmul(&counted)?)?;
    let share = (read.narrow(D::Minus1, size, 1)? + f64::from(EPS))?;
    let seen = read.narrow(D::Minus1, 0, size)?.broadcast_div(&share)?;
    seen.to_dtype(queries.dtype())?.transpose(1, 2)?.reshape((batch, n, heads * size))
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

    fn apart(a: &Tensor, b: &Tensor) -> f32 {
        (a - b).unwrap().abs().unwrap().max_all().unwrap().to_scalar().unwrap()
    }

    /// Two pictures with heads of a length that fills no vector; keys and values are cut out of one tensor.
    fn inputs() -> [Tensor; 3] {
        let both = noise(&[2, 90, 5, 22], 2);
        let half = |from| both.narrow(3, from, 11).unwrap();
        [noise(&[2, 70, 5, 11], 1), half(0), half(11)]
    }

    #[test]
    fn the_sum_of_all_keys_equals_the_scores_of_each() {
        let [queries, keys, values] = inputs();
        let (q, k) = (by_head(&queries, 5).unwrap().relu().unwrap(), by_head(&keys, 5).unwrap().relu().unwrap());
        let scores = q.matmul(&k.t().unwrap()).unwrap();
        let shares = scores.broadcast_div(&scores.sum_keepdim(D::Minus1).unwrap()).unwrap();
        let expected = shares.matmul(&by_head(&values, 5).unwrap()).unwrap().transpose(1, 2).unwrap();
        let expected = expected.reshape((2, 70, 55)).unwrap();
        for attention in [attend_linearly, by_candle] {
            let found = attention(&queries, &keys, &values).unwrap();
            assert!(apart(&found, &expected) < 1e-5, "{}", apart(&found, &expected));
        }
    }

    #[test]
    fn gradients_equal_those_of_candle() {
        let inputs = inputs().map(|tensor| Var::from_tensor(&tensor.contiguous().unwrap()).unwrap());
        let gradients = [attend_linearly, by_candle].map(|attention| {
            let output = attention(&inputs[0], &inputs[1], &inputs[2]).unwrap();
            (output * noise(&[2, 70, 55], 4)).unwrap().sum_all().unwrap().backward().unwrap()
        });
        for input in &inputs {
            let [found, expected] = gradients.each_ref().map(|store| store.get(input).unwrap().clone());
            assert!(apart(&found, &expected) < 2e-4, "{}", apart(&found, &expected));
        }
    }

    #[test]
    fn a_query_that_no_key_answers_gives_zeros() {
        let [queries, keys, values] = inputs();
        let hidden = (keys.abs().unwrap() * -1.0).unwrap();
        let found = attend_linearly(&queries, &hidden, &values).unwrap();
        assert_eq!(found.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap(), 0.0);
    }

    #[test]
    fn shapes_that_do_not_fit_are_errors() {
        let [queries, keys, values] = inputs();
        assert!(attend_linearly(&queries, &keys, &values.narrow(1, 0, 89).unwrap()).is_err());
        assert!(attend_linearly(&queries.narrow(2, 0, 4).unwrap(), &keys, &values).is_err());
    }
}
