//! The bundled pictures: the archive, who made them, and which of them a word names.

pub(crate) mod archive;
pub(crate) mod credit;
pub(crate) mod index;
mod nearest;
pub(crate) mod set;
pub(crate) mod traits;
