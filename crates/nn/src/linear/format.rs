//! How linear weights are kept: as a file has them, or packed as they are read.

use std::fmt::Debug;
use std::sync::Arc;

use candle_core::{DType, Tensor};

use super::dense::{Dense, Product};
use super::ggml::{self, GgmlInFile};
use super::matrix::Matrix;
use super::nf4::{self, Nf4InFile};
use super::shared::Shared;
use crate::weights::{Weights, WeightsError};

/// A way in which a file holds a linear weight in few bits. Give a new one to [`Weights::with_format`].
pub trait Format: Debug + Send + Sync {
    /// Whether the file holds `weight` of this layer so.
    fn is_in_file(&self, weights: &Weights) -> bool;

    /// Reads `weight` of this layer for the weights' device: (out, in).
    ///
    /// # Errors
    ///
    /// [`WeightsError`] if a tensor is missing, has another shape, or its parts do not fit each other.
    fn read(&self, weights: &Weights, size: (usize, usize)) -> Result<Arc<dyn Matrix>, WeightsError>;

    /// Reads the bias of this layer, (out), in any float type; none if [`Format::read`] gives a matrix that adds it. Default: `bias` as the
    /// file has it.
    ///
    /// # Errors
    ///
    /// As [`Format::read`].
    fn read_bias(&self, weights: &Weights, width: usize) -> Result<Option<Tensor>, WeightsError> {
        weights.get("bias", &[width]).map(Some)
    }
}

/// How the weights of a linear layer are kept where the file does not say it. Carried by [`Weights`].
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
#[non_exhaustive]
pub enum LinearKind {
    /// In the weights' type.
    #[default]
    Plain,
    /// As in the file, but no wider than the weights' type.
    Stored,
    /// Four bits as bitsandbytes makes them: see [`nf4`](crate::nf4).
    Nf4,
    /// Four bits of ggml with scales per 32 values; layers whose inputs are no multiple of 256 take `Q8_0`.
    Q4K,
    /// Eight bits of ggml with scales per 32 values; layers whose inputs are no multiple of 32 stay as in the file.
    Q8_0,
}

impl LinearKind {
    /// Bytes of one weight in a matrix of many.
    #[must_use]
    pub fn bytes_per_weight(self, dtype: DType) -> f64 {
        match self {
            Self::Plain | Self::Stored => dtype.size_in_bytes() as f64,
            Self::Nf4 => 0.5 + 1.0 / 64.0 + 4.0 / (64.0 * 256.0),
            Self::Q4K => 144.0 / 256.0,
            Self::Q8_0 => 34.0 / 32.0,
        }
    }
}

/// What a layer is made of: a weight and perhaps a bias.
type Parts = (Arc<dyn Matrix>, Option<Tensor>);

/// Reads `weight` of a layer: in a form that the file has it in, else packed as the weights' kind says; and `bias` if it has one. `shape` is
/// (out, in), or (out, in, 1, 1) for what the file has as a convolution of one pixel.
pub(super) fn read(weights: &Weights, shape: &[usize], has_bias: bool) -> Result<Parts, WeightsError> {
    let size = (shape.first().copied().unwrap_or(1), shape.iter().skip(1).product());
    let own: [&dyn Format; 2] = [&Nf4InFile, &GgmlInFile];
    let others = weights.formats().iter().map(AsRef::as_ref);
    if let Some(format) = others.chain(own).find(|format| format.is_in_file(weights)) {
        let bias = if has_bias { format.read_bias(weights, size.0)? } else { None };
        return Ok((format.read(weights, size)?, bias));
    }
    let bias = if has_bias { Some(weights.get("bias", &[size.0])?) } else { None };
    let tensor = match weights.linear_kind() {
        LinearKind::Plain => weights.get("weight", shape)?,
        _ => weights.get_narrowed("weight", shape)?,
    };
    let matrix = flat(tensor, size, weights);
    let matrix =
        matrix.and_then(|weight| if weights.is_blank() { Ok(blank(weight, weights)) } else { pack(weight, weights) });
    let matrix = matrix.map_err(|source| weights.conversion("weight", source))?;
    weights.takes("weight", matrix.bytes());
    Ok((matrix, bias))
}

/// The weight as a matrix (out, in); without numbers it stays a view of one zero.
fn flat(weight: Tensor, size: (usize, usize), weights: &Weights) -> candle_core::Result<Tensor> {
    match weight.rank() {
        2 => Ok(weight),
        _ if weights.is_blank() => Tensor::zeros((), weight.dtype(), weight.device())?.broadcast_as(size),
        _ => weight.reshape(size),
    }
}

