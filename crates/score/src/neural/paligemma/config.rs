//! The published `config.json`.

use linocut_nn::Location;
use linocut_nn::gemma2::Gemma2Config;
use serde::Deserialize;

use super::paligemma_error::PaliGemmaError;
use crate::neural::siglip::SiglipVisionConfig;

/// Shape of a PaliGemma 2, as in the published `config.json`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
pub struct PaliGemmaConfig {
    /// The language model.
    pub text_config: Gemma2Config,
    /// The vision tower.
    pub vision_config: SiglipVisionConfig,
    /// Id of the token that stands for a patch of the picture.
    #[serde(default = "default_image_token")]
    pub image_token_index: u32,
    /// Id of the token that begins a text.
    #[serde(default = "default_bos")]
    pub bos_token_id: u32,
    /// Id of the token that ends a text.
    #[serde(default = "default_eos")]
    pub eos_token_id: u32,
    /// Id of the token that fills up.
    #[serde(default)]
    pub pad_token_id: u32,
}

impl PaliGemmaConfig {
    /// Reads a `config.json`.
    ///
    /// # Errors
    ///
    /// [`PaliGemmaError`] if the file cannot be read, is of another model or has sizes that fit no model.
    pub fn read(file: impl Into<Location>) -> Result<Self, PaliGemmaError> {
        let file = file.into();
        let text = file.read()?;
        let invalid = |reason| PaliGemmaError::Config { file: file.path(), reason };
        let text = std::str::from_utf8(&text).map_err(|error| invalid(error.to_string()))?;
        Self::parse(text).map_err(invalid)
    }

    /// Parses the text of a `config.json`; an error says what is wrong with it.
    fn parse(text: &str) -> Result<Self, String> {
        let value: serde_json::Value = serde_json::from_str(text).map_err(|error| error.to_string())?;
        for (part, expected) in [("", "paligemma"), ("text_config", "gemma2"), ("vision_config", "siglip_vision_model")]
        {
            let part = if part.is_empty() { &value } else { &value[part] };
            let actual = part["model_type"].as_str().unwrap_or("missing");
            if actual != expected {
                return Err(format!("the model type is {actual}, expected {expected}"));
            }
        }
        let config: Self = serde_json::from_value(value).map_err(|error| error.to_string())?;
        config.check()?;
        Ok(config)
    }

    /// What loading and running divide by and count on.
    fn check(&self) -> Result<(), String> {
        let (text, vision) = (&self.text_config, &self.vision_config);
        let positive = [
            ("hidden_size", text.hidden_size),
            ("num_key_value_heads", text.num_key_value_heads),
            ("head_dim", text.head_dim),
            ("vision hidden_size", vision.hidden_size),
            ("vision num_attention_heads", vision.num_attention_heads),
            ("patch_size", vision.patch_size),
            ("patches", vision.patches()),
        ];
        if let Some((name, _)) = positive.iter().find(|(_, size)| *size == 0) {
            return Err(format!("{name} is 0, expected at least 1"));
        }
        if vision.image_size > 4096 {
            return Err(format!("image_size is {} px, expected at most 4096", vision.image_size));
        }
        if !text.num_attention_heads.is_multiple_of(text.num_key_value_heads) || !text.head_dim.is_multiple_of(2) {
            return Err(format!(
                "{} heads of {} in {} groups do not divide evenly",
                text.num_attention_heads, text.head_dim, text.num_key_value_heads
            ));
        }
        if self.image_token_index as usize >= text.vocab_size {
            return Err(format!("image token {} is outside of {} tokens", self.image_token_index, text.vocab_size));
        }
        Ok(())
    }
}

fn default_image_token() -> u32 {
    257_152
}

fn default_bos() -> u32 {
    2
}

fn default_eos() -> u32 {
    1
}

#[cfg(test)]
mod tests {
    use super::*;

    const TINY: &str = include_str!("../../../../../fixtures/score/paligemma2/config.json");

    #[test]
    fn reads_the_published_layout() {
        let config = PaliGemmaConfig::parse(TINY).unwrap();
        assert_eq!((config.image_token_index, config.vision_config.patches()), (296, 16));
        assert_eq!((config.text_config.sliding_window, config.text_config.rope_theta), (4096, 10_000.0));
    }

    #[test]
    fn another_model_is_named() {
        let error = PaliGemmaConfig::parse(&TINY.replace("\"gemma2\"", "\"gemma\"")).unwrap_err();
        assert_eq!(error, "the model type is gemma, expected gemma2");
        assert!(PaliGemmaConfig::parse("{}").unwrap_err().contains("missing"));
    }

    #[test]
    fn sizes_that_fit_no_model_are_errors() {
        for (from, to) in [("\"patch_size\": 14", "\"patch_size\": 0"), ("\"head_dim\": 16", "\"head_dim\": 15")] {
            assert!(PaliGemmaConfig::parse(&TINY.replace(from, to)).is_err(), "{to}");
        }
        assert!(PaliGemmaConfig::parse(&TINY.replace(": 296", ": 304")).is_err());
    }
}
