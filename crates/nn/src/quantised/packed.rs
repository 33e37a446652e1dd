//! A linear layer whose weights are not f32.

use std::sync::Arc;

use candle_core::quantized::{GgmlDType, QMatMul, QTensor};
use candle_core::{CpuStorage, CustomOp1, DType, Device, Layout, Module, Result, Shape, Storage, Tensor, bail};
use half::{bf16, f16};

use super::rows::{FloatRows, HalfRows, Rows};
use super::tiles::multiply;
use crate::kernel::contiguous;
use crate::linear::LinearKind;
use crate::nf4::{Nf4Matrix, StoredNf4};
use crate::weights::{Weights, WeightsError};

/// Name of the tensor by which a stored NF4 weight is known.
const NF4_STATE: &str = "weight.quant_state.bitsandbytes__nf4";

/// `y = x w^T + b` for a weight in few bits; sums in f32, gives no gradient.
#[derive(Clone, Debug)]
pub(crate) struct Packed {
    weight: Form,
    /// In f32.
    bias: Option<Tensor>,
}

#[derive(Clone, Debug)]
enum Form {
    /// As in the file: f32, f16 or bf16.
    Stored(Tensor),
    Nf4(Arc<Nf4Matrix>),
    Ggml(QMatMul),
}

impl Packed {
    /// A layer without bias of a tensor (out, in) in f32, f16 or bf16, which is shared and not copied.
    pub(crate) fn stored(weight: Tensor) -> Self {
        Self { weight: Form::Stored(weight), bias: None }
    }

    /// The same layer with a bias (out).
    pub(crate) fn biased(self, bias: Option<&Tensor>) -> Result<Self> {
        let bias = bias.map(|bias| bias.to_dtype(DType::F32)).transpose()?;
        Ok(Self { bias, ..self })
    }

    /// Whether the file holds this layer in NF4.
    pub(crate) fn is_nf4_in_file(weights: &Weights) -> bool {
        weights.contains(NF4_STATE)
    }

    /// Loads `weight` (out, in), packed as `kind` says unless it is packed in the file, and, if there is one, `bias` (out).
    pub(crate) fn load(
        weights: &Weights,
        kind: LinearKind,
        (depth, width): (usize, usize),
        bias: bool,
    ) -> std::result::Result<Self, WeightsError> {
        let bias = if bias { Some(weights.get_dtype("bias", &[width], DType::F32)?) } else { None };
        let weight = if Self::is_nf4_in_file(weights) {
            Form::Nf4(Arc::new(read_nf4(weights, (depth, width))?))
        } else {
            let tensor = weights.get_stored("weight", &[width, depth])?;
            let kind = if weights.is_blank() { LinearKind::Stored } else { kind };
            pack(tensor, kind).map_err(|source| weights.conversion("weight", source))?
        };
        Ok(Self { weight, bias })
    }

    /// Applies the layer to (.., in).
    pub(crate) fn forward(&self, input: &Tensor) -> Result<Tensor> {
        let values = input.to_dtype(DType::F32)?.contiguous()?;
        let output = match &self.weight {
            Form::Ggml(matrix) => add(matrix.forward(&values)?, self.bias.as_ref())?,
            _ if values.device().is_cpu() => values.apply_op1_no_bwd(self)?,
            _ => add(values.broadcast_matmul(&self.whole(values.device())?.t()?)?, self.bias.as_ref())?,
        };
        output.to_dtype(input.dtype())
    }

    /// The weight in f32, for devices that have no kernel of ours.
    fn whole(&self, device: &Device) -> Result<Tensor> {
        match &self.weight {
            Form::Stored(weight) => weight.to_dtype(DType::F32),
            Form::Ggml(matrix) => matrix.dequantize_f16()?.to_dtype(DType::F32),
            Form::Nf4(matrix) => {
                let mut values = vec![0.0; matrix.rows() * matrix.columns()];
                matrix.dequantise(0..matrix.rows(), &mut values);
                Tensor::from_vec(values, (matrix.rows(), matrix.columns()), device)
            }
        }
    }

