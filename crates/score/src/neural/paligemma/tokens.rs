//! Text to ids and back.

use linocut_nn::Location;
use tokenizers::Tokenizer;

use super::answer::{Spellings, YesNo};
use super::config::PaliGemmaConfig;
use super::paligemma_error::PaliGemmaError;
use super::prompt::{BOS, IMAGE, expand, letters};

/// The token of what is not in the vocabulary.
const UNKNOWN: &str = "<unk>";

/// The published tokenizer, and the ids that answers are read from.
#[derive(Debug, Clone)]
pub(super) struct Tokens {
    tokenizer: Tokenizer,
    patches: usize,
    vocabulary: usize,
    letters: Vec<Spellings>,
    intended: [Spellings; 2],
    deployed: [Spellings; 2],
}

impl Tokens {
    /// Reads a `tokenizer.json` and looks up what the model needs.
    pub(super) fn read(file: &Location, config: &PaliGemmaConfig) -> Result<Self, PaliGemmaError> {
        let tokenizer = Tokenizer::from_bytes(file.read()?)
            .map_err(|error| PaliGemmaError::Tokenizer { file: file.path(), reason: error.to_string() })?;
        check(&tokenizer, IMAGE, config.image_token_index)?;
        check(&tokenizer, BOS, config.bos_token_id)?;
        let spellings = |word: String| Ok([single(&tokenizer, &word)?, single(&tokenizer, &format!(" {word}"))?]);
        let letters = letters().map(|letter| spellings(letter.to_string())).collect::<Result<_, PaliGemmaError>>()?;
        let intended = [spellings("yes".into())?, spellings("no".into())?];
        let deployed =
            ["yes", "no"].map(|word| Ok([known(&tokenizer, word)?, literal(&tokenizer, &format!(" {word}"))?]));
        let [yes, no]: [Result<Spellings, PaliGemmaError>; 2] = deployed;
        let patches = config.vision_config.patches();
        let vocabulary = config.text_config.vocab_size;
        let tokens = Self { letters, intended, deployed: [yes?, no?], patches, vocabulary, tokenizer };
        tokens.check_vocabulary()?;
        Ok(tokens)
    }

    /// Ids of a prompt: see [`expand`].
    pub(super) fn prompt(&self, prompt: &str) -> Result<Vec<u32>, PaliGemmaError> {
        let encoding = self.tokenizer.encode_fast(expand(prompt, self.patches), false).map_err(encoding_error)?;
        Ok(encoding.get_ids().to_vec())
    }

    /// The text of ids, without special tokens.
    pub(super) fn text(&self, ids: &[u32]) -> Result<String, PaliGemmaError> {
        self.tokenizer.decode(ids, true).map_err(encoding_error)
    }

    /// Ids of the letters of choices, from A on.
    pub(super) fn letters(&self) -> &[Spellings] {
        &self.letters
    }

    /// Ids of yes and of no.
    pub(super) fn yes_no(&self, form: YesNo) -> &[Spellings; 2] {
        match form {
            YesNo::Intended => &self.intended,
            YesNo::Deployed => &self.deployed,
        }
    }

    /// Answers are looked up among the logits, so every id must have one.
    fn check_vocabulary(&self) -> Result<(), PaliGemmaError> {
        let ids = self.letters.iter().chain(&self.intended).chain(&self.deployed).flatten();
        match ids.max() {
            Some(&id) if id as usize >= self.vocabulary => Err(PaliGemmaError::Encoding {
                reason: format!("token {id} is outside of the model's {} tokens", self.vocabulary),
            }),
            _ => Ok(()),
        }
    }
}

fn encoding_error(error: tokenizers::Error) -> PaliGemmaError {
    PaliGemmaError::Encoding { reason: error.to_string() }
}

/// The id of a token by its name.
fn known(tokenizer: &Tokenizer, token: &str) -> Result<u32, PaliGemmaError> {
    tokenizer.token_to_id(token).ok_or_else(|| PaliGemmaError::MissingToken { token: token.to_owned() })
}

