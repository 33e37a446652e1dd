//! Regions: areas with straight edges, and their intersections and differences, for clips and masks.

use i_overlay::core::fill_rule::FillRule as Winding;
use i_overlay::core::overlay_rule::OverlayRule;
use i_overlay::float::simplify::SimplifyShape;
use i_overlay::float::single::SingleFloatOverlay;
use kurbo::{BezPath, PathEl, Point, Rect};

use crate::shape::FillRule;

/// How far straight edges may leave a curve, in units of the drawing's grid.
const TOLERANCE: f64 = 0.1;

/// Most vertices that are cut at a time: as many squared may cross.
const MAX_VERTICES: usize = 3000;

/// Farthest coordinate that is cut, in units.
const MAX_COORDINATE: f64 = 1e9;

/// What may still be cut, in vertices squared: about a second.
#[derive(Clone, Copy, Debug)]
pub(super) struct Scissors {
    left: usize,
    /// How many times finer than the drawing's grid the coordinates are.
    finer: f64,
}

impl Default for Scissors {
    fn default() -> Self {
        Self { left: 1 << 27, finer: 1.0 }
    }
}

impl Scissors {
    /// The same on a grid so many times finer than the drawing's.
    pub(super) const fn on(self, finer: f64) -> Self {
        Self { finer, ..self }
    }

    pub(super) const fn finer(self) -> f64 {
        self.finer
    }

    /// Whether so many vertices may be cut; those count from then on.
    fn take(&mut self, vertices: usize) -> bool {
        let Some(left) = self.left.checked_sub(vertices * vertices).filter(|_| vertices <= MAX_VERTICES) else {
            return false;
        };
        self.left = left;
        true
    }
}

/// An area within straight edges that do not cross.
#[derive(Clone, Debug, Default)]
pub(super) struct Region {
    contours: Vec<Vec<[f64; 2]>>,
}

impl Region {
    pub(super) fn rect(rect: Rect) -> Self {
        Self { contours: vec![vec![[rect.x0, rect.y0], [rect.x1, rect.y0], [rect.x1, rect.y1], [rect.x0, rect.y1]]] }
    }

    /// The inside of an outline; `None` if that is too much to cut.
    pub(super) fn inside(outline: &BezPath, rule: FillRule, scissors: &mut Scissors) -> Option<Self> {
        let contours = flat(outline, TOLERANCE * scissors.finer);
        let is_near = contours.iter().flatten().flatten().all(|value| value.abs() <= MAX_COORDINATE);
        if !is_near || !scissors.take(contours.iter().map(Vec::len).sum()) {
            return None;
        }
        let winding = match rule {
            FillRule::NonZero => Winding::NonZero,
            FillRule::EvenOdd => Winding::EvenOdd,
        };
        let contours = contours.simplify_shape_as::<i64>(winding).into_iter().flatten().collect();
        Some(Self { contours })
    }

    pub(super) fn and(&self, other: &Self, scissors: &mut Scissors) -> Option<Self> {
        self.combined(other, OverlayRule::Intersect, scissors)
    }

    pub(super) fn or(&self, other: &Self, scissors: &mut Scissors) -> Option<Self> {
        self.combined(other, OverlayRule::Union, scissors)
    }

    pub(super) fn without(&self, other: &Self, scissors: &mut Scissors) -> Option<Self> {
        self.combined(other, OverlayRule::Difference, scissors)
    }

    fn combined(&self, other: &Self, rule: OverlayRule, scissors: &mut Scissors) -> Option<Self> {
        if self.is_empty() || other.is_empty() || self.bounds().intersect(other.bounds()).is_zero_area() {
            return Some(match rule {
                OverlayRule::Intersect => Self::default(),
                OverlayRule::Difference => self.clone(),
                _ => Self { contours: self.contours.iter().chain(&other.contours).cloned().collect() },
            });
        }
        if !scissors.take(self.vertices() + other.vertices()) {
            return None;
        }
        let shapes = self.contours.overlay_as::<i64>(&other.contours, rule, Winding::NonZero);
        Some(Self { contours: shapes.into_iter().flatten().collect() })
    }

    pub(super) const fn is_empty(&self) -> bool {
        self.contours.is_empty()
    }

    fn vertices(&self) -> usize {
        self.contours.iter().map(Vec::len).sum()
    }

