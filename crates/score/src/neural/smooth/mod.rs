//! The defences as tensor operations with a gradient, for whoever moves pixels or shapes towards a better score.
//!
//! Crop and low pass are what they are in the metric, without rounding. The median has a smooth stand-in: the mean of its
//! window in which values far from their own surroundings count little. The bilateral filter is the same formula without
//! its tables. JPEG changes the values and lets the gradient through as it is.

mod operator;
mod pixel_values;
mod resample;

use candle_core::{DType, Device, Result, Tensor};
use image::RgbImage;

use self::operator::{Matrix, Operator, clip};
use crate::contest::defence::{DefenceError, RandomState, jpeg_round_trip};

/// Radius of the median's window in px.
const MEDIAN_RADIUS: usize = 4;
/// Levels of difference to its surroundings at which a value counts `exp(-1/2)` in place of the median.
const MEDIAN_SIGMA: f64 = 40.0;
/// Radius of the bilateral filter in px, and both its sigmas.
const BILATERAL_RADIUS: i64 = 2;
const BILATERAL_SIGMA: f64 = 75.0;
/// Share of half the shorter side that is the radius of the disc of frequencies kept.
const KEPT_FREQUENCIES: f64 = 0.5;

/// The defences of pictures of one size and crop.
#[derive(Clone, Debug)]
pub struct SmoothDefences {
    /// JPEG qualities before and after the filters, 1 to 100; none leaves that round trip out.
    pub qualities: [Option<u8>; 2],
    crop: Operator,
    mean: Operator,
    cosines: Operator,
    sines: Operator,
    mixed: [Operator; 2],
    disc: Tensor,
    neighbours: Vec<(f64, Operator)>,
}

/// Pixels cut off each side: left, top, right, bottom.
pub type Margins = [usize; 4];

impl SmoothDefences {
    /// For pictures of a width and height in px and a crop, qualities 95 and 92.
    ///
    /// # Errors
    ///
    /// When the crop leaves nothing, or the device has no room.
    pub fn new(size: (usize, usize), margins: Margins, dtype: DType, device: &Device) -> Result<Self> {
        let ((width, height), [left, top, right, bottom]) = (size, margins);
        if left + right >= width || top + bottom >= height {
            candle_core::bail!(
                "a crop of {margins:?} px (left, top, right, bottom) leaves nothing of {width} x {height} px"
            );
        }
        let operator = |rows: &Matrix, columns: &Matrix| Operator::new(rows, columns, dtype, device);
        let [cosine_rows, cosine_columns] = [height, width].map(|length| Matrix::fourier(length, f64::cos));
        let [sine_rows, sine_columns] = [height, width].map(|length| Matrix::fourier(length, f64::sin));
        Ok(Self {
            qualities: [Some(95), Some(92)],
            crop: operator(
                &Matrix::crop_resize(height, top, height - top - bottom),
                &Matrix::crop_resize(width, left, width - left - right),
            )?,
            mean: operator(&Matrix::mean(height, MEDIAN_RADIUS), &Matrix::mean(width, MEDIAN_RADIUS))?,
            cosines: operator(&cosine_rows, &cosine_columns)?,
            sines: operator(&sine_rows, &sine_columns)?,
            mixed: [operator(&cosine_rows, &sine_columns)?, operator(&sine_rows, &cosine_columns)?],
            disc: disc(size, dtype, device)?,
            neighbours: neighbours(size, dtype, device)?,
        })
    }

    /// With the crop that the metric draws for a picture's generator, a share of 3 %.
    ///
    /// # Errors
    ///
    /// As for [`Self::new`].
    pub fn drawn(size: (usize, usize), random: &mut RandomState, dtype: DType, device: &Device) -> Result<Self> {
        let most = [size.0, size.1].map(|side| (side as f64 * 0.03) as i64 + 1);
        let mut margins = [0; 4];
        for (margin, most) in margins.iter_mut().zip([most[0], most[1], most[0], most[1]]) {
            *margin = random.randint(0, most).map_err(candle_core::Error::wrap)? as usize;
        }
        Self::new(size, margins, dtype, device)
    }

