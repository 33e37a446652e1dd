//! A small SigLIP of flat scenes: a tower for pictures and one for texts.
//!
//! Data only, for feature `small-siglip` of `linocut-score`. `README.md` is its card: use, limits, training data, evaluation, licences and
//! how it is built.

macro_rules! files {
    ($($name:literal),*) => {
        [$(($name, include_bytes!(concat!("../data/", $name)) as &[u8])),*]
    };
}

/// Name and contents of each file, in the layout of a folder of SigLIP. Weights are in 8 bits with a scale for each row, safetensors in
/// the layout of optimum-quanto.
pub static FILES: [(&str, &[u8]); 4] =
    files!["config.json", "model.safetensors", "preprocessor_config.json", "tokenizer.json"];
