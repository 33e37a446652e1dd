//! Moves of single vertices: shift, delete, insert.

use linocut_svg::Point;
use rand::{Rng, RngExt};

use super::cost::{Letter, edge_bytes, letter};
use super::coverage::{Band, Tools};
use super::paint::Paints;

/// Fewest vertices of a polygon.
pub(crate) const MIN_VERTICES: usize = 3;

const DIRECTIONS: [(i32, i32); 8] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];

/// The terms on which a change is accepted, and the account of what was.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Error that a byte must save.
    pub(crate) lambda: f64,
    /// Bytes that may still be added.
    pub(crate) room: i32,
    /// Change of the error so far.
    pub(crate) error: f64,
    /// Accepted changes.
    pub(crate) accepted: u32,
    /// Tried changes.
    pub(crate) tried: u32,
}

impl Terms {
    pub(crate) fn new(lambda: f64, room: i32) -> Self {
        Self { lambda, room, error: 0.0, accepted: 0, tried: 0 }
    }

    #[inline]
    pub(crate) fn pays(&mut self, error: f64, bytes: i32) -> bool {
        self.tried += 1;
        error + self.lambda * f64::from(bytes) < 0.0 && (bytes <= 0 || bytes <= self.room)
    }

    #[inline]
    pub(crate) fn book(&mut self, error: f64, bytes: i32) {
        self.error += error;
        self.room -= bytes;
        self.accepted += 1;
    }
}

/// A closed polygon with how often each vertex was visited in vain.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Ring {
    pub(crate) points: Vec<Point>,
    pub(crate) idle: Vec<u8>,
}

impl Ring {
    pub(crate) fn new(points: Vec<Point>) -> Self {
        let idle = vec![0; points.len()];
        Self { points, idle }
    }

    /// Starts where the text is shortest.
    pub(crate) fn settle(&mut self) {
        super::cost::settle(&mut self.points);
        self.idle.clear();
        self.idle.resize(self.points.len(), 0);
    }
}

/// What the search of vertices works on.
pub(crate) struct Bench<'a, 'b, R> {
    pub(crate) band: &'a mut Band<'b>,
    pub(crate) tools: &'a mut Tools,
    pub(crate) paints: &'a Paints,
    pub(crate) layer: usize,
    pub(crate) size: (i32, i32),
    pub(crate) rng: &'a mut R,
    pub(crate) terms: &'a mut Terms,
}

/// Bytes of the edges along these points, of which the one into index `free` costs nothing.
#[inline]
fn span_bytes(points: &[Point], free: usize) -> i32 {
    let mut before = if free == 1 { Letter::Line } else { letter(points[0], points[1]) };
    let mut sum = 0;
    for i in 2..points.len() {
        if i == free {
            before = Letter::Line;
            continue;
        }
        sum += edge_bytes(before, points[i - 1], points[i]);
        before = letter(points[i - 1], points[i]);
    }
    sum
}

impl<R: Rng> Bench<'_, '_, R> {
    /// Visits every vertex once.
    pub(crate) fn improve(&mut self, ring: &mut Ring) {
        let mut i = 0;
        while i < ring.points.len() {
            let idle = ring.idle[i].min(6);
            if idle > 1 && self.rng.random_range(0..=u32::from(idle)) > 1 {
                i += 1;
                continue;
            }
            if self.delete(ring, i) {
                continue;
            }
            let moved = self.shift(ring, i);
            let inserted = self.insert(ring, i);
            if moved || inserted {
                wake(ring, i);
            } else {
                ring.idle[i] = ring.idle[i].saturating_add(1);
            }
            i += 1;
        }
    }

    fn delete(&mut self, ring: &mut Ring, i: usize) -> bool {
        let count = ring.points.len();
        if count <= MIN_VERTICES {
            return false;
        }
        let [p2, p, v, n, n2] = around(&ring.points, i);
        let free = free_index(i, count);
        let without = if free == 2 || free == 3 { 2 } else if free > 3 { free - 1 } else { free };
        let bytes = span_bytes(&[p2, p, n, n2], without) - span_bytes(&[p2, p, v, n, n2], free);
        let triangle = [p, v, n];
        let error = self.band.try_toggle(self.tools, self.paints, self.layer, &triangle);
        if p == n || !self.terms.pays(error, bytes) {
            return false;
        }
        self.band.toggle(self.tools, self.paints, self.layer, &triangle);
        self.terms.book(error, bytes);
        ring.points.remove(i);
        ring.idle.remove(i);
        let count = ring.points.len();
        wake(ring, i % count);
        true
    }