    /// Calls `run` with the rows of the weight.
    fn with_rows<R>(&self, run: impl FnOnce(&dyn Rows) -> Result<R>) -> Result<R> {
        let weight = match &self.weight {
            Form::Nf4(matrix) => return run(matrix.as_ref()),
            Form::Stored(weight) => weight,
            Form::Ggml(_) => bail!("a ggml matrix multiplies by itself"),
        };
        let (storage, layout) = weight.storage_and_layout();
        let (Storage::Cpu(storage), Some((start, end))) = (&*storage, layout.contiguous_offsets()) else {
            bail!("a packed layer needs a contiguous weight on the CPU")
        };
        let columns = weight.dim(1)?;
        match storage {
            CpuStorage::F32(values) => run(&FloatRows { values: &values[start..end], columns }),
            CpuStorage::F16(values) => run(&HalfRows::<f16> { values: &values[start..end], columns }),
            CpuStorage::BF16(values) => run(&HalfRows::<bf16> { values: &values[start..end], columns }),
            _ => bail!("a packed layer needs floats, got {:?}", weight.dtype()),
        }
    }
}

impl CustomOp1 for Packed {
    fn name(&self) -> &'static str {
        "packed-linear"
    }

    fn cpu_fwd(&self, storage: &CpuStorage, layout: &Layout) -> Result<(CpuStorage, Shape)> {
        let input = contiguous(storage, layout)?;
        let bias = self.bias.as_ref().map(|bias| bias.to_device(&Device::Cpu)?.to_vec1::<f32>()).transpose()?;
        let mut dims = layout.dims().to_vec();
        let output = self.with_rows(|rows| {
            let (width, depth) = rows.size();
            match dims.last_mut() {
                Some(last) if *last == depth => *last = width,
                _ => bail!("a linear layer of {depth} inputs got shape {:?}", layout.dims()),
            }
            Ok(multiply(input, rows, bias.as_deref()))
        })?;
        Ok((CpuStorage::F32(output), Shape::from(dims)))
    }
}

fn add(output: Tensor, bias: Option<&Tensor>) -> Result<Tensor> {
    match bias {
        Some(bias) => output.broadcast_add(bias),
        None => Ok(output),
    }
}

/// Packs a weight (out, in). The kinds of ggml need rows of a multiple of 256 or 32 values; others take the next finer kind.
fn pack(weight: Tensor, kind: LinearKind) -> Result<Form> {
    let (width, depth) = weight.dims2()?;
    match kind {
        LinearKind::Nf4 => {
            let values = weight.to_device(&Device::Cpu)?.to_dtype(DType::F32)?.flatten_all()?.to_vec1()?;
            Ok(Form::Nf4(Arc::new(Nf4Matrix::quantise(&values, width, depth))))
        }
        LinearKind::Q4K if depth.is_multiple_of(256) => ggml(&weight, GgmlDType::Q4K),
        LinearKind::Q4K | LinearKind::Q8_0 if depth.is_multiple_of(32) => ggml(&weight, GgmlDType::Q8_0),
        _ => Ok(Form::Stored(weight)),
    }
}

fn ggml(weight: &Tensor, kind: GgmlDType) -> Result<Form> {
    QMatMul::from_qtensor(QTensor::quantize(weight, kind)?).map(Form::Ggml)
}

