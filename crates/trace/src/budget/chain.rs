//! Moves single vertices of a polygon: shift, delete, insert, where that saves more error than its bytes are worth.

use linocut_core::Stop;
use linocut_svg::Point;
use rand::{Rng, RngExt};

use super::band::{Band, Toggled, Tools};
use super::cost::{Letter, edge_bytes, letter};
use super::curve::{self, FINE, Knot, Unit, is_even, span};
use super::paint::Paints;
use super::ring::{MIN_VERTICES, Ring};

const DIRECTIONS: [(i32, i32); 8] = [(1, 0), (1, 1), (0, 1), (-1, 1), (-1, 0), (-1, -1), (0, -1), (1, -1)];

/// The terms on which a change is accepted, and the account of the accepted changes.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Terms {
    /// Error that a byte must save.
    pub(crate) lambda: f64,
    /// Bytes that may still be added.
    pub(crate) room: i32,
    /// Bytes added so far.
    pub(crate) spent: i32,
    /// Change of the error so far.
    pub(crate) error: f64,
    /// Mean loss that annealing accepts at random.
    pub(crate) heat: f64,
    /// State of the random generator of annealing, not 0.
    pub(crate) luck: u64,
}

impl Terms {
    pub(crate) fn new(lambda: f64, room: i32) -> Self {
        Self { lambda, room, spent: 0, error: 0.0, heat: 0.0, luck: 0x9e3779b97f4a7c15 }
    }

    /// The same terms with an empty account and another room.
    pub(crate) fn with_room(&self, room: i32, luck: u64) -> Self {
        Self { heat: self.heat, luck: luck | 1, ..Self::new(self.lambda, room) }
    }

    /// Adds another account to this one.
    pub(crate) fn add(&mut self, other: &Self) {
        self.error += other.error;
        self.room -= other.spent;
        self.spent += other.spent;
    }

    /// Whether a change is accepted: it saves more than its bytes are worth, or annealing accepts its loss.
    #[inline]
    pub(crate) fn pays(&mut self, error: f64, bytes: i32) -> bool {
        let worth = error + self.lambda * f64::from(bytes);
        worth < self.chance(worth) && (bytes <= 0 || bytes <= self.room)
    }

    /// A loss drawn from the exponential distribution with mean `heat`; 0 where it would not matter.
    fn chance(&mut self, worth: f64) -> f64 {
        if worth < 0.0 || worth >= 8.0 * self.heat {
            return 0.0;
        }
        // Xorshift by Marsaglia: a random number for most tries must cost nothing.
        self.luck ^= self.luck << 13;
        self.luck ^= self.luck >> 7;
        self.luck ^= self.luck << 17;
        let share = ((self.luck >> 11) as f64 + 1.0) / (1_u64 << 53) as f64;
        -libm::log(share) * self.heat
    }

    #[inline]
    pub(crate) fn book(&mut self, error: f64, bytes: i32) {
        self.error += error;
        self.room -= bytes;
        self.spent += bytes;
    }
}

/// A polygon, or a run of its vertices with two fixed ones at each end.
#[derive(Clone, Debug)]
pub(crate) struct Chain {
    pub(crate) ring: Ring,
    /// Fixed vertices at each end; 0 for a whole polygon.
    pub(crate) fixed: usize,
    /// The vertex whose incoming edge costs nothing, if it is among these.
    pub(crate) free: Option<usize>,
}

impl Chain {
    pub(crate) fn whole(ring: Ring) -> Self {
        Self { ring, fixed: 0, free: Some(0) }
    }

    /// The vertex with two neighbours on each side, and which of the five the free edge leads to.
    #[inline]
    fn around(&self, i: usize) -> ([Knot; 5], usize) {
        let (ring, count) = (&self.ring, self.ring.points.len());
        let knot = |at: usize| Knot { at: ring.points[at], smooth: ring.smooth[at] };
        let around = std::array::from_fn(|k| knot((i + k + 2 * count - 2) % count));
        let place = self.free.map_or(usize::MAX, |free| (free + 2 * count + 2 - i) % count);
        (around, if place < 5 { place } else { usize::MAX })
    }

    fn remove(&mut self, i: usize) {
        self.ring.points.remove(i);
        self.ring.smooth.remove(i);
        self.ring.idle.remove(i);
        self.free = self.free.map(|free| if free > i { free - 1 } else { free });
        self.wake(i % self.ring.points.len());
    }

    /// Inserts a vertex after this one.
    fn insert(&mut self, i: usize, knot: Knot) {
        self.ring.points.insert(i + 1, knot.at);
        self.ring.smooth.insert(i + 1, knot.smooth);
        self.ring.idle.insert(i + 1, 0);
        self.free = self.free.map(|free| if free > i { free + 1 } else { free });
    }

