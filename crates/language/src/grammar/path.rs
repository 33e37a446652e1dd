//! Path data, points and transforms.

use std::sync::LazyLock;

use super::numbers::{List, Shape};
use super::words::{Place, Words};

/// Path data as far as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum PathData {
    Start,
    /// A command in small letters with its numbers.
    Command(u8, List),
    /// Behind a `z`, and perhaps a space.
    Closed(bool),
}

/// The numbers of a command.
const fn shape(command: u8) -> Shape {
    let numbers = match command {
        b'h' | b'v' => 1,
        b's' | b'q' => 4,
        b'c' => 6,
        b'a' => 7,
        _ => 2,
    };
    Shape { numbers, is_arc: command == b'a', repeats: true }
}

impl PathData {
    pub(super) fn step(self, byte: u8) -> Option<Self> {
        let small = byte.to_ascii_lowercase();
        match (self, small) {
            (Self::Start | Self::Closed(_), b'm') => Some(Self::Command(small, List::START)),
            (Self::Closed(false), b' ') => Some(Self::Closed(true)),
            (Self::Start | Self::Closed(_), _) => None,
            (Self::Command(command, list), b'a'..=b'z') => {
                if list.lacks(shape(command)) > 0 {
                    return None;
                }
                match small {
                    b'z' => Some(Self::Closed(false)),
                    b'm' | b'l' | b'h' | b'v' | b'c' | b's' | b'q' | b't' | b'a' => {
                        Some(Self::Command(small, List::START))
                    }
                    _ => None,
                }
            }
            (Self::Command(command, list), _) => Some(Self::Command(command, list.step(byte, shape(command))?)),
        }
    }

    pub(super) fn lacks(self) -> u32 {
        match self {
            Self::Command(command, list) => list.lacks(shape(command)),
            Self::Start | Self::Closed(_) => 0,
        }
    }
}

/// The shape of `points`.
pub(super) const PAIRS: Shape = Shape::repeated(2);

/// A list of functions as far as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Transform {
    Name(Place),
    Numbers(u8, List),
    /// Behind a function, and perhaps a space.
    Behind(bool),
}

/// Names of functions, and how many numbers each takes.
const FUNCTIONS: [(&str, &[u8]); 6] = [
    ("translate(", &[1, 2]),
    ("scale(", &[1, 2]),
    ("rotate(", &[1, 3]),
    ("matrix(", &[6]),
    ("skewX(", &[1]),
    ("skewY(", &[1]),
];

static NAMES: LazyLock<Words> = LazyLock::new(|| Words::new(FUNCTIONS.iter().map(|(name, _)| *name)));

/// The numbers that a function may have, and the shape of the most.
fn numbers(function: u8) -> (&'static [u8], Shape) {
    let counts = FUNCTIONS[usize::from(function)].1;
    let numbers = counts.last().copied().unwrap_or(1);
    (counts, Shape { numbers, is_arc: false, repeats: false })
}

impl Transform {
    pub(super) const START: Self = Self::Name(0);

    pub(super) fn step(self, byte: u8) -> Option<Self> {
        match (self, byte) {
            (Self::Name(place), _) => {
                let place = NAMES.child(place, byte)?;
                Some(NAMES.word(place).map_or(Self::Name(place), |function| Self::Numbers(function, List::START)))
            }
            (Self::Numbers(function, list), b')') => {
                let (counts, _) = numbers(function);
                list.count().filter(|count| counts.contains(count)).map(|_| Self::Behind(false))
            }
            (Self::Numbers(function, list), _) => Some(Self::Numbers(function, list.step(byte, numbers(function).1)?)),
            (Self::Behind(false), b' ') => Some(Self::Behind(true)),
            (Self::Behind(_), _) => Self::START.step(byte),
        }
    }

    pub(super) fn lacks(self) -> u32 {
        let rest = |function: u8, list: List| {
            let (counts, shape) = numbers(function);
            list.lacks_of(counts, shape) + 1
        };
        match self {
            Self::Name(place) => {
                NAMES.ahead(place).map(|(word, lacks)| lacks + rest(word, List::START)).min().unwrap_or_default()
            }
            Self::Numbers(function, list) => rest(function, list),
            Self::Behind(_) => 0,
        }
    }
}
