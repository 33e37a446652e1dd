//! A small language model that writes flat pictures as SVG.
//!
//! Data only, for feature `small-writer` of `linocut-language`. `README.md` is its card: use, limits, training data, evaluation, licences and
//! how it is built.

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!("../data/", $name)) as &[u8])),*]
    };
}

/// Name and contents of each file, in the layout of a folder of Llama. Weights are in 8 bits with a scale for each row, safetensors in the
/// layout of optimum-quanto.
pub static FILES: [(&str, &[u8]); 4] =
    files!["config.json", "model.safetensors", "tokenizer.json", "tokenizer_config.json"];