    fn wake(&mut self, i: usize) {
        let count = self.ring.points.len();
        for at in [i + count - 1, i, i + 1] {
            self.ring.idle[at % count] = 0;
        }
    }
}

/// Everything that the search of vertices works on.
pub(crate) struct Bench<'a, 'b, R> {
    pub(crate) band: &'a mut Band<'b>,
    pub(crate) tools: &'a mut Tools,
    pub(crate) paints: &'a Paints,
    pub(crate) layer: usize,
    /// Whether the outline winds in the positive direction.
    pub(crate) winds: bool,
    pub(crate) size: (i32, i32),
    pub(crate) unit: Unit,
    /// Whether vertices may become smooth.
    pub(crate) curves: bool,
    pub(crate) rng: &'a mut R,
    pub(crate) terms: &'a mut Terms,
    pub(crate) stop: &'a Stop,
}

/// Steps by which vertices are shifted, for one and two units in a pixel.
const STEPS: [[i32; 5]; 2] = [[1, 1, 2, 4, 7], [1, 1, 2, 4, 8]];
/// One of so many visits tries to make a corner smooth or a smooth vertex a corner.
const BENT: u32 = 4;
/// Visits to vertices between two polls of the stop.
const POLLED: usize = 64;

/// Bytes of the edges from the second vertex to the last; the edge into index `free` closes the outline, the first edge is given.
#[inline]
fn bytes_of(knots: &[Knot], free: usize) -> i32 {
    if knots.iter().any(|knot| knot.smooth) {
        return curve::span_bytes(knots, free);
    }
    let mut before = if free == 1 { Letter::Line } else { letter(knots[0].at, knots[1].at) };
    let mut sum = 0;
    for i in 2..knots.len() {
        let (from, to) = (knots[i - 1].at, knots[i].at);
        if i == free {
            before = Letter::Line;
            continue;
        }
        sum += edge_bytes(before, from, to);
        before = letter(from, to);
    }
    sum
}

impl<R: Rng> Bench<'_, '_, R> {
    /// Visits every vertex that may move once, unless asked to stop.
    pub(crate) fn improve(&mut self, chain: &mut Chain) {
        let mut i = chain.fixed;
        for visit in 0.. {
            if i + chain.fixed >= chain.ring.points.len() || (visit % POLLED == 0 && self.stop.requested()) {
                break;
            }
            let idle = chain.ring.idle[i].min(6);
            if idle > 1 && self.rng.random_range(0..=u32::from(idle)) > 1 {
                i += 1;
                continue;
            }
            if self.delete(chain, i) {
                continue;
            }
            let moved = self.shift(chain, i);
            let bent = self.curves && self.bend(chain, i);
            let inserted = self.insert(chain, i);
            if moved || bent || inserted {
                chain.wake(i);
            } else {
                chain.ring.idle[i] = chain.ring.idle[i].saturating_add(1);
            }
            i += 1;
        }
    }

    /// Replaces a run of an outline if that pays; only what is between the first two and the last two vertices may differ.
    #[inline]
    fn accept(&mut self, (old, old_free): (&[Knot], usize), (new, new_free): (&[Knot], usize)) -> bool {
        if !is_even(new) {
            return false;
        }
        let [mut there, mut back] = std::mem::take(&mut self.tools.spans);
        there.clear();
        back.clear();
        span(self.unit, old, &mut there);
        span(self.unit, new, &mut back);
        // The ends are shared.
        there.extend(back[1..back.len() - 1].iter().rev());
        // What winds as the outline does is what it loses.
        let toggled = Toggled { outline: &there, adds: !self.winds };
        let accepted = self.accept_between(toggled, bytes_of(new, new_free) - bytes_of(old, old_free));
        self.tools.spans = [there, back];
        accepted
    }

    /// Toggles the area between two outlines, in fine units, if it lies in the band and that pays.
    #[inline]
    fn accept_between(&mut self, toggled: Toggled<'_>, bytes: i32) -> bool {
        let rows = self.band.rows();
        if toggled.outline.iter().any(|p| p.y < FINE * rows.start || p.y > FINE * rows.end) {
            return false;
        }
        let error = self.band.try_toggle(self.tools, self.paints, self.layer, toggled);
        let pays = self.terms.pays(error, bytes);
        if pays {
            self.band.toggle(self.tools, self.paints, self.layer, toggled);
            self.terms.book(error, bytes);
        }
        pays
    }

    fn delete(&mut self, chain: &mut Chain, i: usize) -> bool {
        if chain.ring.points.len() <= MIN_VERTICES.max(2 * chain.fixed) {
            return false;
        }
        let ([p2, p, v, n, n2], free) = chain.around(i);
        let without = if free == 3 || free == 4 { free - 1 } else { free };
        let deleted = p.at != n.at && self.accept((&[p2, p, v, n, n2], free), (&[p2, p, n, n2], without));
        if deleted {
            chain.remove(i);
        }
        deleted
    }

