//! The writer: a drawing as compact SVG text, or only its length.

mod attributes;
mod defs;
mod path_data;
mod sink;

pub(crate) use sink::ByteCounter;
use sink::Sink;

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::shape::{FillRule, Paint, Shape};
use defs::Defs;

/// Writes the whole text into a sink.
pub(crate) fn drawing(sink: &mut impl Sink, drawing: &Drawing) {
    let defs = Defs::collect(drawing);
    let root_rule = common_rule(drawing);
    sink.put(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 "#);
    sink.integer(i64::from(drawing.width));
    sink.put(" ");
    sink.integer(i64::from(drawing.height));
    sink.put("\"");
    attributes::fill_rule(sink, root_rule, FillRule::NonZero);
    sink.put(">");
    defs.write(sink);
    for run in drawing.shapes.chunk_by(same_fill) {
        write_run(sink, run, &defs, root_rule);
    }
    sink.put("</svg>");
}

/// The rule that the root states: even-odd when every path with a fill wants it.
fn common_rule(drawing: &Drawing) -> FillRule {
    let mut rules = drawing.shapes.iter().filter(|shape| needs_rule(shape)).map(|shape| shape.fill_rule);
    let first = rules.next().unwrap_or_default();
    if rules.all(|rule| rule == first) { first } else { FillRule::NonZero }
}

fn needs_rule(shape: &Shape) -> bool {
    shape.fill.is_some() && matches!(shape.geometry, Geometry::Path(_))
}

fn same_fill(a: &Shape, b: &Shape) -> bool {
    a.fill == b.fill
}

/// Neighbours with one fill: each with the attribute, or a group that has it, whichever is shorter.
fn write_run(sink: &mut impl Sink, run: &[Shape], defs: &Defs<'_>, root_rule: FillRule) {
    let fill = run[0].fill.as_ref();
    let mut counter = ByteCounter::default();
    attributes::fill(&mut counter, fill, defs);
    let grouped = counter.bytes() * (run.len() - 1) > "<g></g>".len();
    if grouped {
        sink.put("<g");
        attributes::fill(sink, fill, defs);
        sink.put(">");
    }
    for shape in run {
        write_shape(sink, shape, if grouped { None } else { Some(fill) }, defs, root_rule);
    }
    if grouped {
        sink.put("</g>");
    }
}

/// One element; `fill` is `None` where a group has said it.
fn write_shape(
    sink: &mut impl Sink,
    shape: &Shape,
    fill: Option<Option<&Paint>>,
    defs: &Defs<'_>,
    root_rule: FillRule,
) {
    sink.put(attributes::element(&shape.geometry));
    if let Some(fill) = fill {
        attributes::fill(sink, fill, defs);
    }
    if needs_rule(shape) {
        attributes::fill_rule(sink, shape.fill_rule, root_rule);
    }
    if let Some(stroke) = &shape.stroke {
        attributes::stroke(sink, stroke, defs);
    }
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
    fn groups_neighbours_of_equal_fill_when_shorter() {
        let shape = |x| Shape::filled(triangle(x), Color::from_hex(0x123456));
        let three = body(vec![shape(0), shape(20), shape(40)]);
        assert_eq!(
            three,
            concat!(
                r##"<g fill="#123456"><path d="m0 0h9L0 9"/><path d="m20 0h9l-9 9"/>"##,
                r#"<path d="m40 0h9l-9 9"/></g>"#
            )
        );
        assert!(!body(vec![Shape::filled(triangle(0), Color::WHITE)]).contains("<g"));
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
        assert_eq!(
            body(vec![shape]),
            concat!(
                r#"<path fill="none" stroke="red" stroke-width="3" stroke-linecap="round" stroke-linejoin="round""#,
                r#" opacity=".25" d="m0 0 5 5"/>"#
            )
        );
    }
}
