//! What strokes cover of the pixels of a picture.

use linocut_svg::{Geometry, LineCap, LineJoin, Point, Segment, Shape};

use super::plane::{P, add, along, direction, distance, dot, length, normal, scale, sub};
use super::spline::flattened;

/// The coverage of a picture's pixels by one stroke.
#[derive(Clone, Debug)]
pub(super) struct Ink {
    /// Distances from the middle of the line, of pixels within reach.
    pub(super) distances: Vec<(u32, f32)>,
    /// In pixels.
    pub(super) width: f32,
}

impl Ink {
    /// How much of a pixel at this distance is covered.
    pub(super) fn cover(&self, distance: f32) -> f32 {
        cover(self.width, distance)
    }

    /// The stroke of a shape, with all pixels up to `reach` beyond its edges; `scratch` is as large as the picture and everywhere
    /// infinite. `per_pixel` is the number of units in a pixel. A shape without a stroke has no ink.
    pub(super) fn new(shape: &Shape, per_pixel: f64, reach: f64, columns: usize, scratch: &mut [f32]) -> Self {
        let Some(stroke) = &shape.stroke else { return Self { distances: Vec::new(), width: 0.0 } };
        let width = f64::from(stroke.width) / per_pixel;
        let mut near = Vec::new();
        let (radius, style) = (0.5 * width + reach, (stroke.cap, stroke.join));
        for piece in pieces_of(&shape.geometry, per_pixel, style, 0.5 * width) {
            piece.visit(radius, columns, scratch.len() / columns, |at, distance| {
                if scratch[at] == f32::INFINITY {
                    near.push(at as u32);
                }
                scratch[at] = scratch[at].min(distance as f32);
            });
        }
        near.sort_unstable();
        let take = |at: u32| (at, std::mem::replace(&mut scratch[at as usize], f32::INFINITY));
        Self { distances: near.into_iter().map(take).collect(), width: width as f32 }
    }
}

/// How much of a pixel at a distance from the middle of a line of this width is covered.
pub(super) fn cover(width: f32, distance: f32) -> f32 {
    (0.5 * width - distance + 0.5).clamp(0.0, 1.0)
}

/// What a line is made of.
#[derive(Clone, Copy, Debug)]
pub(super) enum Piece {
    /// A straight part, with ends that are cut there or not, of half this width.
    Straight { from: P, to: P, cut: [bool; 2], half: f64 },
    /// A mitred corner between these directions, with this reach.
    Corner { at: P, before: P, after: P, reach: f64 },
    /// A circle or an ellipse along the axes.
    Oval { at: P, radii: P },
}

/// Least turn in radians, by its sine, that is a corner, and most reach of one in half widths: the default limit of SVG.
const TURN: f64 = 0.05;
const MITER_LIMIT: f64 = 4.0;

/// The parts of an outline that is stroked with this style and half this width, in pixels.
fn pieces_of(geometry: &Geometry, per_pixel: f64, style: (LineCap, LineJoin), half: f64) -> Vec<Piece> {
    if let Some(oval) = oval(geometry, per_pixel) {
        return vec![oval];
    }
    lines(geometry, per_pixel).iter().flat_map(|(line, closed)| pieces(line, *closed, style, half)).collect()
}

/// The parts of a line through points, in pixels. A closed one ends in its beginning.
pub(super) fn pieces(line: &[P], closed: bool, (cap, join): (LineCap, LineJoin), half: f64) -> Vec<Piece> {
    let cut = cap == LineCap::Butt && !closed;
    let last = line.len().saturating_sub(2);
    let straight = |(i, pair): (usize, &[P])| Piece::Straight {
        from: pair[0],
        to: pair[1],
        cut: [cut && i == 0, cut && i == last],
        half,
    };
    let mut all: Vec<Piece> = line.windows(2).enumerate().map(straight).collect();
    if join == LineJoin::Miter {
        all.extend(line.windows(3).filter_map(|three| corner([three[0], three[1], three[2]], half)));
        if closed && line.len() > 3 {
            all.extend(corner([line[last], line[0], line[1]], half));
        }
    }
    all
}

/// The corner of a mitred line at the second of three points.
pub(super) fn corner(three: [P; 3], half: f64) -> Option<Piece> {
    let (before, after) = (direction(sub(three[1], three[0])), direction(sub(three[2], three[1])));
    let turn = before[0] * after[1] - before[1] * after[0];
    // The sine of half the angle between the sides.
    let sine = (0.5 * (1.0 + dot(before, after))).max(0.0).sqrt();
    let is_corner = turn.abs() > TURN && sine * MITER_LIMIT > 1.0;
    is_corner.then(|| Piece::Corner { at: three[1], before, after, reach: half / sine })
}

impl Piece {
    /// The first and the last column and row of what lies within a distance, on a grid of pixels.
    fn bounds(&self, radius: f64) -> [[f64; 2]; 2] {
        let (from, to, radius) = match *self {
            Self::Straight { from, to, .. } => (from, to, radius),
            Self::Corner { at, reach, .. } => (at, at, radius.max(reach + 1.0)),
            Self::Oval { at, radii } => (sub(at, radii), add(at, radii), radius),
        };
        [0, 1].map(|i| [from[i].min(to[i]) - radius, from[i].max(to[i]) + radius])
    }