    fn shift(&mut self, chain: &mut Chain, i: usize) -> bool {
        let mut step = STEPS[self.unit.per_pixel() as usize - 1][self.rng.random_range(0..5)];
        let first = self.rng.random_range(0..8_usize);
        let stride = [1, 3, 5, 7][self.rng.random_range(0..4)];
        let ([_, p, v, n, _], _) = chain.around(i);
        if v.smooth && (p.smooth || n.smooth) {
            step = (step + 1) / 2 * 2;
        }
        for turn in 0..4 {
            let (dx, dy) = DIRECTIONS[(first + turn * stride) % 8];
            let mut moved = false;
            for _ in 0..8 {
                if !self.shift_by(chain, i, (dx * step, dy * step)) {
                    break;
                }
                moved = true;
            }
            if moved {
                return true;
            }
        }
        false
    }

    fn shift_by(&mut self, chain: &mut Chain, i: usize, (dx, dy): (i32, i32)) -> bool {
        let v = chain.ring.points[i];
        self.change(chain, i, Knot { at: self.clamped(v.x + dx, v.y + dy), smooth: chain.ring.smooth[i] })
    }

    /// Replaces a vertex if that pays.
    fn change(&mut self, chain: &mut Chain, i: usize, to: Knot) -> bool {
        let ([p2, p, v, n, n2], free) = chain.around(i);
        if to == v || to.at == p.at || to.at == n.at {
            return false;
        }
        let changed = self.accept((&[p2, p, v, n, n2], free), (&[p2, p, to, n, n2], free));
        if changed {
            chain.ring.points[i] = to.at;
            chain.ring.smooth[i] = to.smooth;
        }
        changed
    }

    /// Makes a corner smooth, or a smooth vertex a corner, if that pays: where it is, or where the outline stays about the same.
    fn bend(&mut self, chain: &mut Chain, i: usize) -> bool {
        if self.rng.random_range(0..BENT) > 0 {
            return false;
        }
        let ([_, p, v, n, _], _) = chain.around(i);
        // The curve leaves a third of the triangle that the corner fills.
        let (share, smooth) = if v.smooth { (-1, false) } else { (1, true) };
        let moved = |at: i32, a: i32, b: i32| at + share * (2 * at - a - b) / 4;
        let mut to = v.at;
        if self.rng.random::<bool>() {
            to = self.clamped(moved(to.x, p.at.x, n.at.x), moved(to.y, p.at.y, n.at.y));
        }
        if let Some(other) = [p, n].into_iter().find(|other| smooth && other.smooth) {
            to = aligned(to, other.at);
        }
        self.change(chain, i, Knot { at: to, smooth })
    }

    /// Inserts a new vertex between this and the next if that pays.
    fn insert(&mut self, chain: &mut Chain, i: usize) -> bool {
        let ([_, p, v, n, n2], free) = chain.around(i);
        let (dx, dy) = (n.at.x - v.at.x, n.at.y - v.at.y);
        if dx.abs().max(dy.abs()) < 3 {
            return false;
        }
        let share = self.rng.random_range(1..4);
        let reach = self.rng.random_range(1..=4) * if self.rng.random::<bool>() { 1 } else { -1 };
        let length = f64::from(dx * dx + dy * dy).sqrt();
        let (ox, oy) = (-f64::from(dy) / length * f64::from(reach), f64::from(dx) / length * f64::from(reach));
        let (x, y) = (v.at.x + dx * share / 4 + ox.round() as i32, v.at.y + dy * share / 4 + oy.round() as i32);
        let smooth = v.smooth && n.smooth;
        let at = self.clamped(x, y);
        let m = Knot { at: if smooth { aligned(at, v.at) } else { at }, smooth };
        if m.at == v.at || m.at == n.at {
            return false;
        }
        let free = if (1..usize::MAX).contains(&free) { free - 1 } else { usize::MAX };
        let with = if (2..usize::MAX).contains(&free) { free + 1 } else { free };
        let inserted = self.accept((&[p, v, n, n2], free), (&[p, v, m, n, n2], with));
        if inserted {
            chain.insert(i, m);
        }
        inserted
    }

    fn clamped(&self, x: i32, y: i32) -> Point {
        Point::new(x.clamp(0, self.size.0), y.clamp(0, self.size.1))
    }
}

/// A vertex at a point or beside it, an even number of units from another.
fn aligned(p: Point, other: Point) -> Point {
    let nearer = |a: i32, b: i32| if (a ^ b) & 1 == 0 { a } else { a + (b - a).signum() };
    Point::new(nearer(p.x, other.x), nearer(p.y, other.y))
}
