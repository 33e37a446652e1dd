//! Turns a model's values back into a drawing on the integer grid.

use linocut_svg::{Arc, Color, Drawing, Geometry, Opacity, Paint, Path, Point, Segment, Shape, Subpath};

use crate::model::Model;
use crate::raster::scene::values::Values;

/// Longest spelling of a colour that counts as short: `#rgb`.
const SHORT: usize = 4;

/// How colours are rounded to 8 bits a channel.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Spelling {
    /// To the nearest level.
    #[default]
    Nearest,
    /// To the nearest level, but to the nearest short colour where the old one took at most four bytes, as `#rgb` does.
    AsShort,
}

impl Model {
    /// The drawing with the given values, rounded to the grid. `drawing` is the one that the model was made from; unchanged
    /// values give back exactly its own numbers.
    #[must_use]
    pub fn to_drawing(&self, drawing: &Drawing, values: &Values, spelling: Spelling) -> Drawing {
        let mut reader = Reader { model: self, values, spelling, point: 0, opacity: 0 };
        Drawing { shapes: drawing.shapes.iter().map(|shape| reader.shape(shape)).collect(), ..*drawing }
    }
}

/// Reads values in the order in which the model stored them.
struct Reader<'a> {
    model: &'a Model,
    values: &'a Values,
    spelling: Spelling,
    point: usize,
    opacity: usize,
}

impl Reader<'_> {
    fn shape(&mut self, shape: &Shape) -> Shape {
        let geometry = self.geometry(&shape.geometry);
        let mut stroke = shape.stroke.clone();
        if let Some(stroke) = &mut stroke {
            stroke.width = self.pair(stroke.width, 0).x;
            stroke.paint = self.paint(&stroke.paint);
        }
        let fill = shape.fill.as_ref().map(|paint| self.paint(paint));
        Shape { geometry, fill, fill_rule: shape.fill_rule, stroke, opacity: self.opacity(shape.opacity) }
    }

    fn geometry(&mut self, geometry: &Geometry) -> Geometry {
        match *geometry {
            Geometry::Path(ref path) => {
                Geometry::Path(Path { subpaths: path.subpaths.iter().map(|subpath| self.subpath(subpath)).collect() })
            }
            Geometry::Rect { x, y, width, height, radius } => {
                let (corner, size) = (self.pair(x, y), self.pair(width, height));
                let radius = if radius > 0 { self.pair(radius, 0).x } else { radius };
                Geometry::Rect { x: corner.x, y: corner.y, width: size.x, height: size.y, radius }
            }
            Geometry::Circle { center, radius } => {
                Geometry::Circle { center: self.place(center), radius: self.pair(radius, 0).x }
            }
            Geometry::Ellipse { center, rx, ry } => {
                let (center, radii) = (self.place(center), self.pair(rx, ry));
                Geometry::Ellipse { center, rx: radii.x, ry: radii.y }
            }
        }
    }

    fn subpath(&mut self, subpath: &Subpath) -> Subpath {
        let start = self.place(subpath.start);
        let segments = subpath.segments.iter().map(|segment| self.segment(segment)).collect();
        Subpath { start, segments, closed: subpath.closed }
    }

    fn segment(&mut self, segment: &Segment) -> Segment {
        match *segment {
            Segment::Line(to) => Segment::Line(self.place(to)),
            Segment::Quadratic(control, to) => Segment::Quadratic(self.place(control), self.place(to)),
            Segment::Cubic(first, second, to) => Segment::Cubic(self.place(first), self.place(second), self.place(to)),
            Segment::Arc(arc) => {
                let radii = self.pair(arc.rx, arc.ry);
                Segment::Arc(Arc { rx: radii.x, ry: radii.y, to: self.place(arc.to), ..arc })
            }
        }
    }

    fn place(&mut self, point: Point) -> Point {
        self.pair(point.x, point.y)
    }

    /// The next point, rounded; the given one if it has not moved.
    fn pair(&mut self, x: i32, y: i32) -> Point {
        let at = self.values.points.get(self.point).copied().unwrap_or([x as f32, y as f32]);
        self.point += 1;
        let axis = |value: f32, before: i32| if value == before as f32 { before } else { value.round() as i32 };
        Point::new(axis(at[0], x), axis(at[1], y))
    }

    fn opacity(&mut self, before: Opacity) -> Opacity {
        if before == Opacity::OPAQUE {
            return before;
        }
        let share = self.values.opacities.get(self.opacity).copied().unwrap_or(before.share());
        self.opacity += 1;
        // As many digits as before, and never none: what is opaque has no value.
        let unit = [100, 10].into_iter().find(|unit: &u16| before.thousandths().is_multiple_of(*unit)).unwrap_or(1);
        let units = (share * 1000.0 / f32::from(unit)).round().max(1.0);
        if share == before.share() { before } else { Opacity::from_thousandths((units as u16 * unit).min(1000 - unit)) }
    }

    fn paint(&self, paint: &Paint) -> Paint {
        match paint {
            Paint::Solid(color) => Paint::Solid(self.color(*color, self.model.palette.solid(*color))),
            Paint::Gradient(gradient) => {
                let first = self.model.palette.gradient(gradient);
                let mut gradient = gradient.clone();
                for (index, stop) in gradient.stops.iter_mut().enumerate() {
                    stop.color = self.color(stop.color, first.map(|first| first + index));
                }
                Paint::Gradient(gradient)
            }
        }
    }

    fn color(&self, before: Color, index: Option<usize>) -> Color {
        let Some([r, g, b]) = index.and_then(|index| self.values.colors.get(index)) else { return before };
        let short = self.spelling == Spelling::AsShort && before.to_string().len() <= SHORT;
        let unit = if short { 17.0 } else { 1.0 };
        let level = |share: f32| ((share * 255.0 / unit).round() * unit).clamp(0.0, 255.0) as u8;
        let near = |share: f32, before: u8| (share - f32::from(before) / 255.0).abs() < 1e-6;
        if near(*r, before.r) && near(*g, before.g) && near(*b, before.b) {
            return before;
        }
        Color::new(level(*r), level(*g), level(*b))
    }
}

