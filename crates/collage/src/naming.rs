//! Pictures by the words that name them, one or several.

use crate::archive::pictures;
use crate::art;
use crate::error::CollageError;
use crate::lexicon::meanings;
use crate::meaning::{Garment, Meaning};
use crate::phrase::Parser;
use crate::reading::{Noun, Phrase};

/// Most words of one name of a picture.
const MAX_NAME_WORDS: usize = 3;

impl Parser<'_> {
    /// The longest name of a picture that starts here, of two words or more, or an emoji.
    pub(crate) fn picture_name(&self, at: usize) -> Result<Option<(usize, usize)>, CollageError> {
        if self.words[at].emoji {
            return Ok(art::find(&[&self.words[at].text])?.map(|picture| (picture, 1)));
        }
        for count in (2..=MAX_NAME_WORDS.min(self.words.len() - at)).rev() {
            let run: Vec<&str> = self.words[at..at + count].iter().map(|word| word.text.as_str()).collect();
            let drawn = |word: &&str| meanings(word).first().is_some_and(|m| is_drawn_noun(*m) && !has_art(*m));
            if run.last().is_some_and(drawn) {
                continue;
            }
            if let Some(picture) = art::find(&run)? {
                return Ok(Some((picture, count)));
            }
        }
        Ok(None)
    }
}

pub(crate) fn is_drawn_noun(meaning: Meaning) -> bool {
    matches!(
        meaning,
        Meaning::Setting(_)
            | Meaning::Flat(_)
            | Meaning::Solid(_)
            | Meaning::Garment(_)
            | Meaning::Surface(_)
            | Meaning::Sky(_)
    )
}

/// Whether there are pictures of kinds of it: `cowboy hat`, `hiking boot`, `suspension bridge`.
fn has_art(meaning: Meaning) -> bool {
    matches!(meaning, Meaning::Garment(Garment::Hat | Garment::Boots | Garment::Gloves))
}

/// Label of a phrase's picture; empty for drawn things.
pub(crate) fn label(phrase: &Phrase) -> &'static str {
    picture_label(phrase.noun)
}

pub(crate) fn picture_label(noun: Noun) -> &'static str {
    match (noun, pictures()) {
        (Noun::Art(number), Ok(pictures)) => pictures.get(number).map_or("", |picture| &picture.label),
        _ => "",
    }
}
