//! A stroked line taken apart into points and handles that may move.

use linocut_svg::{LineCap, LineJoin, Point, Segment, Subpath};

use super::ink::{Piece, corner};
use super::plane::{P, add, scale, sub};
use super::spline::flattened;

/// A line of straight and cubic segments. Handles are relative to their ends; curves that go on smoothly share one.
#[derive(Clone, Debug)]
pub(super) struct Pen {
    /// Points and handles in units.
    pub(super) values: Vec<[i32; 2]>,
    /// Which of them are worth a try: something near has moved since the last one.
    pub(super) fresh: Vec<bool>,
    segments: Vec<Joint>,
    closed: bool,
    /// Whether closing draws the last segment.
    implied: bool,
}

/// A segment by the indices of its ends and of its handles, if it is a curve.
#[derive(Clone, Copy, Debug)]
struct Joint {
    ends: [usize; 2],
    handles: Option<[usize; 2]>,
}

fn vector(from: Point, to: Point) -> [i32; 2] {
    [to.x - from.x, to.y - from.y]
}

impl Pen {
    /// `None` for other segments than lines and cubic curves.
    pub(super) fn new(subpath: &Subpath) -> Option<Self> {
        let mut pen = Self {
            values: vec![[subpath.start.x, subpath.start.y]],
            fresh: vec![true],
            segments: Vec::new(),
            closed: subpath.closed,
            implied: false,
        };
        let mut from = subpath.start;
        let last = subpath.segments.len().checked_sub(1)?;
        for (i, segment) in subpath.segments.iter().enumerate() {
            let to = segment.end();
            let ends = [pen.segments.last().map_or(0, |joint| joint.ends[1]), 0];
            let handles = match *segment {
                Segment::Line(_) => None,
                Segment::Cubic(near, far, _) => {
                    let out = vector(from, near);
                    let before = pen.segments.last().and_then(|joint| joint.handles).map(|handles| handles[1]);
                    let out = before.filter(|&at| pen.values[at] == out).unwrap_or_else(|| pen.push(out));
                    let back = vector(far, to);
                    // Around a closed line without a corner.
                    let first = pen.segments.first().and_then(|joint| joint.handles).map(|handles| handles[0]);
                    let first = first
                        .filter(|&at| subpath.closed && i == last && to == subpath.start && pen.values[at] == back);
                    Some([out, first.unwrap_or_else(|| pen.push(back))])
                }
                _ => return None,
            };
            let end = if subpath.closed && i == last && to == subpath.start { 0 } else { pen.push([to.x, to.y]) };
            pen.segments.push(Joint { ends: [ends[0], end], handles });
            from = to;
        }
        let end = pen.segments[last].ends[1];
        if subpath.closed && end != 0 {
            pen.implied = true;
            pen.segments.push(Joint { ends: [end, 0], handles: None });
        }
        Some(pen)
    }

    fn push(&mut self, value: [i32; 2]) -> usize {
        self.values.push(value);
        self.fresh.push(true);
        self.values.len() - 1
    }

    fn point(&self, at: usize) -> Point {
        Point::new(self.values[at][0], self.values[at][1])
    }

    pub(super) fn subpath(&self) -> Subpath {
        let segment = |joint: &Joint| {
            let [from, to] = joint.ends.map(|at| self.point(at));
            match joint.handles.map(|handles| handles.map(|at| self.point(at))) {
                None => Segment::Line(to),
                Some([out, back]) => {
                    let near = Point::new(from.x + out.x, from.y + out.y);
                    Segment::Cubic(near, Point::new(to.x - back.x, to.y - back.y), to)
                }
            }
        };
        let drawn = self.segments.len() - usize::from(self.implied);
        let segments = self.segments[..drawn].iter().map(segment).collect();
        Subpath { start: self.point(0), segments, closed: self.closed }
    }

    /// The segments that a point or handle bends.
    pub(super) fn bent_by(&self, value: usize) -> Vec<usize> {
        let uses = |joint: &Joint| joint.ends.contains(&value) || joint.handles.is_some_and(|all| all.contains(&value));
        (0..self.segments.len()).filter(|&at| uses(&self.segments[at])).collect()
    }

    /// Has all that bends these segments, or those next to them, tried again.
    pub(super) fn freshen(&mut self, bent: &[usize]) {
        let ends: Vec<usize> = bent.iter().flat_map(|&segment| self.segments[segment].ends).collect();
        for joint in self.segments.iter().filter(|joint| joint.ends.iter().any(|end| ends.contains(end))) {
            joint.ends.into_iter().chain(joint.handles.into_iter().flatten()).for_each(|at| self.fresh[at] = true);
        }
    }

    /// The points of a segment in pixels.
    fn line(&self, segment: usize, per_pixel: f64) -> Vec<P> {
        let joint = &self.segments[segment];
        let pixel = |at: usize| scale(self.values[at].map(f64::from), 1.0 / per_pixel);
        let [from, to] = joint.ends.map(pixel);
        let mut line = vec![from];
        match joint.handles.map(|handles| handles.map(pixel)) {
            None => line.push(to),
            Some([out, back]) => flattened(from, add(from, out), sub(to, back), to, &mut line),
        }
        line
    }

    /// The parts of some segments, and the corners between two of them, or at any end of one.
    pub(super) fn pieces(
        &self,
        wanted: impl Fn(usize) -> bool,
        at_ends: bool,
        per_pixel: f64,
        (cap, join): (LineCap, LineJoin),
        half: f64,
    ) -> Vec<Piece> {
        let count = self.segments.len();
        let cut = cap == LineCap::Butt && !self.closed;
        let mut all = Vec::new();
        for segment in (0..count).filter(|&segment| wanted(segment)) {
            let line = self.line(segment, per_pixel);
            let parts = line.len() - 1;
            for (i, pair) in line.windows(2).enumerate() {
                let cut = [cut && segment == 0 && i == 0, cut && segment + 1 == count && i + 1 == parts];
                all.push(Piece::Straight { from: pair[0], to: pair[1], cut, half });
            }
        }
        if join == LineJoin::Miter {
            for before in (0..count).filter(|&before| self.closed || before + 1 < count) {
                let after = (before + 1) % count;
                if wanted(before) && wanted(after) || at_ends && (wanted(before) || wanted(after)) {
                    let (to, from) = (self.line(before, per_pixel), self.line(after, per_pixel));
                    all.extend(corner([to[to.len() - 2], from[0], from[1]], half));
                }
            }
        }
        all
    }
}
