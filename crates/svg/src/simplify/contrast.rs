//! Contrast: how visible an outline is, by the difference that its paint makes along it.
//!
//! The colour at a place is that of the fills over it, composed on white; gradients count as their mean colour, strokes of
//! other shapes do not count. Only a few single places are asked for, so winding numbers are counted for these rather than
//! whole rows scanned.

use kurbo::Point as Spot;

use super::curve;
use super::outline;
use super::spot::spot;
use crate::color::Color;
use crate::drawing::Drawing;
use crate::geometry::Geometry;
use crate::path::{Path, Segment, Subpath};
use crate::point::Point;
use crate::shape::{FillRule, Paint, Shape};

/// Most places along an outline that are looked at.
const PLACES: usize = 12;
/// How many shapes below and above one are looked at.
const REACH: usize = 256;
/// How far the sampled outlines may leave the true ones, in units.
const ERROR: f64 = 1.0;

/// All shapes of a drawing as layers of colour.
#[derive(Debug)]
pub(super) struct Scene(Vec<Layer>);

#[derive(Debug)]
struct Layer {
    rings: Vec<Vec<Spot>>,
    bounds: (i32, i32, i32, i32),
    rule: FillRule,
    color: [f64; 3],
    opacity: f64,
    filled: bool,
}

impl Scene {
    pub(super) fn of(drawing: &Drawing) -> Self {
        Self(drawing.shapes.iter().map(Layer::of).collect())
    }

    /// Root mean square difference of the colours with and without a shape along one of its subpaths, 0 to 1.
    pub(super) fn contrast(&self, index: usize, subpath: &Subpath) -> f64 {
        let mut spots = vec![spot(subpath.start)];
        let mut from = subpath.start;
        for segment in &subpath.segments {
            if curve::sample(from, segment, ERROR, &mut spots).is_none() {
                return 1.0;
            }
            from = segment.end();
        }
        let step = spots.len().div_ceil(PLACES).max(1);
        let differences = spots.iter().step_by(step).map(|p| self.difference(index, *p));
        let count = spots.len().div_ceil(step);
        (differences.sum::<f64>() / count as f64).sqrt()
    }

    fn difference(&self, index: usize, p: Spot) -> f64 {
        let mut without = [1.0; 3];
        let last = (index + REACH).min(self.0.len());
        for layer in &self.0[index.saturating_sub(REACH)..index] {
            layer.paint(&mut without, p);
        }
        let mut with = without;
        self.0[index].blend(&mut with);
        for layer in &self.0[index + 1..last.max(index + 1)] {
            layer.paint(&mut without, p);
            layer.paint(&mut with, p);
        }
        with.iter().zip(without).map(|(a, b)| (a - b).powi(2)).sum::<f64>() / 3.0
    }
}

impl Layer {
    fn of(shape: &Shape) -> Self {
        let (color, opacity) = tint(shape);
        Self {
            rings: rings(&shape.geometry),
            bounds: shape.geometry.bounds().unwrap_or_default(),
            rule: shape.fill_rule,
            color: [color.r, color.g, color.b].map(|channel| f64::from(channel) / 255.0),
            opacity,
            filled: shape.fill.is_some(),
        }
    }

    fn paint(&self, color: &mut [f64; 3], p: Spot) {
        let (left, top, right, bottom) = self.bounds;
        let within = |v: f64, from: i32, to: i32| (f64::from(from)..=f64::from(to)).contains(&v);
        if self.filled && within(p.x, left, right) && within(p.y, top, bottom) && self.holds(p) {
            self.blend(color);
        }
    }

    fn blend(&self, color: &mut [f64; 3]) {
        color.iter_mut().zip(self.color).for_each(|(to, own)| *to += (own - *to) * self.opacity);
    }

    fn holds(&self, p: Spot) -> bool {
        let winding: i32 = self.rings.iter().map(|ring| winding(ring, p)).sum();
        if self.rule == FillRule::EvenOdd { winding % 2 != 0 } else { winding != 0 }
    }
}

/// Colour and opacity of the paint that is uppermost.
fn tint(shape: &Shape) -> (Color, f64) {
    let paint = shape.stroke.as_ref().map(|stroke| &stroke.paint).or(shape.fill.as_ref());
    let own = match paint {
        Some(Paint::Gradient(gradient)) => f64::from(gradient.mean_opacity().share()),
        Some(Paint::Solid(_)) => 1.0,
        None => 0.0,
    };
    (paint.map_or(Color::BLACK, Paint::mean_color), own * f64::from(shape.opacity.share()))
}

fn rings(geometry: &Geometry) -> Vec<Vec<Spot>> {
    let bezier;
    let path = match geometry {
        Geometry::Path(path) => path,
        other => {
            bezier = Path::from_bezier(&other.to_bezier());
            &bezier
        }
    };
    path.subpaths.iter().filter_map(ring).collect()
}

fn ring(subpath: &Subpath) -> Option<Vec<Spot>> {
    let mut spots = vec![spot(subpath.start)];
    let mut from: Point = subpath.start;
    for segment in outline::segments(subpath, true) {
        curve::sample(from, &segment, ERROR, &mut spots)?;
        from = Segment::end(&segment);
    }
    Some(spots)
}

/// The winding number of a closed line of points around a place, by its crossings of the ray to the right.
fn winding(ring: &[Spot], p: Spot) -> i32 {
    let crossings = ring.windows(2).map(|edge| {
        let (a, b) = (edge[0], edge[1]);
        let side = (b - a).cross(p - a);
        match (a.y <= p.y, b.y <= p.y) {
            (true, false) if side > 0.0 => 1,
            (false, true) if side < 0.0 => -1,
            _ => 0,
        }
    });
    crossings.sum()
}
