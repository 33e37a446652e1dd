//! Where the tokens of a drawing lie behind a vocabulary.

use super::vocabulary::Model;

/// Where the tokens of a drawing lie: five commands, places on a square, colours and parameters of arcs, behind the vocabulary that is
/// extended.
///
/// The published models have those of [`Model::layout`]; small ones may have fewer places and colours.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Layout {
    /// Size of the vocabulary that is extended.
    pub base: u32,
    /// Places from left to right, and from top to bottom.
    pub side: u32,
    /// Colours, with none and `currentColor`, which come first; at most 4,098.
    pub colors: u32,
    /// What the ids of parameters count from, relative to `base`, less one.
    pub parameter_offset: u32,
    /// Values of parameters, from 0.
    pub parameters: u32,
    /// The token that begins a drawing.
    pub begin: u32,
    /// The token that ends a drawing.
    pub end: u32,
    /// Size of the whole vocabulary.
    pub vocabulary: u32,
}

/// Where places begin, relative to the base.
pub(super) const PLACE: u32 = 8;
/// Colours that a model may have: none, `currentColor`, and 4 bits a channel.
pub(super) const MOST_COLORS: u32 = 2 + 4096;
/// Longest side: as many places as there are ids.
const MOST_SIDE: u32 = 4_000;

impl Model {
    /// The layout of the published model.
    #[must_use]
    pub const fn layout(self) -> Layout {
        Layout {
            base: self.base(),
            side: 200,
            colors: MOST_COLORS,
            parameter_offset: 44_500,
            parameters: 100,
            begin: Self::BEGIN,
            end: Self::END,
            vocabulary: 197_000,
        }
    }
}

impl From<Model> for Layout {
    fn from(model: Model) -> Self {
        model.layout()
    }
}

impl Layout {
    /// Where colours begin, relative to the base.
    pub(super) const fn color(&self) -> u32 {
        PLACE + self.side * self.side + 3
    }

    /// Where parameters begin, relative to the base.
    pub(super) const fn parameter(&self) -> u32 {
        self.parameter_offset + 1
    }

    /// What cannot be, if anything: the field, what it may be, and what it is.
    #[must_use]
    pub fn fault(&self) -> Option<(&'static str, String, u32)> {
        if !(2..=MOST_SIDE).contains(&self.side) {
            return Some(("bbox", format!("2 to {MOST_SIDE}"), self.side));
        }
        if !(3..=MOST_COLORS).contains(&self.colors) {
            return Some(("max_color_tokens", format!("3 to {MOST_COLORS}"), self.colors));
        }
        if self.parameters < 2 {
            return Some(("arc_param_range", "at least 2".to_owned(), self.parameters));
        }
        let least = u64::from(self.color()) + u64::from(self.colors);
        if u64::from(self.parameter_offset) < least {
            return Some(("arc_param_offset", format!("at least {least}"), self.parameter_offset));
        }
        let least = u64::from(self.base) + u64::from(self.parameter_offset) + 1 + u64::from(self.parameters);
        let last = self.begin.max(self.end);
        if u64::from(self.vocabulary) < least || last >= self.vocabulary || self.begin.min(self.end) == last {
            let expected = format!("at least {least}, with different tokens that begin and end a drawing");
            return Some(("vocab_size", expected, self.vocabulary));
        }
        None
    }
}
