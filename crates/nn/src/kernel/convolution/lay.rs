//! Kernels as the convolutions want them.

use candle_core::{DType, Result, Tensor};

use super::winograd;

/// Fewest channels on both sides for which Winograd's transforms are worth their while.
const WINOGRAD_CHANNELS: usize = 16;

/// A kernel in the order in which it is read.
#[derive(Clone, Debug)]
pub(crate) enum Kernel {
    /// (out, in x side x side).
    Rows {
        /// The numbers, f32, contiguous.
        weight: Tensor,
        /// Side in pixels.
        side: usize,
    },
    /// 3 x 3, transformed for tiles of 4 x 4 outputs.
    Winograd {
        /// (36, out, in), f32, contiguous.
        weight: Tensor,
    },
}

/// Whether a kernel (out, in, side, side) is transformed.
fn is_transformed((width, depth, side): (usize, usize, usize), stride: usize) -> bool {
    side == 3 && stride == 1 && width.min(depth) >= WINOGRAD_CHANNELS
}

impl Kernel {
    /// The fastest order for a kernel (out, in, side, side).
    pub(crate) fn lay(weight: &Tensor, stride: usize) -> Result<Self> {
        let (width, depth, side, _) = weight.dims4()?;
        if is_transformed((width, depth, side), stride) {
            return Ok(Self::Winograd { weight: winograd::transform_kernel(weight)? });
        }
        Self::rows(weight)
    }

    /// Bytes that a kernel (out, in, side, side) takes in its fastest order.
    pub(crate) fn bytes((width, depth, side): (usize, usize, usize), stride: usize) -> u64 {
        let of_pair = if is_transformed((width, depth, side), stride) { winograd::PLACES } else { side * side };
        (width * depth * of_pair * DType::F32.size_in_bytes()) as u64
    }

    /// The order of the reference.
    pub(crate) fn rows(weight: &Tensor) -> Result<Self> {
        let (width, depth, side, _) = weight.dims4()?;
        Ok(Self::Rows { weight: weight.reshape((width, depth * side * side))?.contiguous()?, side })
    }

    /// The kernel as it was, (out, in, side, side).
    pub(crate) fn plain(&self) -> Result<Tensor> {
        match self {
            Self::Rows { weight, side } => weight.reshape((weight.dim(0)?, (), *side, *side)),
            Self::Winograd { weight } => winograd::restore_kernel(weight),
        }
    }

    /// Number of output channels.
    pub(super) fn width(&self) -> Result<usize> {
        match self {
            Self::Rows { weight, .. } => weight.dim(0),
            Self::Winograd { weight } => weight.dim(1),
        }
    }

    pub(super) fn side(&self) -> usize {
        match self {
            Self::Rows { side, .. } => *side,
            Self::Winograd { .. } => 3,
        }
    }
}
