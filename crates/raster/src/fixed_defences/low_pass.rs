//! Low pass: keeps the spatial frequencies inside a disc, with numpy's rounding.
//!
//! numpy 2 transforms pictures of f32 forward in f64, backward in f32, and rounds to f32 after each axis. Since the result is
//! truncated to 8 bits, all of that shows; so this module does the same, but skips what is known to be zero or to mirror
//! something else.

use super::fourier::{Lanes, Real, Transform};

/// Transforms side by side, forward.
const WIDE: usize = 4;
/// Transforms side by side, backward.
const NARROW: usize = 8;

/// The low pass for pictures of one size, one channel at a time.
#[derive(Debug, Clone)]
pub(super) struct LowPass {
    /// Radius of the disc, in frequencies.
    radius: usize,
    rows_forward: Transform<f64, WIDE>,
    columns_forward: Transform<f64, WIDE>,
    rows_backward: Transform<f32, NARROW>,
    columns_backward: Transform<f32, NARROW>,
    /// After the first transform: frequencies 0 ..= radius along x, by row.
    columns: Field,
    /// After the second: frequencies -radius ..= radius along y, by those along x; zero outside the disc.
    disc: Field,
    /// After the third: columns, by frequencies -radius ..= radius along y.
    rows: Field,
    wide: Vec<Lanes<f64, WIDE>>,
    narrow: Vec<Lanes<f32, NARROW>>,
}

impl LowPass {
    /// Both sides are at least 1 px.
    pub(super) fn new(width: u32, height: u32) -> Self {
        let radius = (width.min(height) / 4) as usize;
        let (width, height) = (width as usize, height as usize);
        Self {
            radius,
            rows_forward: Transform::new(width),
            columns_forward: Transform::new(height),
            rows_backward: Transform::new(width),
            columns_backward: Transform::new(height),
            columns: Field::new(radius + 1, height),
            disc: Field::new(2 * radius + 1, 2 * radius + 1),
            rows: Field::new(width, 2 * radius + 1),
            wide: Vec::new(),
            narrow: Vec::new(),
        }
    }

    pub(super) fn run(&mut self, from: &[u8], to: &mut [u8]) {
        self.transform_rows(from);
        self.transform_columns();
        self.restore_rows();
        self.restore_columns(to);
    }

    /// Rows are real, so two make one complex row, and the spectrum's two halves tell them apart again.
    fn transform_rows(&mut self, from: &[u8]) {
        let width = self.rows_forward.length();
        for (batch, rows) in from.chunks(2 * WIDE * width).enumerate() {
            start(&mut self.wide, width);
            for (lane, pair) in rows.chunks(2 * width).enumerate() {
                let (even, odd) = pair.split_at(width);
                self.wide.iter_mut().zip(even).for_each(|(point, sample)| point.re[lane] = f64::from(*sample));
                self.wide.iter_mut().zip(odd).for_each(|(point, sample)| point.im[lane] = f64::from(*sample));
            }
            self.rows_forward.run(&mut self.wide);
            for x in 0..=self.radius {
                let pairs = apart(&self.wide[x], &self.wide[(width - x) % width]);
                self.columns.store(x, 2 * WIDE * batch, &pairs);
            }
        }
    }

    /// The picture is real, so the frequencies with a negative x mirror those with a positive one.
    fn transform_columns(&mut self) {
        let (radius, height) = (self.radius, self.columns_forward.length());
        for first in (0..=radius).step_by(WIDE) {
            start(&mut self.wide, height);
            self.columns.load(first, |y| y, &mut self.wide, f64::from);
            self.columns_forward.run(&mut self.wide);
            for y in 0..=2 * radius {
                let point = &self.wide[bin(y, radius, height)];
                for x in (first..=radius).take(WIDE).filter(|x| inside(*x, y.abs_diff(radius), radius)) {
                    let (re, im) = (point.re[x - first] as f32, point.im[x - first] as f32);
                    self.disc.put(y, radius + x, (re, im));
                    if x > 0 {
                        self.disc.put(2 * radius - y, radius - x, (re, -im));
                    }
                }
            }
        }
    }