/// The weight in the kind asked for. The kinds of ggml need rows of a multiple of 256 or 32 values; others take the next finer kind.
fn pack(weight: Tensor, weights: &Weights) -> candle_core::Result<Arc<dyn Matrix>> {
    match kind_of(&weight, weights.linear_kind()) {
        LinearKind::Nf4 => nf4::pack(&weight, weights.device()),
        kind @ (LinearKind::Q4K | LinearKind::Q8_0) => ggml::pack(&weight, kind, weights.keeps_copies()),
        LinearKind::Plain | LinearKind::Stored => of_tensor(weight),
    }
}

/// The kind that a weight of this shape takes.
fn kind_of(weight: &Tensor, kind: LinearKind) -> LinearKind {
    let depth = weight.dims().last().copied().unwrap_or(1);
    match kind {
        LinearKind::Q4K if !depth.is_multiple_of(256) => kind_of(weight, LinearKind::Q8_0),
        LinearKind::Q8_0 if !depth.is_multiple_of(32) => LinearKind::Stored,
        kind => kind,
    }
}

/// A weight without numbers, which takes as much as it would with them.
fn blank(weight: Tensor, weights: &Weights) -> Arc<dyn Matrix> {
    let kind = kind_of(&weight, weights.linear_kind());
    let bytes = (weight.elem_count() as f64 * kind.bytes_per_weight(weight.dtype())).ceil() as u64;
    let is_in_blocks = matches!(kind, LinearKind::Q4K | LinearKind::Q8_0);
    let bytes = if is_in_blocks { ggml::with_copy(bytes, weight.elem_count(), weights) } else { bytes };
    Arc::new(Product { weight, bytes })
}

/// The form of a tensor that somebody else holds too.
pub(super) fn of_shared(weight: Tensor) -> candle_core::Result<Arc<dyn Matrix>> {
    let is_f32 = weight.device().is_cpu() && weight.is_contiguous() && weight.dtype() == DType::F32;
    let is_f32 = is_f32 && !weight.track_op();
    if is_f32 { Ok(Arc::new(Shared { weight })) } else { of_tensor(weight) }
}

/// The form of a tensor in hand, by its type and device; one that is learnt stays as it is, for candle's operations.
pub(super) fn of_tensor(weight: Tensor) -> candle_core::Result<Arc<dyn Matrix>> {
    let is_ours = weight.device().is_cpu() && weight.is_contiguous() && !weight.track_op();
    Ok(match weight.dtype() {
        DType::F32 if is_ours => Arc::new(Dense::new(&weight)?),
        DType::F16 | DType::BF16 if is_ours => Arc::new(Shared { weight }),
        _ => Arc::new(Product::new(weight)),
    })
}

#[cfg(test)]
mod tests {
    use candle_core::Device;
    use candle_core::quantized::GgmlDType;

    use super::super::integer;
    use super::*;

    #[test]
    fn rows_that_do_not_divide_take_the_next_finer_kind() {
        let of = |depth, kind| kind_of(&Tensor::zeros((4, depth), DType::F32, &Device::Cpu).unwrap(), kind);
        assert_eq!(of(512, LinearKind::Q4K), LinearKind::Q4K);
        assert_eq!(of(96, LinearKind::Q4K), LinearKind::Q8_0);
        assert_eq!(of(90, LinearKind::Q4K), LinearKind::Stored);
        assert_eq!(of(90, LinearKind::Nf4), LinearKind::Nf4);
    }

    #[test]
    fn an_outline_takes_what_the_weights_will_take() {
        for kind in [LinearKind::Plain, LinearKind::Stored, LinearKind::Nf4, LinearKind::Q4K, LinearKind::Q8_0] {
            let blank = Weights::blank([("weight".to_owned(), vec![256, 1024])]).with_linear_kind(kind);
            read(&blank, &[256, 1024], false).unwrap();
            let weight = Tensor::ones((256, 1024), DType::F32, &Device::Cpu).unwrap();
            let packed = pack(weight, &blank).unwrap().bytes() as f64;
            let apart = blank.asked_bytes() as f64 / packed;
            assert!((0.95..1.05).contains(&apart), "{kind:?}: {} of {packed}", blank.asked_bytes());
        }
    }

    #[test]
    fn an_outline_counts_copies_that_stay() {
        for kind in [LinearKind::Stored, LinearKind::Nf4, LinearKind::Q4K, LinearKind::Q8_0] {
            let asked = |with_copies: bool| {
                let weights = Weights::blank([("weight".to_owned(), vec![256, 1024])]).with_linear_kind(kind);
                read(&if with_copies { weights.with_copies() } else { weights.clone() }, &[256, 1024], false).unwrap();
                weights.asked_bytes()
            };
            let times = match kind {
                LinearKind::Q4K if !integer::has_many(GgmlDType::Q4K) => 2,
                LinearKind::Q8_0 if !integer::has_many(GgmlDType::Q8_0) => 2,
                _ => 1,
            };
            assert_eq!(asked(true), times * asked(false), "{kind:?}");
        }
    }
}
