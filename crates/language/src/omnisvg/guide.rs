//! The grammar of OmniSVG's tokens, with the budget in it: whichever of the allowed tokens are taken, a drawing comes out.

use std::ops::Range;

use linocut_core::ByteBudget;
use linocut_svg::Drawing;

use super::decode::{DecodedPath, command};
use super::layout::{Layout, PLACE};
use super::path::{Command, Fill};
use super::vocabulary::{COMMAND, COMMANDS, Token};
use crate::constraint::ConstraintError;

/// Most bytes of a path's element around its data, and of its fill: `<path d=""/>` and ` fill="#abc"`, with some to spare.
const PATH: usize = 16;
const FILL: usize = 14;
/// Most bytes of a move, and of a line to a place, with differences of three digits and signs.
const MOVE: usize = 10;
const LINE: usize = 10;
const CURVE: usize = 27;
const ARC: usize = 28;
/// Tokens of a move, of a line with its colour, and of both.
const MOVE_TOKENS: usize = 3;
const LINE_TOKENS: usize = 2;
const COLOR_TOKENS: usize = 1;

/// A drawing in the making, token by token.
///
/// A path is begun by a move, has commands with all their arguments, places where places are due and flags of 0 or 1, and is ended by a
/// colour once it has a line. A command may come only if behind it there is room, in bytes and in tokens, for what the path still needs, so
/// a path that is begun is always ended. The drawing may end when something is drawn.
#[derive(Clone, Debug)]
pub struct TokenGuide {
    layout: Layout,
    budget: ByteBudget,
    /// Tokens that may still come, without the one that ends the drawing.
    left: usize,
    /// The paths that are ended and seen.
    drawing: Drawing,
    /// Bytes of the drawing, and with the open path in black.
    ended_bytes: usize,
    bytes: usize,
    open: OpenPath,
    /// The command that lacks arguments.
    pending: Vec<Token>,
    tokens: usize,
    has_ended: bool,
}

/// A path without its colour.
#[derive(Clone, Default, Debug)]
struct OpenPath {
    commands: Vec<Command>,
    /// Whether a subpath is open, and has a line.
    is_open: bool,
    has_line: bool,
    /// Whether any subpath has a line.
    is_seen: bool,
}

impl OpenPath {
    fn push(&mut self, command: Command) {
        match command {
            Command::Move(_) => (self.is_open, self.has_line) = (true, false),
            Command::Close(_) => (self.is_open, self.has_line) = (false, false),
            _ if self.is_open => (self.has_line, self.is_seen) = (true, true),
            _ => {}
        }
        self.commands.push(command);
    }
}

impl TokenGuide {
    /// Begins a drawing of at most `budget` bytes and `tokens` tokens, beside the one that ends it.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::Budget`] and [`ConstraintError::Tokens`] if that is too little for one path.
    pub fn new(layout: Layout, budget: ByteBudget, tokens: usize) -> Result<Self, ConstraintError> {
        let drawing = Drawing::new(layout.side, layout.side);
        let bytes = drawing.byte_count();
        let least = bytes + PATH + MOVE + LINE + FILL;
        if budget.bytes() < least {
            return Err(ConstraintError::Budget { actual: budget.bytes(), least });
        }
        let least = MOVE_TOKENS + LINE_TOKENS + COLOR_TOKENS;
        if tokens < least {
            return Err(ConstraintError::Tokens { actual: tokens, least });
        }
        Ok(Self {
            layout,
            budget,
            left: tokens,
            drawing,
            ended_bytes: bytes,
            bytes,
            open: OpenPath::default(),
            pending: Vec::new(),
            tokens: 0,
            has_ended: false,
        })
    }

    /// The tokens that may come next, in ranges: one at least until the drawing has ended.
    #[must_use]
    pub fn allowed(&self) -> Vec<Range<u32>> {
        if self.has_ended {
            return Vec::new();
        }
        let Layout { base, side, colors, parameters, .. } = self.layout;
        let from = |first: u32, count: u32| std::iter::once(base + first..base + first + count).collect();
        if let Some(Token::Command(number)) = self.pending.first() {
            let is_arc = letter(*number) == b'A';
            return match self.pending.len() {
                // Rotation, then two flags.
                2 if is_arc => from(self.layout.parameter(), parameters),
                3 | 4 if is_arc => from(self.layout.parameter(), 2),
                _ => from(PLACE, side * side),
            };
        }
        let mut ranges: Vec<Range<u32>> = Vec::new();
        let mut allow = |id: u32| ranges.push(id..id + 1);
        if self.tokens == 0 && self.left > MOVE_TOKENS + LINE_TOKENS + COLOR_TOKENS {
            allow(self.layout.begin);
        }
        for (index, letter) in (0_u32..).zip(COMMANDS) {
            if self.may_begin(letter) {
                allow(base + COMMAND + index);
            }
        }
        // The first path has a fill, so that something is drawn.
        let hollow = u32::from(self.drawing.shapes.is_empty());
        if self.open.is_seen {
            ranges.extend::<Vec<_>>(from(self.layout.color() + hollow, colors - hollow));
        }
        if self.open.commands.is_empty() && hollow == 0 {
            ranges.push(self.layout.end..self.layout.end + 1);
        }
        ranges
    }

