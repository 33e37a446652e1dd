//! Affine transforms of shapes and drawings, rounded to the grid.

use kurbo::{Affine, BezPath, PathEl, Shape as _, SvgArc};

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::gradient::Matrix;
use crate::path::{Arc, Path, Segment, Subpath};
use crate::point::Point;
use crate::shape::{Paint, Shape};

/// How far curves may leave the outline when an ellipse or an arc becomes cubic curves, in units.
const CURVE_TOLERANCE: f64 = 0.1;

impl Drawing {
    /// The drawing on another grid: every shape is scaled by the ratio of the sizes.
    #[must_use]
    pub fn on_grid(&self, width: u32, height: u32) -> Self {
        let scale = |to: u32, from: u32| f64::from(to.max(1)) / f64::from(from.max(1));
        let affine = Affine::scale_non_uniform(scale(width, self.width), scale(height, self.height));
        Self { shapes: self.shapes.iter().map(|s| s.transformed(affine)).collect(), ..Self::new(width, height) }
    }
}

impl Shape {
    /// The shape under an affine transform.
    ///
    /// Strokes keep their shape; their width is scaled by the root of the transform's area factor, to at least one unit.
    #[must_use]
    pub fn transformed(&self, affine: Affine) -> Self {
        let mut shape = Self { geometry: self.geometry.transformed(affine), ..self.clone() };
        if let Some(Paint::Gradient(gradient)) = &mut shape.fill {
            gradient.transform = Matrix::from_affine(affine * gradient.transform.to_affine());
        }
        if let Some(stroke) = &mut shape.stroke {
            let width = f64::from(stroke.width) * affine.determinant().abs().sqrt();
            stroke.width = (width.round() as i32).max(1);
            if let Paint::Gradient(gradient) = &mut stroke.paint {
                gradient.transform = Matrix::from_affine(affine * gradient.transform.to_affine());
            }
        }
        shape
    }
}

impl Geometry {
    /// The outline under an affine transform; rectangles and ellipses become paths where it rotates or shears them.
    #[must_use]
    pub fn transformed(&self, affine: Affine) -> Self {
        let [a, b, c, d, ..] = affine.as_coeffs();
        let upright = b.abs() < 1e-9 && c.abs() < 1e-9 && a > 0.0 && d > 0.0;
        let length = |v: i32, scale: f64| (f64::from(v) * scale).round() as i32;
        match *self {
            Self::Rect { x, y, width, height, radius } if upright && (radius == 0 || (a - d).abs() < 1e-9) => {
                let from = round(affine * float(Point::new(x, y)));
                let to = round(
                    affine * kurbo::Point::new(f64::from(x) + f64::from(width), f64::from(y) + f64::from(height)),
                );
                let radius = length(radius, a);
                Self::Rect {
                    x: from.x,
                    y: from.y,
                    width: to.x.saturating_sub(from.x),
                    height: to.y.saturating_sub(from.y),
                    radius,
                }
            }
            Self::Circle { center, radius } if upright && (a - d).abs() < 1e-9 => {
                Self::Circle { center: round(affine * float(center)), radius: length(radius, a) }
            }
            Self::Circle { center, radius } if upright => {
                Self::Ellipse { center: round(affine * float(center)), rx: length(radius, a), ry: length(radius, d) }
            }
            Self::Ellipse { center, rx, ry } if upright => {
                Self::Ellipse { center: round(affine * float(center)), rx: length(rx, a), ry: length(ry, d) }
            }
            _ => Self::Path(Path::from_bezier(&(affine * self.to_bezier()))),
        }
    }

    /// The outline as lines and Bézier curves.
    #[must_use]
    pub fn to_bezier(&self) -> BezPath {
        match *self {
            Self::Path(ref path) => path.to_bezier(),
            Self::Rect { x, y, width, height, radius } => {
                let rect = kurbo::Rect::new(0.0, 0.0, f64::from(width.max(0)), f64::from(height.max(0)));
                let rect = rect + float(Point::new(x, y)).to_vec2();
                if radius > 0 {
                    rect.to_rounded_rect(f64::from(radius)).to_path(CURVE_TOLERANCE)
                } else {
                    rect.to_path(CURVE_TOLERANCE)
                }
            }
            Self::Circle { center, radius } => {
                kurbo::Circle::new(float(center), f64::from(radius.max(0))).to_path(CURVE_TOLERANCE)
            }
            Self::Ellipse { center, rx, ry } => {
                let radii = (f64::from(rx.max(0)), f64::from(ry.max(0)));
                kurbo::Ellipse::new(float(center), radii, 0.0).to_path(CURVE_TOLERANCE)
            }
        }
    }
}

impl Path {
    /// The path as lines and Bézier curves; arcs become cubic curves.
    #[must_use]
    pub fn to_bezier(&self) -> BezPath {
        let mut bezier = BezPath::new();
        for subpath in &self.subpaths {
            let mut from = subpath.start;
            bezier.move_to(float(from));
            for segment in &subpath.segments {
                push_segment(&mut bezier, from, segment);
                from = segment.end();
            }
            if subpath.closed {
                bezier.close_path();
            }
        }
        bezier
    }

