//! Writes gradient definitions: each distinct gradient once.

use super::attributes;
use super::defs::Defs;
use super::sink::Sink;
use crate::gradient::{Gradient, GradientGeometry, GradientStop, Matrix, Spread};

/// Writes the definitions of a drawing's gradients, if it has any.
pub(super) fn write(sink: &mut impl Sink, defs: &Defs<'_>) {
    let mut gradients = defs.iter().peekable();
    if gradients.peek().is_none() {
        return;
    }
    sink.put("<defs>");
    gradients.for_each(|(id, gradient)| write_gradient(sink, gradient, &id));
    sink.put("</defs>");
}

fn write_gradient(sink: &mut impl Sink, gradient: &Gradient, id: &str) {
    let linear = matches!(gradient.geometry, GradientGeometry::Linear { .. });
    let element = if linear { "linearGradient" } else { "radialGradient" };
    sink.put("<");
    sink.put(element);
    sink.put(" id=\"");
    sink.put(id);
    sink.put("\" gradientUnits=\"userSpaceOnUse\"");
    write_geometry(sink, &gradient.geometry);
    write_transform(sink, gradient.transform);
    sink.put(match gradient.spread {
        Spread::Pad => "",
        Spread::Reflect => " spreadMethod=\"reflect\"",
        Spread::Repeat => " spreadMethod=\"repeat\"",
    });
    sink.put(">");
    gradient.stops.iter().for_each(|stop| write_stop(sink, stop));
    sink.put("</");
    sink.put(element);
    sink.put(">");
}

fn write_geometry(sink: &mut impl Sink, geometry: &GradientGeometry) {
    match *geometry {
        // What is left out is 0, except `x2`, which would be 100 %.
        GradientGeometry::Linear { from, to } => {
            attributes::integer(sink, " x1=\"", from.x);
            attributes::integer(sink, " y1=\"", from.y);
            attributes::always(sink, " x2=\"", to.x);
            attributes::integer(sink, " y2=\"", to.y);
        }
        // What is left out is 50 %, and the focus is the centre.
        GradientGeometry::Radial { center, radius, focus } => {
            attributes::always(sink, " cx=\"", center.x);
            attributes::always(sink, " cy=\"", center.y);
            attributes::always(sink, " r=\"", radius.max(0));
            if focus != center {
                attributes::always(sink, " fx=\"", focus.x);
                attributes::always(sink, " fy=\"", focus.y);
            }
        }
    }
}

fn write_transform(sink: &mut impl Sink, matrix: Matrix) {
    if matrix == Matrix::IDENTITY {
        return;
    }
    sink.put(" gradientTransform=\"matrix(");
    for value in matrix.linear {
        sink.thousandths(i64::from(value));
        sink.put(" ");
    }
    sink.integer(i64::from(matrix.translation[0]));
    sink.put(" ");
    sink.integer(i64::from(matrix.translation[1]));
    sink.put(")\"");
}

fn write_stop(sink: &mut impl Sink, stop: &GradientStop) {
    sink.put("<stop offset=\"");
    sink.thousandths(i64::from(stop.offset.min(1000)));
    sink.put("\"");
    if stop.color != crate::Color::BLACK {
        sink.put(" stop-color=\"");
        stop.color.spell(|text| sink.put(text));
        sink.put("\"");
    }
    attributes::opacity(sink, " stop-opacity=\"", stop.opacity);
    sink.put("/>");
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{Color, Drawing, Geometry, Opacity, Paint, Point, Shape, Svg};

    fn sky(y: i32) -> Paint {
        let stop = |offset, color| GradientStop { offset, color, opacity: Opacity::OPAQUE };
        Paint::Gradient(Box::new(Gradient {
            geometry: GradientGeometry::Linear { from: Point::new(0, 0), to: Point::new(0, y) },
            transform: Matrix::IDENTITY,
            spread: Spread::Pad,
            stops: vec![stop(0, Color::BLACK), stop(1000, Color::WHITE)],
        }))
    }

    #[test]
    fn equal_gradients_are_written_once() {
        let shape = |y| Shape::filled(Geometry::rect(0, 0, 9, 9), sky(y));
        let drawing = Drawing { shapes: vec![shape(9), shape(5), shape(9)], ..Drawing::new(9, 9) };
        let text = drawing.write().into_string();
        assert_eq!(text.matches("<linearGradient").count(), 2);
        assert!(text.contains("url(#a)") && text.contains("url(#b)"));
        assert!(Svg::new(text.as_str()).is_ok());
        assert_eq!(text.len(), drawing.byte_count());
    }

    #[cfg(feature = "render")]
    #[test]
    fn coordinates_of_zero_are_not_mistaken_for_the_initial_values() {
        let pixel = |paint: Paint, x, y| {
            let mut drawing = Drawing::new(100, 100);
            drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 100, 100), paint));
            crate::rasterize(&drawing.write(), 100, 100).unwrap().get_pixel(x, y).0[0]
        };
        assert!(pixel(sky(100), 95, 2) < 10 && pixel(sky(100), 5, 97) > 245);
        let Paint::Gradient(mut sun) = sky(100) else { unreachable!() };
        let corner = Point::new(0, 0);
        sun.geometry = GradientGeometry::Radial { center: corner, radius: 50, focus: corner };
        assert!(pixel(Paint::Gradient(sun.clone()), 1, 1) < 20 && pixel(Paint::Gradient(sun), 70, 70) > 245);
    }
}
