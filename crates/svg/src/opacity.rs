//! Opacity in thousandths.

/// An opacity in thousandths, 0 (transparent) to 1000 (opaque).
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug)]
pub struct Opacity(u16);

impl Opacity {
    /// Fully opaque, the initial value, which the writer leaves out.
    pub const OPAQUE: Self = Self(1000);

    /// The opacity of this many thousandths; values above 1000 become 1000.
    #[must_use]
    pub const fn from_thousandths(thousandths: u16) -> Self {
        Self(if thousandths > 1000 { 1000 } else { thousandths })
    }

    /// The nearest opacity to a share; it is clamped to 0..=1, NaN is 0.
    #[must_use]
    pub fn from_share(share: f32) -> Self {
        Self((share.clamp(0.0, 1.0) * 1000.0).round() as u16)
    }

    /// Thousandths, 0 to 1000.
    #[must_use]
    pub const fn thousandths(self) -> u16 {
        self.0
    }

    /// Share, 0 to 1.
    #[must_use]
    pub fn share(self) -> f32 {
        f32::from(self.0) / 1000.0
    }

    /// The opacity of one layer within another.
    #[must_use]
    pub fn times(self, other: Self) -> Self {
        Self(((u32::from(self.0) * u32::from(other.0) + 500) / 1000) as u16)
    }
}

impl Default for Opacity {
    fn default() -> Self {
        Self::OPAQUE
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn opacity_is_clamped() {
        assert_eq!(Opacity::from_share(7.0), Opacity::OPAQUE);
        assert_eq!(Opacity::from_share(f32::NAN).thousandths(), 0);
        assert_eq!(Opacity::from_thousandths(2000), Opacity::OPAQUE);
    }

    #[test]
    fn nested_opacities_multiply() {
        assert_eq!(Opacity::from_share(0.5).times(Opacity::from_share(0.5)), Opacity::from_thousandths(250));
        assert_eq!(Opacity::OPAQUE.times(Opacity::from_thousandths(123)), Opacity::from_thousandths(123));
    }
}
