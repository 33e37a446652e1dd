//! What a card can do.

use candle_core::{DType, Device};

/// The compute capability of an NVIDIA card: 7.5 is a T4, 8.9 an L4, 9.0 an H100.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub struct Capability {
    /// Before the point.
    pub major: u32,
    /// Behind it.
    pub minor: u32,
}

/// The first generation with bf16 and flash attention.
const AMPERE: Capability = Capability { major: 8, minor: 0 };

impl Capability {
    /// The capability of a device; none if it is no NVIDIA card.
    #[must_use]
    pub fn of(device: &Device) -> Option<Self> {
        #[cfg(feature = "cuda")]
        if let Device::Cuda(card) = device {
            let (major, minor) = card.cuda_stream().context().compute_capability().ok()?;
            return Some(Self { major: major.unsigned_abs(), minor: minor.unsigned_abs() });
        }
        let _ = device;
        None
    }

    /// Whether it computes in bf16.
    #[must_use]
    pub fn has_bf16(self) -> bool {
        self >= AMPERE
    }

    /// Whether flash attention runs on it.
    #[must_use]
    pub fn has_flash_attention(self) -> bool {
        self >= AMPERE
    }

    /// The type in 16 bits that weights are kept in where nobody says it: bf16 from Ampere on, whose products are summed in f32; before,
    /// f16.
    #[must_use]
    pub fn half(self) -> DType {
        if self.has_bf16() { DType::BF16 } else { DType::F16 }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn turing_has_no_bf16_and_ampere_has() {
        let of = |major, minor| Capability { major, minor };
        assert_eq!((of(7, 5).half(), of(8, 0).half(), of(9, 0).half()), (DType::F16, DType::BF16, DType::BF16));
        assert!(!of(7, 5).has_flash_attention() && of(8, 6).has_flash_attention());
        assert_eq!(Capability::of(&Device::Cpu), None);
    }
}
