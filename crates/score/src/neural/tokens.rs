//! Texts as numbers, by a published `tokenizer.json`.

use std::path::PathBuf;

use candle_core::{Device, Tensor};
use linocut_nn::Location;
use tokenizers::{PaddingParams, PaddingStrategy, Tokenizer, TruncationParams};

use crate::neural::tower_error::TowerError;

/// A tokenizer that brings every text to one length.
#[derive(Clone, Debug)]
pub(crate) struct Tokens {
    tokenizer: Tokenizer,
    file: PathBuf,
}

impl Tokens {
    /// Reads `tokenizer.json` of a folder. Texts are cut to `length` tokens, special ones included, or padded with `padding`.
    pub(crate) fn read(folder: &Location, length: usize, padding: u32) -> Result<Self, TowerError> {
        let json = folder.join("tokenizer.json");
        let file = json.path();
        let failed = |error: tokenizers::Error| TowerError::Tokenizer { file: file.clone(), reason: error.to_string() };
        let mut tokenizer = Tokenizer::from_bytes(json.read()?).map_err(failed)?;
        let truncation = TruncationParams { max_length: length, ..TruncationParams::default() };
        tokenizer.with_truncation(Some(truncation)).map_err(failed)?;
        let strategy = PaddingStrategy::Fixed(length);
        tokenizer.with_padding(Some(PaddingParams { strategy, pad_id: padding, ..PaddingParams::default() }));
        Ok(Self { tokenizer, file })
    }

    /// (texts, length) of `u32`.
    pub(crate) fn encode(&self, texts: &[String], device: &Device) -> Result<Tensor, TowerError> {
        let encoded = self
            .tokenizer
            .encode_batch(texts.to_vec(), true)
            .map_err(|error| TowerError::Tokenizer { file: self.file.clone(), reason: error.to_string() })?;
        let length = encoded.first().map_or(0, |one| one.get_ids().len());
        let ids: Vec<u32> = encoded.iter().flat_map(|one| one.get_ids().iter().copied()).collect();
        Ok(Tensor::from_vec(ids, (texts.len(), length), device)?)
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    /// Words separated by white space; unknown ones are 0, and each text ends with 1.
    const WORDS: &str = r#"{"version": "1.0", "pre_tokenizer": {"type": "WhitespaceSplit"},
        "post_processor": {"type": "TemplateProcessing", "single": [{"Sequence": {"id": "A", "type_id": 0}},
            {"SpecialToken": {"id": "</s>", "type_id": 0}}], "pair": [{"Sequence": {"id": "A", "type_id": 0}}],
            "special_tokens": {"</s>": {"id": "</s>", "ids": [1], "tokens": ["</s>"]}}},
        "model": {"type": "WordLevel", "unk_token": "<unk>", "vocab": {"<unk>": 0, "</s>": 1, "red": 5, "fox": 6}}}"#;

    fn encode(texts: &[&str]) -> Vec<Vec<u32>> {
        let folder = tempfile::tempdir().unwrap();
        fs::write(folder.path().join("tokenizer.json"), WORDS).unwrap();
        let tokens = Tokens::read(&folder.path().into(), 4, 9).unwrap();
        let texts: Vec<String> = texts.iter().map(|text| (*text).to_owned()).collect();
        tokens.encode(&texts, &Device::Cpu).unwrap().to_vec2().unwrap()
    }

    #[test]
    fn short_texts_are_padded_and_long_ones_cut_before_their_end() {
        assert_eq!(encode(&["red fox", "fox fox fox fox fox"]), [[5, 6, 1, 9], [6, 6, 6, 1]]);
    }

    #[test]
    fn a_missing_or_broken_file_is_named() {
        let folder = tempfile::tempdir().unwrap();
        let missing = Tokens::read(&folder.path().into(), 4, 9).unwrap_err();
        fs::write(folder.path().join("tokenizer.json"), "{}").unwrap();
        let broken = Tokens::read(&folder.path().into(), 4, 9).unwrap_err();
        assert!(matches!(&missing, TowerError::Io { file, .. } if file.ends_with("tokenizer.json")), "{missing}");
        assert!(matches!(&broken, TowerError::Tokenizer { file, .. } if file.ends_with("tokenizer.json")), "{broken}");
    }
}
