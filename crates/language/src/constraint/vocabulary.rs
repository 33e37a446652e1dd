//! What the tokens of a vocabulary write.

use serde_json::Value;
use tokenizers::Tokenizer;

use super::error::ConstraintError;

/// The bytes that each token writes, and the tokens that end a text.
#[derive(Clone, Debug)]
pub struct Vocabulary {
    pub(super) tokens: Vec<Vec<u8>>,
    pub(super) ends: Vec<u32>,
}

impl Vocabulary {
    /// A vocabulary of the bytes of each token, by id; tokens without bytes are never allowed. `ends` end a text.
    #[must_use]
    pub const fn new(tokens: Vec<Vec<u8>>, ends: Vec<u32>) -> Self {
        Self { tokens, ends }
    }

    /// The vocabulary of a tokenizer, for logits of `size` tokens. Special tokens write nothing.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::Decoder`] for a tokenizer that neither writes bytes as characters, as that of GPT-2 does, nor has spaces as
    /// `▁` and bytes as `<0x41>`, as those of sentencepiece do.
    pub fn of_tokenizer(tokenizer: &Tokenizer, size: usize, ends: &[u32]) -> Result<Self, ConstraintError> {
        let decoder = serde_json::to_value(tokenizer.get_decoder()).unwrap_or_default();
        let spelling = Spelling::of(&decoder)?;
        let added = tokenizer.get_added_tokens_decoder();
        let mut tokens = vec![Vec::new(); size];
        for (text, id) in tokenizer.get_vocab(true) {
            let Some(bytes) = tokens.get_mut(id as usize) else { continue };
            *bytes = match added.get(&id) {
                Some(token) if token.special => Vec::new(),
                Some(token) => token.content.clone().into_bytes(),
                None => spelling.bytes(&text),
            };
        }
        for end in ends {
            if let Some(bytes) = tokens.get_mut(*end as usize) {
                bytes.clear();
            }
        }
        Ok(Self { tokens, ends: ends.to_vec() })
    }

    /// Number of tokens.
    #[must_use]
    pub fn len(&self) -> usize {
        self.tokens.len()
    }

    /// Whether it has no token.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.tokens.is_empty()
    }

    /// What a token writes; nothing for special ones and for ids that are none.
    #[must_use]
    pub fn bytes(&self, token: u32) -> &[u8] {
        self.tokens.get(token as usize).map_or(&[], Vec::as_slice)
    }
}

/// How a vocabulary spells bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Spelling {
    /// Each byte as a character of its own.
    Characters,
    /// Spaces as `▁`, bytes that are no character as `<0x41>`.
    Pieces,
}

impl Spelling {
    fn of(decoder: &Value) -> Result<Self, ConstraintError> {
        let text = decoder.to_string();
        if text.contains("\"ByteLevel\"") {
            Ok(Self::Characters)
        } else if text.contains("\"ByteFallback\"") || text.contains("\"Metaspace\"") {
            Ok(Self::Pieces)
        } else {
            let actual = decoder.get("type").and_then(Value::as_str).unwrap_or("none").to_owned();
            Err(ConstraintError::Decoder { actual })
        }
    }

    fn bytes(self, text: &str) -> Vec<u8> {
        match self {
            Self::Characters => text.chars().map(byte_of).collect::<Option<_>>().unwrap_or_default(),
            Self::Pieces => {
                let code = text.strip_prefix("<0x").and_then(|rest| rest.strip_suffix('>'));
                match code.filter(|code| code.len() == 2).and_then(|code| u8::from_str_radix(code, 16).ok()) {
                    Some(byte) => vec![byte],
                    None => text.replace('▁', " ").into_bytes(),
                }
            }
        }
    }
}

/// The byte that a character stands for in vocabularies like that of GPT-2: itself if it can be seen, else one of those from U+0100.
fn byte_of(c: char) -> Option<u8> {
    let code = u32::from(c);
    match code {
        33..=126 | 161..=172 | 174..=255 => u8::try_from(code).ok(),
        256.. => {
            let hidden = (0..=32_u8).chain(127..=160).chain([173]);
            hidden.into_iter().nth((code - 256) as usize)
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bytes_are_read_from_both_spellings() {
        let characters = |text| Spelling::Characters.bytes(text);
        assert_eq!(
            (characters("Ġ<svg"), characters("Ċ"), characters("Ã©"), characters("Ń")),
            (b" <svg".to_vec(), b"\n".to_vec(), "é".as_bytes().to_vec(), vec![173])
        );
        let pieces = |text| Spelling::Pieces.bytes(text);
        assert_eq!(
            (pieces("▁<svg"), pieces("<0x0A>"), pieces("<0x>")),
            (b" <svg".to_vec(), b"\n".to_vec(), b"<0x>".to_vec())
        );
    }

    #[test]
    fn an_unknown_decoder_is_named() {
        let error = Spelling::of(&serde_json::json!({"type": "WordPiece"})).unwrap_err();
        assert!(error.to_string().contains("WordPiece"), "{error}");
    }
}