    /// What the metric's models are shown, about.
    ///
    /// # Shapes
    ///
    /// - `pictures`: (pictures, 3, height, width), 0 to 255
    /// - result: the same
    ///
    /// # Errors
    ///
    /// When the pictures have another size, or a quality is not 1 to 100.
    pub fn forward(&self, pictures: &Tensor) -> Result<Tensor> {
        let cropped = self.crop.apply(pictures)?;
        let packed = pack(&cropped, self.qualities[0])?;
        pack(&self.bilateral(&self.low_pass(&self.median(&packed)?)?)?, self.qualities[1])
    }

    /// The mean of each window, over values near the mean of their own.
    fn median(&self, pictures: &Tensor) -> Result<Tensor> {
        let far = (pictures - self.mean.apply(pictures)?)?;
        let weights = (far.sqr()? * (-0.5 / (MEDIAN_SIGMA * MEDIAN_SIGMA)))?.exp()?;
        self.mean.apply(&(pictures * &weights)?)?.div(&self.mean.apply(&weights)?)
    }

    /// The frequencies within the disc, by the transform's matrices.
    fn low_pass(&self, pictures: &Tensor) -> Result<Tensor> {
        let (_, _, height, width) = pictures.dims4()?;
        let real = (self.cosines.apply(pictures)? - self.sines.apply(pictures)?)?.broadcast_mul(&self.disc)?;
        let [a, b] = &self.mixed;
        let imaginary = (a.apply(pictures)? + b.apply(pictures)?)?.broadcast_mul(&self.disc)?;
        let back = (self.cosines.apply(&real)? - self.sines.apply(&real)?)?;
        let back = (back + (a.apply(&imaginary)? + b.apply(&imaginary)?)?)?;
        clip(&(back / (height * width) as f64)?)
    }

    /// The mean over near pixels of like colour.
    fn bilateral(&self, pictures: &Tensor) -> Result<Tensor> {
        let (mut sum, mut weights) = (pictures.zeros_like()?, pictures.narrow(1, 0, 1)?.zeros_like()?);
        for (near, shift) in &self.neighbours {
            let other = shift.apply(pictures)?;
            let far = (&other - pictures)?.abs()?.sum_keepdim(1)?;
            let like = ((far.sqr()? * (-0.5 / (BILATERAL_SIGMA * BILATERAL_SIGMA)))?.exp()? * *near)?;
            sum = (sum + other.broadcast_mul(&like)?)?;
            weights = (weights + like)?;
        }
        sum.broadcast_div(&weights)
    }
}

/// A JPEG round trip of the values, whose gradient is that of doing nothing.
fn pack(pictures: &Tensor, quality: Option<u8>) -> Result<Tensor> {
    let Some(quality) = quality else { return Ok(pictures.clone()) };
    let (count, _, height, width) = pictures.dims4()?;
    let mut changes = Vec::with_capacity(count);
    let still = pictures.detach();
    for index in 0..count {
        let bytes = still.get(index)?.permute((1, 2, 0))?.round()?.clamp(0.0, 255.0)?.to_dtype(DType::U8)?;
        let bytes = bytes.flatten_all()?.to_device(&Device::Cpu)?.to_vec1::<u8>()?;
        let image = RgbImage::from_raw(width as u32, height as u32, bytes)
            .ok_or_else(|| candle_core::Error::Msg(format!("expected 3 channels of {width} x {height} px")))?;
        let round = jpeg_round_trip(&image, quality).map_err(|error: DefenceError| candle_core::Error::wrap(error))?;
        let round = Tensor::from_vec(round.into_raw(), (height, width, 3), &Device::Cpu)?.permute((2, 0, 1))?;
        changes.push((round.to_dtype(still.dtype())?.to_device(still.device())? - still.get(index)?)?);
    }
    pictures + Tensor::stack(&changes, 0)?
}

