//! Words that describe: what each adds to the noun that follows or to the one before.

use linocut_words::is_plural;

use super::state::State;
use crate::art::index;
use crate::error::CollageError;
use crate::read::meaning::{Arrangement, Flat, Material, Part, Pattern, Relation, Solid, Surface, Weather};
use crate::read::reading::{Noun, Phrase};

/// `statue of a lion`, `lion statue`, or a statue of nobody known.
pub(crate) fn effigy(state: &mut State<'_>, at: usize) -> Result<(), CollageError> {
    if state.words.get(at + 1).is_some_and(|next| next.text == "of") {
        state.describe(at, |pending| pending.look.effigy = true);
    } else if let Some(before) = state.reading.phrases.last_mut().filter(|p| p.words.contains(&at.wrapping_sub(1))) {
        before.look.effigy = true;
        before.words.push(at);
    } else if let Some(picture) = index::find(&["moai"])? {
        state.pending.look.effigy = true;
        state.noun(Noun::Art(picture), &[at]);
    }
    Ok(())
}

/// `a sepia photograph`: the colour is that of the whole picture.
pub(crate) fn photograph(state: &mut State<'_>, at: usize) {
    let pending = std::mem::take(&mut state.pending);
    state.reading.tint = pending.look.colors.first().copied();
    if state.reading.tint.is_some() {
        state.reading.tint_words.extend(pending.words);
        state.reading.tint_words.push(at);
    }
}

/// Articles start a new phrase; other stop words are passed over.
pub(crate) fn stop(state: &mut State<'_>, at: usize) {
    if ["a", "an", "the"].contains(&state.words[at].text.as_str())
        && !state.pending.look.effigy
        && state.pending.look.gathered.is_none()
    {
        state.settle();
    }
}

pub(crate) fn weather(state: &mut State<'_>, weather: Weather, at: usize) {
    let garment = matches!(state.reading.phrases.last(), Some(Phrase { noun: Noun::Garment(_), .. }));
    if garment && state.relation == Some(Relation::With) {
        // `mittens with snowflakes`: what is printed on cloth is no weather.
        state.describe(at, |pending| pending.look.pattern = Some(Pattern::Dotted));
        state.pattern_of_last();
        return;
    }
    state.reading.weather.get_or_insert(weather);
    state.reading.sky_words.push(at);
    let typed_noun = !state.describes(at) && !state.pending.look.colors.is_empty();
    if typed_noun {
        state.noun(Noun::Sky, &[at]);
    }
}

/// `squares in a diagonal line` and `in a spiral` stand so; `a hat with a blue ribbon` has a band. Whether the line is no figure.
fn line(state: &mut State<'_>, at: usize) -> bool {
    let arrangement = match state.words[at].text.as_str() {
        "line" => Some(Arrangement::Row),
        "diagonal" => Some(Arrangement::Diagonal),
        "spiral" => Some(Arrangement::Spiral),
        _ => None,
    };
    match (state.relation, state.reading.phrases.last().map(|phrase| phrase.noun), arrangement) {
        (Some(Relation::In), Some(_), Some(arrangement)) => {
            state.reading.arrangement.get_or_insert(arrangement);
            state.reading.arrangement_words.push(at);
        }
        (Some(Relation::With), Some(Noun::Garment(_)), _) => state.noun(Noun::Part(Part::Belt), &[at]),
        _ => return false,
    }
    true
}

/// Dots after `polka` are a pattern when a noun follows, else the things themselves; zigzag lines are zigzags.
pub(crate) fn flat(state: &mut State<'_>, flat: Flat, at: usize) {
    if matches!(flat, Flat::Line | Flat::Spiral) && line(state, at) {
        return;
    }
    let zigzag = state.pending.look.pattern == Some(Pattern::Chevron) && flat == Flat::Line;
    let flat = if zigzag { Flat::Zigzag } else { flat };
    if zigzag {
        state.pending.look.pattern = None;
    }
    let patterned = state.pending.look.pattern == Some(Pattern::Dotted);
    if patterned && flat == Flat::Circle {
        let trailing = state.relation == Some(Relation::With);
        if state.describes(at) || trailing {
            state.pending.words.push(at);
            if trailing {
                state.pattern_of_last();
            }
            return;
        }
        state.pending.look.pattern = None;
        state.reading.arrangement.get_or_insert(Arrangement::Scattered);
    }
    state.noun(Noun::Flat(flat), &[at]);
}

pub(crate) fn material(state: &mut State<'_>, material: Material, at: usize) -> Result<(), CollageError> {
    if state.goes_on(at) {
        state.describe(at, |pending| pending.look.material = Some(material));
        return Ok(());
    }
    if material == Material::Stone && is_plural(&state.words[at].text) {
        state.noun(Noun::Solid(Solid::Gem), &[at]);
        return Ok(());
    }
    if material == Material::Lace && is_plural(&state.words[at].text) {
        // Those of shoes.
        return Ok(());
    }
    if material == Material::Glass {
        return glass(state, at);
    }
    state.pending.look.material = Some(material);
    let trimmed = material == Material::Fur && state.relation.is_some();
    let surface = if is_cloth(material) { Surface::Cloth } else { Surface::Ground };
    state.noun(if trimmed { Noun::Part(Part::Collar) } else { Noun::Surface(surface) }, &[at]);
    Ok(())
}

/// `a glass of lemonade` is the lemonade; a glass alone is one to drink from.
pub(crate) fn glass(state: &mut State<'_>, at: usize) -> Result<(), CollageError> {
    if state.words.get(at + 1).is_some_and(|next| next.text == "of") {
        state.pending.words.push(at);
    } else if let Some(picture) = index::find(&["wine", "glass"])? {
        state.noun(Noun::Art(picture), &[at]);
    }
    Ok(())
}

/// `floating` after a noun lifts that noun, before one the next.
pub(crate) fn airborne(state: &mut State<'_>, at: usize) {
    match state.reading.phrases.last_mut() {
        Some(phrase) if phrase.words.contains(&at.wrapping_sub(1)) => {
            phrase.look.airborne = true;
            phrase.words.push(at);
        }
        _ => state.describe(at, |pending| pending.look.airborne = true),
    }
}

fn is_cloth(material: Material) -> bool {
    use Material::{Corduroy, Denim, Fur, Leather, Linen, Silk, Velvet, Wool};
    matches!(material, Wool | Fur | Corduroy | Denim | Silk | Velvet | Leather | Linen)
}
