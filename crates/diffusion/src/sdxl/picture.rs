//! Pictures from descriptions.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry;

use candle_core::{DType, Tensor};
use image::RgbImage;
use linocut_core::{Generate, Prompt, StageError, Stop};

use super::conditioning::Conditioning;
use super::generate_error::GenerateError;
use super::model::Sdxl;
use super::options::SdxlOptions;
use super::sample::STAGE;
use crate::model_error::{ModelError, go_on};
use crate::noise::Noise;
use crate::prompt::Styled;

impl Sdxl {
    /// One picture of a description in the style whose turn it is, by the model's own options.
    ///
    /// # Errors
    ///
    /// [`GenerateError`] says which option, step or input cannot be.
    pub fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, GenerateError> {
        self.draw(&self.ask(self.options.asked(prompt), stop)?, &self.options, prompt.seed, stop)
    }

    fn ask(&self, asked: Styled, stop: &Stop) -> Result<Conditioning, GenerateError> {
        go_on(stop).map_err(GenerateError::behind(0, self.options.steps()))?;
        Ok(self.condition(&asked.prompt, &SdxlOptions { negative: asked.negative, ..self.options.clone() })?)
    }

    /// One picture of an encoded description and a seed.
    ///
    /// # Errors
    ///
    /// As [`Sdxl::sample`] and [`Sdxl::decode`].
    pub fn draw(
        &self,
        conditioning: &Conditioning,
        options: &SdxlOptions,
        seed: u64,
        stop: &Stop,
    ) -> Result<RgbImage, GenerateError> {
        let latents = self.sample(conditioning, options, &Noise::new(seed), stop, &mut |_, _| {})?;
        let steps = options.steps();
        let picture = self.decode(&latents, stop).map_err(GenerateError::behind(steps, steps))?;
        let picture = to_image(&picture)?;
        stop.report(STAGE, 1.0);
        Ok(picture)
    }

    /// The picture of latents as [`Sdxl::sample`] leaves them, in f32. Each block polls `stop`.
    ///
    /// # Shapes
    ///
    /// - `latents`: (batch, channels, height, width)
    /// - result: (batch, 3, 8 height, 8 width), 0 to 1
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for other channels, [`ModelError::Stopped`] if `stop` asks for an end.
    pub fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let picture = self.vae.decode_until(&self.vae.unscale(&latents.to_dtype(DType::F32)?)?, stop)?;
        Ok(picture.affine(0.5, 0.5)?.clamp(0.0, 1.0)?)
    }
}

/// The first of a batch of pictures, (batch, 3, height, width), 0 to 1; rounded to 8 bits.
pub(crate) fn to_image(picture: &Tensor) -> Result<RgbImage, ModelError> {
    let (_, channels, height, width) = picture.dims4()?;
    let rounded = (picture.get(0)? * 255.0)?.round()?.to_dtype(DType::U8)?;
    let bytes = rounded.permute((1, 2, 0))?.flatten_all()?.to_vec1::<u8>()?;
    RgbImage::from_raw(width as u32, height as u32, bytes).ok_or_else(|| ModelError::ShapeMismatch {
        tensor: "picture",
        expected: "(batch, 3, height, width)".to_owned(),
        actual: vec![1, channels, height, width],
    })
}

impl Generate for Sdxl {
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
        Self::generate(self, prompt, stop).map_err(|error| StageError::new(STAGE, error))
    }

    /// What is asked for more than once is encoded once.
    fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
        let mut encoded: BTreeMap<Styled, Conditioning> = BTreeMap::new();
        let mut one = |prompt: &Prompt| -> Result<RgbImage, GenerateError> {
            let conditioning = match encoded.entry(self.options.asked(prompt)) {
                Entry::Occupied(known) => known.into_mut(),
                Entry::Vacant(place) => {
                    let conditioning = self.ask(place.key().clone(), stop)?;
                    place.insert(conditioning)
                }
            };
            self.draw(conditioning, &self.options, prompt.seed, stop)
        };
        prompts.iter().map(|prompt| one(prompt).map_err(|error| StageError::new(STAGE, error))).collect()
    }
}
