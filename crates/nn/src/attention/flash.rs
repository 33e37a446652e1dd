//! Flash attention on NVIDIA cards from Ampere on.

use candle_core::{Result, Tensor};

use super::attend::Scaling;
use super::mask::Mask;

/// Flash attention, if the build, the device, the types and the mask allow it.
#[cfg(feature = "flash-attn")]
pub(super) fn attention(
    queries: &Tensor,
    keys: &Tensor,
    values: &Tensor,
    mask: &Mask,
    scaling: Scaling,
) -> Result<Option<Tensor>> {
    use candle_core::DType;

    use crate::place::Capability;

    /// Longest head's vector that has a kernel.
    const LONGEST: usize = 256;

    let (batch, n, heads, size) = queries.dims4()?;
    let is_half = [queries, keys, values].iter().all(|tensor| matches!(tensor.dtype(), DType::F16 | DType::BF16));
    let is_tracked = [queries, keys, values].iter().any(|tensor| tensor.track_op());
    let has_kernel = Capability::of(queries.device()).is_some_and(Capability::has_flash_attention);
    let is_plain = scaling.soft_cap.is_none() && !scaling.wide && size.is_multiple_of(8) && size <= LONGEST;
    let is_causal = match mask {
        Mask::None => false,
        Mask::Causal => true,
        Mask::Additive(_) => return Ok(None),
    };
    if !is_half || is_tracked || !has_kernel || !is_plain {
        return Ok(None);
    }
    let [queries, keys, values] = [queries, keys, values].map(Tensor::contiguous);
    let seen = candle_flash_attn::flash_attn(&queries?, &keys?, &values?, scaling.scale as f32, is_causal)?;
    seen.reshape((batch, n, heads * size)).map(Some)
}

/// None in this build.
#[cfg(not(feature = "flash-attn"))]
#[expect(clippy::unnecessary_wraps, reason = "as with the feature")]
pub(super) fn attention(_: &Tensor, _: &Tensor, _: &Tensor, _: &Mask, _: Scaling) -> Result<Option<Tensor>> {
    Ok(None)
}