#[cfg(test)]
mod tests {
    use linocut_svg::{LineCap, LineJoin, Stroke};

    use super::*;

    fn drawing() -> Drawing {
        let parse = |text: &str| {
            let text = format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 80">{text}</svg>"#);
            Drawing::parse(&text).unwrap()
        };
        let mut drawing = parse(concat!(
            r##"<path fill="#f80" opacity=".5" d="M1 2L30 4Q5 6 7 8C1 2 3 4 5 60A9 8 20 0 1 40 41z"/>"##,
            r##"<circle cx="9" cy="8" r="7" fill="#123456"/><ellipse cx="9" cy="8" rx="7" ry="3"/>"##,
            r##"<rect x="3" y="4" width="20" height="10" rx="3" fill="#f80"/>"##
        ));
        let far = Geometry::rect(i32::MIN, 2_000_000_001, i32::MAX, 5);
        let stroke = Stroke { paint: Color::WHITE.into(), width: 3, cap: LineCap::Butt, join: LineJoin::Miter };
        drawing.shapes.push(Shape { stroke: Some(stroke), ..Shape::filled(far, Color::BLACK) });
        drawing
    }

    #[test]
    fn what_has_not_moved_comes_back_as_it_was() {
        let drawing = drawing();
        let model = Model::new(&drawing, 384, 307, Color::WHITE).unwrap();
        for spelling in [Spelling::Nearest, Spelling::AsShort] {
            assert_eq!(model.to_drawing(&drawing, &model.values, spelling), drawing);
        }
    }

    #[test]
    fn what_has_moved_is_rounded() {
        let drawing = drawing();
        let model = Model::new(&drawing, 384, 307, Color::WHITE).unwrap();
        let mut values = model.values.clone();
        values.points[1] = [31.6, 3.4];
        values.opacities[0] = 0.77;
        values.colors[0] = [0.9, 0.5, 0.1];
        let moved = model.to_drawing(&drawing, &values, Spelling::AsShort);
        let Geometry::Path(path) = &moved.shapes[0].geometry else { panic!("{moved:?}") };
        assert_eq!(path.subpaths[0].segments[0], Segment::Line(Point::new(32, 3)));
        assert_eq!(moved.shapes[0].opacity, Opacity::from_share(0.8));
        assert_eq!(moved.shapes[0].fill, Some(Color::from_hex(0xee8822).into()));
        let exact = model.to_drawing(&drawing, &values, Spelling::Nearest);
        assert_eq!(exact.shapes[3].fill, Some(Color::from_hex(0xe6801a).into()));
    }
}