    /// The nearest path on the grid. Lines and curves that shrink to a point are dropped.
    #[must_use]
    pub fn from_bezier(bezier: &BezPath) -> Self {
        let mut path = Self::default();
        for element in bezier.elements() {
            path.push_element(*element);
        }
        path.subpaths.retain(|subpath| !subpath.segments.is_empty());
        path
    }

    fn push_element(&mut self, element: PathEl) {
        if let PathEl::MoveTo(p) = element {
            return self.subpaths.push(Subpath { start: round(p), segments: Vec::new(), closed: false });
        }
        // What follows a `close` without a `move` starts where the closed subpath did.
        if self.subpaths.last().is_some_and(|last| last.closed) {
            let start = self.subpaths[self.subpaths.len() - 1].start;
            self.subpaths.push(Subpath { start, segments: Vec::new(), closed: false });
        }
        let Some(last) = self.subpaths.last_mut() else { return };
        let segment = match element {
            PathEl::LineTo(to) => Segment::Line(round(to)),
            PathEl::QuadTo(c, to) => Segment::Quadratic(round(c), round(to)),
            PathEl::CurveTo(a, b, to) => Segment::Cubic(round(a), round(b), round(to)),
            PathEl::ClosePath | PathEl::MoveTo(_) => {
                last.closed = true;
                return;
            }
        };
        let from = last.end();
        if segment.points().any(|p| p != from) {
            last.segments.push(segment);
        }
    }
}

fn push_segment(bezier: &mut BezPath, from: Point, segment: &Segment) {
    match *segment {
        Segment::Line(to) => bezier.line_to(float(to)),
        Segment::Quadratic(c, to) => bezier.quad_to(float(c), float(to)),
        Segment::Cubic(a, b, to) => bezier.curve_to(float(a), float(b), float(to)),
        Segment::Arc(arc) => push_arc(bezier, from, &arc),
    }
}

fn push_arc(bezier: &mut BezPath, from: Point, arc: &Arc) {
    let arc = SvgArc {
        from: float(from),
        to: float(arc.to),
        radii: kurbo::Vec2::new(f64::from(arc.rx), f64::from(arc.ry)),
        x_rotation: f64::from(arc.rotation).to_radians(),
        large_arc: arc.large,
        sweep: arc.sweep,
    };
    match kurbo::Arc::from_svg_arc(&arc) {
        Some(curve) => bezier.extend(curve.append_iter(CURVE_TOLERANCE)),
        None => bezier.line_to(arc.to),
    }
}

fn float(p: Point) -> kurbo::Point {
    kurbo::Point::new(f64::from(p.x), f64::from(p.y))
}

/// Casts saturate, and NaN becomes 0.
pub(crate) fn round(p: kurbo::Point) -> Point {
    Point::new(p.x.round() as i32, p.y.round() as i32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Color;

    #[test]
    fn upright_maps_keep_the_kind_of_shape() {
        let map = Affine::translate((10.0, 0.0)) * Affine::scale_non_uniform(2.0, 3.0);
        assert_eq!(Geometry::rect(1, 1, 4, 4).transformed(map), Geometry::rect(12, 3, 8, 12));
        let ellipse = Geometry::Ellipse { center: Point::new(10, 0), rx: 10, ry: 15 };
        assert_eq!(Geometry::circle(Point::new(0, 0), 5).transformed(map), ellipse);
    }

    #[test]
    fn a_turned_rectangle_is_a_path_with_its_corners() {
        let turned = Geometry::rect(0, 0, 10, 20).transformed(Affine::rotate(std::f64::consts::FRAC_PI_2));
        let corners = [(0, 0), (0, 10), (-20, 10), (-20, 0)].map(|(x, y)| Point::new(x, y));
        assert_eq!(turned, Geometry::polygon(&corners));
    }

    #[test]
    fn arcs_become_curves_that_end_where_they_did() {
        let arc = Arc { rx: 50, ry: 50, rotation: 0, large: false, sweep: true, to: Point::new(100, 0) };
        let path =
            Path::from(vec![Subpath { start: Point::new(0, 0), segments: vec![Segment::Arc(arc)], closed: false }]);
        let bounds = Geometry::Path(Path::from_bezier(&path.to_bezier())).bounds().unwrap();
        assert_eq!((bounds.0, bounds.1, bounds.2), (0, -50, 100));
    }

    #[test]
    fn strokes_and_gradients_follow_the_map() {
        let line = Geometry::polyline(&[Point::new(0, 0), Point::new(9, 9)]);
        let shape = Shape::stroked(line, Color::BLACK, 2).transformed(Affine::scale(3.0));
        assert_eq!(shape.stroke.unwrap().width, 6);
    }

    #[test]
    fn changing_the_grid_keeps_the_picture_full() {
        let mut drawing = Drawing::new(100, 50);
        drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 100, 50), Color::WHITE));
        let finer = drawing.on_grid(384, 192);
        assert_eq!(finer.shapes[0].geometry, Geometry::rect(0, 0, 384, 192));
    }
}
