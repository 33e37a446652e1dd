//! The ids of OmniSVG's own tokens.

use super::path::{Fill, Point};

/// Places from left to right, and from top to bottom.
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
const PLACE: u32 = 8;
const COLOR: u32 = 40_011;
const PARAMETER: u32 = 44_501;
const PARAMETERS: u32 = 100;
/// What the published decoder takes off every number.
pub(super) const OFFSET: i32 = 8;

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

    /// What an id means; nothing for text and for ids that are not used.
    pub(super) fn token(self, id: u32) -> Option<Token> {
        let id = id.checked_sub(self.base())?;
        match id {
            3..PLACE => Some(Token::Command(id as i32 - OFFSET)),
            PLACE..COLOR => {
                let place = (id - PLACE) as i32;
                (place < SIDE * SIDE).then_some(Token::Place(Point { x: place % SIDE, y: place / SIDE }))
            }
            // The one id between colours and parameters is neither.
            COLOR..=44_499 => Some(Token::Color(id as i32 - 1)),
            PARAMETER.. if id < PARAMETER + PARAMETERS => Some(Token::Parameter((id - PARAMETER) as i32)),
            _ => None,
        }
    }

    pub(super) fn command(self, letter: u8) -> u32 {
        let index = COMMANDS.iter().position(|command| *command == letter).unwrap_or_default();
        self.base() + 3 + index as u32
    }

    /// The id of a place; one outside of the square moves to its edge.
    pub(super) fn place(self, point: Point) -> u32 {
        let inside = |v: i32| v.clamp(0, SIDE - 1);
        self.base() + PLACE + (inside(point.y) * SIDE + inside(point.x)) as u32
    }

    /// The id of a parameter of an arc. From 100, no decoder reads it.
    pub(super) fn parameter(self, value: i32) -> u32 {
        self.base() + PARAMETER + value.clamp(0, SIDE - 1) as u32
    }

    pub(super) fn fill(self, fill: Fill) -> u32 {
        let number = match fill {
            Fill::None => 0,
            Fill::Current => 1,
            Fill::Color(color) => {
                let [r, g, b] = [color.r, color.g, color.b].map(|channel| u32::from(channel >> 4));
                2 + (r << 8 | g << 4 | b)
            }
        };
        self.base() + COLOR + number
    }
}