    pub(super) fn bounds(&self) -> Rect {
        let mut points = self.contours.iter().flatten().map(|&[x, y]| Point::new(x, y));
        let first = points.next().unwrap_or_default();
        points.fold(Rect::from_points(first, first), |bounds, point| bounds.union_pt(point))
    }

    pub(super) fn area(&self) -> f64 {
        let cross = |(a, b): (&[f64; 2], &[f64; 2])| a[0] * b[1] - a[1] * b[0];
        let area = |contour: &Vec<[f64; 2]>| contour.iter().zip(contour.iter().cycle().skip(1)).map(cross).sum::<f64>();
        self.contours.iter().map(area).sum::<f64>().abs() / 2.0
    }

    /// The same area with all coordinates divided.
    pub(super) fn divided(mut self, by: f64) -> Self {
        self.contours.iter_mut().flatten().flatten().for_each(|value| *value /= by);
        self
    }

    /// The edges, inside by the non-zero rule.
    pub(super) fn outline(&self) -> BezPath {
        let mut outline = BezPath::new();
        for contour in &self.contours {
            for (index, &[x, y]) in contour.iter().enumerate() {
                let go = if index == 0 { BezPath::move_to } else { BezPath::line_to };
                go(&mut outline, Point::new(x, y));
            }
            outline.close_path();
        }
        outline
    }
}

fn flat(outline: &BezPath, tolerance: f64) -> Vec<Vec<[f64; 2]>> {
    let mut contours: Vec<Vec<[f64; 2]>> = Vec::new();
    kurbo::flatten(outline, tolerance, |element| match element {
        PathEl::MoveTo(to) => contours.push(vec![[to.x, to.y]]),
        PathEl::LineTo(to) => {
            if let Some(contour) = contours.last_mut() {
                contour.push([to.x, to.y]);
            }
        }
        // What follows a `close` without a `move` starts where the closed contour did.
        PathEl::ClosePath => {
            if let Some(&start) = contours.last().and_then(|contour| contour.first()) {
                contours.push(vec![start]);
            }
        }
        PathEl::QuadTo(..) | PathEl::CurveTo(..) => {}
    });
    contours.retain(|contour| contour.len() > 2);
    contours
}

#[cfg(test)]
mod tests {
    use kurbo::Shape as _;

    use super::*;

    fn square(from: f64, to: f64) -> Region {
        Region::rect(Rect::new(from, from, to, to))
    }

    #[test]
    fn areas_are_cut() {
        let mut scissors = Scissors::default();
        let (a, b) = (square(0.0, 4.0), square(2.0, 6.0));
        assert_eq!(a.and(&b, &mut scissors).unwrap().area(), 4.0);
        assert_eq!(a.or(&b, &mut scissors).unwrap().area(), 28.0);
        assert_eq!(a.without(&b, &mut scissors).unwrap().area(), 12.0);
        assert_eq!(a.without(&square(1.0, 3.0), &mut scissors).unwrap().area(), 12.0);
        assert!(a.and(&square(5.0, 6.0), &mut scissors).unwrap().is_empty());
    }

    #[test]
    fn the_inside_follows_the_rule() {
        let star = BezPath::from_svg("M0 0h9v9h-9z M3 3h3v3h-3z").unwrap();
        let area = |rule| Region::inside(&star, rule, &mut Scissors::default()).unwrap().area();
        assert_eq!([area(FillRule::NonZero), area(FillRule::EvenOdd)], [81.0, 72.0]);
    }

    #[test]
    fn curves_are_followed_closely() {
        let disc = kurbo::Circle::new((50.0, 50.0), 40.0).to_path(0.01);
        let area = Region::inside(&disc, FillRule::NonZero, &mut Scissors::default()).unwrap().area();
        assert!((area / (std::f64::consts::PI * 1600.0) - 1.0).abs() < 0.01, "{area}");
    }

    #[test]
    fn too_much_is_not_cut() {
        let comb = (0..=MAX_VERTICES).map(|n| PathEl::LineTo((n as f64, (n % 2) as f64).into()));
        let path: BezPath = [PathEl::MoveTo((0.0, 9.0).into())].into_iter().chain(comb).collect();
        assert!(Region::inside(&path, FillRule::NonZero, &mut Scissors::default()).is_none());
        assert!(Region::inside(&square(0.0, 1e10).outline(), FillRule::NonZero, &mut Scissors::default()).is_none());
    }
}
