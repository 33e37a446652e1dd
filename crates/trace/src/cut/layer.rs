//! Layers of `VTracer` and `Contours`: polygons of one colour at one place in the paint order.

use image::RgbImage;
use linocut_svg::{Color, Drawing, Geometry, Path, Point, Shape, Subpath};

use super::price::edge_bytes;
use crate::picture::mean_color;
use crate::polygon::{Span, doubled_area, polygon_spans};

/// A closed polygon that winds in the positive direction, and the pixels that it covers.
#[derive(Clone, Debug)]
pub(crate) struct Ring {
    pub(crate) points: Vec<Point>,
    pub(crate) spans: Vec<Span>,
}

impl Ring {
    /// A ring for a picture of this size; `None` if it covers no pixel.
    pub(crate) fn new(mut points: Vec<Point>, size: (u32, u32)) -> Option<Self> {
        points.dedup();
        while points.len() > 1 && points.first() == points.last() {
            points.pop();
        }
        if points.len() < 3 {
            return None;
        }
        if doubled_area(&points) < 0 {
            points.reverse();
        }
        let spans = polygon_spans(&points, size.0, size.1);
        (!spans.is_empty()).then_some(Self { points, spans })
    }

    /// The whole picture.
    fn canvas((width, height): (u32, u32)) -> Self {
        let (w, h) = (width as i32, height as i32);
        let points = [(0, 0), (w, 0), (w, h), (0, h)].map(|(x, y)| Point::new(x, y)).to_vec();
        let spans = polygon_spans(&points, width, height);
        Self { points, spans }
    }

    /// Number of pixels covered.
    pub(crate) fn area(&self) -> u64 {
        self.spans.iter().map(|span| u64::from(span.to - span.from)).sum()
    }

    /// The vertices in the order in which the most expensive edge closes the polygon, which costs no bytes.
    fn cheapest_order(&self) -> Vec<Point> {
        let mut points = self.points.clone();
        let edges = points.iter().enumerate().map(|(i, &p)| edge_bytes(p, points[(i + 1) % points.len()]));
        let dearest = edges.enumerate().max_by_key(|&(i, bytes)| (bytes, std::cmp::Reverse(i))).map_or(0, |(i, _)| i);
        let count = points.len();
        points.rotate_left((dearest + 1) % count);
        points
    }
}

/// Rings that share a colour and a path element.
#[derive(Clone, Debug)]
pub(crate) struct Layer {
    pub(crate) color: Color,
    pub(crate) rings: Vec<Ring>,
}

impl Layer {
    /// The whole picture in its mean colour.
    pub(crate) fn background(image: &RgbImage) -> Self {
        Self { color: mean_color(image), rings: vec![Ring::canvas(image.dimensions())] }
    }

    /// Number of pixels covered, counted once for each ring.
    pub(crate) fn area(&self) -> u64 {
        self.rings.iter().map(Ring::area).sum()
    }

    fn shape(&self) -> Shape {
        let subpaths = self.rings.iter().filter_map(|ring| Subpath::polygon(&ring.cheapest_order()));
        Shape::filled(Geometry::Path(Path { subpaths: subpaths.collect() }), self.color)
    }
}

/// Layers, bottom first, as a drawing.
pub(crate) fn drawing((width, height): (u32, u32), layers: &[Layer]) -> Drawing {
    Drawing { shapes: layers.iter().map(Layer::shape).collect(), ..Drawing::new(width, height) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ring(list: &[(i32, i32)]) -> Option<Ring> {
        Ring::new(list.iter().map(|&(x, y)| Point::new(x, y)).collect(), (20, 20))
    }

    #[test]
    fn rings_wind_one_way_and_repeat_no_point() {
        let there = ring(&[(0, 0), (9, 0), (9, 0), (9, 9), (0, 0)]).unwrap();
        let back = ring(&[(0, 0), (9, 9), (9, 0)]).unwrap();
        assert_eq!((there.points.len(), there.spans == back.spans), (3, true));
        assert!(doubled_area(&there.points) > 0 && doubled_area(&back.points) > 0);
    }

    #[test]
    fn rings_that_cover_no_pixel_are_none() {
        assert!(ring(&[(0, 0), (9, 9)]).is_none());
        assert!(ring(&[(0, 0), (9, 9), (4, 4)]).is_none());
        assert!(ring(&[(30, 30), (40, 30), (40, 40)]).is_none());
    }

    #[test]
    fn the_dearest_edge_closes_the_polygon() {
        let points = ring(&[(0, 0), (1, 0), (19, 17), (2, 3)]).unwrap().cheapest_order();
        let edge = |i: usize| edge_bytes(points[i], points[(i + 1) % points.len()]);
        assert!((0..points.len()).all(|i| edge(i) <= edge(points.len() - 1)));
    }

    #[test]
    fn the_background_has_the_mean_colour_and_covers_everything() {
        let image = RgbImage::from_fn(4, 2, |x, _| image::Rgb([if x < 2 { 10 } else { 21 }, 0, 255]));
        let layer = Layer::background(&image);
        assert_eq!((layer.color, layer.area()), (Color::new(16, 0, 255), 8));
        let text = drawing((4, 2), &[layer]).write().into_string();
        assert!(text.contains("#1000ff") && text.contains(r#"d="m4 0v2H0V0""#), "{text}");
    }
}
