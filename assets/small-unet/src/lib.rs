//! The UNet of `linocut-small`. Data only, in a crate of its own because crates.io takes 10 MB per crate: `linocut-small-model` has the
//! other files, the card and the builder.

/// Weights in 8 bits with a scale for each row, safetensors in the layout of optimum-quanto; 8.9 MB.
pub static UNET: &[u8] = include_bytes!("../data/diffusion_pytorch_model.safetensors");
