//! SSIMULACRA2, the measure of picture quality that agrees best with people, and its gradient.

mod blur;
mod scale;
mod threads;
mod weights;
mod xyb;

use image::RgbImage;

use self::blur::Blur;
use self::scale::Channel;
use self::threads::in_order;
use self::weights::{Weights, weights};
use self::xyb::{bias_root, linear_levels, linear_slopes, slope_in_linear, xyb};
use super::{DifferenceError, check};

/// Most scales that are compared, each half as large as the one before.
const SCALES: usize = 6;
/// Shortest side of a scale, in px.
const MIN_SIDE: usize = 8;

/// SSIMULACRA2 of a picture against its reference: 100 for equal pictures; 70 is high, 50 medium and 30 low quality to
/// people's eyes; very bad copies are below 0.
///
/// To compare many pictures with one reference, use [`Ssimulacra2`].
///
/// # Errors
///
/// [`DifferenceError`] if the sizes differ or a side is under 8 px.
pub fn ssimulacra2(reference: &RgbImage, image: &RgbImage) -> Result<f64, DifferenceError> {
    check(reference, image, NAME, MIN_SIDE as u32)?;
    Ssimulacra2::new(reference)?.score(image)
}

const NAME: &str = "SSIMULACRA2";

/// A reference picture, ready to be compared with others by SSIMULACRA2.
///
/// Structural difference, artefacts and lost detail in XYB at six scales, as means and 4-norms.
///
/// # Source
///
/// Sneyers, `cloudinary/ssimulacra2` 2.1, in 32-bit floats; equal within 0.1 below 90 to the crate `fast-ssim2`, which repeats the
/// reference bit by bit.
#[derive(Clone, Debug)]
pub struct Ssimulacra2 {
    size: (u32, u32),
    scales: Vec<[Channel; 3]>,
    threads: usize,
}

/// Rows of a scale that one thread converts at a time.
const ROWS: usize = 48;

/// A score, and how fast it rises as each sample of each pixel does.
type Scored = (f64, Vec<[f32; 3]>);

/// Three planes of one size.
struct Planes {
    width: usize,
    height: usize,
    samples: [Vec<f32>; 3],
}

impl Planes {
    /// Linear light of a picture.
    fn linear(image: &RgbImage) -> Self {
        let levels = linear_levels();
        let channel = |c: usize| image.pixels().map(|pixel| levels[usize::from(pixel.0[c])]).collect();
        Self { width: image.width() as usize, height: image.height() as usize, samples: [0, 1, 2].map(channel) }
    }

    /// Half the size by means of 2 x 2; the last row and column of an odd size count twice.
    fn halved(&self) -> Self {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        let mut samples = [0, 1, 2].map(|_| vec![0.0; width * height]);
        self.quarters(|whole, half| {
            for (plane, samples) in self.samples.iter().zip(&mut samples) {
                samples[half] += 0.25 * plane[whole];
            }
        });
        Self { width, height, samples }
    }

    /// Calls `visit` with the index of each sample and that of the half-sized sample of which it is a quarter.
    fn quarters(&self, mut visit: impl FnMut(usize, usize)) {
        let (width, height) = (self.width.div_ceil(2), self.height.div_ceil(2));
        for y in 0..2 * height {
            let row = y.min(self.height - 1) * self.width;
            for x in 0..2 * width {
                visit(row + x.min(self.width - 1), y / 2 * width + x / 2);
            }
        }
    }

    fn pixel(&self, i: usize) -> [f32; 3] {
        std::array::from_fn(|c| self.samples[c][i])
    }

    /// The planes of what `look` makes of each pixel, on so many threads.
    fn map(&self, threads: usize, look: impl Fn(usize, [f32; 3]) -> [f32; 3] + Sync) -> Self {
        let count = self.width * self.height;
        let part = (ROWS * self.width).max(1);
        let parts = in_order(threads, count.div_ceil(part), |number| {
            let pixels = number * part..((number + 1) * part).min(count);
            let mut samples = [0, 1, 2].map(|_| Vec::with_capacity(pixels.len()));
            for i in pixels {
                samples.iter_mut().zip(look(i, self.pixel(i))).for_each(|(plane, v)| plane.push(v));
            }
            samples
        });
        let mut samples = [0, 1, 2].map(|_| Vec::with_capacity(count));
        for part in parts {
            samples.iter_mut().zip(part).for_each(|(plane, part)| plane.extend(part));
        }
        Self { samples, ..*self }
    }

