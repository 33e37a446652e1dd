//! SVG and drawings to tokens.

use std::str::FromStr;

use linocut_svg::{Color, Drawing, Geometry, Opacity, Paint, Segment, Shape};
use roxmltree::{Document, Node, ParsingOptions};
use svgtypes::{PathParser, PathSegment};

use super::layout::Layout;
use super::path::{Fill, Point};
use super::vocabulary::Model;

/// Colours that the published encoder knows by name; any other is black to it.
const NAMES: [&str; 33] = [
    "white",
    "black",
    "red",
    "green",
    "blue",
    "yellow",
    "cyan",
    "magenta",
    "silver",
    "gray",
    "grey",
    "maroon",
    "olive",
    "lime",
    "aqua",
    "teal",
    "navy",
    "fuchsia",
    "purple",
    "orange",
    "pink",
    "brown",
    "gold",
    "violet",
    "indigo",
    "tan",
    "beige",
    "coral",
    "crimson",
    "khaki",
    "lavender",
    "salmon",
    "turquoise",
];
const MAX_NODES: u32 = 200_000;

/// Why an SVG cannot be encoded.
#[derive(Clone, PartialEq, Eq, Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EncodeError {
    /// It is not well-formed XML, or has a document type or more than 200,000 nodes.
    #[error("not well-formed: {0}")]
    Xml(String),
    /// The root has no view box of four numbers.
    #[error("`viewBox` is `{value}`, expected four numbers")]
    ViewBox {
        /// Its value; empty if there is none.
        value: String,
    },
    /// There are no tokens for a shape.
    #[error("there are no tokens for `{element}`, only for paths")]
    Element {
        /// The element.
        element: String,
    },
    /// Path data that cannot be read.
    #[error("path data `{data}` cannot be read")]
    Path {
        /// Its first 100 characters.
        data: String,
    },
}

/// Encodes an SVG as OmniSVG's models were trained to write it, with the ids that their published decoder reads.
///
/// Only paths and their fills are kept, in the order of the text; groups and transforms do not count. Coordinates are units of the
/// user's space, rounded to whole ones, half to even, and brought into 0 to 199: scale to a view box of 200 first. Colours lose their
/// lower four bits a channel. A path that is filled with a gradient is left out.
///
/// # Errors
///
/// [`EncodeError`] for what cannot be read, and for other shapes.
///
/// # Source
///
/// OmniSVG-train, `utils/dataset.py` and `deepsvg`, 2025. Its ids are one lower than those of the decoder.
pub fn encode_svg(svg: &str, model: Model) -> Result<Vec<u32>, EncodeError> {
    let parsing = ParsingOptions { allow_dtd: false, nodes_limit: MAX_NODES, ..Default::default() };
    let document = Document::parse_with_options(svg, parsing).map_err(|error| EncodeError::Xml(error.to_string()))?;
    let view_box = document.root_element().attribute("viewBox").unwrap_or_default();
    if svgtypes::ViewBox::from_str(view_box).is_err() {
        return Err(EncodeError::ViewBox { value: view_box.to_owned() });
    }
    let (layout, mut tokens) = (Layout::from(model), Vec::new());
    for node in document.descendants().filter(Node::is_element) {
        match node.tag_name().name() {
            "path" => {
                let data = node.attribute("d").unwrap_or_default();
                if let Some(fill) = read_fill(node.attribute("fill")) {
                    path_tokens(data, fill, &layout, &mut tokens)?;
                }
            }
            element @ ("rect" | "circle" | "ellipse" | "line" | "polyline" | "polygon") => {
                return Err(EncodeError::Element { element: element.to_owned() });
            }
            _ => {}
        }
    }
    Ok(tokens)
}

/// A drawing's tokens, and what they do not say.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct EncodedDrawing {
    /// The tokens, without beginning and end.
    pub tokens: Vec<u32>,
    /// Shapes that are left out: they have no fill.
    pub left_out: usize,
    /// Shapes that lose something: a stroke, an opacity, a gradient, which becomes its mean colour, or the rule `evenodd`.
    pub simplified: usize,
}

