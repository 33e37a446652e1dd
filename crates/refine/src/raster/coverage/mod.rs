//! Coverage of pixels by polygons: exact signed areas, edge by edge, and their gradient.

pub(crate) mod boundary;
pub(crate) mod rule;
pub(crate) mod sheet;
mod walk;
