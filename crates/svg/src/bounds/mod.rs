//! What a well-formed file may ask of those who read and draw it.
//!
//! A few thousand valid bytes can ask for millions of shapes, for gigabytes of layers or for numbers that make a renderer
//! panic. Three looks stop that, each before what follows can be harmed:
//!
//! 1. `markup`: at the text, before the XML parser: length, attributes of an element, namespaces, what entities expand to
//! 2. `extent`: at the XML, before usvg: numbers, reference cycles, and how many elements, bytes and levels `use`, paint,
//!    markers, masks and clips make of it
//! 3. in the renderer: at usvg's tree, before resvg: coordinates, pixels painted, dashes and memory
//!
//! What still panics in usvg or resvg is caught and becomes [`BoundError::Panic`]; no such input is known.

mod error;
mod extent;
mod graph;
mod link;
mod markup;
mod number;
mod size;
mod style;
mod thread;

pub use error::{BoundError, Place};

#[cfg(feature = "render")]
pub(crate) use error::clipped;

pub(crate) use thread::with_tree;

/// Most bytes of a text, and of all attributes of elements with each as often as it is repeated.
pub(crate) const MAX_BYTES: usize = 16 << 20;

/// Most elements that are read, each as often as `use`, paint, markers, masks and clips repeat it.
pub(crate) const MAX_NODES: usize = 100_000;

/// Most levels of elements, those included that references lead to.
pub(crate) const MAX_DEPTH: usize = 1000;

/// Largest number, either sign: beyond it, `f32` no longer tells neighbouring integers apart.
pub(crate) const MAX_NUMBER: f64 = 16_777_216.0;
