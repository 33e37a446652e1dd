//! The automaton: where in a drawing the next byte stands, which bytes it may be, and how few bytes would end the drawing.

use super::ids::{Id, Ids, Kind};
use super::table::{ATTRIBUTES, Context, DEFS, Ending, GROUP, HREF, LINEAR, RADIAL, ROOT, TABLES};
use super::value::{Known, Value};
use super::words::Place;

/// How every drawing begins.
const BEGINNING: &[u8] = br#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#;
/// Deepest nesting of groups.
const DEEPEST: u8 = 32;
/// Most spaces and line breaks between two tags.
const SPACES: u8 = 16;
/// Most digits of a side of the view box: its longer side is at most so many times its shorter one as readers take.
const SIDE: u8 = 5;

/// Where the next byte stands.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum At {
    /// In [`BEGINNING`].
    Beginning(u8),
    /// In the width of the view box, or its height, with the digits so far.
    Side(bool, u8),
    /// Between tags, with the spaces so far.
    Content(u8),
    /// Behind `<`.
    Open,
    /// In the name of an element.
    Element(Place),
    /// In a closing tag, with its bytes so far.
    Close(u8),
    /// Between attributes; whether behind a space.
    Tag(bool),
    /// Behind the `/` of an empty element.
    Slash,
    /// In the name of an attribute.
    Attribute(Place),
    /// Behind the `=` of an attribute.
    Equals(u8),
    /// In a value.
    Value(u8, Value),
    /// Behind the drawing.
    End,
}

/// Everything about what is written so far, except for the ids.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct State {
    at: At,
    context: Context,
    /// Open groups.
    depth: u8,
    /// The element whose tag is written.
    element: u8,
    /// Its attributes so far, a bit each.
    seen: u64,
    /// Id of the gradient that is written.
    id: Id,
    /// A gradient that is complete and not among the ids yet.
    defined: Option<(Id, Kind)>,
}

impl State {
    pub(crate) const START: Self = Self {
        at: At::Beginning(0),
        context: Context::Body,
        depth: 0,
        element: ROOT,
        seen: 0,
        id: Id::EMPTY,
        defined: None,
    };

    /// Whether the drawing is complete.
    pub(crate) fn is_end(&self) -> bool {
        self.at == At::End
    }

    /// Moves a gradient that is complete to the ids.
    pub(super) fn settle(&mut self, ids: &mut Ids) {
        if let Some((id, kind)) = self.defined.take() {
            ids.add(id, kind);
        }
    }

    /// The state after one more byte; nothing if it may not stand here.
    pub(super) fn step(self, byte: u8, ids: &Ids) -> Option<Self> {
        let at = |at| Some(Self { at, ..self });
        match self.at {
            At::Beginning(_) | At::Side(..) => self.begin(byte),
            At::Content(spaces) => match byte {
                b'<' => at(At::Open),
                b' ' | b'\n' if spaces < SPACES => at(At::Content(spaces + 1)),
                _ => None,
            },
            At::Open if byte == b'/' => at(At::Close(0)),
            At::Open => self.element(0, byte),
            At::Element(place) => match TABLES.element_names.word(place) {
                Some(element) if matches!(byte, b' ' | b'/' | b'>') => {
                    // `line` is also the beginning of another name.
                    let is_permitted = self.context.elements(self.depth, DEEPEST) >> element & 1 == 1;
                    if is_permitted { self.begun(element).tag(false, byte, ids) } else { None }
                }
                _ => self.element(place, byte),
            },
            At::Close(written) => match self.name().get(usize::from(written)) {
                Some(next) if *next == byte => at(At::Close(written + 1)),
                None if byte == b'>' => self.closed(),
                _ => None,
            },
            At::Tag(is_spaced) => self.tag(is_spaced, byte, ids),
            At::Slash if byte == b'>' => self.ended(),
            At::Slash | At::End => None,
            At::Attribute(place) => match TABLES.attribute_names.word(place) {
                Some(attribute) if byte == b'=' && self.permits(ids) >> attribute & 1 == 1 => at(At::Equals(attribute)),
                _ => self.attribute(place, byte, ids),
            },
            At::Equals(attribute) if byte == b'"' => {
                let value = Value::start(ATTRIBUTES[usize::from(attribute)].1);
                Some(Self { at: At::Value(attribute, value), seen: self.seen | 1 << attribute, ..self })
            }
            At::Equals(_) => None,
            At::Value(attribute, value) => self.value(attribute, value, byte, ids),
        }
    }

