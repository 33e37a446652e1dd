//! The units of a composition, and a place in it.

/// Units of a composition from left to right and from top to bottom.
pub(crate) const SIDE: f64 = 1536.0;

/// A place: x to the right, y downwards.
pub(crate) type Spot = (f64, f64);

/// Where a thing is drawn.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Place {
    pub(crate) center: Spot,
    /// Width and height in units.
    pub(crate) size: f64,
    /// Turn in radians.
    pub(crate) turn: f64,
}