/// Encodes a drawing, scaled to the model's square, of 200 units if it is published, along its longer side.
#[must_use]
pub fn encode(drawing: &Drawing, layout: impl Into<Layout>) -> EncodedDrawing {
    let (layout, mut encoded) = (layout.into(), EncodedDrawing::default());
    let scale = f64::from(layout.side) / f64::from(drawing.width.max(drawing.height));
    for shape in &drawing.shapes {
        let flat = shape.clone().flattened();
        let Some(Paint::Solid(color)) = flat.fill else {
            encoded.left_out += 1;
            continue;
        };
        encoded.simplified += usize::from(loses(shape));
        let mut writer = Writer::new(layout, scale, &mut encoded.tokens);
        match &flat.geometry {
            Geometry::Path(path) => {
                for subpath in &path.subpaths {
                    writer.begin(of(subpath.start));
                    subpath.segments.iter().for_each(|segment| writer.segment(segment));
                    writer.close();
                }
            }
            &Geometry::Rect { x, y, width, height, .. } => {
                let [left, top, right, bottom] =
                    [x, y, x.saturating_add(width), y.saturating_add(height)].map(f64::from);
                writer.begin((left, top));
                [(right, top), (right, bottom), (left, bottom)].into_iter().for_each(|to| writer.line(to));
                writer.close();
            }
            &Geometry::Circle { center, radius } => writer.ellipse(of(center), (radius, radius)),
            &Geometry::Ellipse { center, rx, ry } => writer.ellipse(of(center), (rx, ry)),
        }
        encoded.tokens.push(layout.fill(Fill::Color(color)));
    }
    encoded
}

fn loses(shape: &Shape) -> bool {
    let is_flat = matches!(shape.fill, Some(Paint::Solid(_)));
    let is_round = matches!(shape.geometry, Geometry::Rect { radius: 1.., .. });
    let is_odd = shape.fill_rule == linocut_svg::FillRule::EvenOdd;
    !is_flat || is_round || is_odd || shape.stroke.is_some() || shape.opacity != Opacity::OPAQUE
}

fn of(point: linocut_svg::Point) -> (f64, f64) {
    (f64::from(point.x), f64::from(point.y))
}

/// The fill of a path as the published encoder reads it; nothing for a gradient.
fn read_fill(value: Option<&str>) -> Option<Fill> {
    let value = value.unwrap_or("#000000").trim();
    let lower = value.to_lowercase();
    Some(match lower.as_str() {
        "" | "none" => Fill::None,
        "currentcolor" => Fill::Current,
        url if url.starts_with("url(") => return None,
        color => {
            let is_hex = color.starts_with('#') && matches!(color.len(), 4 | 7);
            let is_known = is_hex || color.starts_with("rgb(") || NAMES.contains(&color);
            Fill::Color(color.parse().ok().filter(|_| is_known).unwrap_or(Color::BLACK))
        }
    })
}

fn path_tokens(data: &str, fill: Fill, layout: &Layout, tokens: &mut Vec<u32>) -> Result<(), EncodeError> {
    let mut writer = Writer::new(*layout, 1.0, tokens);
    for segment in PathParser::from(data) {
        let segment = segment.map_err(|_| EncodeError::Path { data: data.chars().take(100).collect() })?;
        writer.command(segment);
    }
    if writer.has_begun {
        tokens.push(layout.fill(fill));
    }
    Ok(())
}

/// Writes the tokens of one path.
struct Writer<'a> {
    layout: Layout,
    scale: f64,
    tokens: &'a mut Vec<u32>,
    at: (f64, f64),
    /// Where the subpath starts, and where the pen stood before it.
    start: (f64, f64),
    origin: (f64, f64),
    is_open: bool,
    has_begun: bool,
    /// Control point that the next smooth curve mirrors.
    control: Option<(f64, f64)>,
}

impl<'a> Writer<'a> {
    fn new(layout: Layout, scale: f64, tokens: &'a mut Vec<u32>) -> Self {
        let o = (0.0, 0.0);
        Self { layout, scale, tokens, at: o, start: o, origin: o, is_open: false, has_begun: false, control: None }
    }

    fn put(&mut self, letter: u8, points: &[(f64, f64)]) {
        self.tokens.push(self.layout.command(letter));
        points.iter().for_each(|point| self.place(*point));
    }

    fn place(&mut self, (x, y): (f64, f64)) {
        let whole = |v: f64| (v * self.scale).round_ties_even() as i32;
        self.tokens.push(self.layout.place(Point { x: whole(x), y: whole(y) }));
    }

    fn begin(&mut self, start: (f64, f64)) {
        self.origin = self.at;
        self.put(b'M', &[self.origin, self.origin]);
        self.put(b'M', &[self.origin, start]);
        (self.at, self.start) = (start, start);
        (self.is_open, self.has_begun, self.control) = (true, true, None);
    }