    fn xyb(&self, threads: usize) -> Self {
        let bias = bias_root();
        self.map(threads, |_, linear| xyb(linear, bias))
    }
}

/// The picture in linear light at every scale that is compared.
fn pyramid(image: &RgbImage) -> Vec<Planes> {
    let mut scales = vec![Planes::linear(image)];
    while let Some(last) = scales.last()
        && scales.len() < SCALES
        && last.width.min(last.height) >= MIN_SIDE
    {
        scales.push(last.halved());
    }
    scales
}

impl Ssimulacra2 {
    /// Prepares a reference.
    ///
    /// # Errors
    ///
    /// [`DifferenceError::TooSmall`] if a side is under 8 px.
    pub fn new(reference: &RgbImage) -> Result<Self, DifferenceError> {
        check(reference, reference, NAME, MIN_SIDE as u32)?;
        let scales = pyramid(reference).into_iter().map(|planes| {
            let mut blur = Blur::new(planes.width, planes.height);
            planes.xyb(1).samples.map(|samples| Channel::new(samples, &mut blur))
        });
        Ok(Self { size: reference.dimensions(), scales: scales.collect(), threads: 1 })
    }

    /// Compares on at most so many threads, which does not change what is found. Without, all of it is done on the caller's.
    #[must_use]
    pub fn with_threads(mut self, threads: usize) -> Self {
        self.threads = threads.max(1);
        self
    }

    /// The score of a picture of the reference's size.
    ///
    /// # Errors
    ///
    /// [`DifferenceError::SizeMismatch`] if the picture has another size.
    pub fn score(&self, image: &RgbImage) -> Result<f64, DifferenceError> {
        Ok(self.compare(image, false, &|| true)?.map_or(0.0, |(score, _)| score))
    }

    /// The score of a picture, and how fast it rises as each sample does, in points per level; row by row, red, green, blue.
    ///
    /// # Errors
    ///
    /// [`DifferenceError::SizeMismatch`] if the picture has another size.
    pub fn gradient(&self, image: &RgbImage) -> Result<Scored, DifferenceError> {
        Ok(self.gradient_while(image, || true)?.unwrap_or_default())
    }

    /// The same, or `None` once `go_on` says no; it is asked before each channel of each scale, on the thread that compares it.
    ///
    /// # Errors
    ///
    /// [`DifferenceError::SizeMismatch`] if the picture has another size.
    pub fn gradient_while(
        &self,
        image: &RgbImage,
        go_on: impl Fn() -> bool + Sync,
    ) -> Result<Option<Scored>, DifferenceError> {
        let Some((score, rise)) = self.compare(image, true, &go_on)? else { return Ok(None) };
        let slopes = linear_slopes();
        let in_levels = |(i, pixel): (usize, &image::Rgb<u8>)| {
            std::array::from_fn(|c| rise.samples[c][i] * slopes[usize::from(pixel.0[c])])
        };
        Ok(Some((score, image.pixels().enumerate().map(in_levels).collect())))
    }

    /// The score, and its slope in linear light if asked for; `None` once `go_on` says no.
    fn compare(
        &self,
        image: &RgbImage,
        with_slope: bool,
        go_on: &(dyn Fn() -> bool + Sync),
    ) -> Result<Option<(f64, Planes)>, DifferenceError> {
        let (first, second) = (self.size, image.dimensions());
        if first != second {
            return Err(DifferenceError::SizeMismatch { first, second });
        }
        let pyramid = pyramid(image);
        let pictures: Vec<Planes> = pyramid.iter().map(|linear| linear.xyb(self.threads)).collect();
        let all = (0..pyramid.len()).flat_map(|scale| (0..3).map(move |channel| (scale, channel)));
        let counted = all.filter(|&(scale, channel)| !weights(channel, scale, pyramid.len()).count_nothing());
        let counted: Vec<(usize, usize)> = counted.collect();
        // Every channel of every scale by itself; the largest are the first.
        let parts = in_order(self.threads, counted.len(), |number| {
            let (scale, channel) = counted[number];
            if !go_on() {
                return None;
            }
            let (picture, weights) = (&pictures[scale], weights(channel, scale, pyramid.len()));
            let mut blur = Blur::new(picture.width, picture.height);
            let difference = self.scales[scale][channel].differ(&picture.samples[channel], weights, &mut blur);
            let slope = (with_slope && weights.count()).then(|| difference.slope(&mut blur));
            Some((difference.total(), slope))
        });
        let Some(parts) = parts.into_iter().collect::<Option<Vec<_>>>() else { return Ok(None) };
        let total = parts.iter().map(|(total, _)| total).sum();
        let mut slopes: Vec<Planes> = Vec::new();
        if with_slope {
            let empty = |linear: &Planes| Planes {
                samples: [0, 1, 2].map(|_| vec![0.0; linear.width * linear.height]),
                ..*linear
            };
            let mut found: Vec<Planes> = pyramid.iter().map(empty).collect();
            for ((scale, channel), (_, slope)) in counted.into_iter().zip(parts) {
                if let Some(slope) = slope {
                    found[scale].samples[channel] = slope;
                }
            }
            let in_linear = |(linear, slope): (&Planes, &Planes)| {
                linear.map(self.threads, |i, pixel| slope_in_linear(pixel, slope.pixel(i)))
            };
            slopes = pyramid.iter().zip(&found).map(in_linear).collect();
        }
        let (score, rise) = scored(total);
        let slope = whole_slope(slopes);
        Ok(Some((score, slope.map(self.threads, |_, v| v.map(|v| rise as f32 * v)))))
    }
}

