//! Colour words in a sentence: when they describe, and when they are things instead (`orange`, `rose`).

use linocut_svg::Color;

use super::state::State;
use crate::art::index;
use crate::colour::shaded;
use crate::read::colour_words::{color_of, shade_of};
use crate::read::meaning::{Material, Meaning, Solid};
use crate::read::picture_names::is_drawn_noun;
use crate::read::reading::Noun;

/// Colour words that are metals too.
const METALS: [&str; 9] = ["gold", "golden", "silver", "silvery", "bronze", "copper", "brass", "platinum", "gunmetal"];

/// Colour words that are stones when they stand alone.
const GEMS: [&str; 9] = ["emerald", "ruby", "sapphire", "amethyst", "topaz", "garnet", "opal", "jade", "amber"];

/// `olive drab`, `light sea`: two words that name one colour.
pub(crate) fn color_pair(state: &State<'_>, at: usize) -> Option<Color> {
    let next = state.words.get(at + 1).filter(|next| !next.after_pause)?;
    color_of(&format!("{}{}", state.words[at].text, next.text))
}

pub(crate) fn take_color(state: &mut State<'_>, at: usize, found: &[Meaning]) -> bool {
    let word = &state.words[at].text;
    if let Some(shade) = shade_of(word)
        && state.describes(at)
    {
        state.pending.shade = Some(shade);
        state.pending.words.push(at);
        return true;
    }
    let Some(color) = color_of(word) else { return false };
    let is_material = !state.pending.look.colors.is_empty() && found.iter().any(|m| matches!(m, Meaning::Material(_)));
    let is_thing = found.iter().any(|m| is_drawn_noun(*m)) || names_a_thing(word);
    if GEMS.contains(&word.as_str()) && !state.describes(at) {
        state.pending.look.colors.push(color);
        state.noun(Noun::Solid(Solid::Gem), &[at]);
        return true;
    }
    if is_material || (is_thing && !state.describes(at)) {
        return false;
    }
    push_color(state, color, &[at]);
    true
}

pub(crate) fn names_a_thing(word: &str) -> bool {
    index::is_named(word).unwrap_or(false)
}

pub(crate) fn push_color(state: &mut State<'_>, color: Color, words: &[usize]) {
    let repeated =
        state.pending.last_color.is_some_and(|last| last + 1 == words[0]) && !state.words[words[0]].after_pause;
    if !repeated {
        state.pending.look.colors.push(shaded(color, state.pending.shade.take().unwrap_or(0.0)));
    }
    if words.iter().any(|&word| METALS.contains(&state.words[word].text.as_str())) {
        state.pending.look.material.get_or_insert(Material::Metal);
    }
    state.pending.last_color = words.last().copied();
    state.pending.words.extend(words);
}
