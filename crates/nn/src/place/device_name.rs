//! Devices by name.

use std::fmt;
use std::str::FromStr;

use candle_core::Device;

use super::place_error::PlaceError;

/// A device as it is named on a command line: `cpu`, `cuda`, `cuda:1`, `metal`.
///
/// ```
/// use linocut_nn::place::DeviceName;
///
/// assert_eq!("cuda:1".parse(), Ok(DeviceName::Cuda(1)));
/// assert!(DeviceName::Cpu.open().is_ok());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum DeviceName {
    /// The processor.
    #[default]
    Cpu,
    /// An NVIDIA card, counted from 0. Needs the feature `cuda`.
    Cuda(usize),
    /// An Apple card, counted from 0. Needs the feature `metal`.
    Metal(usize),
}

/// A name that is no device's.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[error("`{name}` is no device, expected cpu, cuda, cuda:N, metal or metal:N")]
pub struct DeviceNameError {
    /// The name.
    name: String,
}

impl FromStr for DeviceName {
    type Err = DeviceNameError;

    fn from_str(name: &str) -> Result<Self, DeviceNameError> {
        let error = || DeviceNameError { name: name.to_owned() };
        let (kind, number) = match name.split_once(':') {
            Some((kind, number)) => (kind, Some(number.parse().map_err(|_| error())?)),
            None => (name, None),
        };
        match (kind, number) {
            ("cpu", None) => Ok(Self::Cpu),
            ("cuda", number) => Ok(Self::Cuda(number.unwrap_or(0))),
            ("metal", number) => Ok(Self::Metal(number.unwrap_or(0))),
            _ => Err(error()),
        }
    }
}

impl fmt::Display for DeviceName {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Cpu => write!(formatter, "cpu"),
            Self::Cuda(number) => write!(formatter, "cuda:{number}"),
            Self::Metal(number) => write!(formatter, "metal:{number}"),
        }
    }
}

impl DeviceName {
    /// The device itself.
    ///
    /// # Errors
    ///
    /// [`PlaceError::Feature`] if this build has no support for such devices, [`PlaceError::Device`] if there is none of this number
    /// or its driver does not answer.
    pub fn open(self) -> Result<Device, PlaceError> {
        let lacks = |feature| Err(PlaceError::Feature { device: self, feature });
        let opened = match self {
            Self::Cpu => return Ok(Device::Cpu),
            Self::Cuda(_) if !candle_core::utils::cuda_is_available() => return lacks("cuda"),
            Self::Metal(_) if !candle_core::utils::metal_is_available() => return lacks("metal"),
            Self::Cuda(number) => Device::new_cuda(number),
            Self::Metal(number) => Device::new_metal(number),
        };
        opened.map_err(|source| PlaceError::Device { device: self, source: Box::new(source) })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_read_and_written_alike() {
        for name in ["cpu", "cuda:0", "cuda:3", "metal:0"] {
            assert_eq!(name.parse::<DeviceName>().unwrap().to_string(), name);
        }
        assert_eq!("cuda".parse(), Ok(DeviceName::Cuda(0)));
    }

    #[test]
    fn other_names_are_refused() {
        for name in ["", "gpu", "cpu:1", "cuda:", "cuda:x", "cuda:-1", "CPU"] {
            let error = name.parse::<DeviceName>().unwrap_err().to_string();
            assert_eq!(error, format!("`{name}` is no device, expected cpu, cuda, cuda:N, metal or metal:N"));
        }
    }

    #[test]
    #[cfg(not(any(feature = "cuda", feature = "metal")))]
    fn a_build_without_the_feature_says_so() {
        let error = DeviceName::Cuda(1).open().unwrap_err().to_string();
        assert_eq!(error, "cuda:1 needs a build with the feature `cuda`");
        assert!(DeviceName::Metal(0).open().unwrap_err().to_string().ends_with("the feature `metal`"));
    }
}
