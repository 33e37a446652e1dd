//! Tokens as the first layer sees them.

use candle_core::{DType, Tensor};
use linocut_nn::Embedding;

use crate::model_error::ModelError;

/// The vectors of one row of tokens, (1, tokens, length); on a CPU in f32, whatever the table is in.
pub(crate) fn entered(table: &Embedding, tokens: &[u32]) -> Result<Tensor, ModelError> {
    if tokens.is_empty() {
        let expected = "at least 1 token".to_owned();
        return Err(ModelError::ShapeMismatch { tensor: "tokens", expected, actual: vec![0] });
    }
    let device = table.device();
    let entered = table.forward(&Tensor::from_vec(tokens.to_vec(), (1, tokens.len()), device)?)?;
    Ok(if device.is_cpu() { entered.to_dtype(DType::F32)? } else { entered })
}
