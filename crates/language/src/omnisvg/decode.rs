//! Tokens to paths, and those to SVG or a drawing.

use linocut_svg::{Arc, Color, Drawing, Geometry, Path, Segment, Shape, Subpath};

use super::layout::Layout;
use super::path::{Command, Fill, Point};
use super::vocabulary::{COMMANDS, OFFSET, Token};

/// What the published program writes for a path without a line.
const NO_LINES: &str = r#"<path fill="none" fill-opacity="1.0" filling="0" d="M0.0 M.0 Z"></path>"#;

/// A path of a stream of tokens.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct DecodedPath {
    /// Its commands as they came.
    pub commands: Vec<Command>,
    /// The number of its colour, from 40,010; none for the last path of a stream that ends without one.
    pub color: Option<i32>,
}

/// What a stream of tokens says.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Decoded {
    /// Its paths.
    pub paths: Vec<DecodedPath>,
    /// Tokens that are commands, places, parameters or colours.
    pub known: usize,
    /// Units of the square that it is drawn on.
    pub side: u32,
}

/// Why there is nothing to draw.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Nothing {
    /// No token is one of a drawing.
    #[error("no token of a drawing")]
    Tokens,
    /// There is no whole command.
    #[error("no path: none of the {known} tokens of a drawing make a whole command")]
    Paths {
        /// Tokens of a drawing.
        known: usize,
    },
}

/// Reads tokens, whatever they are, exactly as the published program does.
///
/// Ids of text and those that are not used vanish, also within a command, and reading goes on behind the end. A colour ends a path.
/// Whatever stands where a place is due becomes one: a command or a colour is a place far outside. A command that breaks off ends the
/// stream.
///
/// # Source
///
/// OmniSVG, `tokenizer.py`, 2025.
#[must_use]
pub fn decode(tokens: &[u32], layout: impl Into<Layout>) -> Decoded {
    let layout = layout.into();
    let tokens: Vec<Token> = tokens.iter().filter_map(|id| layout.token(*id)).collect();
    let mut decoded = Decoded { paths: Vec::new(), known: tokens.len(), side: layout.side };
    let mut commands = Vec::new();
    let mut at = 0;
    while let Some(token) = tokens.get(at) {
        let number = place(*token).x;
        // A parameter of 3 to 7 is a command to the program.
        let letter = COMMANDS.get(usize::try_from(number + 5).unwrap_or(usize::MAX));
        if let Some(letter) = letter {
            let Some((command, length)) = command(*letter, &tokens[at + 1..]) else { break };
            commands.push(command);
            at += length;
        } else if let Token::Color(color) = token
            && !commands.is_empty()
        {
            decoded.paths.push(DecodedPath { commands: std::mem::take(&mut commands), color: Some(*color) });
        }
        at += 1;
    }
    if !commands.is_empty() {
        decoded.paths.push(DecodedPath { commands, color: None });
    }
    decoded
}

/// The place that the program takes a token for.
pub(super) fn place(token: Token) -> Point {
    let both = |v: i32| Point { x: v, y: v };
    match token {
        Token::Place(point) => point,
        Token::Command(number) => both(number),
        Token::Parameter(number) => both(number - OFFSET),
        Token::Color(number) => both(number + 1 - OFFSET),
    }
}

/// A command of the tokens behind its letter, and how many those are.
pub(super) fn command(letter: u8, tokens: &[Token]) -> Option<(Command, usize)> {
    let point = |at: usize| tokens.get(at).map(|token| place(*token));
    let parameter = |at: usize| point(at).map(|point| point.x + OFFSET);
    Some(match letter {
        b'M' => (Command::Move(point(1)?), 2),
        b'L' => (Command::Line(point(0)?), 1),
        b'C' => (Command::Curve(point(0)?, point(1)?, point(2)?), 3),
        b'A' => {
            let (radii, rotation, large, sweep) = (point(0)?, parameter(1)?, parameter(2)?, parameter(3)?);
            (Command::Arc { radii, rotation, large, sweep, to: point(4)? }, 5)
        }
        _ => (Command::Close(point(0)?), 1),
    })
}

/// A subpath: where it starts and the commands behind.
struct Part {
    start: Point,
    rest: Vec<Command>,
}

impl DecodedPath {
    /// What it is filled with; black without a colour.
    #[must_use]
    pub fn fill(&self) -> Fill {
        self.color.map_or(Fill::Color(Color::BLACK), Fill::of_number)
    }

