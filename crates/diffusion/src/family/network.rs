//! What models are made of, in the layout of diffusers.

use candle_core::DType;
use linocut_nn::place::Placement;

use crate::denoise::Stage;
use crate::entry::Component;

/// A network of a model.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Network {
    pub(crate) component: Component,
    pub(crate) stage: Stage,
    pub(crate) folder: &'static str,
    /// Name of its weights without ending.
    pub(crate) stem: &'static str,
    /// Files of its weights, at least 1.
    pub(crate) shards: usize,
    /// The weights that a picture needs, as published.
    pub(crate) millions: Millions,
}

/// Millions of weights.
#[derive(Clone, Copy, PartialEq, Debug)]
pub(crate) struct Millions {
    /// In linear layers.
    linear: f64,
    /// Elsewhere.
    rest: f64,
    /// Of the rest those in kernels of 3 x 3 that pass over every pixel, which take four times as much where they are transformed.
    kernels: f64,
}

impl Millions {
    pub(crate) const fn of(linear: f64, rest: f64) -> Self {
        Self { linear, rest, kernels: 0.0 }
    }

    pub(crate) const fn with_kernels(linear: f64, rest: f64, kernels: f64) -> Self {
        Self { linear, rest, kernels }
    }

    /// Bytes that they take there.
    pub(crate) fn bytes(self, place: &Placement) -> u64 {
        let width = place.dtype.size_in_bytes() as f64;
        let is_transformed = place.dtype == DType::F32 && place.device.is_cpu();
        let more = if is_transformed { 3.0 * self.kernels } else { 0.0 };
        let linear = self.linear * place.linear_kind.bytes_per_weight(place.dtype);
        ((linear + (self.rest + more) * width) * 1e6) as u64
    }
}

const fn text(component: Component, folder: &'static str, shards: usize, millions: Millions) -> Network {
    Network { component, stage: Stage::Text, folder, stem: "model", shards, millions }
}

const fn network(
    component: Component,
    stage: Stage,
    folder: &'static str,
    shards: usize,
    millions: Millions,
) -> Network {
    Network { component, stage, folder, stem: "diffusion_pytorch_model", shards, millions }
}

/// A transformer that denoises.
pub(crate) const fn transformer(shards: usize, millions: Millions) -> Network {
    network(Component::Transformer, Stage::Denoise, "transformer", shards, millions)
}

/// A UNet that denoises.
pub(crate) const fn unet(millions: Millions) -> Network {
    network(Component::Unet, Stage::Denoise, "unet", 1, millions)
}

/// CLIP ViT-L's text encoder.
pub(crate) const CLIP: Network = text(Component::TextEncoder, "text_encoder", 1, Millions::of(84.9, 38.1));
/// `OpenCLIP` ViT-bigG's text encoder.
pub(crate) const CLIP_2: Network = text(Component::TextEncoder2, "text_encoder_2", 1, Millions::of(630.8, 63.9));
/// The UNet of SDXL.
pub(crate) const UNET: Network = unet(Millions::with_kernels(2_225.4, 342.1, 315.2));
/// An autoencoder, of which a picture needs the decoder.
pub(crate) const VAE: Network =
    network(Component::Vae, Stage::Decode, "vae", 1, Millions::with_kernels(1.0, 48.4, 48.2));
/// T5-XXL's encoder, the third of a model.
pub(crate) const T5: Network = text(Component::TextEncoder3, "text_encoder_3", 2, Millions::of(4_630.5, 131.8));
/// The same, the second of a model.
pub(crate) const T5_SECOND: Network = text(Component::TextEncoder2, "text_encoder_2", 2, T5.millions);
/// Qwen 3 of 4 billion weights.
pub(crate) const QWEN: Network = text(Component::TextEncoder, "text_encoder", 3, Millions::of(3_633.3, 389.2));
/// Gemma 2 of 2 billion weights.
pub(crate) const GEMMA: Network = text(Component::TextEncoder, "text_encoder", 2, Millions::of(2_024.3, 590.1));
/// A deep compression autoencoder, of which a picture needs the decoder.
pub(crate) const VAE_DEEP: Network =
    network(Component::Vae, Stage::Decode, "vae", 1, Millions::with_kernels(120.3, 38.9, 36.9));

/// GLM 4 of 9 billion weights, the last layer left out.
pub(crate) const GLM: Network = text(Component::TextEncoder, "text_encoder", 4, Millions::of(7_954.0, 621.3));
/// An autoencoder whose decoder is five times as large.
pub(crate) const LARGE_VAE: Network =
    network(Component::Vae, Stage::Decode, "vae", 1, Millions::with_kernels(0.0, 233.7, 233.0));

/// A tokenizer's folder and files.
pub(crate) type Tokenizer = (Component, &'static str, &'static [&'static str]);

const CLIP_WORDS: &[&str] = &["vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"];
/// The tokenizer of a first encoder of CLIP.
pub(crate) const TOKENIZER: Tokenizer = (Component::Tokenizer, "tokenizer", CLIP_WORDS);
/// The tokenizer of a second one.
pub(crate) const TOKENIZER_2: Tokenizer = (Component::Tokenizer2, "tokenizer_2", CLIP_WORDS);
