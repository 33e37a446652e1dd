//! The Gaussian blur of SSIMULACRA2, sigma 1.5 px, with zeros beyond the borders.

/// Reach of the window on both sides of its centre, in px.
const REACH: usize = 4;
const TAPS: usize = 2 * REACH + 1;

/// Weights of the window along one axis.
///
/// The reference blurs by three recursive filters (Charalampidis 2016) whose impulse responses are cosines cut off where they
/// vanish, 5 px from the centre; together they are this window.
pub(super) const WINDOW: [f32; TAPS] = [
    0.009_414_368,
    0.036_011_115,
    0.109_335_37,
    0.212_928_6,
    0.264_621_1,
    0.212_928_6,
    0.109_335_37,
    0.036_011_115,
    0.009_414_368,
];

/// Blurs planes of one size, reusing its buffers.
#[derive(Debug)]
pub(super) struct Blur {
    width: usize,
    height: usize,
    /// The plane blurred along its rows, between rows of zeros.
    rows: Vec<f32>,
    /// A row between zeros.
    row: Vec<f32>,
}

impl Blur {
    pub(super) fn new(width: usize, height: usize) -> Self {
        Self { width, height, rows: vec![0.0; width * (height + 2 * REACH)], row: vec![0.0; width + 2 * REACH] }
    }

    /// The plane whose samples `sample` gives by index, blurred. The blur is its own transpose.
    pub(super) fn of(&mut self, sample: impl Fn(usize) -> f32) -> Vec<f32> {
        let (width, height) = (self.width, self.height);
        for y in 0..height {
            for (x, value) in self.row[REACH..REACH + width].iter_mut().enumerate() {
                *value = sample(y * width + x);
            }
            convolve(&mut self.rows[(y + REACH) * width..][..width], |tap| &self.row[tap..]);
        }
        let mut blurred = vec![0.0; width * height];
        for (y, out) in blurred.chunks_exact_mut(width).enumerate() {
            convolve(out, |tap| &self.rows[(y + tap) * width..]);
        }
        blurred
    }
}

/// The weighted sum of nine runs of samples.
#[inline]
fn convolve<'a>(out: &mut [f32], run: impl Fn(usize) -> &'a [f32]) {
    let width = out.len();
    let runs: [&[f32]; TAPS] = std::array::from_fn(|tap| &run(tap)[..width]);
    for (x, out) in out.iter_mut().enumerate() {
        let pair = |tap: usize| WINDOW[tap] * (runs[tap][x] + runs[TAPS - 1 - tap][x]);
        *out = pair(0) + pair(1) + pair(2) + pair(3) + WINDOW[REACH] * runs[REACH][x];
    }
}
