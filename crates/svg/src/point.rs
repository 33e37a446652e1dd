//! Points on the integer grid.

/// A point on the drawing's integer grid; x grows to the right, y downwards.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default)]
pub struct Point {
    /// Units from the left edge; negative is outside.
    pub x: i32,
    /// Units from the top edge; negative is outside.
    pub y: i32,
}

impl Point {
    /// The point (x, y).
    #[must_use]
    pub const fn new(x: i32, y: i32) -> Self {
        Self { x, y }
    }
}
