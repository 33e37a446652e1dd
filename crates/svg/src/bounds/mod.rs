//! Bounds of reading and rendering: a well-formed SVG may only ask for a limited amount of time and memory.
//!
//! A few thousand valid bytes can ask for millions of shapes, for gigabytes of layers or for numbers that make a renderer
//! panic. Three checks prevent that, each before the step that it protects:
//!
//! 1. `markup`, of the text, before the XML parser: length, attributes of an element, namespaces, what entities expand to
//! 2. `extent`, of the XML, before usvg: numbers, reference cycles, and how many elements, bytes and levels result from `use`,
//!    paint, markers, masks and clips
//! 3. in the renderer, of usvg's tree, before resvg: coordinates, pixels painted, dashes and memory
//!
//! What still panics in usvg or resvg is caught and becomes [`BoundError::Panic`]; no such input is known. On targets that cannot
//! unwind, such as WebAssembly, a panic ends the program all the same, and on those without threads, SVGs nested beyond 32 levels
//! are refused with [`BoundError::Thread`].

mod build;
mod error;
mod extent;
mod graph;
mod link;
mod magnitude;
mod markup;
mod size;
mod thread;

pub use error::{BoundError, Place};

#[cfg(feature = "render")]
pub(crate) use error::clipped;

pub(crate) use thread::with_tree;

/// Most bytes of a text, and of all attributes of elements with each as often as it is repeated.
pub(crate) const MAX_BYTES: usize = 16 << 20;
