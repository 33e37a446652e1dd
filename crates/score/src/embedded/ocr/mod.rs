//! OCR: reads the text in a picture, with a detector and a recogniser that are part of the library.
//!
//! [`Reader`] finds lines of text (a probability map, its regions, the rectangles around them), straightens each of
//! them, and reads it letter by letter. The networks are PP-OCRv6 tiny, 3.1 MB, under the Apache licence 2.0; nothing
//! is downloaded. They run in pure Rust on rten; with the feature `onnxruntime`, in the ONNX Runtime library that
//! `ORT_DYLIB_PATH` names.
//!
//! [`PpOcrScore`] turns the text into a score, `O(pp-ocr)`. It is not the contest's `O`: there, PaliGemma reads the
//! picture and also imagines text in pictures without any, about which this OCR says nothing.
//!
//! ```
//! use image::RgbImage;
//! use linocut_score::Reader;
//!
//! let reader = Reader::embedded()?;
//! let blank = RgbImage::from_pixel(64, 64, image::Rgb([250, 240, 220]));
//! assert_eq!(reader.text(&blank)?, "");
//! # Ok::<(), linocut_score::ReadError>(())
//! ```

mod alphabet;
mod detector;
mod line;
mod options;
#[cfg(test)]
mod parity;
mod pp_ocr_score;
mod read_error;
mod reader;
mod recogniser;
mod region;
mod rotated_rectangle;
mod straighten;

pub use line::Line;
pub use options::ReaderOptions;
pub use pp_ocr_score::PpOcrScore;
pub use read_error::ReadError;
pub use reader::Reader;
