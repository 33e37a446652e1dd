//! Converts a given drawing of filled polygons into layers to search further.

use linocut_svg::{Drawing, Geometry, Paint as Fill, Point, Segment, Shape, Subpath};

use super::chain::{MIN_VERTICES, Ring};
use super::paint::{MAX_LAYERS, OPAQUE, Paint};
use super::start::rectangle;
use super::state::Layer;
use crate::error::TraceError;

/// The layers of a drawing of filled polygons; adjacent shapes of equal paint stay separate.
///
/// # Errors
///
/// [`TraceError::Shape`] for the first shape that is anything else, [`TraceError::TooManyShapes`].
pub(crate) fn adopt(drawing: &Drawing) -> Result<Vec<Layer>, TraceError> {
    if drawing.shapes.len() >= MAX_LAYERS {
        return Err(TraceError::TooManyShapes { count: drawing.shapes.len(), most: MAX_LAYERS - 1 });
    }
    let size = Point::new(drawing.width as i32, drawing.height as i32);
    let layers = drawing.shapes.iter().enumerate().map(|(index, shape)| layer(index, shape, size));
    layers.filter(|layer| layer.as_ref().map_or(true, |layer| !layer.rings.is_empty())).collect()
}

fn layer(index: usize, shape: &Shape, size: Point) -> Result<Layer, TraceError> {
    let refuse = |reason| TraceError::Shape { index, reason };
    if shape.stroke.is_some() {
        return Err(refuse("has a stroke"));
    }
    let Some(Fill::Solid(color)) = shape.fill else { return Err(refuse("is not filled with one colour")) };
    let alpha = i32::from(shape.opacity.thousandths()).clamp(1, OPAQUE);
    let rings = match &shape.geometry {
        Geometry::Path(path) => path.subpaths.iter().map(vertices).collect(),
        Geometry::Rect { x, y, width, height, radius: 0 } if *width > 0 && *height > 0 => {
            Some(vec![rectangle((*x, *y), (x.saturating_add(*width), y.saturating_add(*height)))])
        }
        _ => None,
    };
    let rings: Vec<Vec<Point>> = rings.ok_or_else(|| refuse("is not a polygon"))?;
    let rings = rings.into_iter().map(|ring| within(ring, size)).filter(|ring| ring.len() >= MIN_VERTICES);
    Ok(Layer { paint: Paint { color, alpha }, rings: rings.map(Ring::new).collect() })
}

/// The vertices of a subpath; `None` when it has curves.
fn vertices(subpath: &Subpath) -> Option<Vec<Point>> {
    let line = |segment: &Segment| if let Segment::Line(to) = segment { Some(*to) } else { None };
    std::iter::once(Some(subpath.start)).chain(subpath.segments.iter().map(line)).collect()
}

/// The vertices moved into the picture, without repetitions.
fn within(mut ring: Vec<Point>, size: Point) -> Vec<Point> {
    ring.iter_mut().for_each(|p| *p = Point::new(p.x.clamp(0, size.x), p.y.clamp(0, size.y)));
    ring.dedup();
    while ring.len() > 1 && ring.first() == ring.last() {
        ring.pop();
    }
    ring
}

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::*;

    fn adopted(shape: Shape) -> Result<Vec<Layer>, TraceError> {
        adopt(&Drawing { shapes: vec![shape], ..Drawing::new(20, 10) })
    }

    #[test]
    fn polygons_and_rectangles_become_layers() {
        let triangle = Geometry::polygon(&[Point::new(-4, 2), Point::new(30, 2), Point::new(9, 9)]);
        let layers = adopted(Shape::filled(triangle, Color::WHITE)).unwrap();
        assert_eq!(layers[0].rings[0].points, [(0, 2), (20, 2), (9, 9)].map(|(x, y)| Point::new(x, y)));
        assert_eq!(adopted(Shape::filled(Geometry::rect(1, 1, 5, 5), Color::BLACK)).unwrap().len(), 1);
    }

    #[test]
    fn what_outlines_cannot_say_is_refused_by_place() {
        let circle = Geometry::circle(Point::new(5, 5), 3);
        let error = adopted(Shape::filled(circle.clone(), Color::BLACK)).unwrap_err();
        assert_eq!(error.to_string(), "shape 0 is not a polygon, expected polygons filled with one colour");
        assert!(adopted(Shape::stroked(circle, Color::BLACK, 1)).unwrap_err().to_string().contains("has a stroke"));
        let shapes = vec![Shape::filled(Geometry::rect(0, 0, 9, 9), Color::BLACK); 128];
        let error = adopt(&Drawing { shapes, ..Drawing::new(9, 9) }).unwrap_err();
        assert_eq!(error.to_string(), "drawing of 128 shapes, expected at most 127");
    }
}
