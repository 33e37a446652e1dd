//! The writer: a drawing as compact SVG text, or only the length of that text.

mod attributes;
mod base;
mod defs;
mod gradient;
mod path_data;
mod prices;
mod sink;
mod spelling;
mod step;
mod tallies;
mod tally;

pub(crate) use path_data::prices as segment_prices;
pub use prices::Prices;
use sink::{ByteCounter, Sink};

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::shape::Shape;
use crate::text::Svg;
use base::{Base, Stated, runs};
use defs::Defs;
use tallies::Tallies;

impl Drawing {
    /// Length in bytes of the text that [`Drawing::write`] returns, without making it.
    #[must_use]
    pub fn byte_count(&self) -> usize {
        let mut counter = ByteCounter::default();
        drawing(&mut counter, self);
        counter.bytes()
    }

    /// The drawing as SVG text.
    ///
    /// The text uses only `svg`, `g`, `defs`, gradients and shapes with presentation attributes, so it is valid wherever those
    /// are allowed.
    #[must_use]
    pub fn write(&self) -> Svg {
        let mut text = String::with_capacity(4096);
        drawing(&mut text, self);
        Svg::trusted(text)
    }
}

/// Writes the whole text into a sink.
fn drawing(sink: &mut impl Sink, drawing: &Drawing) {
    let defs = Defs::collect(drawing);
    let base = Tallies::of(drawing, &defs).into_base();
    sink.put(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#);
    sink.integer(i64::from(drawing.width));
    sink.put(" ");
    sink.integer(i64::from(drawing.height));
    sink.put("\"");
    base.write(sink, &defs);
    sink.put(">");
    gradient::write(sink, &defs);
    runs(drawing).for_each(|run| write_run(sink, run, &defs, &base));
    sink.put("</svg>");
}

/// Writes neighbours of equal fill: the fill is left to the root if it states it, else an attribute states it for one shape
/// and a group for several.
fn write_run(sink: &mut impl Sink, run: &[Shape], defs: &Defs<'_>, base: &Base<'_>) {
    let fill = run[0].fill.as_ref();
    let (stated, grouped) = (fill != base.fill.as_deref(), run.len() > 1);
    if stated && grouped {
        sink.put("<g");
        attributes::fill(sink, fill, defs);
        sink.put(">");
    }
    for shape in run {
        sink.put(attributes::element(&shape.geometry));
        if stated && !grouped {
            attributes::fill(sink, fill, defs);
        }
        Stated::of(shape).write(sink, base, defs);
        write_rest(sink, shape);
    }
    if stated && grouped {
        sink.put("</g>");
    }
}

/// Bytes of the data of a filled path.
pub(crate) fn path_bytes(path: &crate::path::Path) -> usize {
    let mut counter = ByteCounter::default();
    path_data::write(&mut counter, path, false);
    counter.bytes()
}

/// Bytes of an opaque element without stroke and without inherited attributes.
pub(crate) fn element_bytes(geometry: &Geometry) -> usize {
    let mut counter = ByteCounter::default();
    counter.put(attributes::element(geometry));
    attributes::geometry(&mut counter, geometry, false);
    counter.put("/>");
    counter.bytes()
}

/// Writes what a shape's element has after its name and the inherited attributes.
fn write_rest(sink: &mut impl Sink, shape: &Shape) {
    attributes::opacity(sink, " opacity=\"", shape.opacity);
    attributes::geometry(sink, &shape.geometry, shape.stroke.is_some());
    sink.put("/>");
}

#[cfg(test)]
mod tests {
    use crate::{Color, Drawing, FillRule, Geometry, Opacity, Point, Shape, Svg};

    fn triangle(x: i32) -> Geometry {
        Geometry::polygon(&[Point::new(x, 0), Point::new(x + 9, 0), Point::new(x, 9)])
    }

    fn body(shapes: Vec<Shape>) -> String {
        let drawing = Drawing { shapes, ..Drawing::new(99, 9) };
        let text = drawing.write().into_string();
        assert_eq!(text.len(), drawing.byte_count());
        assert!(Svg::new(text.as_str()).is_ok());
        text[text.find('>').unwrap() + 1..text.len() - 6].to_owned()
    }

    #[test]
    fn leaves_out_what_is_initial() {
        assert_eq!(body(vec![Shape::filled(triangle(0), Color::BLACK)]), r#"<path d="m0 0h9L0 9"/>"#);
    }

    #[test]
    fn the_root_says_the_fill_that_saves_most_and_groups_say_the_rest() {
        let shape = |x, hex| Shape::filled(triangle(x), Color::from_hex(hex));
        let colors = [0x123456, 0xabcdef, 0xabcdef, 0x123456, 0x123456, 0xff0000];
        let shapes = colors.into_iter().map(|hex| shape(0, hex)).collect();
        let text = Drawing { shapes, ..Drawing::new(9, 9) }.write().into_string();
        let path = r#"<path d="m0 0h9L0 9"/>"#;
        assert_eq!(
            text,
            format!(
                concat!(
                    r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" fill="#123456">{0}"##,
                    r##"<g fill="#abcdef">{0}{0}</g>{0}{0}<path fill="red" d="m0 0h9L0 9"/></svg>"##
                ),
                path
            )
        );
    }

    #[test]
    fn one_stroke_style_for_all_is_said_once() {
        let line = |x| Geometry::polyline(&[Point::new(x, 0), Point::new(5, 5)]);
        let shapes = (0..4).map(|x| Shape::stroked(line(x), Color::from_hex(0xff0000), 3)).collect();
        let text = Drawing { shapes, ..Drawing::new(9, 9) }.write().into_string();
        for attribute in ["fill=\"none\"", "stroke=\"red\"", "stroke-width", "stroke-linecap", "stroke-linejoin"] {
            assert_eq!(text.matches(attribute).count(), 1, "{text}");
        }
    }

    #[test]
    fn a_common_fill_rule_moves_to_the_root() {
        let even = Shape { fill_rule: FillRule::EvenOdd, ..Shape::filled(triangle(0), Color::WHITE) };
        let all = Drawing { shapes: vec![even.clone(), even.clone()], ..Drawing::new(9, 9) };
        assert_eq!(all.write().as_str().matches("evenodd").count(), 1);
        let mixed = Drawing { shapes: vec![even, Shape::filled(triangle(2), Color::BLACK)], ..Drawing::new(9, 9) };
        assert!(mixed.write().as_str().contains(r##"<path fill="#fff" fill-rule="evenodd""##));
    }

    #[test]
    fn writes_strokes_and_opacity() {
        let line = Geometry::polyline(&[Point::new(0, 0), Point::new(5, 5)]);
        let shape = Shape::stroked(line, Color::from_hex(0xff0000), 3).with_opacity(Opacity::from_share(0.25));
        let filled = Shape::filled(triangle(0), Color::BLACK);
        let text = body(vec![filled.clone(), shape, filled]);
        assert_eq!(
            text.replace(r#"<path d="m0 0h9L0 9"/>"#, ""),
            concat!(
                r#"<path fill="none" stroke="red" stroke-width="3" stroke-linecap="round" stroke-linejoin="round""#,
                r#" opacity=".25" d="m0 0 5 5"/>"#
            )
        );
    }
}
