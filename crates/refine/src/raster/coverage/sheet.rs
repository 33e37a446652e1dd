//! Winding numbers of pixels by signed areas, accumulated edge by edge and read row by row.
//!
//! The areas are exact real numbers with a gradient, and a mark is kept for each pixel that an edge touches, because the
//! backward pass visits those again. The tracer's spans are integers at sample points: another algorithm.

use crate::raster::coverage::walk::{Visit, clip, walk};
use crate::raster::scalar::Scalar;

/// For each pixel the signed area to the right of the edges in it, and the signed height of those edges. The winding of a
/// pixel is its own area plus the heights of all pixels to its left. Pixels that an edge touches are marked, one bit each.
#[derive(Debug)]
pub(crate) struct Sheet<T> {
    size: [usize; 2],
    words: usize,
    cells: Vec<[T; 2]>,
    marks: Vec<u64>,
    /// First row with a mark and the row after the last.
    rows: (usize, usize),
}

/// Neighbouring pixels of one row.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Piece {
    /// No edge passes through them: their winding is a whole number other than 0.
    Solid { start: usize, len: usize, winding: i32 },
    /// Edges pass through them.
    Edge { start: usize, len: usize },
}

impl<T: Scalar> Sheet<T> {
    pub(crate) fn new(width: u32, height: u32) -> Self {
        let size = [width as usize, height as usize];
        let words = size[0].div_ceil(64);
        let (cells, marks) = (vec![[T::ZERO; 2]; size[0] * size[1]], vec![0; words * size[1]]);
        Self { size, words, cells, marks, rows: (usize::MAX, 0) }
    }

    /// Adds an edge, given in px.
    #[inline]
    pub(crate) fn add(&mut self, a: [T; 2], b: [T; 2]) {
        if a[1] == b[1] {
            // It has no height, but the backward pass visits its pixels.
            return self.mark(a, b);
        }
        let [width, height] = self.size;
        clip(a, b, self.size.map(T::from_count), |part| {
            let at = if part.left { T::ZERO } else { part.from[0] };
            let dx = if part.left { T::ZERO } else { part.to[0] - part.from[0] };
            let dy = part.to[1] - part.from[1];
            let rows = [part.from[1], part.to[1]];
            let mut adding = Adding { sheet: self, start: at, dx, dy };
            walk([at, rows[0]], [at + dx, rows[1]], [width, height], &mut adding);
        });
    }

    fn mark(&mut self, a: [T; 2], b: [T; 2]) {
        let [width, height] = self.size;
        clip(a, b, self.size.map(T::from_count), |part| {
            if !part.left {
                let mut adding = Adding { sheet: self, start: part.from[0], dx: T::ZERO, dy: T::ZERO };
                walk(part.from, part.to, [width, height], &mut adding);
            }
        });
    }

    /// Hands over all pixels with a winding, in rows from the top, and empties the sheet. The windings of pixels with edges
    /// are appended to `windings`.
    pub(crate) fn drain(&mut self, windings: &mut Vec<T>, mut take: impl FnMut(Piece)) {
        let (first, end) = std::mem::replace(&mut self.rows, (usize::MAX, 0));
        for y in first..end {
            let (mut x, mut carry) = (0, T::ZERO);
            while let Some(start) = self.next(y, x, false) {
                carry = solid(y * self.size[0], x, start, carry, &mut take);
                let stop = self.next(y, start, true).unwrap_or(self.size[0]);
                let cells = &mut self.cells[y * self.size[0]..][start..stop];
                for cell in cells.iter_mut() {
                    windings.push(carry + cell[0]);
                    carry += cell[1];
                    *cell = [T::ZERO; 2];
                }
                take(Piece::Edge { start: y * self.size[0] + start, len: stop - start });
                x = stop;
            }
            solid(y * self.size[0], x, self.size[0], carry, &mut take);
            self.marks[y * self.words..][..self.words].fill(0);
        }
    }

    /// The first pixel from `x` on in row `y` that is marked, or that is not.
    #[inline]
    fn next(&self, y: usize, x: usize, clear: bool) -> Option<usize> {
        let row = &self.marks[y * self.words..][..self.words];
        let flip = if clear { u64::MAX } else { 0 };
        let mut word = x / 64;
        let mut bits = (row.get(word)? ^ flip) & (u64::MAX << (x % 64));
        while bits == 0 {
            word += 1;
            bits = row.get(word)? ^ flip;
        }
        let found = word * 64 + bits.trailing_zeros() as usize;
        (found < self.size[0]).then_some(found)
    }
}

/// Hands over the pixels `x..end` without edges, if there are any and they have a winding. The winding is rounded, so that
/// errors of the pixels to the left spread no further.
#[inline(always)]
fn solid<T: Scalar>(row: usize, x: usize, end: usize, carry: T, take: &mut impl FnMut(Piece)) -> T {
    if x == end {
        return carry;
    }
    let carry = carry.round();
    if carry != T::ZERO {
        take(Piece::Solid { start: row + x, len: end - x, winding: carry.to_f64() as i32 });
    }
    carry
}

struct Adding<'a, T> {
    sheet: &'a mut Sheet<T>,
    start: T,
    dx: T,
    dy: T,
}

impl<T: Scalar> Visit<T> for Adding<'_, T> {
    #[inline(always)]
    fn cell(&mut self, x: usize, y: usize, t0: T, t1: T) {
        let sheet = &mut *self.sheet;
        let cover = (t1 - t0) * self.dy;
        let middle = self.start + T::from_f64(0.5) * (t0 + t1) * self.dx;
        let cell = &mut sheet.cells[y * sheet.size[0] + x];
        cell[0] += cover * (T::from_count(x + 1) - middle);
        cell[1] += cover;
        sheet.marks[y * sheet.words + x / 64] |= 1 << (x % 64);
        sheet.rows = (sheet.rows.0.min(y), sheet.rows.1.max(y + 1));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drained(rings: &[&[[f64; 2]]]) -> (Vec<Piece>, Vec<f64>) {
        let mut sheet = Sheet::new(70, 4);
        for ring in rings {
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).for_each(|(a, b)| sheet.add(*a, *b));
        }
        let (mut pieces, mut windings) = (Vec::new(), Vec::new());
        sheet.drain(&mut windings, |piece| pieces.push(piece));
        assert!(sheet.cells.iter().all(|cell| *cell == [0.0; 2]) && sheet.marks.iter().all(|word| *word == 0));
        (pieces, windings)
    }

    #[test]
    fn a_rectangle_is_edges_around_a_solid_row() {
        let (pieces, windings) = drained(&[&[[2.5, 1.0], [68.25, 1.0], [68.25, 1.5], [2.5, 1.5]]]);
        assert_eq!(pieces, [Piece::Edge { start: 72, len: 67 }]);
        assert_eq!((windings[0], windings[30], windings[66]), (-0.25, -0.5, -0.125));
        let (pieces, _) = drained(&[&[[2.5, -1.0], [68.25, -1.0], [68.25, 2.0], [2.5, 2.0]]]);
        assert_eq!(pieces[1], Piece::Solid { start: 3, len: 65, winding: -1 });
    }

    #[test]
    fn what_surrounds_the_picture_covers_it() {
        let far = 2e9;
        let (pieces, _) = drained(&[&[[-far, -far], [far, -far], [far, far], [-far, far]]]);
        let covered = pieces.iter().map(|piece| match piece {
            Piece::Solid { len, .. } | Piece::Edge { len, .. } => *len,
        });
        assert_eq!(covered.sum::<usize>(), 280);
    }
}