    /// A byte of the root's beginning, which is the same for all but the sides of the view box.
    fn begin(self, byte: u8) -> Option<Self> {
        let at = |at| Some(Self { at, ..self });
        match (self.at, byte) {
            (At::Beginning(written), _) => {
                let is_next = BEGINNING.get(usize::from(written)) == Some(&byte);
                let is_last = usize::from(written) + 1 == BEGINNING.len();
                is_next.then_some(())?;
                at(if is_last { At::Side(false, 0) } else { At::Beginning(written + 1) })
            }
            (At::Side(_, 0), b'0') => None,
            (At::Side(is_height, digits), b'0'..=b'9') if digits < SIDE => at(At::Side(is_height, digits + 1)),
            (At::Side(false, 1..), b' ') => at(At::Side(true, 0)),
            (At::Side(true, 1..), b'"') => at(At::Tag(false)),
            _ => None,
        }
    }

    /// A byte of a value, or the quote behind it.
    fn value(self, attribute: u8, value: Value, byte: u8, ids: &Ids) -> Option<Self> {
        let (kind, known) = (ATTRIBUTES[usize::from(attribute)].1, self.known(ids));
        if byte == b'"' {
            let id = if let Value::Id(id) = value { id } else { self.id };
            return (value.lacks(kind, known) == 0).then_some(Self { at: At::Tag(false), id, ..self });
        }
        Some(Self { at: At::Value(attribute, value.step(byte, kind, known)?), ..self })
    }

    /// Fewest bytes that end the drawing.
    pub(super) fn lacks(&self, ids: &Ids) -> u32 {
        let tables = &*TABLES;
        match self.at {
            At::Beginning(written) => (BEGINNING.len() - usize::from(written)) as u32 + 3 + 1 + self.outside() + 1,
            At::Side(is_height, digits) => {
                // The digit, the space, the other digit and the quote, as far as they are missing; then `>`.
                let digit = u32::from(digits == 0);
                digit + if is_height { 1 } else { 3 } + 1 + self.outside()
            }
            At::Content(_) => self.outside(),
            At::Open => self.outside() - 1,
            At::Element(place) => {
                let permitted = self.context.elements(self.depth, DEEPEST);
                let words = tables.element_names.ahead(place).filter(|(word, _)| permitted >> word & 1 == 1);
                words.map(|(word, lacks)| lacks + self.begun(word).rest(ids)).min().unwrap_or_default()
            }
            // `</` is written.
            At::Close(written) => self.outside() - 2 - u32::from(written),
            At::Tag(is_spaced) => {
                let needs_space = tables.elements[usize::from(self.element)].needed & !self.seen != 0;
                self.rest(ids) - u32::from(is_spaced && needs_space)
            }
            At::Slash => 1 + self.outside(),
            At::Attribute(place) => {
                let permitted = self.permits(ids);
                let words = tables.attribute_names.ahead(place).filter(|(word, _)| permitted >> word & 1 == 1);
                words.map(|(word, lacks)| lacks + self.value_of(word, ids) + 2).min().unwrap_or_default()
            }
            At::Equals(attribute) => self.value_of(attribute, ids) + 1,
            At::Value(attribute, value) => {
                value.lacks(ATTRIBUTES[usize::from(attribute)].1, self.known(ids)) + 1 + self.rest(ids)
            }
            At::End => 0,
        }
    }

    fn element(self, place: Place, byte: u8) -> Option<Self> {
        let names = &TABLES.element_names;
        let place = names.child(place, byte)?;
        let leads = names.reach(place) & self.context.elements(self.depth, DEEPEST) != 0;
        leads.then_some(Self { at: At::Element(place), ..self })
    }

    fn attribute(self, place: Place, byte: u8, ids: &Ids) -> Option<Self> {
        let names = &TABLES.attribute_names;
        let place = names.child(place, byte)?;
        (names.reach(place) & self.permits(ids) != 0).then_some(Self { at: At::Attribute(place), ..self })
    }

    /// With the name of an element complete.
    fn begun(self, element: u8) -> Self {
        Self { at: At::Tag(false), element, seen: 0, ..self }
    }

    /// A byte between attributes.
    fn tag(self, is_spaced: bool, byte: u8, ids: &Ids) -> Option<Self> {
        let element = &TABLES.elements[usize::from(self.element)];
        let is_whole = element.needed & !self.seen == 0;
        match byte {
            b' ' if !is_spaced => Some(Self { at: At::Tag(true), ..self }),
            b'>' if is_whole && element.ending != Ending::Empty => self.opened(),
            b'/' if is_whole && element.ending != Ending::Open => Some(Self { at: At::Slash, ..self }),
            b'a'..=b'z' if is_spaced => self.attribute(0, byte, ids),
            _ => None,
        }
    }

