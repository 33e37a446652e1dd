//! Where things go: in rows and rings, on a plain ground, or in a landscape.

pub(crate) mod arrange;
pub(crate) mod free;
pub(crate) mod landscape;
pub(crate) mod spot;
