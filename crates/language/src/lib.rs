//! Language models that draw: constrained decoding of valid SVG within a byte budget, and codecs for the tokens of LLM4SVG and OmniSVG.

pub mod constraint;
mod grammar;
pub mod llm4svg;
pub mod omnisvg;
