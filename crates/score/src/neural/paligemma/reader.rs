//! The model with words.

use candle_core::Tensor;
use image::RgbImage;
use linocut_core::Question;
use linocut_nn::LinearKind;
use linocut_nn::Location;
use linocut_nn::place::Placement;

use super::answer::{YesNo, shares};
use super::config::PaliGemmaConfig;
use super::model::PaliGemmaModel;
use super::paligemma_error::PaliGemmaError;
use super::prompt::{OCR_PROMPT, portrays_prompt, question_prompt};
use super::tokens::Tokens;

/// The most tokens that the metric reads in a picture.
pub const OCR_TOKENS: usize = 32;

/// How PaliGemma is loaded and run.
#[derive(Debug, Clone)]
pub struct PaliGemmaOptions {
    /// The most prompts that run in one pass, at least 1. More take more memory: about 100 MB each for the 3B model.
    ///
    /// Default: 5, four questions and one description.
    pub batch: usize,
    /// Where it is to live. The patches, norms and tokens stay in the place's type or as in the file, whatever is narrower; files in NF4
    /// stay in NF4.
    ///
    /// Default: the CPU, linear layers in NF4, made on loading as bitsandbytes makes them: what the contest's metric did.
    pub place: Placement,
}

impl Default for PaliGemmaOptions {
    fn default() -> Self {
        Self::of_place(&Placement::default())
    }
}

impl PaliGemmaOptions {
    /// The default in another place; linear layers that would be plain are kept in NF4.
    #[must_use]
    pub fn of_place(place: &Placement) -> Self {
        let linear_kind = if place.linear_kind == LinearKind::Plain { LinearKind::Nf4 } else { place.linear_kind };
        Self { batch: 5, place: Placement { linear_kind, ..place.clone() } }
    }
}

/// PaliGemma 2 with its tokenizer.
#[derive(Debug, Clone)]
pub struct PaliGemma {
    model: PaliGemmaModel,
    tokens: Tokens,
    batch: usize,
}

/// A picture that was looked at: what the vision tower makes of it.
#[derive(Debug, Clone)]
pub struct Looked {
    features: Tensor,
}

impl PaliGemma {
    /// Opens a published folder: `config.json`, `tokenizer.json` and the weights.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if a file is missing, broken or of another model.
    pub fn open(folder: impl Into<Location>, options: &PaliGemmaOptions) -> Result<Self, PaliGemmaError> {
        let folder = folder.into();
        let config = PaliGemmaConfig::read(folder.join("config.json"))?;
        let tokens = Tokens::read(&folder.join("tokenizer.json"), &config)?;
        let weights = folder.weights(&options.place)?;
        let model = PaliGemmaModel::load(&weights, &config)?;
        weights.finish(&["language_model.lm_head.weight"])?;
        Ok(Self { model, tokens, batch: options.batch.max(1) })
    }

    /// The network.
    #[must_use]
    pub fn model(&self) -> &PaliGemmaModel {
        &self.model
    }

    /// Runs the vision tower once, for any number of questions.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError::Pixels`] if the picture has no pixel.
    pub fn look(&self, image: &RgbImage) -> Result<Looked, PaliGemmaError> {
        Ok(Looked { features: self.model.image_features(&self.model.pixel_values(image)?)? })
    }

    /// Probabilities of the choices of each question, in their order; those of one question sum to 1.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if a question has no choices, more than 26, or an answer that is not among them.
    pub fn choices(&self, picture: &Looked, questions: &[Question]) -> Result<Vec<Vec<f64>>, PaliGemmaError> {
        let prompts = questions.iter().map(question_prompt).collect::<Result<Vec<_>, _>>()?;
        let logits = self.next_logits(picture, &prompts)?;
        let letters = self.tokens.letters();
        Ok(logits
            .iter()
            .zip(questions)
            .map(|(logits, question)| shares(logits, &letters[..question.choices.len()]))
            .collect())
    }

    /// Probability, 0 to 1, that the picture shows each description.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError::TooLong`] for a description of thousands of words.
    pub fn portrays(&self, picture: &Looked, descriptions: &[&str], form: YesNo) -> Result<Vec<f64>, PaliGemmaError> {
        let prompts: Vec<String> = descriptions.iter().map(|description| portrays_prompt(description)).collect();
        self.yes(picture, &prompts, form)
    }

    /// Probability, 0 to 1, that each prompt is answered with yes. `<image>` says where the picture stands in a prompt.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if a prompt holds more than one picture or is too long.
    pub fn yes(&self, picture: &Looked, prompts: &[String], form: YesNo) -> Result<Vec<f64>, PaliGemmaError> {
        let answers = self.tokens.yes_no(form);
        Ok(self.next_logits(picture, prompts)?.iter().map(|logits| shares(logits, answers)[0]).collect())
    }

    /// The text that the model reads in the picture, of at most [`OCR_TOKENS`] tokens.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if the computation fails.
    pub fn read(&self, picture: &Looked) -> Result<String, PaliGemmaError> {
        let prompt = self.tokens.prompt(OCR_PROMPT)?;
        let answer = self.model.generate(&picture.features, &prompt, OCR_TOKENS)?;
        self.tokens.text(&answer.ids)
    }

    /// Logits behind each prompt, as many prompts in a pass as the options say.
    fn next_logits(&self, picture: &Looked, prompts: &[String]) -> Result<Vec<Vec<f32>>, PaliGemmaError> {
        let prompts = prompts.iter().map(|prompt| self.tokens.prompt(prompt)).collect::<Result<Vec<_>, _>>()?;
        let mut logits = Vec::with_capacity(prompts.len());
        for prompts in prompts.chunks(self.batch) {
            logits.extend(self.model.next_logits(&picture.features, prompts)?);
        }
        Ok(logits)
    }
}
