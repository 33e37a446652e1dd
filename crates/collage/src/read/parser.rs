//! A small grammar over noun phrases: what is named, and which words describe it.
//!
//! Describing words wait until a noun takes them; an article, a relation or a pause lets them go, an `and` does not.
//! A colour that is also a thing (`orange`, `rose`) is a colour when a describing word or a noun follows.

use super::applying::{apply, conjunction, fitting};
use super::colour_words::color_of;
use super::colouring::{color_pair, push_color, take_color};
use super::denied::Denied;
use super::gathering;
use super::lexicon::meanings;
use super::meaning::Relation;
use super::picture_names::picture_name;
use super::reading::{Noun, Reading, picture_label};
use super::state::{Name, Pending, State};
use crate::art::index;
use crate::error::CollageError;
use crate::words::tokenise;

/// Reads a description with the usual picture for each thing. Words that mean nothing here are simply in no phrase.
#[cfg(test)]
pub(crate) fn read(text: &str) -> Result<Reading, CollageError> {
    understood(text).map(|(reading, _)| reading)
}

/// Reads a description with pictures that the seed picks among those that fit equally well.
pub(crate) fn read_varied(text: &str, seed: u64) -> Result<Reading, CollageError> {
    let (mut reading, names) = understood(text)?;
    for phrase in &mut reading.phrases {
        let Noun::Art(usual) = phrase.noun else { continue };
        let Some((_, name)) = names.iter().find(|(n, at)| *n == usual && phrase.words.contains(&at.start)) else {
            continue;
        };
        let run: Vec<&str> = reading.words[name.clone()].iter().map(|word| word.text.as_str()).collect();
        phrase.noun = Noun::Art(index::pick(&run, seed)?.unwrap_or(usual));
    }
    Ok(reading)
}

fn understood(text: &str) -> Result<(Reading, Vec<Name>), CollageError> {
    let words = tokenise(text);
    let denied = Denied::of(&words);
    let said = denied.left_out(&words);
    let mut state = State {
        words: &said,
        reading: Reading::default(),
        pending: Pending::default(),
        relation: None,
        names: Vec::new(),
    };
    let mut at = 0;
    while at < words.len() {
        at += step(&mut state, at)?;
    }
    state.settle();
    let (mut reading, names) = (state.reading, state.names);
    reading.phrases = crate::read::compound::merged(std::mem::take(&mut reading.phrases));
    reading.words = words;
    denied.heed(&mut reading)?;
    crate::read::context::apply(&mut reading);
    Ok((reading, names))
}

/// Takes the word at `at`, and those that belong to it; returns how many.
fn step(state: &mut State<'_>, at: usize) -> Result<usize, CollageError> {
    if state.words[at].after_pause && state.reading.phrases.last().is_some_and(|p| p.words.iter().any(|&w| w + 1 == at))
    {
        state.settle();
    }
    if let Some((relation, count)) = placing(state, at) {
        state.settle();
        state.relation = Some(relation);
        return Ok(count);
    }
    if let Some(count) = gathering::holder(state, at) {
        return Ok(count);
    }
    if let Some(color) = color_pair(state, at) {
        push_color(state, color, &[at, at + 1]);
        return Ok(2);
    }
    if let Some((picture, count)) = picture_name(state, at)? {
        state.names.push((picture, at..at + count));
        // `black cat` is the name of a picture, and still black; a `golden retriever` is not so golden.
        let first = &state.words[at].text;
        let colored = count > 1 && picture_label(Noun::Art(picture)).starts_with(first.as_str());
        state.pending.look.colors.extend(color_of(first).filter(|_| colored));
        state.noun(Noun::Art(picture), &(at..at + count).collect::<Vec<_>>());
        return Ok(count);
    }
    if state.words[at].text == "plain" && state.goes_on(at) {
        // `a plain gray wall` is no landscape.
        state.describe(at, |_| {});
        return Ok(1);
    }
    let found = meanings(&state.words[at].text);
    if take_color(state, at, &found) {
        return Ok(1);
    }
    if let Some(meaning) = fitting(state, at, &found) {
        apply(state, meaning, at)?;
    } else if state.words[at].text == "and" || state.words[at].text == "or" {
        conjunction(state, at);
    } else if let Some(picture) = index::find(&[&state.words[at].text])? {
        state.names.push((picture, at..at + 1));
        state.noun(Noun::Art(picture), &[at]);
    }
    Ok(1)
}

