//! CLIP's text encoder over rows of tokens.

use candle_core::Tensor;
use linocut_nn::Location;
use linocut_nn::weights::Weights;
use linocut_nn::{ClipTextConfig, ClipTextOutput};

use crate::model_error::{ModelError, faultless, read_config};

/// Reads a text encoder's configuration.
///
/// # Errors
///
/// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for numbers that cannot be.
pub fn read_clip_config(file: impl Into<Location>) -> Result<ClipTextConfig, ModelError> {
    let config: ClipTextConfig = read_config(&file.into())?;
    faultless(config.fault())?;
    Ok(config)
}

/// CLIP's text encoder.
#[derive(Clone, Debug)]
pub struct ClipText {
    network: linocut_nn::ClipText,
    device: candle_core::Device,
}

impl ClipText {
    /// Loads `text_model` and, if the file has it, `text_projection`.
    ///
    /// # Errors
    ///
    /// [`ModelError::Weights`] if a tensor is missing or has another shape.
    pub fn load(weights: &Weights, config: &ClipTextConfig) -> Result<Self, ModelError> {
        Ok(Self { network: linocut_nn::ClipText::load(weights, config)?, device: weights.device().clone() })
    }

    /// Encodes rows of tokens, all of one length.
    ///
    /// # Errors
    ///
    /// [`ModelError::ShapeMismatch`] for no rows, rows of different length, or of more than `max_position_embeddings`;
    /// [`ModelError::Tensor`] for a token outside of the vocabulary.
    pub fn forward(&self, rows: &[Vec<u32>]) -> Result<ClipTextOutput, ModelError> {
        let length = rows.first().map_or(0, Vec::len);
        let most = self.network.config().max_position_embeddings;
        if length == 0 || length > most || rows.iter().any(|row| row.len() != length) {
            let actual = rows.iter().map(Vec::len).collect();
            let expected = format!("rows of one length, 1 to {most}");
            return Err(ModelError::ShapeMismatch { tensor: "tokens", expected, actual });
        }
        Ok(self.network.forward(&Tensor::from_vec(rows.concat(), (rows.len(), length), &self.device)?)?)
    }
}