    /// Backward transforms are forward ones with real and imaginary parts exchanged, here and until the end.
    fn restore_rows(&mut self) {
        let (radius, width) = (self.radius, self.rows_backward.length());
        let scale = 1.0 / width as f32;
        for y in (0..=2 * radius).step_by(NARROW) {
            start(&mut self.narrow, width);
            self.disc.load(y, |slot| bin(slot, radius, width), &mut self.narrow, |value| value);
            self.narrow.iter_mut().for_each(|point| *point = point.swapped());
            self.rows_backward.run(&mut self.narrow);
            for (x, point) in self.narrow.iter().enumerate() {
                let Lanes { re, im } = *point * scale;
                self.rows.store(x, y, &[re, im]);
            }
        }
    }

    fn restore_columns(&mut self, to: &mut [u8]) {
        let (radius, width, height) = (self.radius, self.rows_backward.length(), self.columns_backward.length());
        let scale = 1.0 / height as f32;
        for x in (0..width).step_by(NARROW) {
            start(&mut self.narrow, height);
            self.rows.load(x, |slot| bin(slot, radius, height), &mut self.narrow, |value| value);
            self.columns_backward.run(&mut self.narrow);
            for (row, point) in to.chunks_exact_mut(width).zip(&self.narrow) {
                for (to, value) in row[x..].iter_mut().zip(point.im) {
                    *to = (value * scale) as u8;
                }
            }
        }
    }
}

/// Complex numbers in rows, each padded to whole batches; written along its columns and read along its rows.
#[derive(Debug, Clone)]
struct Field {
    /// Numbers in a row that mean something.
    width: usize,
    /// Numbers in a row.
    stride: usize,
    re: Vec<f32>,
    im: Vec<f32>,
}

impl Field {
    fn new(rows: usize, width: usize) -> Self {
        let stride = width.next_multiple_of(NARROW);
        Self { width, stride, re: vec![0.0; rows * stride], im: vec![0.0; rows * stride] }
    }

    fn put(&mut self, row: usize, column: usize, (re, im): (f32, f32)) {
        let at = row * self.stride + column;
        (self.re[at], self.im[at]) = (re, im);
    }

    /// Writes the real and the imaginary parts of a batch of neighbours in a row.
    fn store(&mut self, row: usize, column: usize, [re, im]: &[[f32; NARROW]; 2]) {
        let at = row * self.stride + column;
        self.re[at..][..NARROW].copy_from_slice(re);
        self.im[at..][..NARROW].copy_from_slice(im);
    }

    /// Reads up to `N` whole rows, one a lane; `place` says which point a column goes to.
    fn load<T: Real, const N: usize>(
        &self,
        first: usize,
        place: impl Fn(usize) -> usize,
        points: &mut [Lanes<T, N>],
        convert: impl Fn(f32) -> T,
    ) {
        let rows = self.re[first * self.stride..].chunks_exact(self.stride);
        let imaginary = self.im[first * self.stride..].chunks_exact(self.stride);
        for (lane, (re, im)) in rows.zip(imaginary).take(N).enumerate() {
            for (column, (re, im)) in re.iter().zip(im).take(self.width).enumerate() {
                let point = &mut points[place(column)];
                (point.re[lane], point.im[lane]) = (convert(*re), convert(*im));
            }
        }
    }
}

/// Makes `points` zeros of the length of a transform.
fn start<T: Real, const N: usize>(points: &mut Vec<Lanes<T, N>>, length: usize) {
    points.clear();
    points.resize(length, Lanes::default());
}

/// The place in a transform of the frequency `slot - radius`.
fn bin(slot: usize, radius: usize, length: usize) -> usize {
    if slot < radius { slot + length - radius } else { slot - radius }
}

fn inside(x: usize, y: usize, radius: usize) -> bool {
    x * x + y * y <= radius * radius
}

/// The spectra of the two real rows in each lane, at one frequency, given the lane's value there and at its negative.
fn apart(here: &Lanes<f64, WIDE>, there: &Lanes<f64, WIDE>) -> [[f32; NARROW]; 2] {
    let [mut re, mut im] = [[0.0; NARROW]; 2];
    for lane in 0..WIDE {
        let half = |a: f64, b: f64| (0.5 * (a + b)) as f32;
        re[2 * lane] = half(here.re[lane], there.re[lane]);
        im[2 * lane] = half(here.im[lane], -there.im[lane]);
        re[2 * lane + 1] = half(here.im[lane], there.im[lane]);
        im[2 * lane + 1] = half(there.re[lane], -here.re[lane]);
    }
    [re, im]
}