/// A place said in several words, and how many.
fn placing(state: &State<'_>, at: usize) -> Option<(Relation, usize)> {
    PLACINGS.iter().find_map(|(words, relation)| {
        let count = words.split(' ').count();
        let run = state.words.get(at..at + count)?.iter().map(|word| word.text.as_str());
        run.eq(words.split(' ')).then_some((*relation, count))
    })
}

/// Places that take several words to say.
const PLACINGS: [(&str, Relation); 11] = [
    ("at the foot of", Relation::Before),
    ("in front of", Relation::Before),
    ("on top of", Relation::On),
    ("at the top of", Relation::On),
    ("on the edge of", Relation::On),
    ("next to", Relation::Beside),
    ("close to", Relation::Beside),
    ("in between", Relation::Between),
    ("in the middle of", Relation::In),
    ("in the center of", Relation::In),
    ("inside of", Relation::In),
];

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::*;
    use crate::art::archive::pictures;
    use crate::read::meaning::{Arrangement, Flat, Garment, Material, Pattern, Setting, Solid, Surface, Time, Weather};
    use crate::read::reading::{Phrase, label};

    fn nouns(text: &str) -> Vec<Noun> {
        read(text).unwrap().phrases.iter().map(|phrase| phrase.noun).collect()
    }

    fn first(text: &str) -> Phrase {
        read(text).unwrap().phrases[0].clone()
    }

    #[test]
    fn colours_bind_to_the_noun_that_follows() {
        for (text, noun, colors) in [
            ("crimson rectangles", Noun::Flat(Flat::Rectangle), vec!["crimson"]),
            ("a purple forest at dusk", Noun::Setting(Setting::Forest), vec!["purple"]),
            ("black and white checkered pants", Noun::Garment(Garment::Pants), vec!["black", "white"]),
            ("orange corduroy overalls", Noun::Garment(Garment::Overalls), vec!["orange"]),
            ("a navy blue coat", Noun::Garment(Garment::Coat), vec!["navy"]),
            ("a lavender field", Noun::Setting(Setting::Field), vec!["lavender"]),
        ] {
            let phrase = first(text);
            let colors: Vec<Color> = colors.into_iter().map(|name| color_of(name).unwrap()).collect();
            assert_eq!((phrase.noun, phrase.look.colors), (noun, colors), "{text}");
        }
    }

    #[test]
    fn each_thing_keeps_its_own_color() {
        let reading = read("khaki triangles and azure crescents").unwrap();
        let colors: Vec<Color> = reading.phrases.iter().map(|phrase| phrase.look.colors[0]).collect();
        assert_eq!(colors, ["khaki", "azure"].map(|name| color_of(name).unwrap()));
        assert_eq!(nouns("burgundy pants with patch pockets and silver buttons").len(), 3);
    }

    #[test]
    fn a_colour_that_is_a_thing_depends_on_what_follows() {
        assert_eq!(label(&first("an orange")), "orange");
        assert_eq!(first("a giant emerald").noun, Noun::Solid(Solid::Gem));
        assert_eq!(first("an emerald sphere").look.colors.len(), 1);
        assert_eq!(label(&first("a red rose")), "rose");
    }

    #[test]
    fn settings_take_snow_time_and_weather() {
        let reading = read("a starlit night over snow-covered peaks").unwrap();
        assert_eq!((reading.time, reading.weather), (Some(Time::Night), Some(Weather::Starry)));
        assert!(reading.setting(Setting::Mountains).unwrap().look.snowy);
        assert_eq!(nouns("a snowy plain"), [Noun::Setting(Setting::Snow)]);
    }

    #[test]
    fn arrangements_are_heard() {
        let reading = read("crimson rectangles forming a chaotic grid").unwrap();
        assert_eq!((reading.arrangement, reading.chaotic), (Some(Arrangement::Grid), true));
        assert_eq!(
            read("purple pyramids spiraling around a bronze cone").unwrap().arrangement,
            Some(Arrangement::Spiral)
        );
    }

    #[test]
    fn polka_dots_are_a_pattern_or_things() {
        assert_eq!(first("goldenrod polka dot scarf").look.pattern, Some(Pattern::Dotted));
        assert_eq!(first("fuchsia scarf with white polka dots").look.pattern, Some(Pattern::Dotted));
        assert_eq!(
            nouns("fuchsia polka dots on a navy background"),
            [Noun::Flat(Flat::Circle), Noun::Surface(Surface::Ground)]
        );
    }

    #[test]
    fn places_of_several_words_are_relations() {
        for (text, relation) in [
            ("a cat in front of a house", Relation::Before),
            ("a cat on top of a house", Relation::On),
            ("a cat next to a house", Relation::Beside),
            ("a cat between two houses", Relation::Between),
            ("a cat inside a house", Relation::In),
            ("a cat at the foot of a house", Relation::Before),
            ("a cat behind a house", Relation::Behind),
            ("a cat in the middle of a field", Relation::In),
        ] {
            assert_eq!(read(text).unwrap().phrases[1].relation, Some(relation), "{text}");
        }
    }

    #[test]
    fn metals_shine_and_printed_cloth_has_its_pattern() {
        assert_eq!(first("a gold ring").look.material, Some(Material::Metal));
        assert_eq!(first("a floral dress").look.pattern, Some(Pattern::Floral));
        assert_eq!(first("a blue paisley scarf").look.pattern, Some(Pattern::Paisley));
        assert_eq!(first("a chevron sweater").look.pattern, Some(Pattern::Chevron));
        assert_eq!(first("a red satin dress").look.material, Some(Material::Satin));
        assert_eq!(first("a frozen lake").look.colors.len(), 1);
        assert_eq!(first("a black cat").look.colors, [color_of("black").unwrap()]);
        assert_eq!(first("a golden retriever").look.colors, []);
    }

    #[test]
    fn seeds_vary_the_picture_of_a_thing_but_not_the_thing() {
        let numbers: Vec<Noun> =
            (0..12).map(|seed| read_varied("a cat in a field", seed).unwrap().phrases[0].noun).collect();
        let pictures = pictures().unwrap();
        let of = |noun: &Noun| match noun {
            Noun::Art(number) => &pictures[*number],
            other => panic!("{other:?}"),
        };
        assert!(numbers.iter().all(|noun| of(noun).label == "cat"));
        let mut sets: Vec<_> = numbers.iter().map(|noun| of(noun).source).collect();
        sets.sort_unstable();
        sets.dedup();
        assert_eq!(sets.len(), 3);
        assert_eq!(read_varied("a cat", 4).unwrap(), read_varied("a cat", 4).unwrap());
    }

    #[test]
    fn plain_things_are_no_landscape() {
        assert_eq!(nouns("a plain gray wall"), [Noun::Surface(Surface::Wall)]);
        assert_eq!(nouns("a plain white shirt"), [Noun::Garment(Garment::Shirt)]);
        assert_eq!(nouns("a plain"), [Noun::Setting(Setting::Meadow)]);
    }

    #[test]
    fn noise_gives_no_phrase() {
        for text in ["", "qzx vbn", "紫の森", "<<>>", "and and or the of", "with with with"] {
            assert!(nouns(text).is_empty(), "{text}");
        }
    }
}
