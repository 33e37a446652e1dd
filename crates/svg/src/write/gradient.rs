//! Writes gradient definitions: each distinct gradient once.

use super::attributes;
use super::defs::Defs;
use super::sink::Sink;
use crate::gradient::{Gradient, GradientGeometry, GradientStop, Matrix, Spread};

/// Writes the definitions of a drawing's gradients, if it has any.
pub(super) fn write(sink: &mut impl Sink, defs: &Defs<'_>) {
    let gradients: Vec<(String, &Gradient)> = defs.iter().collect();
    if gradients.is_empty() {
        return;
    }
    sink.put("<defs>");
    for (index, (id, gradient)) in gradients.iter().enumerate() {
        write_gradient(sink, gradient, id, template(&gradients[..index], gradient));
    }
    sink.put("</defs>");
}

/// The gradient before this one whose attributes it inherits: the first with its stops, or else the first at all.
fn template<'a>(before: &'a [(String, &Gradient)], gradient: &Gradient) -> Option<(&'a str, &'a Gradient)> {
    let kind = |gradient: &Gradient| match gradient.geometry {
        GradientGeometry::Linear { .. } => Some(0),
        // A focus that is not stated is the centre, unless it is inherited.
        GradientGeometry::Radial { center, focus, .. } => (center == focus).then_some(1),
    };
    let own = kind(gradient)?;
    let alike = |other: &Gradient| {
        kind(other) == Some(own) && (other.transform, other.spread) == (gradient.transform, gradient.spread)
    };
    let mut found = before.iter().filter(|(_, other)| alike(other));
    // Without stops of its own, it would take those of the first.
    let first = found.clone().next().filter(|_| !gradient.stops.is_empty());
    let (id, gradient) = found.find(|(_, other)| other.stops == gradient.stops).or(first)?;
    Some((id, gradient))
}

fn write_gradient(sink: &mut impl Sink, gradient: &Gradient, id: &str, template: Option<(&str, &Gradient)>) {
    let linear = matches!(gradient.geometry, GradientGeometry::Linear { .. });
    let element = if linear { "linearGradient" } else { "radialGradient" };
    sink.put("<");
    sink.put(element);
    sink.put(" id=\"");
    sink.put(id);
    sink.put("\"");
    if let Some((id, _)) = template {
        sink.put(" href=\"#");
        sink.put(id);
        sink.put("\"");
    } else {
        sink.put(" gradientUnits=\"userSpaceOnUse\"");
    }
    write_geometry(sink, &gradient.geometry, template.map(|(_, template)| &template.geometry));
    if template.is_none() {
        write_transform(sink, gradient.transform);
        sink.put(match gradient.spread {
            Spread::Pad => "",
            Spread::Reflect => " spreadMethod=\"reflect\"",
            Spread::Repeat => " spreadMethod=\"repeat\"",
        });
    }
    if template.is_some_and(|(_, template)| template.stops == gradient.stops) {
        sink.put("/>");
        return;
    }
    sink.put(">");
    gradient.stops.iter().for_each(|stop| write_stop(sink, stop));
    sink.put("</");
    sink.put(element);
    sink.put(">");
}

/// Writes the attributes whose values are not those of the template, or those that SVG starts with.
fn write_geometry(sink: &mut impl Sink, geometry: &GradientGeometry, template: Option<&GradientGeometry>) {
    // `initial` is the value that an attribute has if it is left out, if that is an integer.
    let mut put = |name, value: i32, inherited: Option<i32>, initial: Option<i32>| {
        let known = if template.is_some() { inherited } else { initial };
        if known != Some(value) {
            attributes::always(sink, name, value);
        }
    };
    match *geometry {
        GradientGeometry::Linear { from, to } => {
            let other = match template {
                Some(GradientGeometry::Linear { from, to }) => Some([from.x, from.y, to.x, to.y]),
                _ => None,
            };
            put(" x1=\"", from.x, other.map(|v| v[0]), Some(0));
            put(" y1=\"", from.y, other.map(|v| v[1]), Some(0));
            // 100 %.
            put(" x2=\"", to.x, other.map(|v| v[2]), None);
            put(" y2=\"", to.y, other.map(|v| v[3]), Some(0));
        }
        // What is left out is 50 %, and the focus is the centre.
        GradientGeometry::Radial { center, radius, focus } => {
            let other = match template {
                Some(GradientGeometry::Radial { center, radius, .. }) => Some([center.x, center.y, *radius]),
                _ => None,
            };
            put(" cx=\"", center.x, other.map(|v| v[0]), None);
            put(" cy=\"", center.y, other.map(|v| v[1]), None);
            put(" r=\"", radius.max(0), other.map(|v| v[2].max(0)), None);
            if focus != center {
                put(" fx=\"", focus.x, None, None);
                put(" fy=\"", focus.y, None, None);
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
    sink.put("<stop");
    if stop.offset > 0 {
        sink.put(" offset=\"");
        sink.thousandths(i64::from(stop.offset.min(1000)));
        sink.put("\"");
    }
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

    #[test]
    fn what_an_earlier_gradient_states_is_not_repeated() {
        let with = |paint: Paint, change: &dyn Fn(&mut Gradient)| {
            let Paint::Gradient(mut gradient) = paint else { unreachable!() };
            change(&mut gradient);
            Shape::filled(Geometry::rect(0, 0, 9, 9), Paint::Gradient(gradient))
        };
        let colored = |gradient: &mut Gradient| gradient.stops[1].color = Color::from_hex(0xff0000);
        let shifted = |gradient: &mut Gradient| {
            colored(gradient);
            gradient.geometry = GradientGeometry::Linear { from: Point::new(3, 0), to: Point::new(0, 7) };
        };
        let focus = |gradient: &mut Gradient| {
            gradient.geometry =
                GradientGeometry::Radial { center: Point::new(5, 5), radius: 4, focus: Point::new(6, 5) };
        };
        let shapes = vec![with(sky(9), &|_| {}), with(sky(9), &colored), with(sky(5), &shifted), with(sky(5), &focus)];
        let drawing = Drawing { shapes, ..Drawing::new(9, 9) };
        let text = drawing.write().into_string();
        let stops = r##"<stop/><stop offset="1" stop-color="red"/></linearGradient>"##;
        assert!(text.contains(&format!(r##"<linearGradient id="b" href="#a">{stops}"##)), "{text}");
        assert!(text.contains(r##"<linearGradient id="c" href="#b" x1="3" y2="7"/>"##), "{text}");
        assert!(text.contains(r#"<radialGradient id="d" gradientUnits="userSpaceOnUse" cx="5""#), "{text}");
        assert_eq!(Drawing::parse(&text).unwrap(), drawing);
    }

    #[test]
    fn a_gradient_without_stops_gets_none_from_another() {
        let mut shapes = vec![Shape::filled(Geometry::rect(0, 0, 9, 9), sky(9)); 2];
        if let Some(Paint::Gradient(gradient)) = &mut shapes[1].fill {
            gradient.stops.clear();
        }
        let drawing = Drawing { shapes, ..Drawing::new(9, 9) };
        assert_eq!(Drawing::parse(drawing.write().as_str()).unwrap(), drawing);
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
