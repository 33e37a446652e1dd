//! Pictures by the words that name them, one or several.

use super::state::State;
use crate::art::index;
use crate::error::CollageError;
use crate::read::lexicon::meanings;
use crate::read::meaning::{Garment, Meaning};

/// Most words of one name of a picture.
const MAX_NAME_WORDS: usize = 3;

/// The longest name of a picture that starts here, of two words or more, or an emoji.
pub(crate) fn picture_name(state: &State<'_>, at: usize) -> Result<Option<(usize, usize)>, CollageError> {
    if state.words[at].emoji {
        return Ok(index::find(&[&state.words[at].text])?.map(|picture| (picture, 1)));
    }
    for count in (2..=MAX_NAME_WORDS.min(state.words.len() - at)).rev() {
        let run: Vec<&str> = state.words[at..at + count].iter().map(|word| word.text.as_str()).collect();
        let drawn = |word: &&str| meanings(word).first().is_some_and(|m| is_drawn_noun(*m) && !has_art(*m));
        if run.last().is_some_and(drawn) {
            continue;
        }
        if let Some(picture) = index::find(&run)? {
            return Ok(Some((picture, count)));
        }
    }
    Ok(None)
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
