//! Where one part of a model lives.

use std::path::Path;

use candle_core::{DType, Device};

use super::capability::Capability;
use super::device_name::DeviceName;
use super::place_error::PlaceError;
use crate::linear::LinearKind;
use crate::weights::{Weights, WeightsError};

/// How long a part stays in memory once it is loaded.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Residency {
    /// As long as the model.
    #[default]
    Stay,
    /// Until its turn in a picture is over: it is read again for the next picture.
    Leave,
}

/// Where a part of a model lives: on which device, in which type, how its linear layers are kept, and for how long.
#[derive(Clone, Debug)]
pub struct Placement {
    /// The device. Default: the CPU.
    pub device: Device,
    /// Type in which weights are kept: `F32`, `F16` or `BF16`. On a card also the type that is computed in; a CPU always computes in
    /// f32. Default: `F32`.
    pub dtype: DType,
    /// How linear layers are kept. Default: `Plain`, in the type above.
    pub linear_kind: LinearKind,
    /// For how long. Default: as long as the model.
    pub residency: Residency,
}

impl Default for Placement {
    fn default() -> Self {
        Self::on(Device::Cpu)
    }
}

impl From<&Device> for Placement {
    fn from(device: &Device) -> Self {
        Self::on(device.clone())
    }
}

impl From<&Self> for Placement {
    fn from(place: &Self) -> Self {
        place.clone()
    }
}

impl Placement {
    /// A device, everything else by default.
    #[must_use]
    pub fn on(device: Device) -> Self {
        Self { device, dtype: DType::F32, linear_kind: LinearKind::default(), residency: Residency::default() }
    }

    /// The same place for weights of another type.
    #[must_use]
    pub fn with_dtype(&self, dtype: DType) -> Self {
        Self { dtype, ..self.clone() }
    }

    /// The type that is computed in: f32 on a CPU, the weights' elsewhere.
    #[must_use]
    pub fn compute(&self) -> DType {
        if self.device.is_cpu() { DType::F32 } else { self.dtype }
    }

    /// The place on a device that is asked for by name, with weights in 16 bits unless a type is asked for: f16 on a CPU; on a card bf16
    /// if it has it.
    ///
    /// # Errors
    ///
    /// As [`DeviceName::open`]; [`PlaceError::Type`] for bf16 on a card that has none.
    pub fn named(name: DeviceName, dtype: Option<DType>) -> Result<Self, PlaceError> {
        let device = name.open()?;
        let capability = Capability::of(&device);
        if let (Some(capability), Some(DType::BF16)) = (capability, dtype)
            && !capability.has_bf16()
        {
            return Err(PlaceError::Type { device: name, capability: (capability.major, capability.minor) });
        }
        let half = capability.map_or(DType::F16, Capability::half);
        Ok(Self::on(device).with_dtype(dtype.unwrap_or(half)))
    }

    /// Opens weights for this place.
    ///
    /// # Errors
    ///
    /// As [`Weights::open`].
    pub fn weights(&self, path: impl AsRef<Path>) -> Result<Weights, WeightsError> {
        Ok(Weights::open(path, self.dtype, &self.device)?.with_linear_kind(self.linear_kind))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cpu_computes_in_f32_whatever_the_weights_are_kept_in() {
        let place = Placement::named(DeviceName::Cpu, None).unwrap();
        assert_eq!((place.dtype, place.compute()), (DType::F16, DType::F32));
        let place = Placement::named(DeviceName::Cpu, Some(DType::BF16)).unwrap();
        assert_eq!((place.dtype, place.compute()), (DType::BF16, DType::F32));
    }
}
