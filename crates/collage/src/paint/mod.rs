//! From what is named and where it goes to painted shapes.

pub(crate) mod air;
pub(crate) mod cloth;
mod flats;
mod gathering;
mod recolour;
pub(crate) mod scene;
mod scenery;
pub(crate) mod sketch;
mod solids;
mod thing;
pub(crate) mod tone;
mod weave;
