//! Clips a straight edge to the picture and visits the pixels that it passes through.

use crate::raster::scalar::Scalar;

/// Receives the pixels along an edge.
pub(crate) trait Visit<T> {
    /// The edge lies in pixel (x, y) between the shares `t0` and `t1` of its length.
    fn cell(&mut self, x: usize, y: usize, t0: T, t1: T);
}

/// A part of an edge.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Part<T> {
    /// Ends in px, inside the picture.
    pub(crate) from: [T; 2],
    pub(crate) to: [T; 2],
    /// Where it lies on the whole edge, as shares of its length.
    pub(crate) shares: [T; 2],
    /// Whether it lies left of the picture, where only its height counts.
    pub(crate) left: bool,
}

/// Cuts the edge from `a` to `b` at the borders of a picture of `size` px; parts above, below and to the right are left
/// out. The work does not depend on the length of the edge.
#[inline]
pub(crate) fn clip<T: Scalar>(a: [T; 2], b: [T; 2], size: [T; 2], mut take: impl FnMut(Part<T>)) {
    let inside = |p: [T; 2]| p[0] >= T::ZERO && p[0] <= size[0] && p[1] >= T::ZERO && p[1] <= size[1];
    if inside(a) && inside(b) {
        return take(Part { from: a, to: b, shares: [T::ZERO, T::ONE], left: false });
    }
    clip_slowly(a.map(T::to_f64), b.map(T::to_f64), size.map(T::to_f64), |from, to, shares, left| {
        take(Part { from: from.map(T::from_f64), to: to.map(T::from_f64), shares: shares.map(T::from_f64), left });
    });
}

fn clip_slowly(a: [f64; 2], b: [f64; 2], size: [f64; 2], mut take: impl FnMut([f64; 2], [f64; 2], [f64; 2], bool)) {
    let delta = [b[0] - a[0], b[1] - a[1]];
    let share = |axis: usize, at: f64| ((at - a[axis]) / delta[axis]).clamp(0.0, 1.0);
    let (mut first, mut last) = (0.0, 1.0);
    if delta[1] != 0.0 {
        let ends = [share(1, 0.0), share(1, size[1])];
        (first, last) = (ends[0].min(ends[1]), ends[0].max(ends[1]));
    } else if a[1] < 0.0 || a[1] > size[1] {
        return;
    }
    let mut cuts = [first, first, last, last];
    if delta[0] != 0.0 {
        let ends = [share(0, 0.0), share(0, size[0])];
        cuts[1] = ends[0].min(ends[1]).clamp(first, last);
        cuts[2] = ends[0].max(ends[1]).clamp(first, last);
    }
    for pair in cuts.windows(2).filter(|pair| pair[1] > pair[0]) {
        let middle = a[0] + 0.5 * (pair[0] + pair[1]) * delta[0];
        if middle > size[0] {
            continue;
        }
        let at = |t: f64| {
            let y = (a[1] + t * delta[1]).clamp(0.0, size[1]);
            [(a[0] + t * delta[0]).clamp(0.0, size[0]), y]
        };
        take(at(pair[0]), at(pair[1]), [pair[0], pair[1]], middle < 0.0);
    }
}

/// Visits the pixels of a picture of `size` px that the edge from `a` to `b`, both inside it, passes through, in order.
#[inline(always)]
pub(crate) fn walk<T: Scalar>(a: [T; 2], b: [T; 2], size: [usize; 2], visit: &mut impl Visit<T>) {
    let (mut x, mut y) = (a[0].to_count().min(size[0] - 1), a[1].to_count().min(size[1] - 1));
    let (dx, dy) = (b[0] - a[0], b[1] - a[1]);
    let (right, down) = (dx > T::ZERO, dy > T::ZERO);
    let (per_x, per_y) = (T::ONE / dx, T::ONE / dy);
    // The share at which the edge leaves the column or the row; never where it runs along it.
    let leaves = |cell: usize, ahead: bool, start: T, delta: T, per: T| {
        if delta == T::ZERO {
            return T::ONE + T::ONE;
        }
        (T::from_count(cell + usize::from(ahead)) - start) * per
    };
    let mut at = T::ZERO;
    let (mut at_x, mut at_y) = (leaves(x, right, a[0], dx, per_x), leaves(y, down, a[1], dy, per_y));
    loop {
        let next = at_x.min(at_y).min(T::ONE);
        if next > at {
            visit.cell(x, y, at, next);
            at = next;
        }
        if next >= T::ONE {
            return;
        }
        if at_x <= at_y {
            if !step(&mut x, right, size[0]) {
                return;
            }
            at_x = leaves(x, right, a[0], dx, per_x);
        } else {
            if !step(&mut y, down, size[1]) {
                return;
            }
            at_y = leaves(y, down, a[1], dy, per_y);
        }
    }
}

