//! Numbers behind candle's CPU tensors.

use candle_core::{CpuStorage, Error, Layout, Result, Storage, Tensor};

/// The elements of a contiguous f32 tensor on the CPU.
pub(crate) fn contiguous<'a>(storage: &'a CpuStorage, layout: &Layout) -> Result<&'a [f32]> {
    let (start, end) = layout.contiguous_offsets().ok_or_else(|| Error::RequiresContiguous { op: "kernel" }.bt())?;
    Ok(&storage.as_slice::<f32>()?[start..end])
}

/// Calls `run` with the elements of a contiguous f32 tensor on the CPU.
pub(super) fn with_slice<R>(tensor: &Tensor, run: impl FnOnce(&[f32]) -> Result<R>) -> Result<R> {
    let (storage, layout) = tensor.storage_and_layout();
    match &*storage {
        Storage::Cpu(storage) => run(contiguous(storage, layout)?),
        _ => candle_core::bail!("a CPU kernel got a tensor on {:?}", tensor.device().location()),
    }
}
