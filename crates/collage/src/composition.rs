//! The finished picture and what is known about it.

use linocut_core::Prompt;
use linocut_svg::Drawing;

use crate::art::archive::pictures;
use crate::art::credit::{Credit, credits_of};
use crate::error::CollageError;
use crate::paint::scene;
use crate::paint::sketch::Layer;
use crate::place::spot::SIDE;
use crate::read::lexicon::is_stop;
use crate::read::parser;
use crate::read::reading::{Noun, Reading};
use crate::visible::seen_words;

/// A picture composed from a description.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Composition {
    /// The picture in full detail, on a grid of 1536 x 1536 units.
    pub drawing: Drawing,
    /// Words of the description that the picture shows, as typed, in order. A word counts when what it stands for keeps
    /// at least 0.5 % of the picture in sight, or when the description denies it and nothing of it is drawn.
    pub used_words: Vec<String>,
    /// Words of the description that it does not show, as typed, in order; without articles, prepositions and the like.
    pub unused_words: Vec<String>,
    /// Where its art comes from; empty when all of it is drawn by the composer.
    pub credits: Vec<Credit>,
}

/// Composes the picture of a prompt.
pub(crate) fn compose(prompt: &Prompt) -> Result<Composition, CollageError> {
    let reading = parser::read_varied(&prompt.text, prompt.seed)?;
    let mut layers = scene::layers(&reading, prompt.seed)?;
    if let Some(tint) = reading.tint {
        crate::paint::tone::tint(&mut layers, tint, &reading.tint_words);
    }
    let seen = seen_words(&layers)?;
    let (used_words, unused_words) = split(&reading, &seen);
    Ok(Composition { drawing: drawing(layers), used_words, unused_words, credits: sources(&reading) })
}

fn drawing(layers: Vec<Layer>) -> Drawing {
    let shapes = layers.into_iter().flat_map(|layer| layer.shapes).collect();
    Drawing { shapes, ..Drawing::new(SIDE as u32, SIDE as u32) }
}

/// Content words that are seen, and those that are not; each spelling once, and used if it is so anywhere.
fn split(reading: &Reading, seen: &[usize]) -> (Vec<String>, Vec<String>) {
    let (mut used, mut unused): (Vec<String>, Vec<String>) = (Vec::new(), Vec::new());
    for (i, word) in reading.words.iter().enumerate() {
        let list = match seen.contains(&i) || reading.heeded.contains(&i) {
            true => &mut used,
            false if is_stop(&word.text) => continue,
            false => &mut unused,
        };
        if !list.contains(&word.typed) {
            list.push(word.typed.clone());
        }
    }
    unused.retain(|word| !used.contains(word));
    (used, unused)
}

fn sources(reading: &Reading) -> Vec<Credit> {
    let Ok(pictures) = pictures() else { return Vec::new() };
    credits_of(reading.phrases.iter().filter_map(|phrase| match phrase.noun {
        Noun::Art(number) => pictures.get(number),
        _ => None,
    }))
}
