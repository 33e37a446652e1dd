//! One step of the grammar: which meaning of a word holds where it stands, and what it does.

use super::describing::{self, airborne, effigy, photograph, stop};
use super::state::State;
use crate::error::CollageError;
use crate::read::colour_words::color_of;
use crate::read::meaning::{Meaning, Part, Relation};
use crate::read::reading::Noun;

/// The meaning that fits where the word stands.
pub(crate) fn fitting(state: &State<'_>, at: usize, found: &[Meaning]) -> Option<Meaning> {
    if ["and", "or"].contains(&state.words[at].text.as_str()) {
        return None;
    }
    let of = state.words.get(at + 1).is_some_and(|next| next.text == "of");
    let arrangement = |m: &&Meaning| matches!(m, Meaning::Arrangement(_));
    if let Some(meaning) = found.iter().find(arrangement).filter(|_| of) {
        return Some(*meaning);
    }
    let describing = state.goes_on(at);
    let adjective = |m: &&Meaning| matches!(m, Meaning::Material(_) | Meaning::Pattern(_) | Meaning::Translucent);
    let preferred = if describing { found.iter().find(adjective) } else { None };
    preferred.or_else(|| found.first()).copied()
}

pub(crate) fn conjunction(state: &mut State<'_>, at: usize) {
    let next_is_color = state.words.get(at + 1).is_some_and(|word| color_of(&word.text).is_some());
    let open = !state.pending.look.colors.is_empty() && next_is_color;
    if !open {
        state.settle();
        state.relation = Some(Relation::Beside);
    }
}

pub(crate) fn apply(state: &mut State<'_>, meaning: Meaning, at: usize) -> Result<(), CollageError> {
    match meaning {
        Meaning::Stop => stop(state, at),
        // `statue of a lion`, `glass of milk`: what waits is for the noun after `of`.
        Meaning::Relation(Relation::Of) if state.pending.words.last().is_some_and(|&last| last + 1 == at) => {}
        Meaning::Relation(Relation::Of) if state.reading.phrases.is_empty() => state.settle(),
        Meaning::Relation(relation) => {
            state.settle();
            state.relation = Some(relation);
        }
        Meaning::Sky(time) => {
            state.reading.time = state.reading.time.or(time);
            state.noun(Noun::Sky, &[at]);
        }
        Meaning::Weather(weather) => describing::weather(state, weather, at),
        Meaning::Autumn => state.reading.autumn_words.push(at),
        // `a paisley pattern`, `a floral print`
        Meaning::Arrangement(_) if state.pending.look.pattern.is_some() => state.pending.words.push(at),
        Meaning::Arrangement(arrangement) => {
            state.reading.arrangement.get_or_insert(arrangement);
            state.reading.arrangement_words.push(at);
        }
        Meaning::Chaotic => {
            state.reading.chaotic = true;
            state.reading.arrangement_words.push(at);
        }
        Meaning::Setting(setting) => state.noun(Noun::Setting(setting), &[at]),
        Meaning::Flat(flat) => describing::flat(state, flat, at),
        Meaning::Solid(solid) => state.noun(Noun::Solid(solid), &[at]),
        Meaning::Garment(garment) => {
            state.noun(Noun::Garment(garment), &[at]);
            if state.words[at].text.starts_with("hoodie") {
                state.noun(Noun::Part(Part::Hood), &[at]);
            }
        }
        Meaning::Part(part) => state.noun(Noun::Part(part), &[at]),
        Meaning::Surface(surface) => state.noun(Noun::Surface(surface), &[at]),
        Meaning::Material(material) => describing::material(state, material, at)?,
        Meaning::Pattern(pattern) => {
            state.describe(at, |pending| pending.look.pattern = Some(pattern));
            if state.relation == Some(Relation::With) && !state.goes_on(at) {
                state.pattern_of_last();
            }
        }
        Meaning::Translucent => state.describe(at, |pending| pending.look.translucent = true),
        Meaning::Airborne => airborne(state, at),
        Meaning::Winding => state.describe(at, |pending| pending.look.winding = true),
        Meaning::Number(count) => state.describe(at, |pending| pending.count = Some(count)),
        Meaning::Size(size) => state.describe(at, |pending| pending.look.size = size),
        Meaning::Effigy => effigy(state, at)?,
        Meaning::Photograph => photograph(state, at),
    }
    Ok(())
}