    /// Its subpaths. What stands before a move, or behind a close, belongs to none.
    fn parts(&self) -> Vec<Part> {
        let mut parts: Vec<Part> = Vec::new();
        let mut open: Option<Part> = None;
        for command in &self.commands {
            match (*command, &mut open) {
                (Command::Move(start), _) => parts.extend(open.replace(Part { start, rest: Vec::new() })),
                (Command::Close(_), Some(part)) if !part.rest.is_empty() => {
                    part.rest.push(*command);
                    parts.extend(open.take());
                }
                (Command::Close(_), _) => open = None,
                (_, Some(part)) => part.rest.push(*command),
                (_, None) => {}
            }
        }
        parts.extend(open);
        parts.retain(|part| !part.rest.is_empty());
        parts
    }

    fn svg(&self) -> String {
        let parts = self.parts();
        if parts.is_empty() {
            return NO_LINES.to_owned();
        }
        let data: Vec<String> = parts.iter().map(Part::spelled).collect();
        let fill = self.fill().spelled();
        format!(r#"<path fill="{fill}" fill-opacity="1.0"  filling="0" d="{}"></path>"#, data.join(" "))
    }

    pub(super) fn shape(&self) -> Option<Shape> {
        let color = match self.fill() {
            Fill::None => return None,
            Fill::Current => Color::BLACK,
            Fill::Color(color) => color,
        };
        let subpaths: Vec<Subpath> = self.parts().iter().map(Part::subpath).collect();
        (!subpaths.is_empty()).then(|| Shape::filled(Geometry::Path(Path::from(subpaths)), color))
    }
}

impl Part {
    fn spelled(&self) -> String {
        let pair = |point: Point| format!("{}.0 {}.0", point.x, point.y);
        let command = |command: &Command| match *command {
            Command::Move(to) => format!("M{}", pair(to)),
            Command::Line(to) => format!("L{}", pair(to)),
            Command::Curve(a, b, to) => format!("C{} {} {}", pair(a), pair(b), pair(to)),
            Command::Arc { radii, rotation, large, sweep, to } => {
                format!("A{} {rotation}.0 {large} {sweep} {}", pair(radii), pair(to))
            }
            Command::Close(to) => format!("L{} Z", pair(to)),
        };
        let start = command(&Command::Move(self.start));
        std::iter::once(start).chain(self.rest.iter().map(command)).collect::<Vec<_>>().join(" ")
    }

    fn subpath(&self) -> Subpath {
        let point = |point: Point| linocut_svg::Point::new(point.x, point.y);
        let (start, mut end) = (point(self.start), self.start);
        let mut subpath = Subpath { start, segments: Vec::with_capacity(self.rest.len()), closed: false };
        for command in &self.rest {
            let (segment, to) = match *command {
                Command::Move(to) | Command::Line(to) => (Segment::Line(point(to)), to),
                Command::Curve(a, b, to) => (Segment::Cubic(point(a), point(b), point(to)), to),
                Command::Arc { radii, rotation, large, sweep, to } => {
                    let (rx, ry) = (radii.x.abs(), radii.y.abs());
                    let arc = Arc { rx, ry, rotation, large: large != 0, sweep: sweep != 0, to: point(to) };
                    (Segment::Arc(arc), to)
                }
                Command::Close(to) => {
                    subpath.closed = true;
                    if to == self.start || to == end {
                        continue;
                    }
                    (Segment::Line(point(to)), to)
                }
            };
            subpath.segments.push(segment);
            end = to;
        }
        subpath
    }
}

impl Decoded {
    /// The SVG that the published program writes, byte for byte. It is not always valid: a path without a line is written as path data
    /// that no reader takes, arcs may have flags other than 0 and 1, and there is an attribute `filling`.
    ///
    /// # Errors
    ///
    /// [`Nothing`] where the program drops the candidate.
    pub fn svg(&self) -> Result<String, Nothing> {
        let paths: Vec<String> = self.some()?.iter().map(DecodedPath::svg).collect();
        let (side, paths) = (self.side, paths.join("\n"));
        let root = format!(
            r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0.0 0.0 {side}.0 {side}.0" height="{side}px" width="{side}px">"#
        );
        Ok(format!("{root}{paths}</svg>"))
    }

    /// The drawing, as wide and high as the model's square. Paths without a line or a fill are left out, any flag but 0 counts as set, and radii are
    /// taken without their sign.
    ///
    /// # Errors
    ///
    /// [`Nothing`] as for [`Decoded::svg`].
    pub fn drawing(&self) -> Result<Drawing, Nothing> {
        let shapes = self.some()?.iter().filter_map(DecodedPath::shape).collect();
        Ok(Drawing { shapes, ..Drawing::new(self.side, self.side) })
    }

    fn some(&self) -> Result<&[DecodedPath], Nothing> {
        match (self.known, self.paths.is_empty()) {
            (0, _) => Err(Nothing::Tokens),
            (known, true) => Err(Nothing::Paths { known }),
            _ => Ok(&self.paths),
        }
    }
}
