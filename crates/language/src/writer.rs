//! Any model that draws, by what its files say it is.

use std::path::Path;

use linocut_core::{ByteBudget, Draw, Prompt, StageError, Stop, Task};
use linocut_nn::place::Placement;
use linocut_svg::Drawing;
use serde::Deserialize;

use crate::model::{LanguageModel, ModelError, read_json};
use crate::omnisvg::OmniSvg;

/// A model that draws descriptions: one that writes SVG as text, or one of OmniSVG's.
///
/// Cloning is cheap: clones share the weights.
#[derive(Clone, Debug)]
pub enum Writer {
    /// A causal model.
    Causal(LanguageModel),
    /// One of OmniSVG's.
    Omni(OmniSvg),
}

#[derive(Deserialize)]
struct Kind {
    model_type: Option<String>,
}

impl Writer {
    /// Opens a folder or a GGUF file, as [`LanguageModel::open`] and [`OmniSvg::open`] do: a folder whose `config.json` is of Qwen2.5-VL is one of
    /// OmniSVG's.
    ///
    /// # Errors
    ///
    /// [`ModelError`] says which file lacks what, or has what that does not fit.
    pub fn open(path: &Path, place: &Placement) -> Result<Self, ModelError> {
        if path.is_file() {
            return LanguageModel::open(path, place).map(Self::Causal);
        }
        let kind: Kind = read_json(&path.join("config.json").into())?;
        match kind.model_type.as_deref() {
            Some("qwen2_5_vl") => OmniSvg::open(path, place).map(Self::Omni),
            _ => LanguageModel::open(path, place).map(Self::Causal),
        }
    }

    /// The small writer that is part of the program: see [`LanguageModel::small`].
    ///
    /// # Errors
    ///
    /// [`ModelError`] if its files are damaged.
    #[cfg(feature = "small-writer")]
    pub fn small(place: &Placement) -> Result<Self, ModelError> {
        LanguageModel::small(place).map(Self::Causal)
    }

    /// Bytes that its weights take for a description, without keys and values of the text.
    #[must_use]
    pub fn bytes(&self) -> u64 {
        match self {
            Self::Causal(model) => model.part().bytes(),
            Self::Omni(model) => model.parts()[0].bytes(),
        }
    }

    /// Draws a description in at most `budget` bytes.
    ///
    /// # Errors
    ///
    /// As [`LanguageModel::drawing`] and [`OmniSvg::draw_description`].
    pub fn drawing(&self, prompt: &Prompt, budget: ByteBudget, stop: &Stop) -> Result<Drawing, ModelError> {
        match self {
            Self::Causal(model) => model.drawing(prompt, budget, stop),
            Self::Omni(model) => {
                let drawn = model.draw_description(&prompt.text, budget, &[prompt.seed], stop, |_| {})?;
                drawn.into_iter().next().map(|drawn| drawn.drawing).ok_or(ModelError::Stopped)
            }
        }
    }
}

impl Draw for Writer {
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
        match self {
            Self::Causal(model) => model.draw(prompt, task),
            Self::Omni(model) => model.draw(prompt, task),
        }
    }
}