/// The slope in every sample of the finest scale, of which those of the other scales are means.
fn whole_slope(mut slopes: Vec<Planes>) -> Planes {
    while slopes.len() > 1
        && let Some(coarse) = slopes.pop()
        && let Some(fine) = slopes.last_mut()
    {
        let mut spread = std::mem::take(&mut fine.samples);
        fine.quarters(|whole, half| {
            for (plane, coarse) in spread.iter_mut().zip(&coarse.samples) {
                plane[whole] += 0.25 * coarse[half];
            }
        });
        fine.samples = spread;
    }
    slopes.pop().unwrap_or(Planes { width: 0, height: 0, samples: [Vec::new(), Vec::new(), Vec::new()] })
}

impl Weights {
    fn all(&self) -> impl Iterator<Item = f64> {
        [self.structure, self.artefacts, self.lost].into_iter().flatten()
    }

    fn count_nothing(&self) -> bool {
        self.all().all(|weight| weight == 0.0)
    }

    /// Whether any weight is large enough for the gradient; the others are a thousandth of the rest.
    fn count(&self) -> bool {
        self.all().any(|weight| weight >= 0.1)
    }
}

/// The score for a weighted sum of norms, and its slope.
fn scored(total: f64) -> (f64, f64) {
    const SCALE: f64 = 0.956_238_261_683_484_4;
    const TERMS: [f64; 3] = [2.326_765_642_916_932, -0.020_884_521_182_843_837, 6.248_496_625_763_138e-5];
    const EXPONENT: f64 = 0.627_633_646_783_138_7;
    let x = SCALE * total;
    let bent = x * (TERMS[0] + x * (TERMS[1] + x * TERMS[2]));
    if bent <= 0.0 {
        return (100.0, 0.0);
    }
    let slope = SCALE * (TERMS[0] + x * (2.0 * TERMS[1] + 3.0 * x * TERMS[2]));
    (100.0 - 10.0 * libm::pow(bent, EXPONENT), -10.0 * EXPONENT * libm::pow(bent, EXPONENT - 1.0) * slope)
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    fn scene(width: u32, height: u32) -> RgbImage {
        RgbImage::from_fn(width, height, |x, y| {
            let disc = (f64::from(x) - 30.0).hypot(f64::from(y) - 40.0) < 18.0;
            let grain = (x * 7 + y * 13) % 17;
            Rgb(if disc { [230, 90 + grain as u8, 40] } else { [100 + x as u8, 160, 250 - (y * 2) as u8] })
        })
    }

    /// A copy with blocks of other colours.
    fn damaged(image: &RgbImage, seed: u32, side: u32, strength: i32) -> RgbImage {
        RgbImage::from_fn(image.width(), image.height(), |x, y| {
            let block = (x / side * 7919 + y / side * 104_729 + seed).wrapping_mul(2_654_435_761);
            let shift = |c: u32| (block >> (8 * c) & 255) as i32 * strength / 128 - strength;
            let pixel = image.get_pixel(x, y).0;
            Rgb([0, 1, 2].map(|c| (i32::from(pixel[c]) + shift(c as u32)).clamp(0, 255) as u8))
        })
    }

    /// The score by the crate that repeats the reference.
    fn by_reference(a: &RgbImage, b: &RgbImage) -> f64 {
        use fast_ssim2::{PixelBuffer, PixelDescriptor, compute_ssimulacra2};
        let [a, b] = [a, b].map(|image| {
            let (width, height) = image.dimensions();
            PixelBuffer::from_vec(image.as_raw().clone(), width, height, PixelDescriptor::RGB8_SRGB).unwrap()
        });
        compute_ssimulacra2(&a.as_slice(), &b.as_slice()).unwrap()
    }

    /// Both round in their own ways, which shows most near 100, where the scale is steepest; so the pictures are always the same.
    #[test]
    fn scores_are_those_of_the_reference() {
        for case in 0..40_u32 {
            let of = |salt: u32, from: u32, until: u32| {
                let hash = (case * 31 + salt).wrapping_mul(2_654_435_761);
                from + (hash >> 8) % (until - from)
            };
            let image = scene(of(1, 8, 120), of(2, 8, 120));
            let copy = damaged(&image, of(3, 0, 1000), of(4, 1, 20), of(5, 0, 90) as i32);
            let (own, expected) = (ssimulacra2(&image, &copy).unwrap(), by_reference(&image, &copy));
            let tolerance = if expected < 90.0 { 0.15 } else { 1.0 };
            assert!((own - expected).abs() < tolerance, "case {case}: {own}, expected {expected}");
        }
    }

    #[test]
    fn the_gradient_tells_what_a_small_change_does() {
        let image = scene(101, 90);
        let copy = damaged(&image, 5, 9, 40);
        let measure = Ssimulacra2::new(&image).unwrap();
        let (score, gradient) = measure.gradient(&copy).unwrap();
        assert_eq!(score, measure.score(&copy).unwrap());
        for (side, seed) in [(1, 1), (3, 2), (8, 3), (30, 4)] {
            let step = |x: u32, y: u32, c: u32| {
                let block = (x / side * 7919 + y / side * 104_729 + seed + c).wrapping_mul(2_654_435_761) >> 24;
                (block % 3) as i32 - 1
            };
            let moved = |sign: i32| {
                RgbImage::from_fn(101, 90, |x, y| {
                    let pixel = copy.get_pixel(x, y).0;
                    Rgb([0, 1, 2].map(|c| (i32::from(pixel[c as usize]) + sign * step(x, y, c)).clamp(0, 255) as u8))
                })
            };
            let (up, down) = (moved(1), moved(-1));
            let rise = measure.score(&up).unwrap() - measure.score(&down).unwrap();
            let channels =
                |image: &RgbImage| image.as_raw().iter().map(|level| f64::from(*level)).collect::<Vec<f64>>();
            let moved = channels(&up).into_iter().zip(channels(&down)).map(|(up, down)| up - down);
            let told: f64 = gradient.iter().flatten().zip(moved).map(|(slope, moved)| f64::from(*slope) * moved).sum();
            assert!((rise - told).abs() < 0.1 * rise.abs() + 0.02, "blocks of {side} px: {rise}, told {told}");
        }
    }

    #[test]
    fn threads_change_not_a_bit() {
        let image = scene(150, 121);
        let copy = damaged(&image, 7, 6, 50);
        let measure = Ssimulacra2::new(&image).unwrap();
        let alone = measure.gradient(&copy).unwrap();
        for threads in [0, 2, 3, 16] {
            let many = measure.clone().with_threads(threads);
            assert_eq!(many.gradient(&copy).unwrap(), alone);
            assert_eq!(many.score(&copy).unwrap(), alone.0);
            assert_eq!(many.gradient_while(&copy, || false), Ok(None));
        }
    }

    #[test]
    fn a_picture_scores_a_hundred_against_itself_and_less_the_more_it_is_damaged() {
        let image = scene(80, 80);
        assert_eq!(ssimulacra2(&image, &image), Ok(100.0));
        let scores = [5, 20, 60].map(|strength| ssimulacra2(&image, &damaged(&image, 1, 5, strength)).unwrap());
        assert!(100.0 > scores[0] && scores[0] > scores[1] && scores[1] > scores[2], "{scores:?}");
        let measure = Ssimulacra2::new(&image).unwrap();
        assert!(measure.score(&scene(80, 81)).is_err());
        assert_eq!(measure.gradient_while(&image, || false), Ok(None));
    }
}
