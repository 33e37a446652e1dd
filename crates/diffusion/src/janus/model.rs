//! The whole model.

use candle_core::{Device, Tensor};
use linocut_core::Stop;
use linocut_nn::Location;
use linocut_nn::place::{Part, Resident};
use linocut_nn::weights::Weights;

use super::choice::choose;
use super::config::JanusConfig;
use super::language::JanusLanguage;
use super::picture::JanusPicture;
use super::text::JanusText;
use super::{LANGUAGE, PICTURE};
use crate::denoise::{
    Condition, DenoiseOptions, Denoiser, Encoded, GenerateError, NoiseSource, Order, STAGE, Stage, TextToPicture, Watch,
};
use crate::folder::ModelFolder;
use crate::model_error::{ModelError, go_on};
use crate::prompt::{WeightedText, plain_text};
use crate::sampler::Sampler;
use crate::unet::Reuse;

/// Files without which the model cannot be loaded, weights aside.
const FILES: [&str; 2] = ["config.json", "tokenizer.json"];
/// How far a picture goes beyond one without words.
const GUIDANCE: f64 = 5.0;

/// Janus-Pro.
///
/// Its latents are numbers of tokens, (batch, 1, side, side), -1 where none is drawn yet; a step is a token.
#[derive(Clone, Debug)]
pub struct Janus {
    text: JanusText,
    language: Part<JanusLanguage, ModelError>,
    picture: Part<JanusPicture, ModelError>,
    config: JanusConfig,
}

impl Janus {
    /// Opens a model.
    ///
    /// # Errors
    ///
    /// As [`Family::open`](crate::family::Family::open); [`ModelError::Fixed`] for a sampler, low-rank changes, or another file in place
    /// of a part.
    pub fn load(folder: &ModelFolder, sampler: Option<&Sampler>) -> Result<Self, ModelError> {
        check_folder(folder)?;
        check_sampler(sampler)?;
        let opened = folder.opened(&FILES)?;
        let config = JanusConfig::read(opened.path("config.json"))?;
        let (of_language, of_picture) = (config.clone(), config.clone());
        let room = config.language.max_position_embeddings.saturating_sub(config.picture.tokens());
        let model = Self {
            text: JanusText::read(&folder.files, room)?,
            language: opened
                .own(LANGUAGE, Stage::Denoise, move |weights: &Weights| JanusLanguage::load(weights, &of_language))?,
            picture: opened
                .own(PICTURE, Stage::Decode, move |weights: &Weights| JanusPicture::load(weights, &of_picture))?,
            config,
        };
        opened.finish()?;
        Ok(model)
    }

    /// What it is made of.
    #[must_use]
    pub fn config(&self) -> &JanusConfig {
        &self.config
    }

    /// The tokenizer.
    #[must_use]
    pub fn text(&self) -> &JanusText {
        &self.text
    }

    /// The language model.
    #[must_use]
    pub fn language(&self) -> &Part<JanusLanguage, ModelError> {
        &self.language
    }

    /// The tokens of a picture for each noise. `watch` is called behind each.
    fn draw(&self, order: Order<'_>, stop: &Stop, watch: Watch<'_>) -> Result<Tensor, GenerateError> {
        let Order { condition, noises, .. } = order;
        let (grid, count) = (self.config.picture.grid, self.config.picture.tokens());
        let language = self.language.get()?;
        let rows = condition.texts(noises.len());
        let mut vectors = Tensor::cat(&rows.iter().map(|text| &text.states).collect::<Vec<_>>(), 0)?;
        let mut cache = language.cache(vectors.dim(1)? + count);
        let mut drawn = vec![-1.0_f32; noises.len() * count];
        let latents = |drawn: &[f32]| Tensor::from_slice(drawn, (noises.len(), 1, grid, grid), &Device::Cpu);
        for at in 0..count {
            go_on(stop).map_err(GenerateError::behind(at, count))?;
            let tokens = chosen(condition, &language.next(&vectors, &mut cache)?, noises, at)?;
            for (picture, token) in drawn.chunks_exact_mut(count).zip(&tokens) {
                picture[at] = *token as f32;
            }
            watch(at, &latents(&drawn)?);
            stop.report(STAGE, (at + 1) as f32 / (count + 1) as f32);
            if at + 1 < count {
                vectors = language.enter(&tokens.repeat(rows.len() / noises.len()))?;
            }
        }
        Ok(latents(&drawn)?)
    }
}