    fn line(&mut self, to: (f64, f64)) {
        if self.is_open {
            self.put(b'L', &[to]);
        }
        (self.at, self.control) = (to, None);
    }

    fn curve(&mut self, a: (f64, f64), b: (f64, f64), to: (f64, f64)) {
        if self.is_open {
            self.put(b'C', &[a, b, to]);
        }
        (self.at, self.control) = (to, Some(b));
    }

    fn arc(&mut self, radii: (f64, f64), rotation: f64, [large, sweep]: [bool; 2], to: (f64, f64)) {
        if self.is_open {
            self.put(b'A', &[radii]);
            let parameters = [rotation.round_ties_even() as i32, i32::from(large), i32::from(sweep)];
            self.tokens.extend(parameters.map(|value| self.layout.value(value)));
            self.place(to);
        }
        (self.at, self.control) = (to, None);
    }

    fn close(&mut self) {
        if self.is_open {
            let (start, origin) = (self.start, self.origin);
            self.put(b'Z', &[start]);
            self.put(b'L', &[start]);
            self.put(b'Z', &[origin]);
        }
        (self.at, self.is_open, self.control) = (self.start, false, None);
    }

    fn ellipse(&mut self, (x, y): (f64, f64), (rx, ry): (i32, i32)) {
        let (rx, ry) = (f64::from(rx.max(0)), f64::from(ry.max(0)));
        self.begin((x - rx, y));
        [x + rx, x - rx].into_iter().for_each(|to| self.arc((rx, ry), 0.0, [false, true], (to, y)));
        self.close();
    }

    fn segment(&mut self, segment: &Segment) {
        match *segment {
            Segment::Line(to) => self.line(of(to)),
            Segment::Cubic(a, b, to) => self.curve(of(a), of(b), of(to)),
            Segment::Quadratic(control, to) => {
                let ((x, y), (ax, ay), to) = (of(control), self.at, of(to));
                let third = |end: (f64, f64)| ((end.0 + 2.0 * x) / 3.0, (end.1 + 2.0 * y) / 3.0);
                self.curve(third((ax, ay)), third(to), to);
            }
            Segment::Arc(arc) => {
                // No parameter is larger than 99; an ellipse turned by a right angle has its radii swapped.
                let turn = arc.rotation.rem_euclid(180);
                let (radii, turn) = if turn < 90 { ((arc.rx, arc.ry), turn) } else { ((arc.ry, arc.rx), turn - 90) };
                let radii = (f64::from(radii.0), f64::from(radii.1));
                self.arc(radii, f64::from(turn), [arc.large, arc.sweep], of(arc.to));
            }
        }
    }

    /// A command of path data. A quadratic curve becomes a cubic one with its control point twice, as in the published encoder.
    fn command(&mut self, segment: PathSegment) {
        let (x, y) = self.at;
        let to = |abs: bool, px: f64, py: f64| if abs { (px, py) } else { (x + px, y + py) };
        let mirrored = || self.control.map_or((x, y), |(cx, cy)| (2.0 * x - cx, 2.0 * y - cy));
        match segment {
            PathSegment::MoveTo { abs, x, y } => self.begin(to(abs, x, y)),
            PathSegment::LineTo { abs, x, y } => self.line(to(abs, x, y)),
            PathSegment::HorizontalLineTo { abs, x } => self.line((to(abs, x, 0.0).0, y)),
            PathSegment::VerticalLineTo { abs, y } => self.line((x, to(abs, 0.0, y).1)),
            PathSegment::CurveTo { abs, x1, y1, x2, y2, x, y } => {
                self.curve(to(abs, x1, y1), to(abs, x2, y2), to(abs, x, y));
            }
            PathSegment::SmoothCurveTo { abs, x2, y2, x, y } => {
                let first = mirrored();
                self.curve(first, to(abs, x2, y2), to(abs, x, y));
            }
            PathSegment::Quadratic { abs, x1, y1, x, y } => {
                let control = to(abs, x1, y1);
                self.curve(control, control, to(abs, x, y));
            }
            PathSegment::SmoothQuadratic { abs, x, y } => {
                let control = mirrored();
                self.curve(control, control, to(abs, x, y));
            }
            PathSegment::EllipticalArc { abs, rx, ry, x_axis_rotation, large_arc, sweep, x, y } => {
                self.arc((rx, ry), x_axis_rotation, [large_arc, sweep], to(abs, x, y));
            }
            PathSegment::ClosePath { .. } => self.close(),
        }
    }
}
