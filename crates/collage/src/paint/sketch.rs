//! Outlines and paints in the composer's own units, gathered in layers.

use linocut_svg::{
    Color, Geometry, Gradient, GradientGeometry, GradientStop, Matrix, Opacity, Paint, Path, Point, Segment, Shape,
    Spread, Subpath,
};

use crate::place::spot::Spot;

/// Shapes that stand for the same words of the description.
#[derive(Clone, Debug, Default)]
pub(crate) struct Layer {
    /// Indices of the words.
    pub(crate) words: Vec<usize>,
    pub(crate) shapes: Vec<Shape>,
}

impl Layer {
    pub(crate) fn new(words: &[usize]) -> Self {
        Self { words: words.to_vec(), shapes: Vec::new() }
    }

    pub(crate) fn fill(&mut self, geometry: Geometry, paint: impl Into<Paint>) {
        self.shapes.push(Shape::filled(geometry, paint));
    }

    /// A fill that lets a share of what lies beneath through.
    pub(crate) fn glaze(&mut self, geometry: Geometry, paint: impl Into<Paint>, opacity: f32) {
        self.shapes.push(Shape::filled(geometry, paint).with_opacity(Opacity::from_share(opacity)));
    }

    pub(crate) fn line(&mut self, geometry: Geometry, color: Color, width: f64) {
        self.shapes.push(Shape::stroked(geometry, color, width.round() as i32));
    }
}

/// The grid point nearest to a place.
pub(crate) fn point((x, y): Spot) -> Point {
    Point::new(x.round() as i32, y.round() as i32)
}

pub(crate) fn polygon(spots: &[Spot]) -> Geometry {
    Geometry::polygon(&spots.iter().map(|&spot| point(spot)).collect::<Vec<_>>())
}

pub(crate) fn polyline(spots: &[Spot]) -> Geometry {
    Geometry::polyline(&spots.iter().map(|&spot| point(spot)).collect::<Vec<_>>())
}

pub(crate) fn disc((x, y): Spot, radius: f64) -> Geometry {
    Geometry::circle(point((x, y)), radius.round() as i32)
}

pub(crate) fn oval((x, y): Spot, rx: f64, ry: f64) -> Geometry {
    Geometry::Ellipse { center: point((x, y)), rx: rx.round() as i32, ry: ry.round() as i32 }
}

pub(crate) fn rect(x: f64, y: f64, width: f64, height: f64) -> Geometry {
    rounded(x, y, width, height, 0.0)
}

pub(crate) fn rounded(x: f64, y: f64, width: f64, height: f64, radius: f64) -> Geometry {
    let [x, y, width, height, radius] = [x, y, width, height, radius].map(|v| v.round() as i32);
    Geometry::Rect { x, y, width, height, radius }
}

/// A smooth curve through the places (Catmull-Rom as Bézier curves).
pub(crate) fn smooth(spots: &[Spot], closed: bool) -> Geometry {
    Geometry::Path(Path { subpaths: smooth_subpath(spots, closed).into_iter().collect() })
}

fn smooth_subpath(spots: &[Spot], closed: bool) -> Option<Subpath> {
    let count = spots.len();
    let start = point(*spots.first()?);
    let at = |i: isize| {
        let last = count as isize - 1;
        spots[if closed { i.rem_euclid(count as isize) } else { i.clamp(0, last) } as usize]
    };
    let steps = if closed { count } else { count - 1 } as isize;
    let segments = (0..steps).map(|i| {
        let [a, b, c, d] = [at(i - 1), at(i), at(i + 1), at(i + 2)];
        let lead = (b.0 + (c.0 - a.0) / 6.0, b.1 + (c.1 - a.1) / 6.0);
        let trail = (c.0 - (d.0 - b.0) / 6.0, c.1 - (d.1 - b.1) / 6.0);
        Segment::Cubic(point(lead), point(trail), point(c))
    });
    Some(Subpath { start, segments: segments.collect(), closed })
}

