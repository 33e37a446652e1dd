//! Strokes as polygons: segments, joins and caps of a line with a width, with derivatives.

use linocut_svg::{LineCap, LineJoin};

use crate::raster::polygon::dual::Dual;
use crate::raster::polygon::outline::{Sink, Term};
use crate::raster::polygon::vector::{Vector, add, cross, dot, negated, normal, rotated, spoke, sub};
use crate::raster::scalar::Scalar;

/// Longest mitre as a multiple of the width; beyond it the join is a bevel. The initial value of `stroke-miterlimit`.
const MITRE_LIMIT: f64 = 4.0;

/// Points of a line that are nearer to each other than this share of its width count as one.
const NEAREST: f64 = 1e-5;

/// One ring of a centreline.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Centreline<'a, T> {
    /// All points of the layer's centrelines.
    pub(crate) points: &'a [[T; 2]],
    /// Whether each point is a corner.
    pub(crate) corners: &'a [bool],
    /// The points of this ring.
    pub(crate) range: (usize, usize),
    /// Whether its end joins its start.
    pub(crate) closed: bool,
    /// Width of the line.
    pub(crate) width: T,
    pub(crate) cap: LineCap,
    pub(crate) join: LineJoin,
    /// Pieces for each quarter turn of round ends and corners.
    pub(crate) pieces: u16,
}

