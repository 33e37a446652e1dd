//! What has been read of a description so far, and the describing words that wait for their noun.

use std::ops::Range;

use linocut_svg::Color;
use linocut_words::is_plural;

use super::colour_words::{color_of, material_color};
use super::meaning::{Relation, Surface};
use super::reading::{Look, Noun, Phrase, Reading, picture_label};
use crate::words::Word;

/// A picture, and the places of the words that name it.
pub(crate) type Name = (usize, Range<usize>);

/// Describing words that wait for their noun.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) look: Look,
    pub(crate) count: Option<usize>,
    pub(crate) words: Vec<usize>,
    pub(crate) shade: Option<f32>,
    /// Index of the last colour word.
    pub(crate) last_color: Option<usize>,
    /// How many holders there are, as in `two bowls of`.
    pub(crate) holders: Option<usize>,
    /// Whether the noun is one thing although it is plural, as in `a pair of scissors`.
    pub(crate) is_one: bool,
}

/// The state of reading a description word by word.
#[derive(Debug)]
pub(crate) struct State<'a> {
    pub(crate) words: &'a [Word],
    pub(crate) reading: Reading,
    pub(crate) pending: Pending,
    pub(crate) relation: Option<Relation>,
    /// The pictures that words name.
    pub(crate) names: Vec<Name>,
}

impl State<'_> {
    /// Whether the word at `at` is followed at once by more of its noun phrase.
    pub(crate) fn describes(&self, at: usize) -> bool {
        let next = |at: usize| self.words.get(at).filter(|word| !word.after_pause);
        let content = |word: &Word| !crate::read::lexicon::is_stop(&word.text);
        match next(at + 1) {
            Some(word) if word.text == "and" => next(at + 2).is_some_and(|word| color_of(&word.text).is_some()),
            Some(word) => ["colored", "coloured"].contains(&word.text.as_str()) || content(word),
            None => false,
        }
    }

    /// Whether a content word follows at once.
    pub(crate) fn goes_on(&self, at: usize) -> bool {
        self.words.get(at + 1).is_some_and(|next| !next.after_pause && !crate::read::lexicon::is_stop(&next.text))
    }

    pub(crate) fn noun(&mut self, noun: Noun, words: &[usize]) {
        if let Some(previous) = self.reading.phrases.last_mut() {
            let last = previous.words.iter().max().copied().unwrap_or(words[0]);
            let between = self.words.get(last + 1..=words[0]).unwrap_or_default();
            let joined = between.iter().rev().skip(1).all(|word| JOINING.contains(&word.text.as_str()));
            let paused = between.iter().any(|word| word.after_pause || word.emoji);
            previous.attributive = joined && !between.is_empty() && !paused && self.pending.words.is_empty();
        }
        let previous_attributive = self.reading.phrases.last().is_some_and(|p| p.attributive);
        let mut pending = std::mem::take(&mut self.pending);
        if matches!(noun, Noun::Setting(_)) && pending.look.colors.is_empty() {
            pending.look.colors.extend(material_color(pending.look.material));
        }
        super::gathering::settle(self, noun, words, &mut pending);
        let mut all = pending.words;
        all.extend(words);
        let is_one = pending.is_one || (pending.look.gathered.is_some() && pending.count.is_none());
        let plural = !is_one
            && words.last().is_some_and(|&last| {
                let word = &self.words[last].text;
                is_plural(word) && !picture_label(noun).ends_with(word.as_str())
            });
        let relation = if previous_attributive { None } else { self.relation.take() };
        let phrase =
            Phrase { noun, look: pending.look, count: pending.count, plural, relation, words: all, attributive: false };
        self.reading.phrases.push(phrase);
    }

    /// Ends a phrase: describing words without a noun become one where that makes sense.
    pub(crate) fn settle(&mut self) {
        if let Some(&last) = self.pending.words.last()
            && !self.pending.look.colors.is_empty()
        {
            let of_last = matches!(self.relation, Some(Relation::In | Relation::With));
            if let Some(phrase) = self.reading.phrases.last_mut().filter(|phrase| of_last && takes_colors(phrase.noun))
            {
                // `rings in pink and gray`, `a boat with a green sail`
                let pending = std::mem::take(&mut self.pending);
                if phrase.look.colors.is_empty() {
                    phrase.look.colors = pending.look.colors;
                }
                phrase.words.extend(pending.words);
                return;
            }
            self.pending.words.pop();
            self.noun(Noun::Surface(Surface::Cloth), &[last]);
        }
        self.pending = Pending::default();
    }

    pub(crate) fn describe(&mut self, at: usize, change: impl FnOnce(&mut Pending)) {
        change(&mut self.pending);
        self.pending.words.push(at);
    }

    /// `with white polka dots`: the pattern and its colour go to the thing named before.
    pub(crate) fn pattern_of_last(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if let Some(phrase) = self.reading.phrases.last_mut() {
            let picture = matches!(phrase.noun, Noun::Art(_));
            if !picture && phrase.look.colors.is_empty() && !pending.look.colors.is_empty() {
                phrase.look.colors.push(Color::WHITE);
            }
            phrase.look.colors.extend(pending.look.colors);
            phrase.look.pattern = pending.look.pattern;
            phrase.words.extend(pending.words);
        }
    }
}

/// Whether colours without a noun can be those of the thing named before.
fn takes_colors(noun: Noun) -> bool {
    matches!(noun, Noun::Art(_) | Noun::Flat(_) | Noun::Solid(_) | Noun::Garment(_))
}

/// Words that tie a noun to the one before it: `snow-covered peaks`.
const JOINING: [&str; 4] = ["covered", "capped", "filled", "topped"];
