//! Language models that draw: what they write is read and made by these codecs.

pub mod llm4svg;
pub mod omnisvg;
