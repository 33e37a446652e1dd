//! Chroma subsampling: halves and doubles a plane in both directions.

use super::plane::{BLOCK, Plane};

/// Width of the narrowest plane that is doubled with the triangle filter; in narrower ones, samples are repeated.
const TRIANGLE: usize = 3;

/// Means of 2 x 2 samples, halves rounded down and up alternately: `h2v2_downsample`.
///
/// The plane is padded to 16 x 16 samples. Rows below the picture repeat the last mean; columns beside it are means.
pub(super) fn halve(plane: &Plane) -> Plane {
    let mut half = Plane::new(plane.width.div_ceil(2), plane.height.div_ceil(2), BLOCK);
    let rows = plane.samples.chunks_exact(2 * plane.stride);
    for (to, rows) in half.samples.chunks_exact_mut(half.stride).zip(rows) {
        let (upper, lower) = rows.split_at(plane.stride);
        let pairs = upper.as_chunks::<2>().0.iter().zip(lower.as_chunks::<2>().0);
        for (x, (to, (upper, lower))) in to.iter_mut().zip(pairs).enumerate() {
            let sum: u16 = upper.iter().chain(lower).map(|sample| u16::from(*sample)).sum();
            *to = ((sum + 1 + (x as u16 & 1)) >> 2) as u8;
        }
    }
    half.repeat_down();
    half
}

/// A plane at twice its size, row by row: `h2v2_fancy_upsample`.
///
/// Each sample is 9/16 of the nearest one, 3/16 of the nearer neighbour along each axis and 1/16 of the diagonal one;
/// at the edges the outermost sample is its own neighbour.
#[derive(Debug)]
pub(super) struct Doubled<'a> {
    plane: &'a Plane,
    /// The two nearest rows, 3 to 1, with the outermost sums repeated once on each side.
    sums: Vec<u16>,
    row: Vec<u8>,
}

impl<'a> Doubled<'a> {
    /// Rows of at least `width` samples.
    pub(super) fn new(plane: &'a Plane, width: usize) -> Self {
        Self { plane, sums: vec![0; plane.width + 2], row: vec![0; width.next_multiple_of(2)] }
    }

    pub(super) fn row(&mut self, y: usize) -> &[u8] {
        let near = self.plane.row(y / 2);
        let pairs = self.row.as_chunks_mut::<2>().0;
        if self.plane.width < TRIANGLE {
            pairs.iter_mut().zip(near).for_each(|(pair, sample)| *pair = [*sample; 2]);
            return &self.row;
        }
        let next = if y.is_multiple_of(2) { (y / 2).saturating_sub(1) } else { (y / 2 + 1).min(self.plane.height - 1) };
        add_rows(near, self.plane.row(next), &mut self.sums);
        for (pair, sums) in pairs.iter_mut().zip(self.sums.windows(3)) {
            *pair = [(3 * sums[1] + sums[0] + 8) >> 4, (3 * sums[1] + sums[2] + 7) >> 4].map(|sample| sample as u8);
        }
        &self.row
    }
}

fn add_rows(near: &[u8], next: &[u8], sums: &mut [u16]) {
    let last = sums.len() - 1;
    for (sum, (near, next)) in sums[1..last].iter_mut().zip(near.iter().zip(next)) {
        *sum = 3 * u16::from(*near) + u16::from(*next);
    }
    sums[0] = sums[1];
    sums[last] = sums[last - 1];
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plane(width: usize, height: usize, sample: impl Fn(usize, usize) -> u8) -> Plane {
        let mut plane = Plane::new(width, height, 2 * BLOCK);
        for y in 0..height {
            for x in 0..width {
                plane.samples[y * plane.stride + x] = sample(x, y);
            }
        }
        plane.repeat_right();
        plane.repeat_down();
        plane
    }

    #[test]
    fn halves_are_rounded_down_and_up_by_turns() {
        let half = halve(&plane(6, 2, |_, y| y as u8));
        assert_eq!(half.row(0)[..3], [0, 1, 0]);
    }

    #[test]
    fn an_odd_side_counts_its_last_samples_twice() {
        let half = halve(&plane(3, 3, |x, y| (100 * (x / 2) + 10 * (y / 2)) as u8));
        assert_eq!((half.width, half.height), (2, 2));
        assert_eq!((half.row(0)[1], half.row(1)[0], half.row(1)[1]), (100, 10, 110));
    }

    #[test]
    fn doubling_follows_the_triangle() {
        let half = plane(3, 1, |x, _| [0, 160, 160][x]);
        assert_eq!(Doubled::new(&half, 6).row(0), [0, 40, 120, 160, 160, 160]);
        let half = plane(3, 2, |_, y| 160 * y as u8);
        let mut doubled = Doubled::new(&half, 6);
        let column: Vec<_> = (0..4).map(|y| doubled.row(y)[2]).collect();
        assert_eq!(column, [0, 40, 120, 160]);
    }

    #[test]
    fn narrow_planes_repeat_samples() {
        let half = plane(2, 2, |x, y| (100 * x + 50 * y) as u8);
        let mut doubled = Doubled::new(&half, 3);
        assert_eq!(doubled.row(1)[..3], [0, 0, 100]);
        assert_eq!(doubled.row(2)[..3], [50, 50, 150]);
    }
}