impl<T: Scalar> Centreline<'_, T> {
    /// Hands over one polygon for each segment, corner and end, all of them turning the same way, so that the sum of their
    /// windings is that of the line. `path` is room for indices. The width counts as the point after the last.
    pub(crate) fn outline(&self, path: &mut Vec<usize>, sink: &mut impl Sink<T>) {
        if self.width <= T::ZERO {
            return;
        }
        path.clear();
        for index in self.range.0..self.range.1 {
            if path.last().is_none_or(|last| self.apart(*last, index)) {
                path.push(index);
            }
        }
        while self.closed && path.len() > 1 && !self.apart(path[0], path[path.len() - 1]) {
            path.pop();
        }
        let Some(last) = path.len().checked_sub(1) else { return };
        if last == 0 {
            return self.dot(path[0], sink);
        }
        path.windows(2).for_each(|pair| self.segment(pair[0], pair[1], sink));
        path.windows(3).for_each(|three| self.corner(three[0], three[1], three[2], sink));
        if self.closed && last > 1 {
            self.segment(path[last], path[0], sink);
            self.corner(path[last - 1], path[last], path[0], sink);
            self.corner(path[last], path[0], path[1], sink);
        } else {
            self.end(path[1], path[0], sink);
            self.end(path[last - 1], path[last], sink);
        }
    }

    /// Whether two points are far enough apart for a direction.
    fn apart(&self, a: usize, b: usize) -> bool {
        let nearest = T::from_f64(NEAREST) * self.width;
        (0..2).any(|axis| (self.points[a][axis] - self.points[b][axis]).abs() > nearest)
    }

    /// The quadrilateral along a segment.
    fn segment(&self, from: usize, to: usize, sink: &mut impl Sink<T>) {
        let (p, q, half) = (self.input(from, 0), self.input(to, 1), self.half());
        let side = normal(&p, &q, half);
        let ring = [add(&p, &side), add(&q, &side), sub(&q, &side), sub(&p, &side)];
        self.ring(&ring, [from, to, usize::MAX], sink);
    }

    /// What a corner adds on its outer side.
    fn corner(&self, before: usize, at: usize, after: usize, sink: &mut impl Sink<T>) {
        let [a, p, b] = [self.input(before, 0), self.input(at, 1), self.input(after, 2)];
        let (mut first, mut second) = (normal(&a, &p, self.half()), normal(&p, &b, self.half()));
        let (cross, dot, square) = (cross(&first, &second), dot(&first, &second), dot(&first, &first));
        if cross.value > 0.0 {
            (first, second) = (negated(&second), negated(&first));
        }
        let turn = Dual::atan2(if cross.value > 0.0 { -cross } else { cross }, dot);
        let mut ring = vec![p, add(&p, &first)];
        let join = if self.corners[at] { self.join } else { LineJoin::Bevel };
        match join {
            LineJoin::Bevel => {}
            LineJoin::Round => {
                let steps = (turn.value.abs() / std::f64::consts::FRAC_PI_2 * f64::from(self.pieces) - 0.01).ceil();
                let steps = steps.clamp(1.0, 512.0) as u16;
                ring.extend(
                    (1..steps).map(|k| add(&p, &rotated(&first, turn.scaled(f64::from(k) / f64::from(steps))))),
                );
            }
            LineJoin::Miter => {
                if 2.0 * square.value <= MITRE_LIMIT * MITRE_LIMIT * (square.value + dot.value) {
                    let stretch = square / (square + dot);
                    ring.push([0, 1].map(|i| p[i] + (first[i] + second[i]) * stretch));
                }
            }
        }
        ring.push(add(&p, &second));
        self.ring(&ring, [before, at, after], sink);
    }

    /// What an end adds; `at` is the end and `inner` its neighbour.
    fn end(&self, inner: usize, at: usize, sink: &mut impl Sink<T>) {
        let (a, p) = (self.input(inner, 0), self.input(at, 1));
        let side = normal(&a, &p, self.half());
        let ahead = [side[1], -side[0]];
        let ring = match self.cap {
            LineCap::Butt => return,
            LineCap::Square => {
                let far = add(&p, &ahead);
                vec![add(&p, &side), add(&far, &side), sub(&far, &side), sub(&p, &side)]
            }
            LineCap::Round => (0..=2 * self.pieces).map(|k| add(&p, &spoke(&side, &ahead, k, self.pieces))).collect(),
        };
        self.ring(&ring, [inner, at, usize::MAX], sink);
    }

    /// A line of no length: a disc where ends are round.
    fn dot(&self, at: usize, sink: &mut impl Sink<T>) {
        if self.cap != LineCap::Round {
            return;
        }
        let (p, none) = (self.input(at, 0), Dual::constant(0.0));
        let (side, ahead) = ([none, self.half()], [self.half(), none]);
        let ring: Vec<_> = (0..4 * self.pieces).map(|k| add(&p, &spoke(&side, &ahead, k, self.pieces))).collect();
        self.ring(&ring, [at, usize::MAX, usize::MAX], sink);
    }

    fn ring(&self, ring: &[Vector], indices: [usize; 3], sink: &mut impl Sink<T>) {
        let width = self.points.len();
        for [x, y] in ring {
            let mut terms: [Term<T>; 4] = [(width, [x.by[6], 0.0, y.by[6], 0.0].map(T::from_f64)); 4];
            let mut count = 1;
            for (i, index) in indices.into_iter().enumerate().filter(|(_, index)| *index != usize::MAX) {
                let slopes = [x.by[2 * i], x.by[2 * i + 1], y.by[2 * i], y.by[2 * i + 1]];
                terms[count] = (index, slopes.map(T::from_f64));
                count += 1;
            }
            sink.point([T::from_f64(x.value), T::from_f64(y.value)], &terms[..count], true);
        }
        sink.end(true);
    }

    fn input(&self, index: usize, slot: usize) -> Vector {
        let [x, y] = self.points[index].map(T::to_f64);
        [Dual::input(x, 2 * slot), Dual::input(y, 2 * slot + 1)]
    }

    fn half(&self) -> Dual {
        Dual::input(self.width.to_f64(), 6).scaled(0.5)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Default)]
    struct Areas {
        ring: Vec<[f64; 2]>,
        areas: Vec<f64>,
    }

    impl Sink<f64> for Areas {
        fn point(&mut self, at: [f64; 2], _: &[Term<f64>], _: bool) {
            self.ring.push(at);
        }
        fn end(&mut self, _: bool) {
            let next = self.ring.iter().cycle().skip(1);
            let doubled: f64 = self.ring.iter().zip(next).map(|(a, b)| a[0] * b[1] - a[1] * b[0]).sum();
            self.areas.push(doubled / 2.0);
            self.ring.clear();
        }
    }

    fn areas(points: &[[f64; 2]], closed: bool, cap: LineCap, join: LineJoin) -> Vec<f64> {
        let corners = vec![true; points.len()];
        let range = (0, points.len());
        let line = Centreline { points, corners: &corners, range, closed, width: 2.0, cap, join, pieces: 16 };
        let mut sink = Areas::default();
        line.outline(&mut Vec::new(), &mut sink);
        sink.areas
    }

    #[test]
    fn all_parts_turn_the_same_way() {
        let zigzag = [[0.0, 0.0], [10.0, 0.0], [10.0, 8.0], [2.0, 3.0], [9.0, 1.0]];
        for join in [LineJoin::Miter, LineJoin::Round, LineJoin::Bevel] {
            for closed in [false, true] {
                assert!(areas(&zigzag, closed, LineCap::Round, join).iter().all(|area| *area < 0.0), "{join:?}");
            }
        }
    }

    #[test]
    fn ends_add_half_a_disc_half_a_square_or_nothing() {
        let line = [[0.0, 0.0], [3.0, 4.0]];
        let total = |cap| -areas(&line, false, cap, LineJoin::Round).iter().sum::<f64>();
        assert!((total(LineCap::Butt) - 10.0).abs() < 1e-9);
        assert!((total(LineCap::Square) - 14.0).abs() < 1e-9);
        assert!((total(LineCap::Round) - 10.0 - std::f64::consts::PI).abs() < 0.01);
    }

    #[test]
    fn a_right_angle_adds_a_triangle_a_square_or_a_quarter_disc() {
        let angle = [[0.0, 0.0], [10.0, 0.0], [10.0, 10.0]];
        let corner = |join| -areas(&angle, false, LineCap::Butt, join)[2];
        assert!((corner(LineJoin::Bevel) - 0.5).abs() < 1e-9);
        assert!((corner(LineJoin::Miter) - 1.0).abs() < 1e-9);
        assert!((corner(LineJoin::Round) - std::f64::consts::FRAC_PI_4).abs() < 0.01);
    }

    #[test]
    fn a_point_is_a_disc_with_round_ends_only() {
        assert_eq!(areas(&[[1.0, 1.0]; 3], true, LineCap::Butt, LineJoin::Round).len(), 0);
        assert!(
            (areas(&[[1.0, 1.0]; 3], true, LineCap::Round, LineJoin::Round)[0] + std::f64::consts::PI).abs() < 0.02
        );
    }
}