/// The id of a token by its name, or else that of the unknown token.
fn literal(tokenizer: &Tokenizer, token: &str) -> Result<u32, PaliGemmaError> {
    tokenizer.token_to_id(token).map_or_else(|| known(tokenizer, UNKNOWN), Ok)
}

/// The id of a text that is one token.
fn single(tokenizer: &Tokenizer, text: &str) -> Result<u32, PaliGemmaError> {
    let encoding = tokenizer.encode(text, false).map_err(encoding_error)?;
    match encoding.get_ids() {
        [id] if tokenizer.token_to_id(UNKNOWN) != Some(*id) => Ok(*id),
        _ => Err(PaliGemmaError::MissingToken { token: text.to_owned() }),
    }
}

fn check(tokenizer: &Tokenizer, token: &'static str, expected: u32) -> Result<(), PaliGemmaError> {
    let actual = known(tokenizer, token)?;
    if actual == expected { Ok(()) } else { Err(PaliGemmaError::TokenMismatch { token, expected, actual }) }
}

#[cfg(test)]
mod tests {
    use std::path::{Path, PathBuf};

    use super::*;

    fn folder() -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score/paligemma2")
    }

    fn config() -> PaliGemmaConfig {
        PaliGemmaConfig::read(folder().join("config.json")).unwrap()
    }

    fn tokens() -> Tokens {
        Tokens::read(&folder().join("tokenizer.json").into(), &config()).unwrap()
    }

    #[test]
    fn a_prompt_is_the_picture_bos_the_text_and_a_line_break() {
        let ids = tokens().prompt("<image>ocr\n").unwrap();
        assert!(ids[..16].iter().all(|id| *id == 296));
        assert_eq!(ids[16], 2);
        assert_eq!(tokens().text(&ids).unwrap(), "ocr\n\n");
    }

    #[test]
    fn text_may_stand_before_the_picture() {
        let ids = tokens().prompt("Does <image> portray \"a cat\"?").unwrap();
        let first = ids.iter().position(|id| *id == 296).unwrap();
        assert!(first > 0 && ids[first..first + 16].iter().all(|id| *id == 296) && ids[first + 16] == 2);
    }

    #[test]
    fn letters_have_two_spellings_each() {
        let tokens = tokens();
        let mut ids: Vec<u32> = tokens.letters().iter().flatten().copied().collect();
        ids.sort_unstable();
        ids.dedup();
        assert_eq!(ids.len(), 52);
    }

    #[test]
    fn the_deployed_form_reads_the_unknown_token() {
        let tokens = tokens();
        let unknown = tokens.tokenizer.token_to_id(UNKNOWN).unwrap();
        let [yes, no] = *tokens.yes_no(YesNo::Deployed);
        assert_eq!([yes[1], no[1]], [unknown; 2]);
        assert_eq!((yes[0], no[0]), (tokens.yes_no(YesNo::Intended)[0][0], tokens.yes_no(YesNo::Intended)[1][0]));
    }

    #[test]
    fn a_missing_token_is_named() {
        let text = std::fs::read_to_string(folder().join("tokenizer.json")).unwrap();
        let mut json: serde_json::Value = serde_json::from_str(&text).unwrap();
        json["model"]["merges"].as_array_mut().unwrap().retain(|pair| pair[1] != "Q");
        let broken = tempfile::NamedTempFile::new().unwrap();
        std::fs::write(broken.path(), json.to_string()).unwrap();
        let error = Tokens::read(&broken.path().into(), &config()).unwrap_err();
        assert!(matches!(error, PaliGemmaError::MissingToken { token } if token == " Q"));
        let config = PaliGemmaConfig { image_token_index: 295, ..config() };
        let error = Tokens::read(&folder().join("tokenizer.json").into(), &config).unwrap_err();
        assert!(matches!(error, PaliGemmaError::TokenMismatch { token: "<image>", expected: 295, actual: 296 }));
    }
}
