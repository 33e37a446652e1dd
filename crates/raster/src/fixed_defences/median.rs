//! Median filter over a square window, in constant time per pixel.
//!
//! Perreault and Hebert 2007, "Median filtering in constant time": a histogram per column slides down, the window's
//! slides along, and each is kept at two resolutions so that only the sixteenth with the median is looked into. With
//! 81 samples a count fits a byte, so sixteen bins are one vector.

/// Side of the window, in px.
const SIDE: usize = 9;
/// Px of the window on each side of its centre.
const REACH: usize = SIDE / 2;
/// Which sample of the sorted window is its median, counted from 1.
const RANK: u8 = (SIDE * SIDE / 2 + 1) as u8;
/// The largest shift of a sixteenth's window that is cheaper than summing it again.
const MAX_SHIFT: usize = SIDE / 2;

/// How often sixteen neighbouring values, or sixteenths of the values, occur: a count in each byte, the first lowest.
type Bins = [u64; 2];

/// The median filter for pictures of one size, one channel at a time.
#[derive(Debug, Clone)]
pub(super) struct Median {
    width: usize,
    height: usize,
    /// Columns including the repeated ones at both edges.
    columns: usize,
    /// Per column, the samples of its part of the window by their upper four bits.
    coarse: Vec<Bins>,
    /// Per upper four bits and column, by the lower four.
    fine: Vec<Bins>,
}

impl Median {
    pub(super) fn new(width: u32, height: u32) -> Self {
        let columns = width as usize + SIDE - 1;
        let (coarse, fine) = (vec![[0; 2]; columns], vec![[0; 2]; 16 * columns]);
        Self { width: width as usize, height: height as usize, columns, coarse, fine }
    }

    pub(super) fn run(&mut self, from: &[u8], to: &mut [u8]) {
        self.coarse.fill([0; 2]);
        self.fine.fill([0; 2]);
        for y in 0..SIDE {
            self.count(self.row(from, y), None);
        }
        for (y, to) in to.chunks_exact_mut(self.width).enumerate() {
            self.medians(to);
            self.count(self.row(from, y + SIDE), Some(self.row(from, y)));
        }
    }

    /// A row of the picture with its edges repeated, `y` counted from `REACH` rows above the first.
    fn row<'a>(&self, from: &'a [u8], y: usize) -> &'a [u8] {
        let y = y.saturating_sub(REACH).min(self.height - 1);
        &from[y * self.width..][..self.width]
    }

    /// Lets the samples of a row into the columns, and those of another out.
    fn count(&mut self, enter: &[u8], leave: Option<&[u8]>) {
        for column in 0..self.columns {
            let x = column.saturating_sub(REACH).min(self.width - 1);
            let old = leave.map(|row| row[x]);
            if old == Some(enter[x]) {
                continue;
            }
            let (upper, lower) = one_of_each(enter[x]);
            add(&mut self.coarse[column], &upper);
            add(self.fine(column, enter[x]), &lower);
            if let Some(old) = old {
                let (upper, lower) = one_of_each(old);
                subtract(&mut self.coarse[column], &upper);
                subtract(self.fine(column, old), &lower);
            }
        }
    }

    fn fine(&mut self, column: usize, sample: u8) -> &mut Bins {
        &mut self.fine[usize::from(sample >> 4) * self.columns + column]
    }

    /// The medians of the row that the columns stand at.
    fn medians(&self, to: &mut [u8]) {
        let mut window = sum(&self.coarse[..SIDE - 1]);
        let mut parts = [Part::default(); 16];
        for (x, to) in to.iter_mut().enumerate() {
            add(&mut window, &self.coarse[x + SIDE - 1]);
            let (upper, below) = find(&window, RANK);
            let columns = &self.fine[upper * self.columns..][..self.columns];
            let (lower, _) = find(parts[upper].at(x, columns), RANK - below);
            *to = (upper * 16 + lower) as u8;
            subtract(&mut window, &self.coarse[x]);
        }
    }
}

/// The window's bins of one sixteenth of the values, as they were where they were last needed.
#[derive(Debug, Clone, Copy, Default)]
struct Part {
    bins: Bins,
    /// First column that `bins` counts; nothing is counted yet if `None`.
    first: Option<usize>,
}

impl Part {
    /// The bins of the window whose first column is `x`.
    fn at(&mut self, x: usize, columns: &[Bins]) -> &Bins {
        match self.first {
            Some(first) if x - first <= MAX_SHIFT => {
                for column in first..x {
                    add(&mut self.bins, &columns[column + SIDE]);
                    subtract(&mut self.bins, &columns[column]);
                }
            }
            _ => self.bins = sum(&columns[x..x + SIDE]),
        }
        self.first = Some(x);
        &self.bins
    }
}

