//! Writes the attributes of shapes. Which of them need to be stated is decided in `base`.

use super::defs::Defs;
use super::path_data;
use super::sink::Sink;
use crate::geometry::Geometry;
use crate::opacity::Opacity;
use crate::shape::{FillRule, LineCap, LineJoin, Paint};

/// The opening of the element that draws an outline.
pub(super) const fn element(geometry: &Geometry) -> &'static str {
    match geometry {
        Geometry::Path(_) => "<path",
        Geometry::Rect { .. } => "<rect",
        Geometry::Circle { .. } => "<circle",
        Geometry::Ellipse { .. } => "<ellipse",
    }
}

/// Writes an integer unless it is 0. `name` is the attribute up to and including its opening quote.
pub(super) fn integer(sink: &mut impl Sink, name: &str, value: i32) {
    if value != 0 {
        always(sink, name, value);
    }
}

/// Writes an integer, even if it is 0. `name` is as for [`integer`].
pub(super) fn always(sink: &mut impl Sink, name: &str, value: i32) {
    sink.put(name);
    sink.integer(i64::from(value));
    sink.put("\"");
}

/// States a fill, whatever it is.
pub(super) fn fill(sink: &mut impl Sink, fill: Option<&Paint>, defs: &Defs<'_>) {
    paint(sink, " fill=\"", fill, defs);
}

/// States the paint of a stroke, whatever it is.
pub(super) fn stroke(sink: &mut impl Sink, stroke: Option<&Paint>, defs: &Defs<'_>) {
    paint(sink, " stroke=\"", stroke, defs);
}

fn paint(sink: &mut impl Sink, name: &str, paint: Option<&Paint>, defs: &Defs<'_>) {
    sink.put(name);
    match paint {
        None => sink.put("none"),
        Some(Paint::Solid(color)) => color.spell(|text| sink.put(text)),
        Some(Paint::Gradient(gradient)) => {
            sink.put("url(#");
            sink.put(&defs.id(gradient));
            sink.put(")");
        }
    }
    sink.put("\"");
}

pub(super) fn fill_rule(sink: &mut impl Sink, rule: FillRule) {
    sink.put(match rule {
        FillRule::NonZero => " fill-rule=\"nonzero\"",
        FillRule::EvenOdd => " fill-rule=\"evenodd\"",
    });
}

pub(super) fn stroke_width(sink: &mut impl Sink, width: i32) {
    always(sink, " stroke-width=\"", width);
}

pub(super) fn cap(sink: &mut impl Sink, cap: LineCap) {
    sink.put(match cap {
        LineCap::Butt => " stroke-linecap=\"butt\"",
        LineCap::Round => " stroke-linecap=\"round\"",
        LineCap::Square => " stroke-linecap=\"square\"",
    });
}

pub(super) fn join(sink: &mut impl Sink, join: LineJoin) {
    sink.put(match join {
        LineJoin::Miter => " stroke-linejoin=\"miter\"",
        LineJoin::Round => " stroke-linejoin=\"round\"",
        LineJoin::Bevel => " stroke-linejoin=\"bevel\"",
    });
}

pub(super) fn opacity(sink: &mut impl Sink, name: &str, opacity: Opacity) {
    if opacity != Opacity::OPAQUE {
        sink.put(name);
        sink.thousandths(i64::from(opacity.thousandths()));
        sink.put("\"");
    }
}

/// Writes an outline. `stroked` says whether closed subpaths need their `z`. Negative extents, an error in SVG, become 0.
pub(super) fn geometry(sink: &mut impl Sink, geometry: &Geometry, stroked: bool) {
    match geometry {
        Geometry::Path(path) => {
            sink.put(" d=\"");
            path_data::write(sink, path, stroked);
            sink.put("\"");
        }
        &Geometry::Rect { x, y, width, height, radius } => {
            integer(sink, " x=\"", x);
            integer(sink, " y=\"", y);
            always(sink, " width=\"", width.max(0));
            always(sink, " height=\"", height.max(0));
            integer(sink, " rx=\"", radius.max(0));
        }
        &Geometry::Circle { center, radius } => {
            integer(sink, " cx=\"", center.x);
            integer(sink, " cy=\"", center.y);
            always(sink, " r=\"", radius.max(0));
        }
        &Geometry::Ellipse { center, rx, ry } => {
            integer(sink, " cx=\"", center.x);
            integer(sink, " cy=\"", center.y);
            always(sink, " rx=\"", rx.max(0));
            always(sink, " ry=\"", ry.max(0));
        }
    }
}
