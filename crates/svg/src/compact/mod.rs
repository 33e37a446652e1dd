//! Compacts a drawing: the same picture in fewer bytes.

mod chain;
mod ring;
mod visible;

use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::path::{Path, Subpath};
use crate::point::Point;
use crate::shape::{FillRule, Shape};

impl Drawing {
    /// A drawing of the same picture that takes fewer bytes, or the same drawing if none is found.
    ///
    /// - shapes that paint nothing are left out
    /// - filled rectangles become paths
    /// - outlines of fills start at the point, and run in the direction, that makes them shortest; vertices on a straight line
    ///   are dropped
    /// - a filled path joins an earlier one of equal paint if their bounds, and those of all shapes between them, are apart
    ///
    /// Shapes in the same pixel of a picture of 384 px are not apart. In pictures of that size and larger, pixels change at most by
    /// rounding. The work is bounded: outlines of more than 256 segments are tried from 256 starts,
    /// and each shape is compared with at most 256 earlier ones.
    #[must_use]
    pub fn compact(&self) -> Self {
        let visible = self.shapes.iter().filter(|shape| visible::paints(shape, self)).map(as_path);
        let mut shapes = chain::joined(visible.collect(), apart(self.width.max(self.height)));
        shapes.iter_mut().for_each(shorten);
        let compact = Self { shapes, ..*self };
        if compact.byte_count() < self.byte_count() { compact } else { self.clone() }
    }
}

/// Units within a pixel where the longer side of so many units takes 384 px: half as much for each of two shapes, rounded up.
fn apart(side: u32) -> i32 {
    const PIXELS: u32 = 384;
    if side <= PIXELS { 0 } else { side.div_ceil(2 * PIXELS) as i32 }
}

/// A filled rectangle as a path; other shapes as they are.
fn as_path(shape: &Shape) -> Shape {
    match shape.geometry {
        Geometry::Rect { x, y, width, height, radius: 0 } if shape.stroke.is_none() => {
            let (right, bottom) = (x.saturating_add(width), y.saturating_add(height));
            let corners = [(x, y), (right, y), (right, bottom), (x, bottom)].map(|(x, y)| Point::new(x, y));
            Shape { geometry: Geometry::polygon(&corners), ..shape.clone() }
        }
        _ => shape.clone(),
    }
}

/// Each subpath in its shortest form after the ones before it.
fn shorten(shape: &mut Shape) {
    if shape.stroke.is_some() {
        return;
    }
    let even_odd = shape.fill_rule == FillRule::EvenOdd;
    let Geometry::Path(path) = &mut shape.geometry else { return };
    // Where subpaths meet, the direction decides what winds around what.
    let meets = if even_odd { vec![false; path.subpaths.len()] } else { meetings(&path.subpaths) };
    for (index, meets) in meets.into_iter().enumerate() {
        let before = index.checked_sub(1).map(|before| path.subpaths[before].end());
        path.subpaths[index] = ring::shortest(&path.subpaths[index], before, !meets);
    }
}

/// Which subpaths have bounds that touch those of another. Where more than 256 are side by side, all
/// count as touching, so that the work is bounded.
fn meetings(subpaths: &[Subpath]) -> Vec<bool> {
    const REACH: usize = 256;
    let mut order: Vec<(chain::Bounds, usize)> = subpaths.iter().map(Subpath::bounds).zip(0..).collect();
    order.sort_unstable();
    let mut meets = vec![false; subpaths.len()];
    for (place, &(bounds, index)) in order.iter().enumerate() {
        let reached = order[place + 1..].iter().take_while(|(other, _)| other.0 <= bounds.2);
        for (seen, &(other, at)) in reached.enumerate() {
            if seen >= REACH {
                return vec![true; subpaths.len()];
            }
            if chain::touch(bounds, other) {
                (meets[index], meets[at]) = (true, true);
            }
        }
    }
    meets
}

/// Bytes of the data of a subpath, of a `ring` in its shortest form where it is not too long to look for that.
pub(crate) fn ring_bytes(subpath: &Subpath, ring: bool) -> usize {
    let shortest = if ring && subpath.segments.len() <= ring::MAX_STARTS {
        ring::shortest(subpath, None, true)
    } else {
        subpath.clone()
    };
    data_bytes(vec![shortest])
}

/// Bytes of the data of a few subpaths.
fn data_bytes(subpaths: Vec<Subpath>) -> usize {
    crate::write::path_bytes(&Path { subpaths })
}
