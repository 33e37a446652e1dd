//! Outlines of stacked layers along pixel edges: they reach a little below later layers and leave out the holes that
//! later layers fill.

use linocut_core::Stop;
use linocut_svg::Point;

use super::boundary::Bitmap;
use crate::polygon::simplify_ring;

/// Number of pixels that a layer reaches below later ones, so that no seam shows.
const OVERLAP: usize = 2;

/// Tolerance in pixels that turns staircases into lines.
pub(super) const STAIRCASE: f64 = 0.7;

/// Outlines that are simplified between two polls of the stop.
const POLLED: usize = 256;

/// Outlines of `count` ranks of pixels; `None` when asked to stop.
pub(crate) fn outlines(ranks: &[u16], size: (usize, usize), count: usize, stop: &Stop) -> Option<Vec<Vec<Vec<Point>>>> {
    let mut outlines = Vec::with_capacity(count);
    for (rank, extent) in (0..).zip(extents(ranks, size.0, count)) {
        let loops = Window::new(ranks, size, extent).loops(rank, stop)?;
        let mut rings = Vec::with_capacity(loops.len());
        for (index, ring) in loops.iter().enumerate() {
            if index % POLLED == 0 && stop.requested() {
                return None;
            }
            rings.push(simplify_ring(ring, STAIRCASE));
        }
        rings.retain(|ring| ring.len() >= 3);
        outlines.push(rings);
    }
    Some(outlines)
}

/// The ranks of a rectangle of pixels, with a frame of one pixel around it.
struct Window {
    corner: Point,
    width: usize,
    ranks: Vec<i32>,
}

/// Rank of everything outside the picture: before all others.
const OUTSIDE: i32 = -1;

/// First and last column and row of each rank.
fn extents(ranks: &[u16], width: usize, count: usize) -> Vec<[usize; 4]> {
    let mut extents = vec![[usize::MAX, usize::MAX, 0, 0]; count];
    for (y, row) in ranks.chunks(width).enumerate() {
        for (x, &rank) in row.iter().enumerate() {
            let [left, top, right, bottom] = &mut extents[usize::from(rank)];
            (*left, *top, *right, *bottom) = ((*left).min(x), (*top).min(y), (*right).max(x), (*bottom).max(y));
        }
    }
    extents
}

impl Window {
    /// The pixels of an extent and some around them.
    fn new(ranks: &[u16], (width, height): (usize, usize), [left, top, right, bottom]: [usize; 4]) -> Self {
        let margin = OVERLAP + 1;
        let columns = left.saturating_sub(margin)..(right + 1 + margin).min(width);
        let rows = top.saturating_sub(margin)..(bottom + 1 + margin).min(height);
        let framed = columns.len() + 2;
        let mut inner = vec![OUTSIDE; framed * (rows.len() + 2)];
        for (y, target) in rows.clone().zip(inner.chunks_mut(framed).skip(1)) {
            let row = &ranks[y * width..][columns.clone()];
            target[1..].iter_mut().zip(row).for_each(|(to, from)| *to = i32::from(*from));
        }
        Self { corner: Point::new(columns.start as i32 - 1, rows.start as i32 - 1), width: framed, ranks: inner }
    }

    /// Loops around the pixels that a layer covers: its own pixels, the pixels of later layers near them, and holes
    /// that only later layers fill. `None` when asked to stop.
    fn loops(&self, rank: i32, stop: &Stop) -> Option<Vec<Vec<Point>>> {
        let mut inside: Vec<bool> = self.ranks.iter().map(|&r| r == rank).collect();
        for _ in 0..OVERLAP {
            if stop.requested() {
                return None;
            }
            self.grow(&mut inside, rank);
        }
        if stop.requested() {
            return None;
        }
        self.fill_later_holes(&mut inside, rank);
        let (width, height) = (self.width, self.ranks.len() / self.width);
        let mut loops = Bitmap { width, height, inside }.boundaries();
        let Point { x, y } = self.corner;
        loops.iter_mut().flatten().for_each(|p| *p = Point::new(p.x + x, p.y + y));
        Some(loops)
    }

    fn beside(&self, at: usize) -> [usize; 4] {
        [at - 1, at + 1, at - self.width, at + self.width]
    }

    /// Adds the later pixels beside those inside.
    fn grow(&self, inside: &mut [bool], rank: i32) {
        let before = inside.to_vec();
        let inner = self.width..before.len() - self.width;
        for (at, inside) in inside.iter_mut().enumerate().take(inner.end).skip(inner.start) {
            *inside |= self.ranks[at] > rank && self.beside(at).iter().any(|&at| before[at]);
        }
    }

    /// Adds connected later pixels that touch nothing earlier.
    fn fill_later_holes(&self, inside: &mut [bool], rank: i32) {
        let mut seen: Vec<bool> = inside.iter().zip(&self.ranks).map(|(&inside, &r)| inside || r < rank).collect();
        let mut hole = Vec::new();
        for start in self.width..seen.len() - self.width {
            if std::mem::replace(&mut seen[start], true) {
                continue;
            }
            hole.clear();
            hole.push(start);
            let (mut next, mut open) = (0, false);
            while let Some(&at) = hole.get(next) {
                next += 1;
                for beside in self.beside(at) {
                    open |= self.ranks[beside] < rank;
                    if !std::mem::replace(&mut seen[beside], true) {
                        hole.push(beside);
                    }
                }
            }
            if !open {
                hole.iter().for_each(|&at| inside[at] = true);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Columns 0 to 9 of rank 0, then of rank 1, with a square of rank 2 inside rank 1.
    fn ranks() -> Vec<u16> {
        let rank =
            |x: usize, y: usize| if (14..17).contains(&x) && (4..7).contains(&y) { 2 } else { u16::from(x >= 10) };
        (0..12).flat_map(|y| (0..20).map(move |x| rank(x, y))).collect()
    }

    fn corners(ring: &[Point]) -> [i32; 4] {
        let (x, y) = (ring.iter().map(|p| p.x), ring.iter().map(|p| p.y));
        [x.clone().min().unwrap(), y.clone().min().unwrap(), x.max().unwrap(), y.max().unwrap()]
    }

    #[test]
    fn earlier_layers_reach_below_later_ones() {
        let outlines = outlines(&ranks(), (20, 12), 3, &Stop::never()).unwrap();
        assert_eq!(corners(&outlines[0][0]), [0, 0, 10 + OVERLAP as i32, 12]);
        assert_eq!(corners(&outlines[1][0]), [10, 0, 20, 12]);
        assert_eq!(corners(&outlines[2][0]), [14, 4, 17, 7]);
    }

    #[test]
    fn holes_that_later_layers_fill_are_left_out() {
        let outlines = outlines(&ranks(), (20, 12), 3, &Stop::never()).unwrap();
        assert_eq!(outlines.iter().map(Vec::len).collect::<Vec<_>>(), [1, 1, 1]);
    }

    #[test]
    fn stops_when_asked() {
        assert!(outlines(&ranks(), (20, 12), 3, &Stop::after(std::time::Duration::ZERO)).is_none());
    }
}
