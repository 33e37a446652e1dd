//! The drawing: shapes in paint order on an integer grid.

use crate::shape::Shape;

/// A drawing: shapes in paint order (the first lies at the bottom) on an integer grid.
///
/// The grid is the `viewBox`; its units need not be pixels. A finer grid places shapes more exactly and costs more bytes.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Drawing {
    /// Units from left to right, at least 1.
    pub width: u32,
    /// Units from top to bottom, at least 1.
    pub height: u32,
    /// Shapes, bottom first.
    pub shapes: Vec<Shape>,
}

impl Drawing {
    /// An empty drawing of this size in units; a size of 0 becomes 1.
    #[must_use]
    pub fn new(width: u32, height: u32) -> Self {
        Self { width: width.max(1), height: height.max(1), shapes: Vec::new() }
    }
}
