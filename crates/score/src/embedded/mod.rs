//! Scorers whose weights are part of the library: the judge and OCR, and the runtimes of their networks.

#![cfg(any(feature = "judge", feature = "ocr"))]

#[cfg(feature = "judge")]
mod judge;
mod network;
#[cfg(feature = "ocr")]
mod ocr;

#[cfg(feature = "judge")]
pub use judge::{Judge, JudgeError, Seen};
pub use network::NetworkError;
#[cfg(feature = "ocr")]
pub use ocr::{Line, PpOcrScore, ReadError, Reader, ReaderOptions};