/// The next token of each picture, by the scores of all rows.
fn chosen(
    condition: &Condition,
    scores: &Tensor,
    noises: &[&dyn NoiseSource],
    at: usize,
) -> Result<Vec<u32>, GenerateError> {
    let scores = condition.guide(scores)?.to_vec2::<f32>()?;
    let choose = |(scores, noise): (&Vec<f32>, &&dyn NoiseSource)| {
        let token = choose(scores, noise.share(at)?).ok_or(GenerateError::Scores { token: at })?;
        Ok(u32::try_from(token).unwrap_or(u32::MAX))
    };
    scores.iter().zip(noises).map(choose).collect()
}

impl TextToPicture for Janus {
    fn denoiser(&self) -> Option<&dyn Denoiser> {
        None
    }

    /// A picture has as many tokens as the model draws, one side, and no sampler.
    fn check(&self, options: &DenoiseOptions) -> Result<(), ModelError> {
        let (tokens, side, (width, height)) = (self.config.picture.tokens(), self.config.picture.side(), options.size);
        let steps = format!("{tokens}, one for each token of a picture");
        fixed(options.steps == tokens, "steps", steps.clone(), &options.steps)?;
        fixed(options.timesteps.is_none(), "timesteps", steps, &options.timesteps)?;
        let size = format!("{width}x{height} px");
        fixed((width, height) == (side, side), "size", format!("{side}x{side} px"), &format_args!("{size}"))?;
        let reuse = "1, for it has no U-shaped denoiser".to_owned();
        fixed(options.reuse.interval == Reuse::default().interval, "interval", reuse, &options.reuse.interval)?;
        check_sampler(options.sampler.as_ref())
    }

    /// What a picture should not show is of no account, as in the reference: against a description stands the same row without words.
    fn encode(
        &self,
        prompt: &[WeightedText],
        negative: Option<&[WeightedText]>,
    ) -> Result<(Encoded, Option<Encoded>), ModelError> {
        let row = self.text.tokenize(&plain_text(prompt))?;
        let language = self.language.get()?;
        let of = |row: &[u32]| Ok::<_, ModelError>(Encoded { states: language.read(row)?, pooled: None });
        Ok((of(&row)?, negative.map(|_| of(&self.text.without_words(&row))).transpose()?))
    }

    fn sample(&self, order: Order<'_>, stop: &Stop, watch: Watch<'_>) -> Result<Tensor, GenerateError> {
        if !order.condition.guidance.is_finite() {
            return Err(GenerateError::Guidance { actual: order.condition.guidance });
        }
        self.draw(order, stop, watch)
    }

    fn decode(&self, latents: &Tensor, stop: &Stop) -> Result<Tensor, ModelError> {
        self.picture.get()?.decode(latents, stop)
    }

    fn parts(&self) -> Vec<(Stage, &dyn Resident)> {
        vec![(Stage::Denoise, &self.language), (Stage::Decode, &self.picture)]
    }

    fn is_told_guidance(&self) -> bool {
        false
    }

    fn weighs(&self) -> bool {
        false
    }
}

/// Steps, guidance and side of the model in a folder.
pub(super) fn usual(folder: &Location) -> Result<(usize, f64, u32), ModelError> {
    let picture = JanusConfig::read(folder.join("config.json"))?.picture;
    Ok((picture.tokens(), GUIDANCE, picture.side()))
}

fn check_sampler(sampler: Option<&Sampler>) -> Result<(), ModelError> {
    let none = "none, for it draws one token after the other".to_owned();
    fixed(sampler.is_none(), "sampler", none, &sampler.map(|sampler| sampler.method))
}

/// What may take the place of a part of other models, or change it, does not fit this one.
fn check_folder(folder: &ModelFolder) -> Result<(), ModelError> {
    let ModelFolder { single, denoiser, text_encoder, vae, loras, .. } = folder;
    let none = || "none".to_owned();
    fixed(loras.is_empty(), "loras", none(), loras)?;
    fixed(single.is_none(), "single", none(), single)?;
    fixed(denoiser.is_none(), "denoiser", none(), denoiser)?;
    fixed(text_encoder.is_none(), "text_encoder", none(), text_encoder)?;
    fixed(vae.is_none(), "vae", none(), vae)
}

fn fixed(holds: bool, option: &'static str, expected: String, actual: &impl std::fmt::Debug) -> Result<(), ModelError> {
    if holds { Ok(()) } else { Err(ModelError::Fixed { option, expected, actual: format!("{actual:?}") }) }
}
