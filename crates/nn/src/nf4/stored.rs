//! NF4 as bitsandbytes writes it to files.

use candle_core::{DType, Device, Tensor};
use serde::Deserialize;
use thiserror::Error;

use super::matrix::{BLOCK, Nf4Matrix};
use super::scales::{SCALES_PER_GROUP, Scales};

/// The tensors that a file holds for one weight.
///
/// | field | name in the file |
/// |---|---|
/// | `codes` | `weight` |
/// | `absmax` | `weight.absmax` |
/// | `levels` | `weight.quant_map` |
/// | `nested_absmax` | `weight.nested_absmax` |
/// | `nested_map` | `weight.nested_quant_map` |
/// | `state` | `weight.quant_state.bitsandbytes__nf4` |
#[derive(Debug, Clone, Copy)]
pub struct StoredNf4<'a> {
    /// Two codes a byte, `n / 2` bytes in any shape.
    pub codes: &'a Tensor,
    /// One scale per block: u8 when quantised once more, f32 otherwise.
    pub absmax: &'a Tensor,
    /// The 16 levels.
    pub levels: &'a Tensor,
    /// One f32 per 256 blocks, when `absmax` is u8.
    pub nested_absmax: Option<&'a Tensor>,
    /// The 256 levels of `absmax`, when that is u8.
    pub nested_map: Option<&'a Tensor>,
    /// Text (JSON) with the shape, the block sizes and the offset.
    pub state: &'a Tensor,
}

/// What the text of a stored weight says.
#[derive(Debug, Deserialize)]
struct State {
    quant_type: String,
    blocksize: usize,
    shape: Vec<usize>,
    nested_blocksize: Option<usize>,
    nested_offset: Option<f32>,
}

impl StoredNf4<'_> {
    /// The matrix.
    ///
    /// # Errors
    ///
    /// [`Nf4Error`] if the parts do not fit each other or are of another kind of quantisation.
    pub fn matrix(&self) -> Result<Nf4Matrix, Nf4Error> {
        let state = self.state()?;
        let [rows, columns] = state.shape[..] else { return Err(Nf4Error::NoMatrix { shape: state.shape }) };
        let values = rows.checked_mul(columns).ok_or(Nf4Error::NoMatrix { shape: vec![rows, columns] })?;
        let codes = bytes("weight", self.codes, values.div_ceil(2))?;
        let levels = floats("weight.quant_map", self.levels, 16)?;
        let levels = levels.try_into().unwrap_or([0.0; 16]);
        let scales = self.scales(&state, values.div_ceil(BLOCK))?;
        Ok(Nf4Matrix::from_parts((rows, columns), codes, scales, levels))
    }

    fn state(&self) -> Result<State, Nf4Error> {
        let text = bytes("weight.quant_state", self.state, self.state.elem_count())?;
        let state: State =
            serde_json::from_slice(&text).map_err(|error| Nf4Error::State { reason: error.to_string() })?;
        let kind = (state.quant_type.as_str(), state.blocksize, state.nested_blocksize);
        if !matches!(kind, ("nf4", BLOCK, None | Some(SCALES_PER_GROUP))) {
            return Err(Nf4Error::Kind {
                quantisation: state.quant_type,
                block: state.blocksize,
                nested_block: state.nested_blocksize,
            });
        }
        Ok(state)
    }

    fn scales(&self, state: &State, blocks: usize) -> Result<Scales, Nf4Error> {
        if state.nested_blocksize.is_none() {
            return floats("weight.absmax", self.absmax, blocks).map(Scales::Plain);
        }
        let groups = self.nested_absmax.ok_or(Nf4Error::Missing { part: "weight.nested_absmax" })?;
        let map = self.nested_map.ok_or(Nf4Error::Missing { part: "weight.nested_quant_map" })?;
        let offset = state.nested_offset.ok_or(Nf4Error::Missing { part: "nested_offset" })?;
        let map = floats("weight.nested_quant_map", map, 256)?;
        Ok(Scales::Nested {
            codes: bytes("weight.absmax", self.absmax, blocks)?,
            groups: floats("weight.nested_absmax", groups, blocks.div_ceil(SCALES_PER_GROUP))?,
            map: map.try_into().unwrap_or_else(|_| Box::new([0.0; 256])),
            offset,
        })
    }
}

fn bytes(part: &'static str, tensor: &Tensor, expected: usize) -> Result<Vec<u8>, Nf4Error> {
    check(part, tensor, expected, DType::U8)?;
    let read = || tensor.to_device(&Device::Cpu)?.flatten_all()?.to_vec1();
    read().map_err(|source| Nf4Error::Read { part, source })
}

fn floats(part: &'static str, tensor: &Tensor, expected: usize) -> Result<Vec<f32>, Nf4Error> {
    check(part, tensor, expected, DType::F32)?;
    let read = || tensor.to_device(&Device::Cpu)?.flatten_all()?.to_vec1();
    read().map_err(|source| Nf4Error::Read { part, source })
}

fn check(part: &'static str, tensor: &Tensor, expected: usize, dtype: DType) -> Result<(), Nf4Error> {
    if tensor.elem_count() != expected {
        return Err(Nf4Error::Length { part, expected, actual: tensor.elem_count() });
    }
    if tensor.dtype() != dtype {
        return Err(Nf4Error::ElementType { part, expected: dtype, actual: tensor.dtype() });
    }
    Ok(())
}

/// Why a stored NF4 weight cannot be used.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum Nf4Error {
    /// The state is not the text that it should be.
    #[error("weight.quant_state is not understood: {reason}")]
    State {
        /// What is wrong with it.
        reason: String,
    },
    /// Another kind of quantisation.
    #[error(
        "quantised as {quantisation} in blocks of {block} with scales in groups of {nested_block:?}, expected nf4, 64 and 256"
    )]
    Kind {
        /// The type of quantisation.
        quantisation: String,
        /// Values per block.
        block: usize,
        /// Blocks per group.
        nested_block: Option<usize>,
    },
    /// The weight has other than two dimensions.
    #[error("the quantised weight has shape {shape:?}, expected two dimensions")]
    NoMatrix {
        /// The shape in the state.
        shape: Vec<usize>,
    },
    /// A part is not there.
    #[error("{part} is missing")]
    Missing {
        /// Name of the part.
        part: &'static str,
    },
    /// A part is too long or too short.
    #[error("{part} has {actual} elements, expected {expected}")]
    Length {
        /// Name of the part.
        part: &'static str,
        /// Elements that the shape asks for.
        expected: usize,
        /// Elements there are.
        actual: usize,
    },
    /// A part has elements of another type.
    #[error("{part} has elements of type {actual:?}, expected {expected:?}")]
    ElementType {
        /// Name of the part.
        part: &'static str,
        /// The type wanted.
        expected: DType,
        /// The type in the file.
        actual: DType,
    },
    /// A part cannot be read.
    #[error("cannot read {part}")]
    Read {
        /// Name of the part.
        part: &'static str,
        /// What candle says.
        source: candle_core::Error,
    },
}
