//! The ids of OmniSVG's own tokens.

use super::layout::{Layout, PLACE};
use super::path::{Fill, Point};

/// Places from left to right, and from top to bottom, in the published models.
pub const SIDE: i32 = 200;

/// The published models. Their tokens differ by the size of the vocabulary that they extend.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Model {
    /// `OmniSVG1.1_4B`, on Qwen2.5-VL-3B.
    B4,
    /// `OmniSVG1.1_8B`, on Qwen2.5-VL-7B.
    B8,
}

/// What a token is, as the published decoder sorts ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Token {
    /// The number that a command has among places.
    Command(i32),
    Place(Point),
    /// 0 to 99.
    Parameter(i32),
    /// The number that a colour has, from 40,010.
    Color(i32),
}

/// Commands in the order of their ids.
pub(super) const COMMANDS: [u8; 5] = *b"MLCAZ";
/// The id of the first command, relative to the base.
pub(super) const COMMAND: u32 = 3;
/// What the published decoder takes off every number.
pub(super) const OFFSET: i32 = 8;
/// The number of the first colour.
const COLOR_NUMBER: i32 = 40_010;

impl Model {
    /// Size of the vocabulary that is extended.
    #[must_use]
    pub const fn base(self) -> u32 {
        match self {
            Self::B4 => 151_936,
            Self::B8 => 152_064,
        }
    }

    /// The token that begins a drawing.
    pub const BEGIN: u32 = 196_998;
    /// The token that ends a drawing.
    pub const END: u32 = 196_999;
    /// The token that fills up.
    pub const PAD: u32 = 151_643;
}

impl Layout {
    /// What an id means; nothing for text and for ids that are not used.
    pub(super) fn token(&self, id: u32) -> Option<Token> {
        let id = id.checked_sub(self.base)?;
        let (color, parameter, side) = (self.color(), self.parameter(), self.side);
        if (COMMAND..PLACE).contains(&id) {
            return Some(Token::Command(id as i32 - OFFSET));
        }
        if (PLACE..color).contains(&id) {
            let place = id - PLACE;
            let point = Point { x: (place % side) as i32, y: (place / side) as i32 };
            return (place < side * side).then_some(Token::Place(point));
        }
        // The one id between colours and parameters is neither.
        if (color..parameter - 1).contains(&id) {
            return Some(Token::Color((id - color) as i32 + COLOR_NUMBER));
        }
        let value = id.checked_sub(parameter)?;
        (value < self.parameters).then_some(Token::Parameter(value as i32))
    }

    pub(super) fn command(&self, letter: u8) -> u32 {
        let index = COMMANDS.iter().position(|command| *command == letter).unwrap_or_default();
        self.base + COMMAND + index as u32
    }

    /// The id of a place; one outside of the square moves to its edge.
    pub(super) fn place(&self, point: Point) -> u32 {
        let inside = |v: i32| v.clamp(0, self.side as i32 - 1) as u32;
        self.base + PLACE + inside(point.y) * self.side + inside(point.x)
    }

    /// The id of a parameter of an arc. From `parameters`, no decoder reads it.
    pub(super) fn value(&self, value: i32) -> u32 {
        self.base + self.parameter() + value.clamp(0, self.side as i32 - 1) as u32
    }

    pub(super) fn fill(&self, fill: Fill) -> u32 {
        let number = match fill {
            Fill::None => 0,
            Fill::Current => 1,
            Fill::Color(color) => {
                let [r, g, b] = [color.r, color.g, color.b].map(|channel| u32::from(channel >> 4));
                2 + (r << 8 | g << 4 | b)
            }
        };
        self.base + self.color() + number
    }
}
