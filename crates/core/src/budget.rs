//! Byte budgets: how long an SVG may be.

use std::fmt;

/// The most bytes of UTF-8 that an SVG may take.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct ByteBudget(usize);

impl ByteBudget {
    /// The limit of the contest *Drawing with LLMs* (Kaggle, 2025): 10,000 bytes.
    pub const CONTEST: Self = Self(10_000);

    /// A budget of this many bytes.
    #[must_use]
    pub const fn new(bytes: usize) -> Self {
        Self(bytes)
    }

    /// The number of bytes.
    #[must_use]
    pub const fn bytes(self) -> usize {
        self.0
    }

    /// Whether a text of this length fits.
    #[must_use]
    pub const fn fits(self, byte_count: usize) -> bool {
        byte_count <= self.0
    }

    /// What is left after reserving `reserved` bytes, at least 0.
    #[must_use]
    pub const fn less(self, reserved: usize) -> Self {
        Self(self.0.saturating_sub(reserved))
    }
}

impl fmt::Display for ByteBudget {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} bytes", self.0)
    }
}
