//! What a description says, as far as the composer understands it.

use linocut_svg::Color;

use crate::art::archive::pictures;
use crate::read::meaning::{
    Arrangement, Flat, Garment, Gathering, Material, Part, Pattern, Relation, Setting, Solid, Surface, Time, Weather,
};
use crate::words::Word;

/// What a noun phrase names.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Noun {
    Setting(Setting),
    Sky,
    Flat(Flat),
    Solid(Solid),
    Garment(Garment),
    Part(Part),
    Surface(Surface),
    /// A picture of the archive, by index.
    Art(usize),
}

/// How a thing looks.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Look {
    /// Colours in the order named.
    pub(crate) colors: Vec<Color>,
    pub(crate) material: Option<Material>,
    pub(crate) pattern: Option<Pattern>,
    /// Scale, 1 is usual.
    pub(crate) size: f32,
    pub(crate) translucent: bool,
    /// Covered with snow.
    pub(crate) snowy: bool,
    pub(crate) airborne: bool,
    /// Runs in bends.
    pub(crate) winding: bool,
    /// A figure on a pedestal.
    pub(crate) effigy: bool,
    /// What holds several of it together.
    pub(crate) gathered: Option<Gathered>,
}

/// Several of a thing held together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Gathered {
    pub(crate) kind: Gathering,
    /// Colour of what they lie in, where it is said.
    pub(crate) color: Option<Color>,
    /// How many there are, where it is said.
    pub(crate) count: Option<usize>,
}

impl Default for Look {
    fn default() -> Self {
        Self {
            colors: Vec::new(),
            material: None,
            pattern: None,
            size: 1.0,
            translucent: false,
            snowy: false,
            airborne: false,
            winding: false,
            effigy: false,
            gathered: None,
        }
    }
}

impl Look {
    /// The first colour, or this one.
    pub(crate) fn color_or(&self, other: Color) -> Color {
        self.colors.first().copied().unwrap_or(other)
    }
}

/// A noun with all that is said about it.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Phrase {
    pub(crate) noun: Noun,
    pub(crate) look: Look,
    /// The number named, if any.
    pub(crate) count: Option<usize>,
    pub(crate) plural: bool,
    /// How it stands to the phrase before.
    pub(crate) relation: Option<Relation>,
    /// Indices of the words that it stands for.
    pub(crate) words: Vec<usize>,
    /// Whether another noun follows at once, so that this one describes it.
    pub(crate) attributive: bool,
}

/// What scenery is said to lack.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(crate) struct Absent {
    pub(crate) clouds: bool,
    pub(crate) sun: bool,
    pub(crate) moon: bool,
    pub(crate) stars: bool,
    /// On the ground, not in the sky.
    pub(crate) flowers: bool,
}

/// A description as understood.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Reading {
    pub(crate) words: Vec<Word>,
    pub(crate) phrases: Vec<Phrase>,
    pub(crate) time: Option<Time>,
    pub(crate) weather: Option<Weather>,
    pub(crate) arrangement: Option<Arrangement>,
    pub(crate) chaotic: bool,
    /// Colour of the whole picture, as of an old photograph.
    pub(crate) tint: Option<Color>,
    /// Words behind `tint`.
    pub(crate) tint_words: Vec<usize>,
    /// Words behind `time` and `weather`.
    pub(crate) sky_words: Vec<usize>,
    /// Words that say autumn.
    pub(crate) autumn_words: Vec<usize>,
    /// What the sky is said to lack.
    pub(crate) absent: Absent,
    /// Words that deny, and denied words of which nothing is drawn.
    pub(crate) heeded: Vec<usize>,
    /// Words behind `arrangement` and `chaotic`.
    pub(crate) arrangement_words: Vec<usize>,
}

impl Reading {
    /// The first phrase about a setting.
    pub(crate) fn setting(&self, wanted: Setting) -> Option<&Phrase> {
        self.phrases.iter().find(|phrase| phrase.noun == Noun::Setting(wanted))
    }

    /// Whether any setting is named.
    pub(crate) fn names_a_setting(&self) -> bool {
        self.phrases.iter().any(|phrase| matches!(phrase.noun, Noun::Setting(_)))
    }

    /// Whether anything places the picture outdoors or in a room.
    pub(crate) fn has_scenery(&self) -> bool {
        let scenic = |phrase: &Phrase| matches!(phrase.noun, Noun::Setting(_) | Noun::Sky);
        self.time.is_some()
            || self.weather.is_some()
            || !self.autumn_words.is_empty()
            || self.phrases.iter().any(scenic)
    }
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