    fn shift(&mut self, ring: &mut Ring, i: usize) -> bool {
        let count = ring.points.len();
        let free = free_index(i, count);
        let step = [1, 1, 2, 4, 7][self.rng.random_range(0..5)];
        let first = self.rng.random_range(0..8_usize);
        let stride = [1, 3, 5, 7][self.rng.random_range(0..4)];
        let mut moved = false;
        for turn in 0..4 {
            let (dx, dy) = DIRECTIONS[(first + turn * stride) % 8];
            while self.shift_by(ring, i, (dx * step, dy * step), free) {
                moved = true;
            }
            if moved {
                break;
            }
        }
        moved
    }

    fn shift_by(&mut self, ring: &mut Ring, i: usize, (dx, dy): (i32, i32), free: usize) -> bool {
        let [p2, p, v, n, n2] = around(&ring.points, i);
        let to = Point::new((v.x + dx).clamp(0, self.size.0), v.y + dy);
        let to = Point::new(to.x, to.y.clamp(0, self.size.1));
        if to == v || to == p || to == n || !self.reaches(to) {
            return false;
        }
        let bytes = span_bytes(&[p2, p, to, n, n2], free) - span_bytes(&[p2, p, v, n, n2], free);
        let toggled = [p, v, n, to];
        let error = self.band.try_toggle(self.tools, self.paints, self.layer, &toggled);
        if !self.terms.pays(error, bytes) {
            return false;
        }
        self.band.toggle(self.tools, self.paints, self.layer, &toggled);
        self.terms.book(error, bytes);
        ring.points[i] = to;
        true
    }

    /// A new vertex between this and the next.
    fn insert(&mut self, ring: &mut Ring, i: usize) -> bool {
        let count = ring.points.len();
        let (v, n) = (ring.points[i], ring.points[(i + 1) % count]);
        let (dx, dy) = (n.x - v.x, n.y - v.y);
        if dx.abs().max(dy.abs()) < 3 {
            return false;
        }
        let share = self.rng.random_range(1..4);
        let reach = self.rng.random_range(1..=4) * if self.rng.random::<bool>() { 1 } else { -1 };
        let length = f64::from(dx * dx + dy * dy).sqrt();
        let (ox, oy) = (-f64::from(dy) / length * f64::from(reach), f64::from(dx) / length * f64::from(reach));
        let m = Point::new(
            (v.x + dx * share / 4 + ox.round() as i32).clamp(0, self.size.0),
            (v.y + dy * share / 4 + oy.round() as i32).clamp(0, self.size.1),
        );
        if m == v || m == n || !self.reaches(m) {
            return false;
        }
        let [_, p, _, _, n2] = around(&ring.points, i);
        // Edges from the vertex on; the edge into the next may be the free one.
        let (before, after) = if i + 1 == count {
            // The closing edge is free: the new vertex ends the outline, and its edge is paid.
            (0, edge_bytes(letter(p, v), v, m))
        } else {
            let free = free_index(i, count);
            (span_bytes(&[p, v, n, n2], shifted(free, 1)), span_bytes(&[p, v, m, n, n2], {
                let at = shifted(free, 1);
                if at > 1 && at < usize::MAX { at + 1 } else { at }
            }))
        };
        let bytes = after - before;
        let triangle = [v, m, n];
        let error = self.band.try_toggle(self.tools, self.paints, self.layer, &triangle);
        if !self.terms.pays(error, bytes) {
            return false;
        }
        self.band.toggle(self.tools, self.paints, self.layer, &triangle);
        self.terms.book(error, bytes);
        ring.points.insert(i + 1, m);
        ring.idle.insert(i + 1, 0);
        true
    }

    fn reaches(&self, p: Point) -> bool {
        let rows = self.band.rows();
        rows.start <= p.y && p.y <= rows.end
    }
}

fn wake(ring: &mut Ring, i: usize) {
    let count = ring.points.len();
    for at in [i + count - 1, i, i + 1] {
        ring.idle[at % count] = 0;
    }
}

/// The vertex with two neighbours on each side.
#[inline]
fn around(points: &[Point], i: usize) -> [Point; 5] {
    let count = points.len();
    std::array::from_fn(|k| points[(i + k + 2 * count - 2) % count])
}

/// Where, among the five points around vertex `i`, the first vertex is, whose edge is free; far off if not among them.
#[inline]
fn free_index(i: usize, count: usize) -> usize {
    let place = (2 + count - i % count) % count;
    if place < 5 { place } else { usize::MAX }
}

#[inline]
fn shifted(free: usize, by: usize) -> usize {
    if free == usize::MAX || free < by { usize::MAX } else { free - by }
}
