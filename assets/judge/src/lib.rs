//! The two small networks of the judge of `linocut-score`, which tell how well a picture fits a description.
//!
//! Data only. `README.md` is their card: use, limits, training data, evaluation, licences and how they are built.

/// ONNX network from a picture (1 x 3 x 160 x 160, channels as `(value - 127) / 128`) to its direction among word vectors and the
/// mean and standard deviation of its cosine with other descriptions; 9.8 MB.
pub static PICTURE: &[u8] = include_bytes!("../data/picture.onnx");

/// ONNX network from the vectors of a description's content words to its direction; 46 kB.
pub static TEXT: &[u8] = include_bytes!("../data/text.onnx");
