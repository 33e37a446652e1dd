//! What goes wrong when a device is chosen.

use super::device_name::DeviceName;

/// Why a part of a model cannot be placed.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PlaceError {
    /// The build has no support for such devices.
    #[error("{device} needs a build with the feature `{feature}`")]
    Feature {
        /// The device.
        device: DeviceName,
        /// The feature.
        feature: &'static str,
    },
    /// The device cannot be opened.
    #[error("{device} cannot be opened: {source}")]
    Device {
        /// The device.
        device: DeviceName,
        /// Why.
        source: Box<candle_core::Error>,
    },
    /// The device cannot compute in a type.
    #[error("{device} of compute capability {}.{} has no bf16, which needs 8.0: take f16 or f32", capability.0, capability.1)]
    Type {
        /// The device.
        device: DeviceName,
        /// What it has.
        capability: (u32, u32),
    },
}
