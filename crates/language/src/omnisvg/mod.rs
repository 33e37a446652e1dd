//! OmniSVG's tokens: a drawing as ids of commands, places on a square of 200 units, parameters of arcs and colours, behind the
//! vocabulary of Qwen2.5-VL.

mod decode;
mod encode;
mod path;
mod vocabulary;

pub use decode::{Decoded, DecodedPath, Nothing, decode};
pub use encode::{EncodeError, EncodedDrawing, encode, encode_svg};
pub use path::{Command, Fill, Point};
pub use vocabulary::{Model, SIDE};