/// What lies below a smooth line: the line is closed along the bottom of the picture.
pub(crate) fn below(line: &[Spot], bottom: f64) -> Geometry {
    let (Some(first), Some(last)) = (line.first(), line.last()) else { return polygon(&[]) };
    let Some(mut subpath) = smooth_subpath(line, false) else { return polygon(&[]) };
    subpath.segments.push(Segment::Line(point((last.0, bottom))));
    subpath.segments.push(Segment::Line(point((first.0, bottom))));
    subpath.closed = true;
    Geometry::Path(Path { subpaths: vec![subpath] })
}

/// Several outlines as one; rectangles and ellipses become paths.
pub(crate) fn joined(outlines: impl IntoIterator<Item = Geometry>) -> Geometry {
    let subpaths = outlines.into_iter().flat_map(|outline| match outline {
        Geometry::Path(path) => path.subpaths,
        other => Path::from_bezier(&other.to_bezier()).subpaths,
    });
    Geometry::Path(Path { subpaths: subpaths.collect() })
}

/// Corners of a regular polygon, the first at `turn` radians clockwise from the top.
pub(crate) fn regular(corners: usize, (x, y): Spot, radius: f64, turn: f64) -> Vec<Spot> {
    let corner = |i: usize| {
        let angle = turn + std::f64::consts::TAU * i as f64 / corners as f64;
        (x + radius * angle.sin(), y - radius * angle.cos())
    };
    (0..corners).map(corner).collect()
}

/// Places turned about a centre by an angle in radians, clockwise.
pub(crate) fn turned(spots: &[Spot], (x, y): Spot, angle: f64) -> Vec<Spot> {
    let (sin, cos) = angle.sin_cos();
    let turn = |&(px, py): &Spot| (x + (px - x) * cos - (py - y) * sin, y + (px - x) * sin + (py - y) * cos);
    spots.iter().map(turn).collect()
}

/// A gradient from one place to another.
pub(crate) fn fade(from: Spot, to: Spot, colors: &[Color]) -> Paint {
    gradient(GradientGeometry::Linear { from: point(from), to: point(to) }, colors)
}

/// A gradient from the top colour at `top` to the last at `bottom`. It leans by one unit: the initial value of `x2` is
/// the full width, so that a zero there would have to be written.
pub(crate) fn vertical(top: f64, bottom: f64, colors: &[Color]) -> Paint {
    fade((0.0, top), (1.0, bottom), colors)
}

/// A gradient from a centre outwards.
pub(crate) fn radial(center: Spot, radius: f64, colors: &[Color]) -> Paint {
    let center = point(center);
    gradient(GradientGeometry::Radial { center, radius: radius.round() as i32, focus: center }, colors)
}

fn gradient(geometry: GradientGeometry, colors: &[Color]) -> Paint {
    let last = colors.len().saturating_sub(1).max(1);
    let stop = |(i, &color): (usize, &Color)| GradientStop {
        offset: (1000 * i / last) as u16,
        color,
        opacity: Opacity::OPAQUE,
    };
    let stops = colors.iter().enumerate().map(stop).collect();
    Paint::Gradient(Box::new(Gradient { geometry, transform: Matrix::IDENTITY, spread: Spread::Pad, stops }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_smooth_line_passes_through_its_places() {
        let Geometry::Path(path) = smooth(&[(0.0, 0.0), (10.0, 5.0), (20.0, 0.0)], false) else { panic!("no path") };
        let ends: Vec<Point> = path.subpaths[0].segments.iter().map(Segment::end).collect();
        assert_eq!(ends, [Point::new(10, 5), Point::new(20, 0)]);
    }

    #[test]
    fn no_place_gives_no_outline() {
        assert_eq!(smooth(&[], true).bounds(), None);
        assert_eq!(below(&[], 9.0).bounds(), None);
    }

    #[test]
    fn a_full_turn_changes_nothing() {
        let square = regular(4, (5.0, 5.0), 4.0, 0.0);
        let back = turned(&square, (5.0, 5.0), std::f64::consts::TAU);
        assert!(square.iter().zip(&back).all(|(a, b)| (a.0 - b.0).abs() + (a.1 - b.1).abs() < 1e-9));
    }
}
