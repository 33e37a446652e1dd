//! Kinds of models: which networks they are made of.

use crate::entry::Component;

/// What a model is made of.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Family {
    /// Two text encoders of CLIP and a UNet: [`Sdxl`](crate::sdxl::Sdxl).
    Sdxl,
    /// One text encoder of CLIP and a UNet: [`StableDiffusion`](crate::stable_diffusion::StableDiffusion).
    StableDiffusion,
    /// Two text encoders of CLIP, one of T5, and a transformer: [`StableDiffusion3`](crate::stable_diffusion_3::StableDiffusion3).
    StableDiffusion3,
    /// A language model and a transformer: [`ZImage`](crate::z_image::ZImage).
    ZImage,
}

/// A network of a model, in the layout of diffusers.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Network {
    pub(crate) component: Component,
    pub(crate) folder: &'static str,
    /// Name of its weights without ending.
    pub(crate) stem: &'static str,
    /// Files of its weights, at least 1.
    pub(crate) shards: usize,
}

const fn text(component: Component, folder: &'static str, shards: usize) -> Network {
    Network { component, folder, stem: "model", shards }
}

const fn network(component: Component, folder: &'static str, shards: usize) -> Network {
    Network { component, folder, stem: "diffusion_pytorch_model", shards }
}

const CLIP: Network = text(Component::TextEncoder, "text_encoder", 1);
const CLIP_2: Network = text(Component::TextEncoder2, "text_encoder_2", 1);
const UNET: Network = network(Component::Unet, "unet", 1);
const VAE: Network = network(Component::Vae, "vae", 1);
const T5: Network = text(Component::TextEncoder3, "text_encoder_3", 2);
const QWEN: Network = text(Component::TextEncoder, "text_encoder", 3);
const TRANSFORMER: Network = network(Component::Transformer, "transformer", 1);
const SHARDED_TRANSFORMER: Network = network(Component::Transformer, "transformer", 3);

/// A tokenizer's folder and files.
type Tokenizer = (Component, &'static str, &'static [&'static str]);

const CLIP_WORDS: &[&str] = &["vocab.json", "merges.txt", "tokenizer_config.json", "special_tokens_map.json"];
const TOKENIZER: Tokenizer = (Component::Tokenizer, "tokenizer", CLIP_WORDS);
const TOKENIZER_2: Tokenizer = (Component::Tokenizer2, "tokenizer_2", CLIP_WORDS);

impl Family {
    /// The networks, text encoders first.
    pub(crate) const fn networks(self) -> &'static [Network] {
        match self {
            Self::Sdxl => &[CLIP, CLIP_2, UNET, VAE],
            Self::StableDiffusion => &[CLIP, UNET, VAE],
            Self::StableDiffusion3 => &[CLIP, CLIP_2, T5, TRANSFORMER, VAE],
            Self::ZImage => &[QWEN, SHARDED_TRANSFORMER, VAE],
        }
    }

    /// The tokenizers.
    pub(crate) const fn tokenizers(self) -> &'static [Tokenizer] {
        match self {
            Self::Sdxl => &[TOKENIZER, TOKENIZER_2],
            Self::StableDiffusion => &[TOKENIZER],
            Self::StableDiffusion3 => {
                &[TOKENIZER, TOKENIZER_2, (Component::Tokenizer3, "tokenizer_3", &["tokenizer.json"])]
            }
            Self::ZImage => &[(Component::Tokenizer, "tokenizer", &["tokenizer.json"])],
        }
    }
}
