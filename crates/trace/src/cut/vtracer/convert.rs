//! Converts VTracer's document into layers on the grid.

use linocut_svg::{Color, Point};
use vtracer::VectorDoc;
use vtracer::ir::{Paint, PathCmd, Shape, SubPath};

use crate::cut::layer::{Layer, Ring};

/// Number of line segments that replace a cubic curve.
const CURVE_STEPS: i32 = 4;

/// One layer per outline, in paint order, without a background. Holes are dropped: whatever shows through them is
/// painted later.
pub(crate) fn layers(document: &VectorDoc, size: (u32, u32)) -> Vec<Layer> {
    let outlines = document.shapes.iter().flat_map(|shape| shape.path.subpaths.iter().map(move |path| (shape, path)));
    outlines
        .filter_map(|(shape, path)| Some((color_of(shape), Ring::new(outline(path), size)?)))
        .map(|(color, ring)| Layer { color, rings: vec![ring] })
        .collect()
}

fn color_of(shape: &Shape) -> Color {
    let Paint::Solid(color) = shape.paint;
    Color::new(color.r, color.g, color.b)
}

/// Vertices of a subpath on the grid. In VTracer's cutout mode a subpath may begin with a line, which then starts it.
fn outline(path: &SubPath) -> Vec<Point> {
    let mut points: Vec<(f64, f64)> = Vec::new();
    for command in &path.commands {
        match *command {
            PathCmd::MoveTo(p) | PathCmd::LineTo(p) => points.push((p.x, p.y)),
            PathCmd::CubicTo(a, b, c) => {
                let from = points.last().copied().unwrap_or((a.x, a.y));
                let curve = [from, (a.x, a.y), (b.x, b.y), (c.x, c.y)];
                points.extend((1..=CURVE_STEPS).map(|i| on_cubic(curve, f64::from(i) / f64::from(CURVE_STEPS))));
            }
            PathCmd::Close => {}
        }
    }
    points.into_iter().map(|(x, y)| Point::new(x.round() as i32, y.round() as i32)).collect()
}

fn on_cubic(p: [(f64, f64); 4], t: f64) -> (f64, f64) {
    let u = 1.0 - t;
    let weights = [u * u * u, 3.0 * u * u * t, 3.0 * u * t * t, t * t * t];
    let sum = |axis: fn(&(f64, f64)) -> f64| p.iter().zip(weights).map(|(p, w)| axis(p) * w).sum();
    (sum(|p| p.0), sum(|p| p.1))
}

#[cfg(test)]
mod tests {
    use vtracer::PointF64;

    use super::*;

    fn at(x: f64, y: f64) -> PointF64 {
        PointF64 { x, y }
    }

    #[test]
    fn a_subpath_may_begin_with_a_line() {
        let lines = vec![PathCmd::LineTo(at(0.0, 0.0)), PathCmd::LineTo(at(8.4, 0.0)), PathCmd::LineTo(at(0.0, 7.6))];
        let path = SubPath { commands: [lines, vec![PathCmd::Close]].concat() };
        assert_eq!(outline(&path), [Point::new(0, 0), Point::new(8, 0), Point::new(0, 8)]);
    }

    #[test]
    fn curves_end_where_they_should() {
        let curve = PathCmd::CubicTo(at(0.0, 10.0), at(10.0, 10.0), at(10.0, 0.0));
        let points = outline(&SubPath { commands: vec![PathCmd::MoveTo(at(0.0, 0.0)), curve] });
        assert_eq!(points.len(), 5);
        assert_eq!((points[2], points[4]), (Point::new(5, 8), Point::new(10, 0)));
    }

    #[test]
    fn outlines_without_area_are_left_out() {
        let mut document = VectorDoc::new(9, 9);
        let path = SubPath { commands: vec![PathCmd::MoveTo(at(1.0, 1.0)), PathCmd::LineTo(at(5.0, 5.0))] };
        let color = vtracer::Color::new(1, 2, 3);
        let multi = vtracer::ir::MultiPath { subpaths: vec![path, SubPath::new()] };
        document.shapes.push(Shape { paint: Paint::Solid(color), path: multi });
        assert!(layers(&document, (9, 9)).is_empty());
    }
}