/// What bitsandbytes stores for `weight` (out, in).
fn read_nf4(weights: &Weights, (depth, width): (usize, usize)) -> std::result::Result<Nf4Matrix, WeightsError> {
    let part = |name: &str| {
        let shape = weights.shape(name).unwrap_or_default();
        weights.get_stored(name, &shape)
    };
    let optional = |name: &str| weights.contains(name).then(|| part(name)).transpose();
    let (codes, absmax, levels) = (part("weight")?, part("weight.absmax")?, part("weight.quant_map")?);
    let (nested_absmax, nested_map) = (optional("weight.nested_absmax")?, optional("weight.nested_quant_map")?);
    let state = part(NF4_STATE)?;
    let stored = StoredNf4 {
        codes: &codes,
        absmax: &absmax,
        levels: &levels,
        nested_absmax: nested_absmax.as_ref(),
        nested_map: nested_map.as_ref(),
        state: &state,
    };
    let matrix = stored.matrix().map_err(|source| weights.nf4_error("weight", source))?;
    if (matrix.rows(), matrix.columns()) == (width, depth) {
        return Ok(matrix);
    }
    Err(weights.shape_error("weight", &[width, depth], &[matrix.rows(), matrix.columns()]))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Numbers that have little to do with each other, -0.5 to 0.5.
    fn wave(rows: usize, columns: usize, speed: f32) -> Tensor {
        let value = |at: usize| (f64::from(speed) * (at * at % 65_537) as f64 * 17.77).fract() as f32 - 0.5;
        let values: Vec<f32> = (0..rows * columns).map(value).collect();
        Tensor::from_vec(values, (rows, columns), &Device::Cpu).unwrap()
    }

    /// Root mean square of the difference over that of `b`.
    fn deviation(a: &Tensor, b: &Tensor) -> f32 {
        let power = |tensor: &Tensor| tensor.sqr().unwrap().mean_all().unwrap().to_scalar::<f32>().unwrap();
        (power(&(a - b).unwrap()) / power(b)).sqrt()
    }

    fn packed(weight: &Tensor, kind: LinearKind) -> Packed {
        Packed { weight: pack(weight.clone(), kind).unwrap(), bias: None }
    }

    #[test]
    fn every_kind_is_as_near_to_f32_as_its_bits_allow() {
        let (weight, input) = (wave(96, 512, 0.37), wave(20, 512, 0.11));
        let exact = input.matmul(&weight.t().unwrap()).unwrap();
        let bounds =
            [(LinearKind::Stored, 1e-6), (LinearKind::Q8_0, 0.02), (LinearKind::Nf4, 0.2), (LinearKind::Q4K, 0.2)];
        for (kind, bound) in bounds {
            let got = deviation(&packed(&weight, kind).forward(&input).unwrap(), &exact);
            assert!(got < bound, "{kind:?} deviates by {got}");
        }
    }

    #[test]
    fn sixteen_bits_are_multiplied_as_they_are() {
        let input = wave(3, 70, 0.11);
        for dtype in [DType::BF16, DType::F16] {
            let weight = wave(33, 70, 0.37).to_dtype(dtype).unwrap();
            let expected = input.matmul(&weight.to_dtype(DType::F32).unwrap().t().unwrap()).unwrap();
            assert!(deviation(&Packed::stored(weight).forward(&input).unwrap(), &expected) < 1e-6);
        }
    }

    #[test]
    fn the_whole_weight_gives_the_same_as_its_tiles() {
        let (weight, input) = (wave(40, 192, 0.37), wave(12, 192, 0.11));
        let layer = packed(&weight, LinearKind::Nf4);
        let whole = input.matmul(&layer.whole(&Device::Cpu).unwrap().t().unwrap()).unwrap();
        assert!(deviation(&layer.forward(&input).unwrap(), &whole) < 1e-6);
    }

    #[test]
    fn rows_that_do_not_divide_take_the_next_finer_kind() {
        assert!(matches!(packed(&wave(4, 96, 0.1), LinearKind::Q4K).weight, Form::Ggml(_)));
        assert!(matches!(packed(&wave(4, 90, 0.1), LinearKind::Q4K).weight, Form::Stored(_)));
    }

    #[test]
    fn an_input_of_another_length_is_an_error() {
        assert!(packed(&wave(4, 96, 0.1), LinearKind::Nf4).forward(&wave(2, 64, 0.1)).is_err());
    }
}
