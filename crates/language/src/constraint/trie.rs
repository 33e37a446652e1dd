//! All tokens as a trie, so that what tokens begin with in common is tried once.

use crate::grammar::{Cursor, State};

use super::mask::Mask;

/// Longest token that is looked at, in bytes.
const LONGEST: usize = 255;
/// A drawing always ends within so many bytes.
const SURE: usize = 1024;

/// Letters of tokens, each after the letter before it.
#[derive(Clone, Debug, Default)]
pub(super) struct Trie {
    letters: Vec<Letter>,
    tokens: Vec<u32>,
    deepest: usize,
}

#[derive(Clone, Debug)]
struct Letter {
    byte: u8,
    /// Letters of the beginning that it ends.
    depth: u8,
    /// Where the letters go on if this one is not allowed.
    skip: u32,
    /// Tokens that end here, as a range of [`Trie::tokens`].
    first: u32,
    last: u32,
}

impl Trie {
    pub(super) fn new(tokens: &[Vec<u8>]) -> Self {
        let mut sorted: Vec<(&[u8], u32)> = (0..).zip(tokens).map(|(id, bytes)| (bytes.as_slice(), id)).collect();
        sorted.retain(|(bytes, _)| !bytes.is_empty() && bytes.len() <= LONGEST);
        sorted.sort_unstable();
        let mut trie = Self::default();
        let mut open: Vec<usize> = Vec::new();
        let mut before: &[u8] = &[];
        for (bytes, id) in sorted {
            let common = before.iter().zip(bytes).take_while(|(a, b)| a == b).count();
            trie.close(&mut open, common);
            for (depth, byte) in (1..).zip(&bytes[common..]) {
                open.push(trie.letters.len());
                let at = trie.tokens.len() as u32;
                trie.letters.push(Letter { byte: *byte, depth: (common + depth) as u8, skip: 0, first: at, last: at });
            }
            if let Some(letter) = open.last().and_then(|at| trie.letters.get_mut(*at)) {
                trie.tokens.push(id);
                letter.last = trie.tokens.len() as u32;
            }
            trie.deepest = trie.deepest.max(bytes.len());
            before = bytes;
        }
        trie.close(&mut open, 0);
        trie
    }

    fn close(&mut self, open: &mut Vec<usize>, depth: usize) {
        let end = self.letters.len() as u32;
        for at in open.drain(depth..) {
            self.letters[at].skip = end;
        }
    }

    /// Allows the tokens after which a drawing can still be ended within what is left from here.
    pub(super) fn allow(&self, cursor: &Cursor, left: Left, states: &mut Vec<State>, mask: &mut Mask) {
        states.clear();
        states.resize(self.deepest + 1, cursor.state());
        let mut at = 0;
        while let Some(letter) = self.letters.get(at) {
            let depth = usize::from(letter.depth);
            let next = cursor.after(states[depth - 1], letter.byte);
            match next.filter(|next| left.fits(cursor, next, depth)) {
                Some(next) => {
                    states[depth] = next;
                    let tokens = &self.tokens[letter.first as usize..letter.last as usize];
                    tokens.iter().for_each(|token| mask.allow(*token));
                    at += 1;
                }
                None => at = letter.skip as usize,
            }
        }
    }
}

/// What a text may still take. Every byte may need a token of its own.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Left {
    pub(super) bytes: usize,
    pub(super) tokens: usize,
}

impl Left {
    /// What is left behind one token of so many bytes.
    pub(super) fn behind(self, bytes: usize) -> Option<Self> {
        Some(Self { bytes: self.bytes.checked_sub(bytes)?, tokens: self.tokens.checked_sub(1)? })
    }

    /// Whether a drawing in this state, one token of so many bytes from here, can be ended.
    pub(super) fn fits(self, cursor: &Cursor, state: &State, bytes: usize) -> bool {
        let least = self.behind(bytes).map(|left| left.bytes.min(left.tokens));
        least.is_some_and(|least| least >= SURE || cursor.lacks(state) <= least)
    }
}
