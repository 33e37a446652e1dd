//! Memory that a card has left.

use candle_core::Device;

/// Bytes that are free on an NVIDIA card; none on other devices.
#[must_use]
pub fn free_bytes(device: &Device) -> Option<u64> {
    #[cfg(feature = "cuda")]
    if let Device::Cuda(card) = device {
        return card.cuda_stream().context().mem_get_info().ok().map(|(free, _)| free as u64);
    }
    let _ = device;
    None
}
