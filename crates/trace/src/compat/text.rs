//! SVG as vtracer 0.6 writes it: absolute commands, each path shifted by a transform to where it begins.

use std::fmt::Write;

use vtracer::ir::{Paint, PathCmd, Shape, VectorDoc};
use vtracer::{FitMode, PointF64};

use super::classic::Classic;

/// The whole text.
pub(super) fn write(document: &VectorDoc, options: &Classic) -> String {
    let mut text = String::from("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<!-- Generator: linocut -->\n");
    let (width, height) = (document.width, document.height);
    let svg = "<svg version=\"1.1\" xmlns=\"http://www.w3.org/2000/svg\"";
    let _ = writeln!(text, "{svg} width=\"{width}\" height=\"{height}\">");
    for shape in &document.shapes {
        path(&mut text, shape, options);
    }
    text.push_str("</svg>\n");
    text
}

fn path(text: &mut String, shape: &Shape, options: &Classic) {
    let commands = || shape.path.subpaths.iter().flat_map(|path| &path.commands);
    // In the mosaic of cutouts a subpath may begin with a line.
    let first = commands().find_map(|command| match command {
        PathCmd::MoveTo(point) | PathCmd::LineTo(point) | PathCmd::CubicTo(_, _, point) => Some(*point),
        PathCmd::Close => None,
    });
    let Some(first) = first else { return };
    let from = PointF64 { x: first.x.floor(), y: first.y.floor() };
    let between = if options.mode == FitMode::Spline { " " } else { "," };
    let at = |point: &PointF64| {
        let number = |value: f64| number(value, options.path_precision);
        format!("{}{between}{}", number(point.x - from.x), number(point.y - from.y))
    };
    text.push_str("<path d=\"");
    for subpath in &shape.path.subpaths {
        let mut begun = false;
        for command in &subpath.commands {
            let _ = match command {
                PathCmd::MoveTo(point) => write!(text, "M{} ", at(point)),
                PathCmd::LineTo(point) if !begun => write!(text, "M{} ", at(point)),
                PathCmd::LineTo(point) => write!(text, "L{} ", at(point)),
                PathCmd::CubicTo(a, b, point) => write!(text, "C{} {} {} ", at(a), at(b), at(point)),
                PathCmd::Close => write!(text, "Z "),
            };
            begun = true;
        }
    }
    let Paint::Solid(color) = shape.paint;
    let (fill, x, y) = (color.to_hex_string(), from.x, from.y);
    let _ = writeln!(text, "\" fill=\"{fill}\" transform=\"translate({x},{y})\"/>");
}

/// A number with at most so many decimal places.
fn number(value: f64, places: Option<u32>) -> String {
    let exact = match places {
        Some(places) => {
            let scale = 10_f64.powi(places.min(17) as i32);
            let rounded = (value * scale).round() / scale;
            if rounded.is_finite() { rounded } else { value }
        }
        None => value,
    };
    // No minus before zero.
    (exact + 0.0).to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_are_rounded_to_their_places() {
        assert_eq!(number(-0.001, Some(2)), "0");
        assert_eq!(number(1.005_4, Some(3)), "1.005");
        assert_eq!(number(0.1 + 0.2, None), "0.30000000000000004");
        assert_eq!(number(1e300, Some(17)), 1e300.to_string());
    }
}