    /// Whether there is room for a command, and for what the path needs behind it.
    fn may_begin(&self, letter: u8) -> bool {
        let OpenPath { commands, is_open, has_line, is_seen } = &self.open;
        let is_begun = !commands.is_empty();
        // What a command that is seen takes with the move before it and the path around it, if they are not written yet.
        let around = if *is_seen { 0 } else { PATH } + if *has_line { 0 } else { MOVE };
        let (bytes, tokens) = match letter {
            b'M' => (around.max(MOVE) + LINE, MOVE_TOKENS + if *is_seen { 0 } else { LINE_TOKENS }),
            _ if !is_begun => return false,
            // What stands behind a close is not drawn; closing nothing would leave a path without a line.
            b'Z' if *is_open && !*has_line => return false,
            b'Z' => (LINE + 1, 2),
            b'L' => (around + LINE, LINE_TOKENS),
            b'C' => (around + CURVE, 4),
            _ => (around + ARC, 6),
        };
        self.budget.fits(self.bytes + bytes + FILL) && self.left >= tokens + COLOR_TOKENS
    }

    /// Takes a token.
    ///
    /// # Errors
    ///
    /// [`ConstraintError::Token`] for one that is not allowed; nothing changes then.
    pub fn take(&mut self, token: u32) -> Result<(), ConstraintError> {
        if !self.allowed().iter().any(|range| range.contains(&token)) {
            return Err(ConstraintError::Token { token, at: self.bytes });
        }
        self.tokens += 1;
        if token == self.layout.end {
            self.has_ended = true;
            return Ok(());
        }
        self.left = self.left.saturating_sub(1);
        match self.layout.token(token) {
            Some(Token::Color(number)) => self.end_path(number),
            Some(token) => self.argument(token),
            // The token that begins a drawing.
            None => {}
        }
        Ok(())
    }

    /// A command or an argument.
    fn argument(&mut self, token: Token) {
        self.pending.push(token);
        let [Token::Command(number), arguments @ ..] = &self.pending[..] else { return };
        let Some((command, _)) = command(letter(*number), arguments) else { return };
        self.pending.clear();
        let changes = self.open.is_open && !matches!(command, Command::Move(_));
        self.open.push(command);
        if changes {
            self.bytes = self.bytes_with(None).1;
        }
    }

    /// The drawing with the open path in this colour, black without one, and its bytes.
    fn bytes_with(&self, color: Option<i32>) -> (Drawing, usize) {
        let path = DecodedPath { commands: self.open.commands.clone(), color };
        let mut drawing = self.drawing.clone();
        drawing.shapes.extend(path.shape());
        let bytes = drawing.byte_count();
        (drawing, bytes)
    }

    fn end_path(&mut self, number: i32) {
        if Fill::of_number(number) != Fill::None {
            (self.drawing, self.ended_bytes) = self.bytes_with(Some(number));
        }
        self.bytes = self.ended_bytes;
        self.open = OpenPath::default();
    }

    /// Ends the drawing. A path that has no colour yet is left out, unless there is no other.
    pub fn finish(&mut self) {
        if self.drawing.shapes.is_empty() && self.open.is_seen {
            (self.drawing, self.ended_bytes) = self.bytes_with(None);
        }
        (self.open, self.bytes) = (OpenPath::default(), self.ended_bytes);
        self.pending.clear();
        self.has_ended = true;
    }

    /// Whether nothing but the end may follow.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        let end = self.layout.end;
        self.has_ended || self.allowed().iter().all(|range| *range == (end..end + 1))
    }

    /// Whether a token has ended the drawing.
    #[must_use]
    pub const fn has_ended(&self) -> bool {
        self.has_ended
    }

    /// Whether a path lacks its colour.
    #[must_use]
    pub fn is_in_path(&self) -> bool {
        !self.open.commands.is_empty() || !self.pending.is_empty()
    }

    /// The paths that are ended, without those that have no fill.
    #[must_use]
    pub const fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// Bytes of the drawing so far, the open path in black.
    #[must_use]
    pub const fn bytes(&self) -> usize {
        self.bytes
    }
}

/// The letter of a command's number.
fn letter(number: i32) -> u8 {
    let index = usize::try_from(number + 5).unwrap_or_default();
    COMMANDS.get(index).copied().unwrap_or(b'Z')
}
