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
mod magnitude;
mod markup;
mod size;
mod style;
mod thread;

pub use error::{BoundError, Place};

#[cfg(feature = "render")]
pub(crate) use error::clipped;

pub(crate) use thread::with_tree;

/// Most bytes of a text, and of all attributes of elements with each as often as it is repeated.
pub(crate) const MAX_BYTES: usize = 16 << 20;