    /// Behind the `>` of an element that holds others.
    fn opened(self) -> Option<Self> {
        let (context, depth) = match self.element {
            GROUP => (Context::Body, self.depth + 1),
            DEFS => (Context::Defs, self.depth),
            LINEAR => (Context::Gradient(Kind::Linear), self.depth),
            RADIAL => (Context::Gradient(Kind::Radial), self.depth),
            _ => (Context::Body, self.depth),
        };
        Some(Self { at: At::Content(0), context, depth, ..self })
    }

    /// Behind the `/>` of an empty element.
    fn ended(self) -> Option<Self> {
        let state = Self { at: At::Content(0), ..self };
        match self.kind() {
            Some(kind) => state.define(kind),
            None => Some(state),
        }
    }

    /// Behind a closing tag.
    fn closed(self) -> Option<Self> {
        let state = Self { at: At::Content(0), ..self };
        match self.context {
            Context::Body if self.depth == 0 => Some(Self { at: At::End, ..self }),
            Context::Body => Some(Self { depth: self.depth - 1, ..state }),
            Context::Defs => Some(Self { context: Context::Body, ..state }),
            Context::Gradient(kind) => Self { context: Context::Defs, ..state }.define(kind),
        }
    }

    /// With a gradient complete. Two of them in one token are not taken.
    fn define(self, kind: Kind) -> Option<Self> {
        self.defined.is_none().then_some(Self { defined: Some((self.id, kind)), id: Id::EMPTY, ..self })
    }

    /// The kind of gradient whose tag is written.
    fn kind(&self) -> Option<Kind> {
        match self.element {
            LINEAR => Some(Kind::Linear),
            RADIAL => Some(Kind::Radial),
            _ => None,
        }
    }

    fn known<'a>(&self, ids: &'a Ids) -> Known<'a> {
        Known { ids, pending: self.defined.map(|(id, _)| id), kind: self.kind() }
    }

    /// Attributes that may still follow.
    fn permits(&self, ids: &Ids) -> u64 {
        let all = TABLES.elements[usize::from(self.element)].attributes & !self.seen;
        if all >> HREF & 1 == 1 && !ids.has(self.kind()) { all & !(1 << HREF) } else { all }
    }

    /// Name of the innermost element that is open.
    const fn name(&self) -> &'static [u8] {
        match self.context {
            Context::Body if self.depth == 0 => b"svg",
            Context::Body => b"g",
            Context::Defs => b"defs",
            Context::Gradient(Kind::Linear) => b"linearGradient",
            Context::Gradient(Kind::Radial) => b"radialGradient",
        }
    }

    /// Bytes of the closing tags of all that is open.
    fn outside(&self) -> u32 {
        let groups = 4 * u32::from(self.depth) + 6;
        match self.context {
            Context::Body => groups,
            Context::Defs => groups + 7,
            Context::Gradient(_) => groups + 7 + 17,
        }
    }

    /// Bytes from here, between attributes, to the end of the drawing.
    fn rest(&self, ids: &Ids) -> u32 {
        let element = &TABLES.elements[usize::from(self.element)];
        let close = match element.ending {
            Ending::Open if self.element == ROOT => 1,
            Ending::Open => 1 + 3 + element.name.len() as u32,
            Ending::Empty | Ending::Both => 2,
        };
        let mut missing = element.needed & !self.seen;
        let mut bytes = close + self.outside();
        while missing != 0 {
            let attribute = missing.trailing_zeros();
            missing &= missing - 1;
            bytes += self.attribute_bytes(attribute as usize, ids);
        }
        bytes
    }

    /// Bytes of an attribute with its shortest value.
    fn attribute_bytes(&self, attribute: usize, ids: &Ids) -> u32 {
        let (name, kind) = ATTRIBUTES[attribute];
        1 + name.len() as u32 + 2 + Value::start(kind).lacks(kind, self.known(ids)) + 1
    }

    /// Bytes from an attribute's value to the end of the drawing.
    fn value_of(&self, attribute: u8, ids: &Ids) -> u32 {
        let kind = ATTRIBUTES[usize::from(attribute)].1;
        let value = Value::start(kind).lacks(kind, self.known(ids)) + 1;
        value + Self { seen: self.seen | 1 << attribute, ..*self }.rest(ids)
    }
}