/// One inside the disc of low frequencies, zero outside, the zero frequency at the first place.
fn disc((width, height): (usize, usize), dtype: DType, device: &Device) -> Result<Tensor> {
    let radius = ((width.min(height) / 2) as f64 * KEPT_FREQUENCIES).floor();
    let distance = |at: usize, length: usize| at.min(length - at) as f64;
    let kept = |at: usize| {
        let far = distance(at % width, width).hypot(distance(at / width, height));
        f64::from(u8::from(far <= radius))
    };
    let values: Vec<f64> = (0..width * height).map(kept).collect();
    Tensor::from_vec(values, (height, width), device)?.to_dtype(dtype)
}

/// Shifts to the pixels of the bilateral filter's disc and how much each counts for being near.
fn neighbours((width, height): (usize, usize), dtype: DType, device: &Device) -> Result<Vec<(f64, Operator)>> {
    let reach = -BILATERAL_RADIUS..=BILATERAL_RADIUS;
    let all = reach.clone().flat_map(|y| reach.clone().map(move |x| (x, y)));
    let near = all.filter(|(x, y)| x * x + y * y <= BILATERAL_RADIUS * BILATERAL_RADIUS);
    near.map(|(x, y)| {
        let weight = (-0.5 * (x * x + y * y) as f64 / (BILATERAL_SIGMA * BILATERAL_SIGMA)).exp();
        Ok((weight, Operator::new(&Matrix::shift(height, y), &Matrix::shift(width, x), dtype, device)?))
    })
    .collect()
}

#[cfg(test)]
mod tests {
    use candle_core::Var;

    use super::*;
    use crate::contest::defence::defend;

    const SIZE: (usize, usize) = (24, 20);

    fn value(at: usize) -> f64 {
        let (x, y, c) = (at % SIZE.0, at / SIZE.0 % SIZE.1, at / (SIZE.0 * SIZE.1));
        128.0 + 70.0 * ((x as f64) / 3.0 + c as f64).sin() + 40.0 * ((y * (c + 2)) as f64 / 7.0).cos()
    }

    fn pictures(dtype: DType) -> Tensor {
        let values: Vec<f64> = (0..3 * SIZE.0 * SIZE.1).map(value).collect();
        Tensor::from_vec(values, (1, 3, SIZE.1, SIZE.0), &Device::Cpu).unwrap().to_dtype(dtype).unwrap()
    }

    /// A sum in which each value counts differently.
    fn weighted(pictures: &Tensor) -> Tensor {
        let weights: Vec<f64> = (0..pictures.elem_count()).map(|i| ((i * 37 % 101) as f64 / 50.0) - 1.0).collect();
        let weights = Tensor::from_vec(weights, pictures.shape(), &Device::Cpu).unwrap();
        (pictures * weights).unwrap().sum_all().unwrap()
    }

    fn loss(defences: &SmoothDefences, pictures: &Tensor) -> Tensor {
        weighted(&defences.forward(pictures).unwrap())
    }

    fn scalar(tensor: &Tensor) -> f64 {
        tensor.sum_all().unwrap().to_scalar().unwrap()
    }

    /// Whether the gradient of one loss is that of another by finite differences.
    fn check(traced: impl Fn(&Tensor) -> Tensor, moved: impl Fn(&Tensor) -> Tensor) {
        let pictures = Var::from_tensor(&pictures(DType::F64)).unwrap();
        let gradients = traced(pictures.as_tensor()).backward().unwrap();
        let gradient = gradients.get(&pictures).unwrap();
        let toward: Vec<f64> = (0..pictures.elem_count()).map(|i| ((i * 53 % 89) as f64 / 44.0) - 1.0).collect();
        let toward = Tensor::from_vec(toward, pictures.shape(), &Device::Cpu).unwrap();
        let expected = (gradient * &toward).unwrap().sum_all().unwrap().to_scalar::<f64>().unwrap();
        let step = 1e-4;
        let at = |scale: f64| {
            let at = (pictures.as_tensor() + (&toward * scale).unwrap()).unwrap();
            moved(&at).to_scalar::<f64>().unwrap()
        };
        let found = (at(step) - at(-step)) / (2.0 * step);
        assert!((found - expected).abs() < 1e-2 * expected.abs(), "{found} {expected}");
    }

