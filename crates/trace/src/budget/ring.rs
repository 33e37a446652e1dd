//! A closed outline under search.

use linocut_svg::{Point, Subpath};

use super::band::{Toggled, Tools};
use super::cost::{outline_bytes, settle};
use super::curve::{self, FINE, Knot, Unit, closed_bytes};
use super::round::Ellipse;
use crate::polygon::doubled_area;

/// Whether an outline comes or goes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Change {
    Added,
    Taken,
}

/// Minimum number of vertices of a polygon.
pub(crate) const MIN_VERTICES: usize = 3;

/// A closed outline, and how often each of its vertices was visited in vain.
#[derive(Clone, PartialEq, Debug, Default)]
pub(crate) struct Ring {
    pub(crate) points: Vec<Point>,
    /// Which vertices are smooth.
    pub(crate) smooth: Vec<bool>,
    pub(crate) idle: Vec<u8>,
    /// Whether what it adds to areas has the sign of the area inside, which a move may have turned since.
    pub(crate) winds: bool,
    /// What is drawn instead, once nothing is moved any more.
    pub(crate) round: Option<Ellipse>,
}

impl Ring {
    /// A polygon.
    pub(crate) fn new(points: Vec<Point>) -> Self {
        let (smooth, idle) = (vec![false; points.len()], vec![0; points.len()]);
        Self { winds: doubled_area(&points) > 0, points, smooth, idle, round: None }
    }

    /// An outline through or around these vertices.
    pub(crate) fn of_knots(knots: &[Knot]) -> Self {
        let points = knots.iter().map(|knot| knot.at).collect();
        Self { smooth: knots.iter().map(|knot| knot.smooth).collect(), ..Self::new(points) }
    }

    pub(crate) fn has_curves(&self) -> bool {
        self.smooth.contains(&true)
    }

    /// Appends the outline as straight parts in fine units.
    pub(crate) fn outline(&self, unit: Unit, out: &mut Vec<Point>) {
        match self.round {
            Some(ellipse) => ellipse.outline(unit, out),
            None => curve::outline(unit, &self.points, &self.smooth, out),
        }
    }

    /// Does something with the outline as what a layer covers more, or less.
    pub(crate) fn toggled<T>(
        &self,
        unit: Unit,
        change: Change,
        tools: &mut Tools,
        work: impl FnOnce(Toggled<'_>, &mut Tools) -> T,
    ) -> T {
        let mut outline = std::mem::take(&mut tools.spans[0]);
        outline.clear();
        self.outline(unit, &mut outline);
        let adds = (self.round.is_some() || self.winds) == (change == Change::Added);
        let found = work(Toggled { outline: &outline, adds }, tools);
        tools.spans[0] = outline;
        found
    }

    /// The outline as a polygon on whole units.
    pub(crate) fn flattened(&self) -> Vec<Point> {
        if !self.has_curves() {
            return self.points.clone();
        }
        let mut outline = Vec::new();
        self.outline(Unit::PIXEL, &mut outline);
        let mut points: Vec<Point> =
            outline.into_iter().map(|p| Point::new((p.x + FINE / 2) / FINE, (p.y + FINE / 2) / FINE)).collect();
        points.dedup();
        points
    }

    /// Bytes of the outline without the move to it.
    pub(crate) fn bytes(&self) -> i32 {
        if self.has_curves() { closed_bytes(&self.points, &self.smooth) } else { outline_bytes(&self.points) }
    }

    /// The outline as path data.
    pub(crate) fn subpath(&self) -> Option<Subpath> {
        self.round.map_or_else(|| curve::subpath(&self.points, &self.smooth), |ellipse| Some(ellipse.subpath()))
    }

    /// Starts a polygon at the vertex where its text is shortest.
    pub(crate) fn settle(&mut self) {
        if self.has_curves() {
            return;
        }
        let before = doubled_area(&self.points);
        if settle(&mut self.points) {
            self.idle.fill(0);
            self.winds ^= doubled_area(&self.points) != before;
        }
    }

    /// Whether a move has turned the outline inside out.
    pub(crate) fn is_turned(&self) -> bool {
        let area = doubled_area(&self.points);
        area != 0 && self.winds != (area > 0)
    }
}
