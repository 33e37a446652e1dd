//! A text in the making: which tokens may come next, and what they wrote.

use linocut_core::ByteBudget;

use crate::grammar::{Cursor, State};

use super::error::ConstraintError;
use super::mask::Mask;
use super::trie::{Left, Trie};
use super::vocabulary::Vocabulary;

/// Bytes that a vocabulary must be able to write one by one, so that every drawing can be ended: letters, digits, and these.
const SIGNS: &[u8] = b" \"#()-./:<=>_";

/// The grammar of drawings over the tokens of a vocabulary.
#[derive(Clone, Debug)]
pub struct Constraint {
    vocabulary: Vocabulary,
    trie: Trie,
}

impl Constraint {
    /// Compiles the grammar for a vocabulary: sorts its tokens into a trie.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::MissingByte`] if a byte that drawings need is no token by itself, [`ConstraintError::MissingEnd`] if no token
    /// ends a text.
    pub fn new(vocabulary: Vocabulary) -> Result<Self, ConstraintError> {
        if !vocabulary.ends.iter().any(|end| (*end as usize) < vocabulary.len()) {
            return Err(ConstraintError::MissingEnd);
        }
        let mut has = [false; 256];
        vocabulary.tokens.iter().filter(|bytes| bytes.len() == 1).for_each(|bytes| has[usize::from(bytes[0])] = true);
        let needed = |byte: &u8| byte.is_ascii_alphanumeric() || SIGNS.contains(byte);
        if let Some(byte) = (0..=255_u8).filter(needed).find(|byte| !has[usize::from(*byte)]) {
            return Err(ConstraintError::MissingByte { byte });
        }
        let trie = Trie::new(&vocabulary.tokens);
        Ok(Self { vocabulary, trie })
    }

    /// The vocabulary.
    #[must_use]
    pub const fn vocabulary(&self) -> &Vocabulary {
        &self.vocabulary
    }

    /// Begins a text of at most `budget` bytes.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::Budget`] if not even an empty drawing fits.
    pub fn begin(&self, budget: ByteBudget) -> Result<Guide<'_>, ConstraintError> {
        let cursor = Cursor::new();
        let least = cursor.lacks(&cursor.state());
        if !budget.fits(least) {
            return Err(ConstraintError::Budget { actual: budget.bytes(), least });
        }
        let left = Left { bytes: budget.bytes(), tokens: usize::MAX };
        let mask = Mask::none(self.vocabulary.len());
        Ok(Guide { constraint: self, cursor, left, text: Vec::new(), mask, states: Vec::new(), has_ended: false })
    }
}

/// A text in the making, which becomes a valid drawing within its budget whichever of the allowed tokens are taken.
#[derive(Clone, Debug)]
pub struct Guide<'c> {
    constraint: &'c Constraint,
    cursor: Cursor,
    left: Left,
    text: Vec<u8>,
    mask: Mask,
    states: Vec<State>,
    has_ended: bool,
}

impl Guide<'_> {
    /// The tokens that may come next: one at least until the text has ended. Where the bytes that are left are just enough to close
    /// what is open, those are tokens that close it. Behind a whole drawing it is those that end a text.
    pub fn mask(&mut self) -> &Mask {
        self.mask.clear();
        if self.is_whole() {
            self.constraint.vocabulary.ends.iter().for_each(|end| self.mask.allow(*end));
        } else {
            self.constraint.trie.allow(&self.cursor, self.left, &mut self.states, &mut self.mask);
        }
        &self.mask
    }

    /// Allows at most so many more tokens for the drawing, beside the one that ends the text.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::Tokens`] if that may be too few to end it; nothing changes then.
    pub fn limit_tokens(&mut self, tokens: usize) -> Result<(), ConstraintError> {
        let least = self.cursor.lacks(&self.cursor.state());
        if tokens < least {
            return Err(ConstraintError::Tokens { actual: tokens, least });
        }
        self.left.tokens = tokens;
        Ok(())
    }

    /// Ends the drawing with the fewest bytes, and the text.
    pub fn finish(&mut self) {
        while !self.is_whole() {
            let state = self.cursor.state();
            let lacks = self.cursor.lacks(&state);
            let shortens = |byte: &u8| {
                let next = self.cursor.after(state, *byte);
                next.is_some_and(|next| self.cursor.lacks(&next) < lacks)
            };
            let Some(byte) = (0..=127_u8).find(shortens) else { break };
            self.cursor.write(byte);
            self.text.push(byte);
            self.left.bytes = self.left.bytes.saturating_sub(1);
        }
        self.has_ended = true;
    }

    /// Takes a token.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::Token`] for one that is not allowed; nothing changes then.
    pub fn take(&mut self, token: u32) -> Result<(), ConstraintError> {
        let refused = ConstraintError::Token { token, at: self.text.len() };
        let vocabulary = &self.constraint.vocabulary;
        if self.is_whole() {
            if self.has_ended || !vocabulary.ends.contains(&token) {
                return Err(refused);
            }
            self.has_ended = true;
            return Ok(());
        }
        let bytes = vocabulary.bytes(token);
        let mut cursor = self.cursor.clone();
        let is_allowed = !bytes.is_empty() && bytes.iter().all(|byte| cursor.write(*byte));
        let fits = self.left.fits(&cursor, &cursor.state(), bytes.len());
        let Some(left) = self.left.behind(bytes.len()).filter(|_| is_allowed && fits) else { return Err(refused) };
        (self.cursor, self.left) = (cursor, left);
        self.text.extend_from_slice(bytes);
        Ok(())
    }

    /// Whether the drawing is whole: only a token that ends the text may follow.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.cursor.state().is_end()
    }

    /// Whether a token has ended the text.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// What is written.
    #[must_use]
    pub fn text(&self) -> &str {
        // The grammar has no byte outside of ASCII.
        std::str::from_utf8(&self.text).unwrap_or_default()
    }

    /// Bytes of the budget that are left.
    #[must_use]
    pub const fn left(&self) -> usize {
        self.left.bytes
    }
}