    #[test]
    fn the_gradient_is_that_of_finite_differences() {
        let mut defences = SmoothDefences::new(SIZE, [1, 0, 2, 1], DType::F64, &Device::Cpu).unwrap();
        defences.qualities = [None, None];
        check(|at| loss(&defences, at), |at| loss(&defences, at));
    }

    /// A round trip is a stair, which has no slope to compare with: what both of them changed in the picture is held, so that the
    /// rest of the chain is differentiated where it stands.
    #[test]
    fn with_round_trips_the_gradient_is_that_of_the_chain_with_their_changes_held() {
        let defences = SmoothDefences::new(SIZE, [1, 0, 2, 1], DType::F64, &Device::Cpu).unwrap();
        let filtered = |packed: &Tensor| {
            defences.bilateral(&defences.low_pass(&defences.median(packed).unwrap()).unwrap()).unwrap()
        };
        let cropped = defences.crop.apply(&pictures(DType::F64)).unwrap();
        let first = (pack(&cropped, Some(95)).unwrap() - &cropped).unwrap();
        let smooth = filtered(&(&cropped + &first).unwrap());
        let second = (pack(&smooth, Some(92)).unwrap() - &smooth).unwrap();
        assert!(scalar(&first.abs().unwrap()) > 100.0 && scalar(&second.abs().unwrap()) > 100.0);
        let held = |at: &Tensor| {
            let packed = (defences.crop.apply(at).unwrap() + &first).unwrap();
            weighted(&(filtered(&packed) + &second).unwrap())
        };
        check(|at| loss(&defences, at), held);
    }

    #[test]
    fn a_round_trip_lets_the_gradient_through() {
        let pictures = Var::from_tensor(&pictures(DType::F32)).unwrap();
        let packed = pack(pictures.as_tensor(), Some(50)).unwrap();
        let difference = (&packed - pictures.as_tensor()).unwrap().abs().unwrap().max_all().unwrap();
        assert!(difference.to_scalar::<f32>().unwrap() > 1.0);
        let gradients = packed.sum_all().unwrap().backward().unwrap();
        let gradient = gradients.get(&pictures).unwrap().flatten_all().unwrap().to_vec1::<f32>().unwrap();
        assert!(gradient.iter().all(|g| (g - 1.0).abs() < 1e-6));
    }

    #[test]
    fn smooth_defences_come_near_the_exact_ones() {
        let side = 96;
        let image = RgbImage::from_fn(side, side, |x, y| {
            let disc = (f64::from(x) - 50.0).hypot(f64::from(y) - 40.0) < 22.0;
            image::Rgb(if disc { [210, 60, 40] } else { [60 + y as u8, 120, 200 - x as u8] })
        });
        let exact = defend(&image, &mut RandomState::new(3)).unwrap();
        let size = (side as usize, side as usize);
        let defences = SmoothDefences::drawn(size, &mut RandomState::new(3), DType::F32, &Device::Cpu).unwrap();
        let pictures = Tensor::from_vec(image.into_raw(), (1, 96, 96, 3), &Device::Cpu).unwrap();
        let pictures = pictures.permute((0, 3, 1, 2)).unwrap().to_dtype(DType::F32).unwrap();
        let smooth = defences.forward(&pictures).unwrap().permute((0, 2, 3, 1)).unwrap().flatten_all().unwrap();
        let smooth = smooth.to_vec1::<f32>().unwrap();
        let sum: f32 = smooth.iter().zip(exact.as_raw()).map(|(a, b)| (a - f32::from(*b)).abs()).sum();
        assert!(sum / (smooth.len() as f32) < 3.0, "{}", sum / smooth.len() as f32);
    }

    #[test]
    fn a_crop_that_leaves_nothing_is_refused() {
        let error = SmoothDefences::new((8, 8), [4, 0, 4, 0], DType::F32, &Device::Cpu).unwrap_err().to_string();
        assert!(error.contains("[4, 0, 4, 0]") && error.contains("8 x 8"), "{error}");
    }
}
