//! What a thing is beside the others: rings among figures, a moon over the land.

use crate::read::meaning::{Arrangement, Flat, Relation, Setting, Surface, Time, Weather};
use crate::read::reading::label;
use crate::read::reading::{Noun, Phrase, Reading};

/// Changes what only the whole description decides.
pub(crate) fn apply(reading: &mut Reading) {
    starlight(reading);
    let figures = |phrase: &Phrase| matches!(phrase.noun, Noun::Flat(_) | Noun::Solid(_));
    if reading.arrangement == Some(Arrangement::Grid) {
        cells(reading);
    }
    if reading.arrangement.is_some() || reading.phrases.iter().any(figures) {
        rings(&mut reading.phrases);
    }
    if reading.phrases.iter().any(figures) {
        waves(reading);
    }
    if reading.phrases.first().is_some_and(figures) {
        plain_fields(&mut reading.phrases);
    }
    let moon = |phrase: &Phrase| label(phrase).split(' ').any(|word| word == "moon");
    if reading.phrases.len() > 1 && reading.phrases.iter().any(moon) {
        reading.time.get_or_insert(Time::Night);
    }
}

/// `a tent under the stars`: they are in the sky, not in a heap.
fn starlight(reading: &mut Reading) {
    let stars = |phrase: &Phrase| {
        phrase.noun == Noun::Flat(Flat::Star) && phrase.plural && phrase.relation == Some(Relation::Under)
    };
    for phrase in reading.phrases.extract_if(.., |phrase| stars(phrase)) {
        reading.time.get_or_insert(Time::Night);
        reading.weather.get_or_insert(Weather::Starry);
        reading.sky_words.extend(phrase.words);
    }
}

/// `a nine-tile grid of triangles`: the tiles say how many triangles.
fn cells(reading: &mut Reading) {
    let is_before_grid = |phrase: &Phrase| {
        let last = phrase.words.iter().max();
        last.is_some_and(|last| reading.arrangement_words.contains(&(last + 1)))
    };
    let [cell, thing, ..] = &reading.phrases[..] else { return };
    let is_cell = cell.noun == Noun::Flat(Flat::Square) && cell.count.is_some() && !cell.plural && is_before_grid(cell);
    if is_cell && thing.count.is_none() {
        let cell = reading.phrases.remove(0);
        reading.phrases[0].count = cell.count;
        reading.phrases[0].words.extend(cell.words);
    }
}

/// Rings that are arranged, or beside figures, are figures.
fn rings(phrases: &mut [Phrase]) {
    for phrase in phrases.iter_mut().filter(|phrase| label(phrase) == "ring") {
        phrase.noun = Noun::Flat(Flat::Ring);
    }
}

/// Waves that cross figures are lines.
fn waves(reading: &mut Reading) {
    let words = &reading.words;
    let lined = |phrase: &&mut Phrase| phrase.words.last().is_some_and(|&at| words[at].text == "waves");
    reading.phrases.iter_mut().filter(lined).for_each(|phrase| {
        phrase.noun = Noun::Flat(Flat::Wave);
        phrase.plural = true;
    });
}

/// `circles on a white field`: no crop grows there.
fn plain_fields(phrases: &mut [Phrase]) {
    let field = |phrase: &&mut Phrase| {
        phrase.noun == Noun::Setting(Setting::Field)
            && phrase.relation == Some(Relation::On)
            && !phrase.look.colors.is_empty()
    };
    phrases.iter_mut().filter(field).for_each(|phrase| phrase.noun = Noun::Surface(Surface::Ground));
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::parser::read;

    #[test]
    fn rings_among_figures_are_figures() {
        assert_eq!(read("teal waves crossing pink squares").unwrap().phrases[0].noun, Noun::Flat(Flat::Wave));
        for text in ["interlocking bronze rings", "a silver ring around a copper cylinder"] {
            assert_eq!(read(text).unwrap().phrases[0].noun, Noun::Flat(Flat::Ring), "{text}");
        }
        assert_eq!(label(&read("a gold ring").unwrap().phrases[0]), "ring");
    }

    #[test]
    fn tiles_of_a_grid_say_how_many() {
        let phrase = |text: &str| read(text).unwrap().phrases[0].clone();
        let triangles = phrase("a nine-tile grid of yellow triangles");
        assert_eq!((triangles.noun, triangles.count), (Noun::Flat(Flat::Triangle), Some(9)));
        assert_eq!(phrase("nine tiles in a grid").noun, Noun::Flat(Flat::Square));
    }

    #[test]
    fn figures_lie_on_plain_fields_and_things_grow_on_others() {
        let noun = |text: &str| read(text).unwrap().phrases[1].noun;
        assert_eq!(noun("red squares on a white field"), Noun::Surface(Surface::Ground));
        assert_eq!(noun("tulips on a golden field"), Noun::Setting(Setting::Field));
    }

    #[test]
    fn a_moon_over_something_is_seen_at_night() {
        assert_eq!(read("an owl under the full moon").unwrap().time, Some(Time::Night));
        assert_eq!(read("a full moon").unwrap().time, None);
        let starry = read("a tent under the stars").unwrap();
        assert_eq!((starry.weather, starry.phrases.len()), (Some(Weather::Starry), 1));
    }
}
