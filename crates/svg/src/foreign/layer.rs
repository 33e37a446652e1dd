//! What a path becomes: a shape for its fill, one for its stroke, or one for both.

use kurbo::{Affine, BezPath, PathEl, Shape as _};
use usvg::Node;

use super::outline::{cap, join};
use crate::color::Color;
use crate::geometry::Geometry;
use crate::opacity::Opacity;
use crate::path::Path;
use crate::shape::{FillRule, LineCap, Paint, Shape, Stroke};
use crate::transform::round;

/// Most paths whose bounds are compared to see whether they overlap.
const MAX_COMPARED: usize = 64;

/// A shape, and the opacities of its own and by its cover; the groups' is the shape's.
pub(super) struct Layer {
    pub(super) shape: Shape,
    pub(super) own: f32,
    pub(super) share: f32,
    /// Whether nothing was cut off.
    pub(super) is_whole: bool,
}

/// Width of a stroke on the grid.
fn width(stroke: &usvg::Stroke, map: Affine) -> f64 {
    f64::from(stroke.width().get()) * map.determinant().abs().sqrt()
}

/// The opacity of a stroke that is thinner than the grid can say, so that it paints as much: 1 for all others.
pub(super) fn thinness(stroke: &usvg::Stroke, map: Affine) -> f32 {
    width(stroke, map).min(1.0) as f32
}

/// The dots that a stroke with round or square ends makes of lines so short that they are points on the grid.
pub(super) fn dots(lines: &BezPath, stroke: &usvg::Stroke, map: Affine, paint: &Paint) -> Vec<Shape> {
    let width = (width(stroke, map).round() as i32).max(1);
    let mut dots = Vec::new();
    let mapped = map * lines;
    for line in mapped.elements().chunk_by(|_, next| !matches!(next, PathEl::MoveTo(_))) {
        let mut points = line.iter().filter_map(PathEl::end_point).map(round);
        let Some(center) = points.next() else { continue };
        if line.len() < 2 || points.any(|point| point != center) {
            continue;
        }
        let half = width / 2;
        dots.extend(match cap(stroke) {
            LineCap::Butt => None,
            LineCap::Round => Some(Geometry::circle(center, half.max(1))),
            LineCap::Square => {
                let (x, y) = (center.x.saturating_sub(half), center.y.saturating_sub(half));
                Some(Geometry::rect(x, y, width, width))
            }
        });
    }
    dots.into_iter()
        .map(|geometry| Shape { fill: Some(paint.clone()), ..Shape::filled(geometry, Color::BLACK) })
        .collect()
}

/// An area that is lost on the grid, because it is less than a unit wide or high, as a rectangle of whole units, and the opacity at
/// which that paints as much. `None` for areas that the grid keeps.
pub(super) fn sliver(outline: &BezPath, kept: &Path) -> Option<(Geometry, f32)> {
    let is_kept = Geometry::Path(kept.clone()).bounds().is_some_and(|(l, t, r, b)| l < r && t < b);
    let (bounds, area) = (outline.bounding_box(), closed(outline).area().abs());
    if is_kept || area == 0.0 || (bounds.width() >= 1.0 && bounds.height() >= 1.0) {
        return None;
    }
    let side = |from: f64, to: f64| ((to - from).round() as i32).max(1);
    let (width, height) = (side(bounds.x0, bounds.x1), side(bounds.y0, bounds.y1));
    let middle = bounds.center();
    let corner = round(kurbo::Point::new(middle.x - f64::from(width) / 2.0, middle.y - f64::from(height) / 2.0));
    let share = area / (f64::from(width) * f64::from(height));
    Some((Geometry::rect(corner.x, corner.y, width, height), share.min(1.0) as f32))
}

/// The outline with all its parts closed, as a fill has it.
fn closed(outline: &BezPath) -> BezPath {
    let mut closed = BezPath::new();
    for part in outline.elements().chunk_by(|_, next| !matches!(next, PathEl::MoveTo(_))) {
        closed.extend(part.iter().copied());
        closed.close_path();
    }
    closed
}

/// The stroke of a drawing that paints the same, at the opacity of its [`thinness`].
pub(super) fn plain(lines: &BezPath, stroke: &usvg::Stroke, map: Affine, paint: Paint) -> Shape {
    let width = width(stroke, map);
    let stroke = Stroke { paint, width: (width.round() as i32).max(1), cap: cap(stroke), join: join(stroke) };
    Shape {
        geometry: Geometry::Path(Path::from_bezier(&(map * lines))),
        fill: None,
        fill_rule: FillRule::NonZero,
        stroke: Some(stroke),
        opacity: Opacity::OPAQUE,
    }
}

/// Fill and stroke, as one shape where that paints the same: along the same outline, both opaque but for the groups' share.
pub(super) fn joined(mut fill: Vec<Layer>, mut stroke: Vec<Layer>) -> Vec<Layer> {
    if let ([below], [above]) = (&mut fill[..], &mut stroke[..]) {
        let is_same = below.shape.geometry == above.shape.geometry && above.shape.fill.is_none();
        if is_same && below.own >= 1.0 && above.own >= 1.0 && below.share == above.share {
            below.shape.stroke = above.shape.stroke.take();
            return fill;
        }
    }
    fill.append(&mut stroke);
    fill
}

/// Whether paths of a group may overlap.
pub(super) fn overlap(group: &usvg::Group) -> bool {
    let mut bounds = Vec::new();
    gather(group, &mut bounds);
    let meet = |a: &usvg::Rect, b: &usvg::Rect| {
        a.left() < b.right() && b.left() < a.right() && a.top() < b.bottom() && b.top() < a.bottom()
    };
    bounds.len() > MAX_COMPARED || bounds.iter().enumerate().any(|(n, a)| bounds[..n].iter().any(|b| meet(a, b)))
}

/// Bounds of a group's paths, as many as are compared and one.
fn gather(group: &usvg::Group, bounds: &mut Vec<usvg::Rect>) {
    for node in group.children().iter().take(MAX_COMPARED + 1) {
        match node {
            _ if bounds.len() > MAX_COMPARED => return,
            Node::Group(group) => gather(group, bounds),
            Node::Path(path) if path.is_visible() => bounds.push(path.abs_stroke_bounding_box()),
            _ => {}
        }
    }
}
