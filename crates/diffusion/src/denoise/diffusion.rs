//! From descriptions to pictures, by any model.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, PoisonError};

use candle_core::Tensor;
use image::RgbImage;
use linocut_core::{Generate, Prompt, StageError, Stop};
use linocut_nn::place::Residency;

use super::condition::Condition;
use super::denoiser::{Denoiser, Stage};
use super::generate_error::GenerateError;
use super::noise_source::NoiseSource;
use super::options::DenoiseOptions;
use super::picture::to_image;
use super::text_to_picture::{Order, TextToPicture};
use crate::model_error::{ModelError, go_on};
use crate::noise::Noise;
use crate::prompt::{Styled, WeightedText, parse_weights};

/// Name of the stage in errors and reports.
pub(crate) const STAGE: &str = "diffusion";

/// Called behind each step with its number, from 0, and the latents, (batch, channels, height, width), for previews.
pub type Watch<'a> = &'a mut dyn FnMut(usize, &Tensor);

/// Descriptions of which is known how they are encoded.
const KNOWN: usize = 8;

/// A model that draws.
#[derive(Clone, Debug)]
pub struct Diffusion<M = Box<dyn TextToPicture>> {
    /// How pictures are made by [`Generate`].
    pub options: DenoiseOptions,
    /// The model.
    pub model: M,
    known: Arc<Mutex<VecDeque<(Asked, Condition)>>>,
}

/// What was encoded: a text and what is left out, if that is of account, with weights or without.
#[derive(Clone, PartialEq, Debug)]
struct Asked {
    styled: Styled,
    is_guided: bool,
    weighted: bool,
}

impl<M: TextToPicture> Diffusion<M> {
    /// A model and how it is used.
    pub fn new(model: M, options: DenoiseOptions) -> Self {
        Self { options, model, known: Arc::default() }
    }

    /// One picture of a description in the style whose turn it is, by the options.
    ///
    /// # Errors
    ///
    /// [`GenerateError`] says which option, step or input cannot be.
    pub fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, GenerateError> {
        let condition = self.ask(self.options.asked(prompt), stop)?;
        self.rest(Stage::Text);
        self.draw(&condition, prompt.seed, stop)
    }

    /// Encodes a description, and with guidance what the picture should not show. Both are taken as they are, out of any style.
    ///
    /// # Errors
    ///
    /// [`ModelError::Text`] for a description that is too long, [`ModelError::Unsupported`] for weights if the model has none.
    pub fn condition(&self, text: &str, negative: &str) -> Result<Condition, ModelError> {
        if self.options.weighted && !self.model.weighs() {
            let (expected, actual) = ("false, for this model cannot weigh words", "true".to_owned());
            return Err(ModelError::Unsupported { field: "weighted", expected, actual });
        }
        let pieces = |text| if self.options.weighted { parse_weights(text) } else { vec![WeightedText::plain(text)] };
        let negative = self.asks_twice().then(|| pieces(negative));
        let (prompt, negative) = self.model.encode(&pieces(text), negative.as_deref())?;
        Ok(Condition { prompt, negative, guidance: self.options.guidance })
    }

    /// Whether each step asks the model with and without the description.
    pub(crate) fn asks_twice(&self) -> bool {
        self.options.is_guided() && !self.model.is_told_guidance()
    }

