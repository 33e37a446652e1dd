//! OmniSVG: models that write drawings as tokens of their own, behind the vocabulary of Qwen2.5-VL: commands, places on a square of 200
//! units, parameters of arcs and colours.
//!
//! [`OmniSvg`] draws descriptions and pictures; [`encode`] and [`decode`] are the codec alone.

mod config;
mod decode;
mod encode;
mod guide;
mod layout;
mod network;
mod path;
mod picture;
mod prompt;
mod vision;
mod vocabulary;
mod windows;
mod writer;

pub use config::{OmniConfig, VisionConfig};
pub use decode::{Decoded, DecodedPath, Nothing, decode};
pub use encode::{EncodeError, EncodedDrawing, encode, encode_svg};
pub use guide::TokenGuide;
pub use layout::Layout;
pub use network::{Places, SketchDecoder};
pub use path::{Command, Fill, Point};
pub use picture::{Grid, on_white, patches, prepared};
pub use prompt::Preset;
pub use vision::VisionTower;
pub use vocabulary::{Model, SIDE};
pub use writer::{Drawn, OmniSvg};
