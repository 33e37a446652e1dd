//! A description as the model was taught to be asked.

use linocut_nn::Location;
use serde::Deserialize;

use crate::model_error::{ModelError, read_config};
use crate::text::{TextError, WordPieces};

/// Most tokens of a description with what is put around it, where the model has room for more.
const LIMIT: usize = 1024;
/// Begins a row, where `tokenizer_config.json` does not say another token.
const BEGIN: &str = "<｜begin▁of▁sentence｜>";
/// Stands for each token of the row that the picture is weighed against.
const PAD: &str = "<｜▁pad▁｜>";
/// Ends the row: a picture follows.
const PICTURE: &str = "<begin_of_image>";

/// The tokenizer and its special tokens.
#[derive(Clone, Debug)]
pub struct JanusText {
    pieces: WordPieces,
    /// None if the tokenizer is said to add none.
    begin: Option<u32>,
    pad: u32,
    /// Most tokens of a row.
    limit: usize,
}

#[derive(Deserialize)]
#[serde(default)]
struct Specials {
    add_bos_token: bool,
    bos_token: Option<Special>,
}

impl Default for Specials {
    fn default() -> Self {
        Self { add_bos_token: true, bos_token: None }
    }
}

#[derive(Deserialize)]
#[serde(untagged)]
enum Special {
    Plain(String),
    Described { content: String },
}

impl JanusText {
    /// Reads `tokenizer.json`, and `tokenizer_config.json` where there is one, from a folder; for a model that has room for so many tokens.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] or [`ModelError::Config`] for a file that is missing or damaged, [`TextError::Tokenizer`] for a damaged
    /// tokenizer, [`TextError::MissingToken`] if the vocabulary lacks a special token.
    pub fn read(folder: &Location, room: usize) -> Result<Self, ModelError> {
        let (file, specials) = (folder.join("tokenizer.json"), folder.join("tokenizer_config.json"));
        let specials: Specials = if specials.exists() { read_config(&specials)? } else { Specials::default() };
        let pieces = WordPieces::read(file.clone())?;
        let find = |token: &str| {
            let missing = || TextError::MissingToken { folder: file.path(), token: token.to_owned() };
            pieces.id(token).ok_or_else(missing)
        };
        let begin = match &specials.bos_token {
            Some(Special::Plain(token) | Special::Described { content: token }) => token,
            None => BEGIN,
        };
        let begin = specials.add_bos_token.then(|| find(begin)).transpose()?;
        let pad = find(PAD)?;
        find(PICTURE)?;
        Ok(Self { pieces, begin, pad, limit: LIMIT.min(room) })
    }

    /// The row of a description: it is asked for by a user, and the answer begins with a picture.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] for more than 1024 tokens, or than the model has room for, [`TextError::Encode`] if the tokenizer fails.
    pub fn tokenize(&self, text: &str) -> Result<Vec<u32>, TextError> {
        let limit = self.limit.saturating_sub(1);
        let mut row = self.pieces.encode(&asked(text), limit)?;
        if let Some(begin) = self.begin.filter(|begin| row.first() != Some(begin)) {
            row.insert(0, begin);
        }
        Ok(row)
    }

    /// The row that a picture of this one is weighed against: the same without its words.
    #[must_use]
    pub fn without_words(&self, row: &[u32]) -> Vec<u32> {
        let inside = 1..row.len().saturating_sub(1);
        row.iter().enumerate().map(|(at, token)| if inside.contains(&at) { self.pad } else { *token }).collect()
    }
}

/// The template `deepseek` of the published processor, without a system prompt; an empty message has no space around it.
fn asked(text: &str) -> String {
    match text.trim() {
        "" => format!("<|User|>:<|Assistant|>:{PICTURE}"),
        text => format!("<|User|>: {text}\n\n<|Assistant|>:{PICTURE}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_description_is_put_as_the_published_processor_puts_it() {
        assert_eq!(asked(" a red fox\n"), "<|User|>: a red fox\n\n<|Assistant|>:<begin_of_image>");
        assert_eq!(asked(" "), "<|User|>:<|Assistant|>:<begin_of_image>");
    }
}
