//! Which patches attend to each other.

use super::picture::Grid;

/// The order in which merged blocks of patches stand while they attend in windows, and the lengths of windows and pictures, in blocks.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub(super) struct Windows {
    pub(super) order: Vec<u32>,
    pub(super) windows: Vec<usize>,
    pub(super) pictures: Vec<usize>,
}

impl Windows {
    /// Those of pictures of so many patches, in windows of `side` x `side` blocks from the top left; what is left over at the right and at the
    /// bottom is in smaller ones.
    pub(super) fn of(grids: &[Grid], merge: usize, side: usize) -> Self {
        let mut found = Self::default();
        for grid in grids {
            let (rows, columns) = (grid.rows / merge, grid.columns / merge);
            let first = found.order.len();
            for (top, left) in
                (0..rows).step_by(side).flat_map(|top| (0..columns).step_by(side).map(move |left| (top, left)))
            {
                let (bottom, right) = (rows.min(top + side), columns.min(left + side));
                let blocks =
                    (top..bottom).flat_map(|row| (left..right).map(move |column| first + row * columns + column));
                found.order.extend(blocks.map(|block| block as u32));
                found.windows.push((bottom - top) * (right - left));
            }
            found.pictures.push(rows * columns);
        }
        found
    }

    /// Where each block went.
    pub(super) fn inverse(&self) -> Vec<u32> {
        let mut inverse = vec![0; self.order.len()];
        for (at, block) in (0_u32..).zip(&self.order) {
            inverse[*block as usize] = at;
        }
        inverse
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn windows_at_the_edges_are_smaller() {
        let found = Windows::of(&[Grid { rows: 6, columns: 10 }, Grid { rows: 2, columns: 2 }], 2, 4);
        assert_eq!(found.windows, [12, 3, 1]);
        assert_eq!(found.pictures, [15, 1]);
        assert_eq!(found.order, [0, 1, 2, 3, 5, 6, 7, 8, 10, 11, 12, 13, 4, 9, 14, 15]);
        assert_eq!(found.inverse()[4], 12);
    }
}