    /// Visits pixels up to a distance.
    pub(super) fn visit(&self, radius: f64, columns: usize, rows: usize, mut visit: impl FnMut(usize, f64)) {
        let bounds = self.bounds(radius);
        let span = |i: usize, most: usize| {
            (bounds[i][0].clamp(0.0, most as f64) as usize)..(bounds[i][1].ceil().clamp(0.0, most as f64) as usize)
        };
        for y in span(1, rows) {
            for x in span(0, columns) {
                let off = self.distance([x as f64 + 0.5, y as f64 + 0.5]);
                if off <= radius {
                    visit(y * columns + x, off);
                }
            }
        }
    }

    /// Whether something of it may be nearer than a distance to a box.
    pub(super) fn meets(&self, [low, high]: [P; 2], radius: f64) -> bool {
        let bounds = self.bounds(radius);
        (0..2).all(|i| bounds[i][0] <= high[i] && low[i] <= bounds[i][1])
    }

    /// The distance of a point from the middle of the line, as far as this part of it goes. Where the line is cut or comes to a point,
    /// it is what it would be inside of a line with the same edge.
    pub(super) fn distance(&self, p: P) -> f64 {
        match *self {
            Self::Straight { from, to, cut, half } => {
                let way = sub(to, from);
                let size = length(way).max(1e-9);
                let off = sub(p, from);
                let ahead = dot(off, way) / size;
                for (cut, beyond) in cut.into_iter().zip([-ahead, ahead - size]) {
                    if cut && beyond > 0.0 {
                        let aside = dot(off, normal(way)).abs() / size;
                        return aside.max(beyond + half);
                    }
                }
                distance(p, along(from, way, (ahead / size).clamp(0.0, 1.0)))
            }
            Self::Corner { at, before, after, .. } => {
                let off = sub(p, at);
                if dot(off, before) < 0.0 || dot(off, after) > 0.0 {
                    return f64::INFINITY;
                }
                dot(off, normal(before)).abs().max(dot(off, normal(after)).abs())
            }
            // By the gradient of the normalised radius: exact for circles, and close to the outline for ellipses.
            Self::Oval { at, radii } => {
                let off = [(p[0] - at[0]) / radii[0], (p[1] - at[1]) / radii[1]];
                let radius = length(off);
                let slope = length([off[0] / radii[0], off[1] / radii[1]]);
                if slope > 1e-9 { (radius - 1.0).abs() * radius / slope } else { radii[0].min(radii[1]) }
            }
        }
    }
}

/// A circle or an ellipse in pixels.
pub(super) fn oval(geometry: &Geometry, per_pixel: f64) -> Option<Piece> {
    let (center, radii) = match *geometry {
        Geometry::Circle { center, radius } => (center, [radius; 2]),
        Geometry::Ellipse { center, rx, ry } => (center, [rx, ry]),
        _ => return None,
    };
    let radii = radii.map(|radius| f64::from(radius.max(1)) / per_pixel);
    Some(Piece::Oval { at: pixel(center, per_pixel), radii })
}

fn pixel(p: Point, per_pixel: f64) -> P {
    [f64::from(p.x) / per_pixel, f64::from(p.y) / per_pixel]
}

/// The lines of an outline in pixels, and whether they are closed; ovals have none.
fn lines(geometry: &Geometry, per_pixel: f64) -> Vec<(Vec<P>, bool)> {
    let pixel = |p: Point| pixel(p, per_pixel);
    match geometry {
        Geometry::Circle { .. } | Geometry::Ellipse { .. } => Vec::new(),
        &Geometry::Rect { x, y, width, height, .. } => {
            let corners = [(0, 0), (width, 0), (width, height), (0, height), (0, 0)];
            let corner = |(dx, dy): (i32, i32)| pixel(Point::new(x.saturating_add(dx), y.saturating_add(dy)));
            vec![(corners.map(corner).to_vec(), true)]
        }
        Geometry::Path(path) => path
            .subpaths
            .iter()
            .map(|subpath| {
                let mut line = vec![pixel(subpath.start)];
                for segment in &subpath.segments {
                    let from = line[line.len() - 1];
                    match *segment {
                        Segment::Line(to) => line.push(pixel(to)),
                        Segment::Cubic(near, far, to) => flattened(from, pixel(near), pixel(far), pixel(to), &mut line),
                        Segment::Quadratic(middle, to) => {
                            let third = |end: P| along(end, sub(pixel(middle), end), 2.0 / 3.0);
                            flattened(from, third(from), third(pixel(to)), pixel(to), &mut line);
                        }
                        // Its chord; arcs are not drawn here.
                        Segment::Arc(arc) => line.push(pixel(arc.to)),
                    }
                }
                if subpath.closed && line[line.len() - 1] != line[0] {
                    line.push(line[0]);
                }
                (line, subpath.closed)
            })
            .collect(),
    }
}

/// Middle of the pixel, in pixels.
pub(super) fn middle(at: u32, columns: usize) -> P {
    scale([2.0 * (at as usize % columns) as f64 + 1.0, 2.0 * (at as usize / columns) as f64 + 1.0], 0.5)
}