/// Moves to the next column or row; false at the border.
#[inline(always)]
fn step(cell: &mut usize, ahead: bool, size: usize) -> bool {
    if ahead {
        *cell += 1;
        *cell < size
    } else {
        let inside = *cell > 0;
        *cell -= usize::from(inside);
        inside
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[derive(Default)]
    struct Cells(Vec<(usize, usize, f64, f64)>);

    impl Visit<f64> for Cells {
        fn cell(&mut self, x: usize, y: usize, t0: f64, t1: f64) {
            self.0.push((x, y, t0, t1));
        }
    }

    fn parts(a: [f64; 2], b: [f64; 2]) -> Vec<Part<f64>> {
        let mut parts = Vec::new();
        clip(a, b, [20.0, 10.0], |part| parts.push(part));
        parts
    }

    #[test]
    fn an_edge_across_everything_has_a_left_and_an_inner_part() {
        let parts = parts([-2e9, 5.0], [2e9, 5.0]);
        assert_eq!(parts.iter().map(|part| part.left).collect::<Vec<_>>(), [true, false]);
        assert_eq!(parts[1].from, [0.0, 5.0]);
        assert!((parts[1].to[0] - 20.0).abs() < 1e-6 && parts[1].to[1] == 5.0);
    }

    #[test]
    fn edges_above_below_and_to_the_right_are_left_out() {
        assert!(parts([3.0, -5.0], [8.0, -1.0]).is_empty());
        assert!(parts([3.0, 11.0], [8.0, 99.0]).is_empty());
        assert!(parts([21.0, 2.0], [30.0, 9.0]).is_empty());
        assert!(parts([1.0, -3.0], [7.0, -3.0]).is_empty());
    }

    proptest! {
        #[test]
        fn the_cells_of_an_edge_join_and_hold_it(a in [0.0..=20.0_f64, 0.0..=10.0], b in [0.0..=20.0_f64, 0.0..=10.0]) {
            let mut cells = Cells::default();
            walk(a, b, [20, 10], &mut cells);
            let mut at = 0.0;
            for (x, y, t0, t1) in cells.0 {
                prop_assert_eq!(t0, at);
                at = t1;
                let middle = [0, 1].map(|i| a[i] + 0.5 * (t0 + t1) * (b[i] - a[i]));
                prop_assert!((middle[0] - x as f64 - 0.5).abs() < 0.5 + 1e-9, "{:?} {}", middle, x);
                prop_assert!((middle[1] - y as f64 - 0.5).abs() < 0.5 + 1e-9, "{:?} {}", middle, y);
            }
            prop_assert!(a == b || at > 1.0 - 1e-9, "{}", at);
        }

        #[test]
        fn what_is_inside_lies_in_the_inner_parts(
            a in [-20.0..30.0_f64, -9.0..19.0], b in [-20.0..30.0_f64, -9.0..19.0], t in 0.0..1.0_f64,
        ) {
            let at = [0, 1].map(|i| a[i] + t * (b[i] - a[i]));
            prop_assume!(at[1] > 0.01 && at[1] < 9.99 && at[0] < 19.99 && at[0].abs() > 0.01);
            let found = parts(a, b).into_iter().find(|part| part.shares[0] <= t && t <= part.shares[1]);
            prop_assert_eq!(found.map(|part| part.left), Some(at[0] < 0.0));
        }
    }
}
