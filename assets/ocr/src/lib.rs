//! The two networks of the OCR of `linocut-score`: PP-OCRv6 tiny, detector and recogniser.
//!
//! Data only. `README.md` is their card: use, limits, origin, evaluation and licence.

/// ONNX network from a picture to the probability of text at each pixel; 1.8 MB.
pub static DETECTOR: &[u8] = include_bytes!("../data/detector.onnx");

/// ONNX network from a picture of one line, 48 px high, to probabilities of characters from left to right; 1.3 MB. The alphabet
/// (6,904 characters) is in its metadata under `character`.
pub static RECOGNISER: &[u8] = include_bytes!("../data/recogniser.onnx");
