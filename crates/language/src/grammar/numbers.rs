//! Numbers, and lists of them in path data, points and transforms.

/// Most digits before a point: what is larger cannot be told from its neighbours by a renderer.
const WHOLE: u8 = 7;
/// Most digits behind a point.
const PART: u8 = 6;

/// A number as far as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Number {
    Start,
    Sign,
    Whole(u8),
    Point,
    Part(u8),
    Percent,
}

impl Number {
    pub(super) fn step(self, byte: u8, signed: bool) -> Option<Self> {
        match (self, byte) {
            (Self::Start, b'-') if signed => Some(Self::Sign),
            (Self::Start | Self::Sign, b'0'..=b'9') => Some(Self::Whole(1)),
            (Self::Start | Self::Sign | Self::Whole(_), b'.') => Some(Self::Point),
            (Self::Whole(digits), b'0'..=b'9') if digits < WHOLE => Some(Self::Whole(digits + 1)),
            (Self::Point, b'0'..=b'9') => Some(Self::Part(1)),
            (Self::Part(digits), b'0'..=b'9') if digits < PART => Some(Self::Part(digits + 1)),
            _ => None,
        }
    }

    /// Bytes that it lacks.
    pub(super) const fn lacks(self) -> u32 {
        match self {
            Self::Start | Self::Sign | Self::Point => 1,
            Self::Whole(_) | Self::Part(_) | Self::Percent => 0,
        }
    }
}

/// What a list may have next.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Next {
    /// A number at once.
    Free,
    Space,
    Comma,
    CommaSpace,
    /// More of a number.
    Number(Number),
}

/// How many numbers make a set, and whether sets repeat.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct Shape {
    pub(super) numbers: u8,
    /// Whether the fourth and fifth number are flags of one digit.
    pub(super) is_arc: bool,
    pub(super) repeats: bool,
}

impl Shape {
    pub(super) const fn repeated(numbers: u8) -> Self {
        Self { numbers, is_arc: false, repeats: true }
    }

    const fn is_flag(self, at: u8) -> bool {
        self.is_arc && (at == 3 || at == 4)
    }

    const fn is_after_flag(self, at: u8) -> bool {
        self.is_arc && (at == 4 || at == 5)
    }

    /// Bytes of the numbers from one on, `most` of a set. `at_once` says whether the first needs no separator.
    fn bytes_from(self, from: u8, most: u8, at_once: bool) -> u32 {
        let bytes = |at: u8| if (at == from && at_once) || self.is_after_flag(at) { 1 } else { 2 };
        (from..most).map(bytes).sum()
    }
}

/// A list as far as it is written.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) struct List {
    /// The number that is written or comes next, counted within its set.
    at: u8,
    next: Next,
    /// Whether a set is complete already.
    has_set: bool,
}

impl List {
    pub(super) const START: Self = Self { at: 0, next: Next::Free, has_set: false };

    pub(super) fn step(self, byte: u8, shape: Shape) -> Option<Self> {
        if let Next::Number(number) = self.next {
            if let Some(number) = number.step(byte, true) {
                return Some(Self { next: Next::Number(number), ..self });
            }
            return if number.lacks() == 0 { self.counted(shape)?.separated(byte, shape) } else { None };
        }
        let is_first = self.at == 0 && !self.has_set;
        match (self.next, byte) {
            (Next::Free, b' ') => Some(Self { next: Next::Space, ..self }),
            (Next::Free, b',') if shape.is_after_flag(self.at) => Some(Self { next: Next::Comma, ..self }),
            (Next::Space, b',') if !is_first => Some(Self { next: Next::Comma, ..self }),
            (Next::Comma, b' ') => Some(Self { next: Next::CommaSpace, ..self }),
            _ => self.begun(byte, shape),
        }
    }

    /// With the number that is written done.
    fn counted(self, shape: Shape) -> Option<Self> {
        let at = self.at + 1;
        if at < shape.numbers {
            return Some(Self { at, ..self });
        }
        shape.repeats.then_some(Self { at: 0, has_set: true, ..self })
    }

    /// What may stand at once behind a number: a separator, or the beginning of a number that needs none.
    fn separated(self, byte: u8, shape: Shape) -> Option<Self> {
        match byte {
            b' ' => Some(Self { next: Next::Space, ..self }),
            b',' => Some(Self { next: Next::Comma, ..self }),
            // A digit would have gone on; a point does after a whole number.
            b'-' | b'.' if !shape.is_flag(self.at) => self.begun(byte, shape),
            _ => None,
        }
    }

    fn begun(self, byte: u8, shape: Shape) -> Option<Self> {
        if shape.is_flag(self.at) {
            return matches!(byte, b'0' | b'1').then_some(Self { at: self.at + 1, next: Next::Free, ..self });
        }
        let number = Number::Start.step(byte, true)?;
        Some(Self { next: Next::Number(number), ..self })
    }

    /// Bytes to the end of a set.
    pub(super) fn lacks(self, shape: Shape) -> u32 {
        match self.next {
            Next::Number(number) => number.lacks() + shape.bytes_from(self.at + 1, shape.numbers, false),
            Next::Space if self.has_set && self.at == 0 => 0,
            _ => shape.bytes_from(self.at, shape.numbers, true),
        }
    }

    /// Numbers written, if the last one is complete and nothing stands behind it.
    pub(super) fn count(self) -> Option<u8> {
        match self.next {
            Next::Number(number) if number.lacks() == 0 => Some(self.at + 1),
            _ => None,
        }
    }

    /// Bytes until one of `counts` numbers, rising, are written and nothing stands behind them.
    pub(super) fn lacks_of(self, counts: &[u8], shape: Shape) -> u32 {
        let (rest, from, at_once) = match self.next {
            Next::Number(number) => (number.lacks(), self.at + 1, false),
            _ => (0, self.at, true),
        };
        let least = if at_once { from + 1 } else { from };
        let count = counts.iter().copied().find(|count| *count >= least).unwrap_or(shape.numbers);
        rest + shape.bytes_from(from, count, at_once)
    }
}