    /// As [`Diffusion::condition`]; what was asked for not long ago is known.
    fn ask(&self, styled: Styled, stop: &Stop) -> Result<Condition, GenerateError> {
        go_on(stop).map_err(GenerateError::behind(0, self.options.steps()))?;
        let asked = Asked { styled, is_guided: self.asks_twice(), weighted: self.options.weighted };
        let known = || self.known.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, condition)) = known().iter().find(|(known, _)| *known == asked) {
            return Ok(Condition { guidance: self.options.guidance, ..condition.clone() });
        }
        let condition = self.condition(&asked.styled.prompt, &asked.styled.negative)?;
        let mut known = known();
        known.truncate(KNOWN - 1);
        known.push_front((asked, condition.clone()));
        Ok(condition)
    }

    /// One picture of an encoded description and a seed.
    ///
    /// # Errors
    ///
    /// As [`Diffusion::sample`] and [`TextToPicture::decode`].
    pub fn draw(&self, condition: &Condition, seed: u64, stop: &Stop) -> Result<RgbImage, GenerateError> {
        let latents = self.sample(condition, &[&Noise::new(seed)], stop, &mut |_, _| {})?;
        self.rest(Stage::Denoise);
        let picture = self.picture(&latents, stop);
        self.rest(Stage::Decode);
        let picture = picture?;
        stop.report(STAGE, 1.0);
        Ok(picture)
    }

    fn picture(&self, latents: &Tensor, stop: &Stop) -> Result<RgbImage, GenerateError> {
        let steps = self.options.steps();
        Ok(to_image(&self.decode(latents, stop).map_err(GenerateError::behind(steps, steps))?)?)
    }

    /// The pictures of latents, (batch, 3, height, width), 0 to 1.
    ///
    /// # Errors
    ///
    /// As [`TextToPicture::decode`].
    pub fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        let of_sampler =
            |model: &dyn Denoiser| self.options.sampler.as_ref().unwrap_or(&model.basis().sampler).data_scale();
        let scale = self.model.denoiser().map_or(1.0, of_sampler);
        let scaled = if scale == 1.0 { latents.clone() } else { (latents / scale)? };
        Ok(self.model.decode(&scaled, stop)?.affine(0.5, 0.5)?.clamp(0.0, 1.0)?)
    }

    /// The latents of as many pictures of one description as there are noises: noise, then the schedule's steps, or token after token. Each
    /// block or token polls `stop`, each step reports progress to it.
    ///
    /// # Errors
    ///
    /// [`GenerateError::Size`], [`GenerateError::Guidance`] and [`GenerateError::Model`] for options that cannot be,
    /// [`GenerateError::Stopped`] if `stop` asks for an end, [`GenerateError::Sampler`] for a schedule that cannot be made and for
    /// latents that are not numbers, with the step, [`GenerateError::Scores`] for scores of tokens that are not.
    pub fn sample(
        &self,
        condition: &Condition,
        noises: &[&dyn NoiseSource],
        stop: &Stop,
        watch: Watch<'_>,
    ) -> Result<Tensor, GenerateError> {
        self.model.check(&self.options)?;
        self.model.sample(Order { condition, noises, options: &self.options }, stop, watch)
    }

    /// Tells the parts whose turn is over.
    fn rest(&self, stage: Stage) {
        self.model.parts().into_iter().filter(|(turn, _)| *turn == stage).for_each(|(_, part)| part.rest());
    }

    /// How many pictures go through a stage before the next one begins: all if parts leave in between.
    fn together(&self) -> usize {
        let leaves = self.model.parts().iter().any(|(_, part)| part.residency() == Residency::Leave);
        if leaves { usize::MAX } else { self.options.batch.max(1) }
    }

    /// Pictures of one description, as many at a time as the options say; where one fails, all of its batch do.
    fn draw_all(&self, condition: &Condition, seeds: &[u64], stop: &Stop) -> Vec<Drawn> {
        let sampled: Vec<Result<Tensor, Arc<GenerateError>>> =
            seeds.chunks(self.options.batch.max(1)).flat_map(|seeds| self.sample_all(condition, seeds, stop)).collect();
        self.rest(Stage::Denoise);
        let decode = |latents: Result<Tensor, Arc<GenerateError>>| {
            let picture = self.picture(&latents?, stop).map_err(Arc::new)?;
            stop.report(STAGE, 1.0);
            Ok(picture)
        };
        let decoded = sampled.into_iter().map(decode).collect();
        self.rest(Stage::Decode);
        decoded
    }

    /// Latents of a batch, one by one.
    fn sample_all(&self, condition: &Condition, seeds: &[u64], stop: &Stop) -> Vec<Result<Tensor, Arc<GenerateError>>> {
        let noises: Vec<Noise> = seeds.iter().map(|seed| Noise::new(*seed)).collect();
        let noises: Vec<&dyn NoiseSource> = noises.iter().map(|noise| noise as &dyn NoiseSource).collect();
        let cut = |latents: Tensor| {
            let one = |at| latents.narrow(0, at, 1).map_err(GenerateError::from);
            (0..seeds.len()).map(one).collect::<Result<Vec<_>, _>>()
        };
        match self.sample(condition, &noises, stop, &mut |_, _| {}).and_then(cut) {
            Ok(latents) => latents.into_iter().map(Ok).collect(),
            Err(error) => {
                let error = Arc::new(error);
                seeds.iter().map(|_| Err(Arc::clone(&error))).collect()
            }
        }
    }
}

/// A picture, or what went wrong, which several of a batch may share.
type Drawn = Result<RgbImage, Arc<GenerateError>>;

impl<M: TextToPicture> Generate for Diffusion<M> {
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
        Self::generate(self, prompt, stop).map_err(|error| StageError::new(STAGE, error))
    }

    /// What is asked for more than once is encoded once, and denoised in batches.
    fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
        let mut groups: Vec<(Styled, Vec<usize>)> = Vec::new();
        for (at, prompt) in prompts.iter().enumerate() {
            let asked = self.options.asked(prompt);
            match groups.iter_mut().find(|(known, _)| *known == asked) {
                Some((_, places)) => places.push(at),
                None => groups.push((asked, vec![at])),
            }
        }
        let encode = |(asked, places): (Styled, Vec<usize>)| (self.ask(asked, stop).map_err(Arc::new), places);
        let groups: Vec<_> = groups.into_iter().map(encode).collect();
        self.rest(Stage::Text);
        let mut pictures: BTreeMap<usize, Drawn> = BTreeMap::new();
        for (condition, places) in groups {
            for places in places.chunks(self.together()) {
                let seeds: Vec<u64> = places.iter().map(|at| prompts[*at].seed).collect();
                let drawn = match &condition {
                    Ok(condition) => self.draw_all(condition, &seeds, stop),
                    Err(error) => places.iter().map(|_| Err(Arc::clone(error))).collect(),
                };
                pictures.extend(places.iter().copied().zip(drawn));
            }
        }
        pictures.into_values().map(|picture| picture.map_err(|error| StageError::new(STAGE, error))).collect()
    }

    fn batch(&self) -> usize {
        self.together()
    }
}