/// One count for the upper and one for the lower four bits of a sample.
fn one_of_each(sample: u8) -> (Bins, Bins) {
    let one = |bin: u8| {
        let count = 1 << (8 * (bin & 7));
        if bin < 8 { [count, 0] } else { [0, count] }
    };
    (one(sample >> 4), one(sample & 15))
}

fn sum(columns: &[Bins]) -> Bins {
    let mut total = [0; 2];
    columns.iter().for_each(|column| add(&mut total, column));
    total
}

fn add(total: &mut Bins, column: &Bins) {
    total[0] += column[0];
    total[1] += column[1];
}

fn subtract(total: &mut Bins, column: &Bins) {
    total[0] -= column[0];
    total[1] -= column[1];
}

/// The bin that holds the sample of a rank (from 1), and how many samples lie in the bins before it.
fn find(bins: &Bins, rank: u8) -> (usize, u8) {
    let low = bins[0].wrapping_mul(ONES);
    let in_low = (low >> 56) as u8;
    if in_low >= rank {
        return first_reaching(low, rank);
    }
    let (bin, below) = first_reaching(bins[1].wrapping_mul(ONES), rank - in_low);
    (bin + 8, below + in_low)
}

/// Times this, the lowest bytes' running sums stand in the bytes of a word: no sum exceeds 90.
const ONES: u64 = 0x0101_0101_0101_0101;

/// The first of eight running sums that is at least `rank`, and the sum before it. All sums and `rank` are under 128.
fn first_reaching(sums: u64, rank: u8) -> (usize, u8) {
    let reached = (sums + u64::from(128 - rank) * ONES) & (ONES << 7);
    let byte = reached.trailing_zeros() & !7;
    (byte as usize / 8, ((sums << 8) >> (byte & 63)) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Sorts every window.
    fn naive(from: &[u8], width: usize, height: usize) -> Vec<u8> {
        let near = |at: usize, step: usize, side: usize| (at + step).saturating_sub(REACH).min(side - 1);
        let median = |at: usize| {
            let sample = |step: usize| {
                let (x, y) = (near(at % width, step % SIDE, width), near(at / width, step / SIDE, height));
                from[y * width + x]
            };
            let mut window: Vec<_> = (0..SIDE * SIDE).map(sample).collect();
            window.sort_unstable();
            window[SIDE * SIDE / 2]
        };
        (0..width * height).map(median).collect()
    }

    fn filtered(from: &[u8], width: usize) -> Vec<u8> {
        let mut to = vec![0; from.len()];
        Median::new(width as u32, (from.len() / width) as u32).run(from, &mut to);
        to
    }

    /// Samples that fill a picture, either of all values or of two far apart.
    fn pictures() -> impl Strategy<Value = (usize, Vec<u8>)> {
        let samples = |count: usize| {
            prop_oneof![
                proptest::collection::vec(any::<u8>(), count),
                proptest::collection::vec(prop_oneof![Just(3), Just(250)], count)
            ]
        };
        (4_usize..24, 4_usize..24).prop_flat_map(move |(width, height)| (Just(width), samples(width * height)))
    }

    proptest! {
        #[test]
        fn equals_the_middle_of_the_sorted_window((width, samples) in pictures()) {
            prop_assert_eq!(filtered(&samples, width), naive(&samples, width, samples.len() / width));
        }
    }

    #[test]
    fn finds_the_bin_of_every_rank() {
        let bins = [0_u8, 3, 0, 0, 7, 1, 0, 9, 0, 0, 0, 50, 0, 4, 0, 7];
        let words = [0, 8].map(|first| (0..8).map(|bin| u64::from(bins[first + bin]) << (8 * bin)).sum());
        let sorted: Vec<_> = (0..16_usize).flat_map(|bin| std::iter::repeat_n(bin, usize::from(bins[bin]))).collect();
        for (before, bin) in sorted.iter().enumerate() {
            let below = sorted.iter().filter(|other| *other < bin).count();
            assert_eq!(find(&words, before as u8 + 1), (*bin, below as u8));
        }
    }

    #[test]
    fn a_second_run_knows_nothing_of_the_first() {
        let mut median = Median::new(12, 9);
        let (noise, flat) = ((0..108).map(|i| (i * 89 % 256) as u8).collect::<Vec<_>>(), vec![77; 108]);
        let mut to = vec![0; 108];
        median.run(&noise, &mut to);
        median.run(&flat, &mut to);
        assert_eq!(to, flat);
    }
}
