//! From a description to what it names: things and scenery, how they look, and how they stand to each other.

mod applying;
pub(crate) mod colour_words;
mod colouring;
pub(crate) mod compound;
mod context;
mod denied;
mod describing;
mod gathering;
pub(crate) mod lexicon;
pub(crate) mod meaning;
pub(crate) mod parser;
mod picture_names;
pub(crate) mod reading;
mod state;
