//! `linocut-small`, a small diffusion model of flat scenes.
//!
//! Data only, for feature `small-model` of `linocut-diffusion`. `README.md` is its card: use, limits, training data, evaluation, licences
//! and how it is built.

macro_rules! files {
    ($($path:literal),*) => {
        [$(($path, include_bytes!(concat!("../data/", $path)) as &[u8])),*]
    };
}

const OWN: [(&str, &[u8]); 11] = files![
    "model_index.json",
    "scheduler/scheduler_config.json",
    "text_encoder/config.json",
    "text_encoder/model.safetensors",
    "tokenizer/merges.txt",
    "tokenizer/special_tokens_map.json",
    "tokenizer/tokenizer_config.json",
    "tokenizer/vocab.json",
    "unet/config.json",
    "vae/config.json",
    "vae/diffusion_pytorch_model.safetensors"
];

/// Path and contents of each file, in the layout of a diffusers repository of Stable Diffusion 1.5. Weights are in 8 bits with a scale for
/// each row, safetensors in the layout of optimum-quanto.
pub static FILES: [(&str, &[u8]); 12] = {
    let mut files = [("unet/diffusion_pytorch_model.safetensors", linocut_small_unet::UNET); 12];
    let mut at = 0;
    while at < OWN.len() {
        files[at] = OWN[at];
        at += 1;
    }
    files
};
