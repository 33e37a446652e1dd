//! Paths as OmniSVG's tokens say them.

use linocut_svg::Color;

/// A place; also whatever stands where one is due.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Point {
    /// From the left.
    pub x: i32,
    /// From the top.
    pub y: i32,
}

/// A command with its arguments.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Command {
    /// Moves.
    Move(Point),
    /// A straight line.
    Line(Point),
    /// A cubic Bézier curve.
    Curve(Point, Point, Point),
    /// An elliptical arc.
    Arc {
        /// Both radii.
        radii: Point,
        /// Rotation in degrees.
        rotation: i32,
        /// Whether the longer arc is meant: 0 for no, 1 for yes; models also write other numbers.
        large: i32,
        /// Whether it runs clockwise, likewise.
        sweep: i32,
        /// Its end.
        to: Point,
    },
    /// A straight line to a place, which should be the start, and the end of the subpath.
    Close(Point),
}

/// What a path is filled with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Fill {
    /// Nothing.
    None,
    /// `currentColor`, which is black.
    Current,
    /// A colour.
    Color(Color),
}

impl Fill {
    /// The fill of a colour's number: 4 bits a channel. Numbers beyond white are grey, but the first two of them wrap.
    pub(super) fn of_number(number: i32) -> Self {
        match number - 40_010 {
            0 => Self::None,
            1 => Self::Current,
            index @ 2..4_100 => {
                let index = index - 2;
                let channel = |shift: i32| ((index >> shift) & 15) as u8 * 17;
                Self::Color(Color::new(channel(8), channel(4), channel(0)))
            }
            _ => Self::Color(Color::new(0x80, 0x80, 0x80)),
        }
    }

    pub(super) fn spelled(self) -> String {
        match self {
            Self::None => "none".to_owned(),
            Self::Current => "currentColor".to_owned(),
            Self::Color(color) => format!("#{:06x}", color.to_hex()),
        }
    }
}
