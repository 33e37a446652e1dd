//! Gemma 2 as a text encoder: what its `config.json` must say.

use linocut_nn::Location;
use linocut_nn::gemma2::Gemma2Config;
use serde::Deserialize;

use crate::model_error::{ModelError, faultless, read_config, require};

/// What changes the network and is always so in published files.
#[derive(Deserialize)]
struct Fixed {
    hidden_activation: Option<String>,
    attention_bias: Option<bool>,
}

/// Reads the shape of a Gemma 2.
///
/// # Errors
///
/// [`ModelError::Io`], [`ModelError::Config`], and [`ModelError::Unsupported`] for numbers that cannot be.
pub fn read_gemma2_config(file: impl Into<Location>) -> Result<Gemma2Config, ModelError> {
    const ACTIVATION: &str = "gelu_pytorch_tanh";
    let file = file.into();
    let Fixed { hidden_activation, attention_bias } = read_config(&file)?;
    let activation = hidden_activation.as_deref().unwrap_or(ACTIVATION);
    require(activation == ACTIVATION, "hidden_activation", ACTIVATION, &activation)?;
    require(attention_bias != Some(true), "attention_bias", "false", &attention_bias)?;
    let config: Gemma2Config = read_config(&file)?;
    require(config.num_hidden_layers > 0, "num_hidden_layers", "at least 1", &config.num_hidden_layers)?;
    faultless(config.decoder().fault())?;
    Ok(config)
}
