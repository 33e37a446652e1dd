//! CLIP's tokenizer: lower case, words, pairs of characters merged by rank.

use std::collections::HashMap;

use linocut_nn::Location;
use serde::Deserialize;
use tokenizers::models::bpe::{BPE, Vocab};
use tokenizers::normalizers::replace::ReplacePattern;
use tokenizers::normalizers::{BertNormalizer, Lowercase, NFC, Replace, Sequence as Normalizers};
use tokenizers::pre_tokenizers::byte_level::ByteLevel;
use tokenizers::pre_tokenizers::sequence::Sequence as PreTokenizers;
use tokenizers::pre_tokenizers::split::{Split, SplitPattern};
use tokenizers::{AddedToken, SplitDelimiterBehavior, Tokenizer};

use super::text_error::TextError;
use crate::model_error::{ModelError, read_config};

/// Words: English endings, letters, single digits, runs of anything else.
const WORDS: &str = r"'s|'t|'re|'ve|'m|'ll|'d|[\p{L}]+|[\p{N}]|[^\s\p{L}\p{N}]+";
/// Marks the end of a word in the vocabulary.
const WORD_END: &str = "</w>";
/// Most bytes of a text per token that is allowed; the longest words of the vocabulary are shorter.
const BYTES_PER_TOKEN: usize = 64;

/// A vocabulary with its merges, and the tokens around a text.
#[derive(Clone, Debug)]
pub struct ClipTokenizer {
    tokenizer: Tokenizer,
    begin: u32,
    end: u32,
    pad: u32,
}

#[derive(Deserialize)]
struct Specials {
    bos_token: Special,
    eos_token: Special,
    pad_token: Special,
    /// In files of newer versions, which say everything here.
    added_tokens_decoder: Option<serde_json::Value>,
}

/// What older versions say of the same in another file, which then counts.
#[derive(Deserialize)]
struct OldSpecials {
    pad_token: Option<Special>,
}

/// A token that a tokenizer's configuration names.
#[derive(Deserialize)]
#[serde(untagged)]
pub(crate) enum Special {
    Plain(String),
    Described { content: String },
}

impl Special {
    pub(crate) fn token(&self) -> &str {
        let (Self::Plain(token) | Self::Described { content: token }) = self;
        token
    }
}

impl ClipTokenizer {
    /// Reads `vocab.json`, `merges.txt` and `tokenizer_config.json` from a folder; and `special_tokens_map.json` where there is one,
    /// which tells the padding of files that older versions of transformers wrote.
    ///
    /// # Errors
    ///
    /// [`ModelError::Io`] or [`ModelError::Config`] for a file that is missing or damaged, [`TextError::Tokenizer`] for files
    /// that do not fit each other, [`TextError::MissingToken`] if the vocabulary lacks a special token.
    pub fn read(folder: impl Into<Location>) -> Result<Self, ModelError> {
        let folder = folder.into();
        let vocabulary = read_config(&folder.join("vocab.json"))?;
        let merges = read_merges(&folder.join("merges.txt"))?;
        let specials = read_specials(&folder)?;
        let tokenizer = build(vocabulary, merges, &specials)
            .map_err(|error| TextError::Tokenizer { folder: folder.path(), reason: error.to_string() })?;
        let find = |special: &Special| {
            let missing = || TextError::MissingToken { folder: folder.path(), token: special.token().to_owned() };
            tokenizer.token_to_id(special.token()).ok_or_else(missing)
        };
        let [begin, end, pad] = [find(&specials.bos_token)?, find(&specials.eos_token)?, find(&specials.pad_token)?];
        Ok(Self { tokenizer, begin, end, pad })
    }

    /// The tokens of a text, without begin, end and padding.
    ///
    /// # Errors
    ///
    /// [`TextError::TooLong`] if there are more than `limit`, [`TextError::Encode`] if the tokenizer fails.
    pub fn encode(&self, text: &str, limit: usize) -> Result<Vec<u32>, TextError> {
        if text.len() > limit.saturating_mul(BYTES_PER_TOKEN) {
            return Err(TextError::TooLong { actual: text.len(), limit });
        }
        let encoded = self.tokenizer.encode(text, false);
        let encoded = encoded.map_err(|error| TextError::Encode { reason: error.to_string() })?;
        let tokens = encoded.get_ids().to_vec();
        if tokens.len() > limit { Err(TextError::TooLong { actual: tokens.len(), limit }) } else { Ok(tokens) }
    }

    /// The token before a text.
    pub fn begin(&self) -> u32 {
        self.begin
    }

    /// The token behind a text; also stands for what the vocabulary lacks.
    pub fn end(&self) -> u32 {
        self.end
    }

    /// The token that fills up.
    pub fn pad(&self) -> u32 {
        self.pad
    }
}

/// A pair of pieces in each line, the pair that is merged first in the first line; a line may say the version.
fn read_merges(file: &Location) -> Result<Vec<(String, String)>, ModelError> {
    let bytes = file.read()?;
    let invalid = |reason: String| ModelError::Config { file: file.path(), reason };
    let text = std::str::from_utf8(&bytes).map_err(|error| invalid(error.to_string()))?;
    let lines = text.lines().enumerate().filter(|(_, line)| !line.starts_with("#version") && !line.is_empty());
    let pair = |(at, line): (usize, &str)| match line.split_once(' ') {
        Some((left, right)) if !right.contains(' ') => Ok((left.to_owned(), right.to_owned())),
        _ => Err(invalid(format!("line {} is `{line}`, expected two pieces with a space between them", at + 1))),
    };
    lines.map(pair).collect()
}

fn read_specials(folder: &Location) -> Result<Specials, ModelError> {
    let specials: Specials = read_config(&folder.join("tokenizer_config.json"))?;
    let map = folder.join("special_tokens_map.json");
    if specials.added_tokens_decoder.is_some() || !map.exists() {
        return Ok(specials);
    }
    let old: OldSpecials = read_config(&map)?;
    Ok(Specials { pad_token: old.pad_token.unwrap_or(specials.pad_token), ..specials })
}

fn build(
    vocabulary: HashMap<String, u32>,
    merges: Vec<(String, String)>,
    specials: &Specials,
) -> tokenizers::Result<Tokenizer> {
    let unknown = specials.eos_token.token().to_owned();
    let pieces = BPE::builder().vocab_and_merges(vocabulary.into_iter().collect::<Vocab>(), merges);
    let model = pieces.unk_token(unknown).end_of_word_suffix(WORD_END.to_owned()).build()?;
    // Without control characters, with spaces around each character of Chinese, as transformers does without ftfy.
    let clean = BertNormalizer::new(true, true, Some(false), false);
    let spaces = Replace::new(ReplacePattern::Regex(r"\s+".to_owned()), " ")?;
    let words = Split::new(SplitPattern::Regex(WORDS.to_owned()), SplitDelimiterBehavior::Removed, true)?;
    let bytes = ByteLevel::new(false, true, false);
    let mut tokenizer = Tokenizer::new(model);
    tokenizer.with_normalizer(Some(Normalizers::new(vec![
        clean.into(),
        NFC.into(),
        spaces.into(),
        Lowercase.into(),
    ])))?;
    tokenizer.with_pre_tokenizer(Some(PreTokenizers::new(vec![words.into(), bytes.into()])));
    // With the padding: where it is `!`, a `!` in a text is that token, not a word of one character.
    let special = [&specials.bos_token, &specials.eos_token, &specials.pad_token];
    tokenizer.add_special_tokens(special.map(|special| AddedToken::from(special.token(), true)))?;
    Ok(tokenizer)
}
