//! The header of a safetensors file: eight bytes of length, then JSON, then the data.

use std::collections::BTreeMap;
use std::io::Read;
use std::path::Path;

use candle_core::DType;
use serde::Deserialize;

use super::weights_error::WeightsError;

/// Bytes of a header that are accepted at most; the format's own limit.
const MAX_HEADER: u64 = 100_000_000;

/// Element types that can be read, as the format writes them.
pub(super) const READABLE: &str = "F64, F32, F16, BF16, I64, I32, I16, U32, U8, I8, BOOL";

/// Where a tensor stands in its file.
#[derive(Clone, Debug)]
pub(super) struct Entry {
    pub(super) shape: Vec<usize>,
    /// As the format writes it.
    pub(super) element: String,
    /// First byte, from the start of the file.
    pub(super) start: u64,
}

/// What the header says.
#[derive(Debug, Default)]
pub(super) struct Header {
    pub(super) entries: BTreeMap<String, Entry>,
    /// Texts that are no tensor: the format has room for any.
    pub(super) metadata: BTreeMap<String, String>,
}

/// Entries by name, each with the byte behind it.
type Ends = BTreeMap<String, (Entry, u64)>;

#[derive(Deserialize)]
struct Raw {
    dtype: String,
    shape: Vec<usize>,
    data_offsets: [u64; 2],
}

/// The type that candle reads the elements as. `I8` and `BOOL` are read as bytes.
pub(super) fn dtype(element: &str) -> Option<DType> {
    Some(match element {
        "F64" => DType::F64,
        "F32" => DType::F32,
        "F16" => DType::F16,
        "BF16" => DType::BF16,
        "I64" => DType::I64,
        "I32" => DType::I32,
        "I16" => DType::I16,
        "U32" => DType::U32,
        "U8" | "I8" | "BOOL" => DType::U8,
        _ => return None,
    })
}

/// Reads the header of a file of `actual` bytes and checks that it is as long as the header says.
pub(super) fn read(path: &Path, file: &mut impl Read, actual: u64) -> Result<Header, WeightsError> {
    let io = |source| WeightsError::Io { file: path.to_owned(), source };
    let truncated = |expected| WeightsError::Truncated { file: path.to_owned(), expected, actual };
    if actual < 8 {
        return Err(truncated(8));
    }
    let mut length = [0; 8];
    file.read_exact(&mut length).map_err(io)?;
    let length = u64::from_le_bytes(length);
    if length > MAX_HEADER {
        return Err(invalid(path, format!("a header of {length} bytes, at most {MAX_HEADER} are allowed")));
    }
    if actual < 8 + length {
        return Err(truncated(8 + length));
    }
    let mut json = vec![0; length as usize];
    file.read_exact(&mut json).map_err(io)?;
    let (entries, metadata) = parse(path, &json, 8 + length)?;
    let end = entries.values().map(|(_, end)| *end).max().unwrap_or(8 + length);
    if actual < end {
        return Err(truncated(end));
    }
    let entries = entries.into_iter().map(|(name, (entry, _))| (name, entry)).collect();
    Ok(Header { entries, metadata })
}

/// Entries with the byte behind each one, and the metadata.
fn parse(path: &Path, json: &[u8], data: u64) -> Result<(Ends, BTreeMap<String, String>), WeightsError> {
    let mut raw: BTreeMap<String, serde_json::Value> =
        serde_json::from_slice(json).map_err(|error| invalid(path, error.to_string()))?;
    let metadata = match raw.remove("__metadata__") {
        Some(texts) => {
            serde_json::from_value(texts).map_err(|error| invalid(path, format!("__metadata__: {error}")))?
        }
        None => BTreeMap::new(),
    };
    let entries = raw
        .into_iter()
        .map(|(name, value)| {
            let raw: Raw = serde_json::from_value(value).map_err(|error| invalid(path, format!("{name}: {error}")))?;
            let [start, end] = raw.data_offsets;
            let fits = data.checked_add(start).zip(data.checked_add(end)).filter(|_| start <= end && is_sized(&raw));
            let (start, end) = fits.ok_or_else(|| {
                invalid(path, format!("{name}: {} of shape {:?} in bytes {start} to {end}", raw.dtype, raw.shape))
            })?;
            Ok((name, (Entry { shape: raw.shape, element: raw.dtype, start }, end)))
        })
        .collect::<Result<Ends, WeightsError>>()?;
    Ok((entries, metadata))
}

/// Whether the bytes of a tensor are as many as its shape needs; a type of unknown size may have any.
fn is_sized(raw: &Raw) -> bool {
    let Some(dtype) = dtype(&raw.dtype) else { return true };
    let elements = raw.shape.iter().try_fold(1_usize, |product, side| product.checked_mul(*side));
    let bytes = elements.and_then(|elements| elements.checked_mul(dtype.size_in_bytes()));
    bytes.is_some_and(|bytes| bytes as u64 == raw.data_offsets[1] - raw.data_offsets[0])
}

fn invalid(path: &Path, reason: String) -> WeightsError {
    WeightsError::Format { file: path.to_owned(), format: "safetensors", reason }
}
