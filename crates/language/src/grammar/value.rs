//! Values of attributes.

use super::ids::{Id, Ids, Kind};
use super::numbers::{List, Number};
use super::path::{PAIRS, PathData, Transform};
use super::table::{TABLES, Type, URL_WORD};
use super::words::Place;

/// A value as far as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Value {
    Number(Number),
    Share(Share),
    /// A word, also a colour.
    Word(Place),
    /// A colour behind `#`, with the digits so far.
    Hex(u8),
    /// Behind `url(#`.
    Reference(Id),
    /// A link before its `#`, and behind it.
    LinkStart,
    Link(Id),
    Id(Id),
    Path(PathData),
    Points(List),
    Transform(Transform),
    Done,
}

/// A number of 0 to 1, or a percentage.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Share {
    Start,
    Whole(u8),
    Point,
    Part(u8),
    Percent,
}

/// What ids a value may name.
#[derive(Clone, Copy)]
pub(super) struct Known<'a> {
    pub(super) ids: &'a Ids,
    /// An id that is taken, too, but cannot be referred to yet.
    pub(super) pending: Option<Id>,
    /// The kind that a link may lead to.
    pub(super) kind: Option<Kind>,
}

impl Share {
    /// Most digits behind the point: thousandths.
    const PART: u8 = 3;

    fn step(self, byte: u8, is_offset: bool) -> Option<Self> {
        let digit = byte.wrapping_sub(b'0');
        match (self, byte) {
            (Self::Start, b'0' | b'1') => Some(Self::Whole(digit)),
            (Self::Start, b'2'..=b'9') if is_offset => Some(Self::Whole(digit)),
            (Self::Start | Self::Whole(0), b'.') => Some(Self::Point),
            (Self::Whole(value @ 1..), b'0'..=b'9') if is_offset => {
                let value = u16::from(value) * 10 + u16::from(digit);
                (value <= 100).then_some(Self::Whole(value as u8))
            }
            (Self::Whole(_), b'%') if is_offset => Some(Self::Percent),
            (Self::Point, b'0'..=b'9') => Some(Self::Part(1)),
            (Self::Part(digits), b'0'..=b'9') if digits < Self::PART => Some(Self::Part(digits + 1)),
            _ => None,
        }
    }

    const fn lacks(self) -> u32 {
        match self {
            Self::Start | Self::Point | Self::Whole(2..) => 1,
            Self::Whole(_) | Self::Part(_) | Self::Percent => 0,
        }
    }
}

impl Value {
    /// An empty value.
    pub(super) const fn start(kind: Type) -> Self {
        match kind {
            Type::Id => Self::Id(Id::EMPTY),
            Type::Link => Self::LinkStart,
            Type::Paint | Type::Color | Type::Word(_) => Self::Word(0),
            Type::Length | Type::Number | Type::Coordinate | Type::Extent => Self::Number(Number::Start),
            Type::Share | Type::Offset => Self::Share(Share::Start),
            Type::Path => Self::Path(PathData::Start),
            Type::Points => Self::Points(List::START),
            Type::Transform => Self::Transform(Transform::START),
        }
    }

    pub(super) fn step(self, byte: u8, kind: Type, known: Known<'_>) -> Option<Self> {
        let tables = &*TABLES;
        match self {
            Self::Number(number) => {
                let has_percent = matches!(kind, Type::Coordinate | Type::Extent);
                if byte == b'%' {
                    // What multiplies something else has narrower bounds in readers.
                    let is_small = matches!(number, Number::Whole(..=3));
                    return (has_percent && is_small).then_some(Self::Number(Number::Percent));
                }
                number.step(byte, matches!(kind, Type::Number | Type::Coordinate)).map(Self::Number)
            }
            Self::Share(share) => share.step(byte, kind == Type::Offset).map(Self::Share),
            Self::Word(0) if byte == b'#' && matches!(kind, Type::Paint | Type::Color) => Some(Self::Hex(0)),
            Self::Word(place) => {
                let place = match kind {
                    Type::Word(choice) => tables.choice(choice).child(place, byte)?,
                    Type::Color => tables.colors.child(place, byte)?,
                    _ if place == 0 && byte == b'u' && !known.ids.has(None) => return None,
                    _ => tables.paints.child(place, byte)?,
                };
                let is_reference = kind == Type::Paint && tables.paints.word(place) == Some(URL_WORD);
                Some(if is_reference { Self::Reference(Id::EMPTY) } else { Self::Word(place) })
            }
            Self::Hex(digits) => (byte.is_ascii_hexdigit() && digits < 6).then_some(Self::Hex(digits + 1)),
            Self::Reference(id) if byte == b')' => {
                (!id.is_empty() && known.ids.lacks(id, None) == Some(0)).then_some(Self::Done)
            }
            Self::Reference(id) => known.ids.refer(id, byte, None).map(Self::Reference),
            Self::LinkStart => (byte == b'#').then_some(Self::Link(Id::EMPTY)),
            Self::Link(id) => known.ids.refer(id, byte, known.kind).map(Self::Link),
            Self::Id(id) => known.ids.name(id, byte, known.pending).map(Self::Id),
            Self::Path(data) => data.step(byte).map(Self::Path),
            Self::Points(list) => list.step(byte, PAIRS).map(Self::Points),
            Self::Transform(transform) => transform.step(byte).map(Self::Transform),
            Self::Done => None,
        }
    }

    /// Bytes that it lacks to be a value. What can never be one is never reached.
    pub(super) fn lacks(self, kind: Type, known: Known<'_>) -> u32 {
        let tables = &*TABLES;
        match self {
            Self::Number(number) => number.lacks(),
            Self::Share(share) => share.lacks(),
            Self::Word(place) => match kind {
                Type::Word(choice) => tables.choice(choice).nearest(place),
                Type::Color => tables.colors.nearest(place),
                _ if place != 0 && tables.paints.ahead(place).all(|(word, _)| word == URL_WORD) => {
                    tables.paints.nearest(place) + Self::Reference(Id::EMPTY).lacks(kind, known)
                }
                _ => tables.paints.nearest(place),
            },
            Self::Hex(digits @ 0..=3) => u32::from(3 - digits),
            Self::Hex(digits) => u32::from(6 - digits),
            Self::Reference(id) => known.ids.lacks(id, None).unwrap_or_default() + 1,
            Self::LinkStart => 1 + Self::Link(Id::EMPTY).lacks(kind, known),
            Self::Link(id) => known.ids.lacks(id, known.kind).unwrap_or_default(),
            Self::Id(id) => known.ids.lacks_free(id, known.pending).unwrap_or_default(),
            Self::Path(data) => data.lacks(),
            Self::Points(list) => list.lacks(PAIRS),
            Self::Transform(transform) => transform.lacks(),
            Self::Done => 0,
        }
    }
}
