//! One channel of a picture, padded to whole blocks.

/// Side of a block, in samples.
pub(super) const BLOCK: usize = 8;

/// Rows of samples; the outermost ones are repeated to the right and below, up to whole blocks.
#[derive(Debug, Clone)]
pub(super) struct Plane {
    /// Samples in a row, without the repeated ones; at least 1.
    pub(super) width: usize,
    /// Rows without the repeated ones; at least 1.
    pub(super) height: usize,
    /// Samples in a row, including the repeated ones.
    pub(super) stride: usize,
    /// All samples, row by row, including the repeated ones.
    pub(super) samples: Vec<u8>,
}

impl Plane {
    /// A black plane, padded to a multiple of `unit` in both directions.
    pub(super) fn new(width: usize, height: usize, unit: usize) -> Self {
        let stride = width.next_multiple_of(unit);
        Self { width, height, stride, samples: vec![0; stride * height.next_multiple_of(unit)] }
    }

    /// A row, including the repeated samples at its end.
    pub(super) fn row(&self, y: usize) -> &[u8] {
        &self.samples[y * self.stride..][..self.stride]
    }

    /// Repeats the last sample of each row.
    pub(super) fn repeat_right(&mut self) {
        for row in self.samples.chunks_exact_mut(self.stride) {
            let last = row[self.width - 1];
            row[self.width..].fill(last);
        }
    }

    /// Repeats the last row.
    pub(super) fn repeat_down(&mut self) {
        let (kept, repeated) = self.samples.split_at_mut(self.height * self.stride);
        let last = &kept[kept.len() - self.stride..];
        repeated.chunks_exact_mut(self.stride).for_each(|row| row.copy_from_slice(last));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_column_and_row_are_repeated() {
        let mut plane = Plane::new(3, 2, 4);
        plane.samples[..8].copy_from_slice(&[1, 2, 3, 0, 4, 5, 6, 0]);
        plane.repeat_right();
        plane.repeat_down();
        assert_eq!(plane.samples, [1, 2, 3, 3, 4, 5, 6, 6, 4, 5, 6, 6, 4, 5, 6, 6]);
    }

    #[test]
    fn whole_blocks_need_no_padding() {
        let mut plane = Plane::new(8, 8, BLOCK);
        plane.samples.fill(7);
        plane.repeat_right();
        plane.repeat_down();
        assert_eq!((plane.stride, plane.samples), (8, vec![7; 64]));
    }
}
