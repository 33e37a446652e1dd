//! A small grammar over noun phrases: what is named, and which words describe it.
//!
//! Describing words wait until a noun takes them; an article, a relation or a pause lets them go, an `and` does not.
//! A colour that is also a thing (`orange`, `rose`) is a colour when a describing word or a noun follows.

use std::ops::Range;

use linocut_words::is_plural;

use crate::art;
use crate::colors::color_of;
use crate::error::CollageError;
use crate::lexicon::meanings;
use crate::meaning::{Relation, Surface};
use crate::naming::picture_label;
use crate::reading::{Look, Noun, Phrase, Reading};
use crate::thing::material_color;
use crate::words::{Word, tokenise};

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
        phrase.noun = Noun::Art(art::pick(&run, seed)?.unwrap_or(usual));
    }
    Ok(reading)
}

/// A picture, and the places of the words that name it.
type Name = (usize, Range<usize>);

fn understood(text: &str) -> Result<(Reading, Vec<Name>), CollageError> {
    let words = tokenise(text);
    let mut parser = Parser {
        words: &words,
        reading: Reading::default(),
        pending: Pending::default(),
        relation: None,
        names: Vec::new(),
    };
    let mut at = 0;
    while at < words.len() {
        at += parser.step(at)?;
    }
    parser.settle();
    let (mut reading, names) = (parser.reading, parser.names);
    reading.phrases = crate::compound::merged(std::mem::take(&mut reading.phrases));
    reading.words = words;
    crate::context::apply(&mut reading);
    Ok((reading, names))
}

/// Describing words that wait for their noun.
#[derive(Debug, Default)]
pub(crate) struct Pending {
    pub(crate) look: Look,
    pub(crate) count: Option<usize>,
    pub(crate) words: Vec<usize>,
    pub(crate) shade: Option<f32>,
    /// Index of the last colour word.
    pub(crate) last_color: Option<usize>,
}

/// The state of reading a description word by word.
#[derive(Debug)]
pub(crate) struct Parser<'a> {
    pub(crate) words: &'a [Word],
    pub(crate) reading: Reading,
    pub(crate) pending: Pending,
    pub(crate) relation: Option<Relation>,
    /// The pictures that words name.
    names: Vec<Name>,
}

impl Parser<'_> {
    /// Takes the word at `at`, and those that belong to it; returns how many.
    fn step(&mut self, at: usize) -> Result<usize, CollageError> {
        if self.words[at].after_pause
            && self.reading.phrases.last().is_some_and(|p| p.words.iter().any(|&w| w + 1 == at))
        {
            self.settle();
        }
        if let Some((relation, count)) = self.placing(at) {
            self.settle();
            self.relation = Some(relation);
            return Ok(count);
        }
        if let Some(color) = self.color_pair(at) {
            self.push_color(color, &[at, at + 1]);
            return Ok(2);
        }
        if let Some((picture, count)) = self.picture_name(at)? {
            self.names.push((picture, at..at + count));
            // `black cat` is the name of a picture, and still black; a `golden retriever` is not so golden.
            let first = &self.words[at].text;
            let colored = count > 1 && picture_label(Noun::Art(picture)).starts_with(first.as_str());
            self.pending.look.colors.extend(color_of(first).filter(|_| colored));
            self.noun(Noun::Art(picture), &(at..at + count).collect::<Vec<_>>());
            return Ok(count);
        }
        let found = meanings(&self.words[at].text);
        if self.take_color(at, &found) {
            return Ok(1);
        }
        if let Some(meaning) = self.fitting(at, &found) {
            self.apply(meaning, at)?;
        } else if self.words[at].text == "and" || self.words[at].text == "or" {
            self.conjunction(at);
        } else if let Some(picture) = art::find(&[&self.words[at].text])? {
            self.names.push((picture, at..at + 1));
            self.noun(Noun::Art(picture), &[at]);
        }
        Ok(1)
    }

    /// A place said in several words, and how many.
    fn placing(&self, at: usize) -> Option<(Relation, usize)> {
        PLACINGS.iter().find_map(|(words, relation)| {
            let count = words.split(' ').count();
            let run = self.words.get(at..at + count)?.iter().map(|word| word.text.as_str());
            run.eq(words.split(' ')).then_some((*relation, count))
        })
    }

    /// Whether the word at `at` is followed at once by more of its noun phrase.
    pub(crate) fn describes(&self, at: usize) -> bool {
        let next = |at: usize| self.words.get(at).filter(|word| !word.after_pause);
        let content = |word: &Word| !crate::lexicon::is_stop(&word.text);
        match next(at + 1) {
            Some(word) if word.text == "and" => next(at + 2).is_some_and(|word| color_of(&word.text).is_some()),
            Some(word) => ["colored", "coloured"].contains(&word.text.as_str()) || content(word),
            None => false,
        }
    }

    /// Whether a content word follows at once.
    pub(crate) fn goes_on(&self, at: usize) -> bool {
        self.words.get(at + 1).is_some_and(|next| !next.after_pause && !crate::lexicon::is_stop(&next.text))
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
        let mut all = pending.words;
        all.extend(words);
        let plural = words.last().is_some_and(|&last| {
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
}

/// Whether colours without a noun can be those of the thing named before.
fn takes_colors(noun: Noun) -> bool {
    matches!(noun, Noun::Art(_) | Noun::Flat(_) | Noun::Solid(_) | Noun::Garment(_))
}

/// Places that take several words to say.
const PLACINGS: [(&str, Relation); 10] = [
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

/// Words that tie a noun to the one before it: `snow-covered peaks`.
const JOINING: [&str; 4] = ["covered", "capped", "filled", "topped"];

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::*;
    use crate::archive::pictures;
    use crate::meaning::{Arrangement, Flat, Garment, Material, Pattern, Setting, Solid, Time, Weather};
    use crate::naming::label;

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
    fn noise_gives_no_phrase() {
        for text in ["", "qzx vbn", "紫の森", "<<>>", "and and or the of", "with with with"] {
            assert!(nouns(text).is_empty(), "{text}");
        }
    }
}
