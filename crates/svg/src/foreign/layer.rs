//! What a path becomes: a shape for its fill, one for its stroke, or one for both.

use kurbo::{Affine, BezPath};
use usvg::Node;

use super::outline::{cap, join};
use crate::geometry::Geometry;
use crate::opacity::Opacity;
use crate::path::Path;
use crate::shape::{FillRule, Paint, Shape, Stroke};

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

/// The stroke of a drawing that paints the same.
pub(super) fn plain(lines: &BezPath, stroke: &usvg::Stroke, map: Affine, paint: Paint) -> Shape {
    let width = f64::from(stroke.width().get()) * map.determinant().abs().sqrt();
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
