//! A small PaliGemma 2 of flat scenes: it answers questions with choices, and whether a picture portrays a description.
//!
//! Data only, for feature `small-paligemma` of `linocut-score`. `README.md` is its card: use, limits, training data, evaluation, licences
//! and how it is built.

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!("../data/", $name)) as &[u8])),*]
    };
}

/// Name and contents of each file, in the layout of a folder of PaliGemma 2. Weights are in 8 bits with a scale for each row, safetensors in
/// the layout of optimum-quanto.
pub static FILES: [(&str, &[u8]); 3] = files!["config.json", "model.safetensors", "tokenizer.json"];
