//! Kinds of models: what they are made of, how they are loaded, how they are usually used.

mod layout;
mod network;
mod plan;

use std::fmt;

use candle_core::DType;
use linocut_nn::LinearKind;
use linocut_nn::Location;

use crate::denoise::{DenoiseOptions, Diffusion, TextToPicture};
use crate::folder::ModelFolder;
use crate::model_error::ModelError;
use crate::sampler::{Sampler, SamplerError, Schedule};
use crate::{cogview4, flux, janus, sana, sdxl, stable_diffusion, stable_diffusion_3, z_image};

pub(crate) use network::{
    CLIP, CLIP_2, GEMMA, GLM, LARGE_VAE, Millions, Network, QWEN, T5, T5_SECOND, TOKENIZER, TOKENIZER_2, Tokenizer,
    UNET, VAE, VAE_DEEP, transformer, unet,
};
pub use plan::Fit;

/// Loads the model of a folder. A sampler takes the place of the one that the folder names.
pub(crate) type Load = fn(&ModelFolder, Option<Sampler>) -> Result<Box<dyn TextToPicture>, ModelError>;

/// The schedule of a number of steps for a picture's width and height in pixels.
pub(crate) type Scheduled = fn(&Sampler, usize, (u32, u32)) -> Result<Schedule, SamplerError>;

/// What a folder says of itself: steps, guidance and side in pixels.
pub(crate) type Usual = fn(&Location) -> Result<(usize, f64, u32), ModelError>;

/// A kind of models. One is known for each of [`families`].
pub struct Family {
    /// Name, for people.
    pub name: &'static str,
    /// Class that `model_index.json` names; of a model that has none, the `model_type` of its `config.json`.
    pub class: &'static str,
    /// The networks, text encoders first.
    pub(crate) networks: &'static [Network],
    /// The tokenizers.
    pub(crate) tokenizers: &'static [Tokenizer],
    /// Steps, guidance and side in pixels where neither a card nor a folder says them.
    pub(crate) usual: (usize, f64, u32),
    /// The same for a denoiser that is not told the guidance, in a family of which others are; none in other families.
    pub(crate) usual_untold: Option<(usize, f64, u32)>,
    /// The same as a folder says it that is laid out in another way than that of diffusers; none for families that are laid out so.
    pub(crate) usual_in: Option<Usual>,
    /// Type in 16 bits that its weights are published in, and how linear layers are best kept on a CPU.
    pub(crate) published: (DType, LinearKind),
    /// Bytes that denoiser and decoder work with on a CPU, for each pixel of a picture.
    pub(crate) work: (u64, u64),
    pub(crate) load: Load,
    pub(crate) schedule: Scheduled,
}

impl Family {
    /// Loads the model of a folder, with the scheduler of the folder or another one.
    ///
    /// Its parts are only opened: each is read when it is first used.
    ///
    /// # Errors
    ///
    /// [`ModelError::MissingFiles`] names files that are not there; [`ModelError::Weights`] a tensor that is missing, left over or of
    /// another shape; [`ModelError::Lora`] keys that fit nothing; [`ModelError::Config`], [`ModelError::Unsupported`] and
    /// [`ModelError::Sampler`] a configuration that cannot be; [`ModelError::Fixed`] an option that the model cannot follow.
    pub fn open(
        &self,
        folder: &ModelFolder,
        sampler: Option<Sampler>,
        options: DenoiseOptions,
    ) -> Result<Diffusion, ModelError> {
        let model = (self.load)(folder, sampler)?;
        model.check(&options)?;
        Ok(Diffusion::new(model, options))
    }

    /// Type in 16 bits that its weights are published in, and how linear layers are best kept on a CPU.
    #[must_use]
    pub fn published(&self) -> (DType, LinearKind) {
        self.published
    }

    /// The folders of its networks, text encoders first.
    pub fn folders(&self) -> impl Iterator<Item = &'static str> {
        self.networks.iter().map(|network| network.folder)
    }
}

impl fmt::Debug for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.name)
    }
}

impl fmt::Display for Family {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(formatter, "{}", self.name)
    }
}

impl PartialEq for Family {
    fn eq(&self, other: &Self) -> bool {
        self.class == other.class
    }
}

static FAMILIES: [&Family; 10] = [
    &sdxl::FAMILY,
    &stable_diffusion::FAMILY,
    &stable_diffusion_3::FAMILY,
    &z_image::FAMILY,
    &flux::FAMILY,
    &sana::FAMILY,
    &sana::SPRINT,
    &cogview4::FAMILY,
    &janus::FAMILY,
    &janus::CONVERTED,
];

/// The families.
#[must_use]
pub fn families() -> &'static [&'static Family] {
    &FAMILIES
}
