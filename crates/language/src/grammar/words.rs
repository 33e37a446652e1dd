//! Sets of words as tries: what a half-written word may still become.

/// Most letters of a word that matter to distances.
const FAR: u16 = u16::MAX;

/// A place in a set of words: the letters so far. 0 is the beginning.
pub(super) type Place = u16;

#[derive(Debug)]
struct Letter {
    byte: u8,
    sibling: Place,
    child: Place,
    word: Option<u8>,
    /// Letters to the nearest end of a word.
    nearest: u16,
    /// Words that may follow, of the first 64.
    reach: u64,
    /// Words that may follow, each with the letters that it lacks.
    ahead: Vec<(u8, u16)>,
}

/// A set of words, each known by its index.
#[derive(Debug)]
pub(super) struct Words {
    letters: Vec<Letter>,
}

impl Words {
    pub(super) fn new<'a>(words: impl IntoIterator<Item = &'a str>) -> Self {
        let mut trie = Self { letters: vec![Letter::new(0, 0)] };
        for (index, word) in words.into_iter().enumerate() {
            let mut at = 0;
            for (written, byte) in (0..).zip(word.bytes()) {
                trie.letters[usize::from(at)].lead(index, word.len() as u16 - written);
                at = trie.child(at, byte).unwrap_or_else(|| trie.add(at, byte));
            }
            trie.letters[usize::from(at)].word = Some(index as u8);
            trie.letters[usize::from(at)].lead(index, 0);
        }
        trie
    }

    fn add(&mut self, at: Place, byte: u8) -> Place {
        let new = self.letters.len() as Place;
        let sibling = std::mem::replace(&mut self.letters[usize::from(at)].child, new);
        self.letters.push(Letter::new(byte, sibling));
        new
    }

    /// The place after one more letter, if any word goes on so.
    pub(super) fn child(&self, at: Place, byte: u8) -> Option<Place> {
        let mut child = self.letters[usize::from(at)].child;
        while child != 0 {
            let letter = &self.letters[usize::from(child)];
            if letter.byte == byte {
                return Some(child);
            }
            child = letter.sibling;
        }
        None
    }

    /// The word that ends here.
    pub(super) fn word(&self, at: Place) -> Option<u8> {
        self.letters[usize::from(at)].word
    }

    /// Letters to the nearest end of a word.
    pub(super) fn nearest(&self, at: Place) -> u32 {
        u32::from(self.letters[usize::from(at)].nearest)
    }

    /// A bit for each of the first 64 words that may follow.
    pub(super) fn reach(&self, at: Place) -> u64 {
        self.letters[usize::from(at)].reach
    }

    /// Words that may follow, each with the letters that it lacks.
    pub(super) fn ahead(&self, at: Place) -> impl Iterator<Item = (u8, u32)> + '_ {
        self.letters[usize::from(at)].ahead.iter().map(|(word, lacks)| (*word, u32::from(*lacks)))
    }
}

impl Letter {
    fn new(byte: u8, sibling: Place) -> Self {
        Self { byte, sibling, child: 0, word: None, nearest: FAR, reach: 0, ahead: Vec::new() }
    }

    fn lead(&mut self, word: usize, lacks: u16) {
        self.nearest = self.nearest.min(lacks);
        if word < 64 {
            self.reach |= 1 << word;
        }
        self.ahead.push((word as u8, lacks));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_half_written_word_knows_what_it_may_become() {
        let words = Words::new(["gold", "goldenrod", "red"]);
        let after = |text: &str| text.bytes().try_fold(0, |at, byte| words.child(at, byte));
        let gold = after("gold").unwrap();
        assert_eq!((words.word(gold), words.nearest(gold), words.reach(gold)), (Some(0), 0, 0b11));
        let golde = after("golde").unwrap();
        assert_eq!((words.word(golde), words.nearest(golde), words.reach(golde)), (None, 4, 0b10));
        assert_eq!((words.nearest(0), after("gx"), after("redd")), (3, None, None));
    }
}
