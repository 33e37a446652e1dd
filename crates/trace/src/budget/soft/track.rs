//! The line or the circles that a soft shape is looked for along.

use linocut_svg::Point;

use super::super::ramp::Way;
use super::super::start::rectangle;

/// A line with some width to either side, or all lines out from a centre; in pixels.
#[derive(Clone, Debug)]
pub(super) struct Track {
    /// Where it begins, or the centre.
    pub(super) origin: [f32; 2],
    /// Its direction, of length 1; `None` for a centre.
    pub(super) axis: Option<[f32; 2]>,
    pub(super) length: f32,
    /// How far it reaches to either side.
    pub(super) side: [f32; 2],
    /// From where to where along it the slopes lie that it was found by, and these; beyond them is the ground.
    pub(super) soft: [f32; 2],
    pub(super) seen: Vec<[f32; 2]>,
}

impl Track {
    pub(super) fn length(&self) -> f64 {
        f64::from(self.length)
    }

    /// How far along it the middle of a pixel is; `None` if it lies beside it.
    #[inline]
    pub(super) fn at(&self, x: usize, y: usize) -> Option<f32> {
        let (x, y) = (x as f32 + 0.5 - self.origin[0], y as f32 + 0.5 - self.origin[1]);
        let far = match self.axis {
            None => (x * x + y * y).sqrt(),
            Some([dx, dy]) => {
                let across = y * dx - x * dy;
                if across < self.side[0] || across > self.side[1] {
                    return None;
                }
                x * dx + y * dy
            }
        };
        (0.0..self.length).contains(&far).then_some(far)
    }

    /// The columns and rows that it may touch.
    pub(super) fn bounds(&self, (width, height): (usize, usize)) -> [usize; 4] {
        let corners = self.corners(0.0);
        let range = |i: usize, most: usize| {
            let values = corners.iter().map(|corner| corner[i]);
            let (low, high) = values.fold((f32::MAX, f32::MIN), |(low, high), v| (low.min(v), high.max(v)));
            (low.floor().clamp(0.0, most as f32) as usize, high.ceil().clamp(0.0, most as f32) as usize)
        };
        let ((left, right), (top, bottom)) = (range(0, width), range(1, height));
        [left, top, right, bottom]
    }

    fn corners(&self, begin: f32) -> [[f32; 2]; 4] {
        let ([x, y], l) = (self.origin, self.length);
        let Some([dx, dy]) = self.axis else { return [[x - l, y - l], [x + l, y - l], [x + l, y + l], [x - l, y + l]] };
        let corner = |along: f32, across: f32| [x + along * dx - across * dy, y + along * dy + across * dx];
        let [low, high] = self.side;
        [corner(begin, low), corner(l, low), corner(l, high), corner(begin, high)]
    }

    /// Where a fade along it lies.
    pub(super) fn way(&self) -> Way {
        let point = |x: f32, y: f32| Point::new(x.round() as i32, y.round() as i32);
        let [x, y] = self.origin;
        match self.axis {
            None => Way::Radial(point(x, y), (self.length.round() as i32).max(1)),
            Some([dx, dy]) => Way::Linear([point(x, y), point(x + self.length * dx, y + self.length * dy)]),
        }
    }

    /// What it touches of a picture from so far along it on, as a polygon; empty if that is nothing.
    pub(super) fn outline(&self, (width, height): (usize, usize), begin: f32) -> Vec<Point> {
        let (width, height) = (width as f32, height as f32);
        if self.axis.is_none() {
            let [[left, top], _, [right, bottom], _] = self.corners(0.0);
            let clamp = |v: f32, most: f32| v.clamp(0.0, most) as i32;
            let from = (clamp(left.floor(), width), clamp(top.floor(), height));
            let to = (clamp(right.ceil(), width), clamp(bottom.ceil(), height));
            return if from.0 < to.0 && from.1 < to.1 { rectangle(from, to) } else { Vec::new() };
        }
        let mut corners = self.corners(begin).to_vec();
        for (lane, least, sign) in [(0, 0.0, 1.0), (1, 0.0, 1.0), (0, width, -1.0), (1, height, -1.0)] {
            corners = clipped(&corners, |corner| sign * (corner[lane] - least));
        }
        let mut points: Vec<Point> =
            corners.iter().map(|corner| Point::new(corner[0].round() as i32, corner[1].round() as i32)).collect();
        points.dedup();
        if points.first() == points.last() {
            points.pop();
        }
        if points.len() < 3 { Vec::new() } else { points }
    }
}

/// Longest track in pixels: beyond the corners of the largest picture.
pub(super) const LONGEST: f32 = 2048.0;

/// How far beyond slopes over this distance the ground is looked for: where they become too gentle to be seen.
pub(super) fn beyond(distance: f32) -> f32 {
    6.0 + 0.3 * distance
}

/// The part of a convex polygon where a function of the place is not negative, which is linear.
pub(super) fn clipped(corners: &[[f32; 2]], inside: impl Fn(&[f32; 2]) -> f32) -> Vec<[f32; 2]> {
    let mut kept = Vec::with_capacity(corners.len() + 1);
    for (i, a) in corners.iter().enumerate() {
        let b = &corners[(i + 1) % corners.len()];
        let (from, to) = (inside(a), inside(b));
        if from >= 0.0 {
            kept.push(*a);
        }
        if (from >= 0.0) != (to >= 0.0) {
            let share = from / (from - to);
            kept.push([a[0] + share * (b[0] - a[0]), a[1] + share * (b[1] - a[1])]);
        }
    }
    kept
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_line_touches_what_lies_beside_it() {
        let track = Track {
            origin: [10.0, 20.0],
            axis: Some([1.0, 0.0]),
            length: 30.0,
            side: [-5.0, 8.0],
            soft: [0.0, 30.0],
            seen: Vec::new(),
        };
        assert_eq!(track.at(19, 22), Some(9.5));
        assert_eq!([track.at(9, 22), track.at(41, 22), track.at(19, 14), track.at(19, 28)], [None; 4]);
        assert_eq!(track.bounds((100, 25)), [10, 15, 40, 25]);
        assert_eq!(track.outline((30, 100), 5.0).len(), 4);
        assert!(track.outline((5, 5), 0.0).is_empty());
    }

    #[test]
    fn circles_touch_all_around_their_centre() {
        let track = Track {
            origin: [10.0, 20.0],
            axis: None,
            length: 12.0,
            side: [0.0; 2],
            soft: [0.0, 12.0],
            seen: Vec::new(),
        };
        assert_eq!(track.at(9, 24), Some((0.25_f32 + 20.25).sqrt()));
        assert_eq!(track.at(30, 20), None);
        assert_eq!(track.outline((100, 100), 0.0), rectangle((0, 8), (22, 32)));
        assert_eq!(track.way(), Way::Radial(Point::new(10, 20), 12));
    }
}
