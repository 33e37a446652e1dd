//! The 11 x 11 Gaussian window of SSIM: its weights, and means over every window inside a plane.

use super::plane::Plane;

/// Side of the Gaussian window of SSIM, in px: radius `int(3.5 * 1.5 + 0.5) = 5` on both sides of the centre, as in
/// scikit-image for sigma 1.5 and truncation 3.5.
pub const SSIM_WINDOW: usize = 11;
/// Standard deviation in px (Wang et al. 2004).
const SIGMA: f64 = 1.5;

/// Weighted means over every window inside the plane: (W - 10) x (H - 10); each side at least [`SSIM_WINDOW`].
pub(super) fn window_means(plane: &Plane) -> Plane {
    let weights = ssim_weights();
    let width = plane.width - (SSIM_WINDOW - 1);
    let height = plane.height - (SSIM_WINDOW - 1);
    let mut samples = Vec::with_capacity(width * height);
    let mut column = vec![0.0; plane.width];
    for top in 0..height {
        let rows = &plane.samples[top * plane.width..][..SSIM_WINDOW * plane.width];
        down(rows, &weights, &mut column);
        across(&column, &weights, &mut samples);
    }
    Plane { width, height, samples }
}

/// Weighted means of the columns of [`SSIM_WINDOW`] rows.
fn down(rows: &[f32], weights: &[f32; SSIM_WINDOW], means: &mut [f32]) {
    let width = means.len();
    let row = |y: usize| &rows[y * width..][..width];
    let centre = weights[SSIM_WINDOW / 2];
    for (mean, sample) in means.iter_mut().zip(row(SSIM_WINDOW / 2)) {
        *mean = centre * sample;
    }
    for (y, weight) in weights[..SSIM_WINDOW / 2].iter().enumerate() {
        let mirrored = row(y).iter().zip(row(SSIM_WINDOW - 1 - y));
        for (mean, (upper, lower)) in means.iter_mut().zip(mirrored) {
            *mean += weight * (upper + lower);
        }
    }
}

/// Appends the weighted means of every run of [`SSIM_WINDOW`] samples.
fn across(samples: &[f32], weights: &[f32; SSIM_WINDOW], means: &mut Vec<f32>) {
    means.extend(samples.array_windows::<SSIM_WINDOW>().map(|run| {
        let sides = (0..SSIM_WINDOW / 2).map(|x| weights[x] * (run[x] + run[SSIM_WINDOW - 1 - x]));
        weights[SSIM_WINDOW / 2] * run[SSIM_WINDOW / 2] + sides.sum::<f32>()
    }));
}

/// Weights of the Gaussian window of SSIM along one axis; they add up to 1.
#[must_use]
pub fn ssim_weights() -> [f32; SSIM_WINDOW] {
    let bell = |x: usize| libm::exp(-((x as f64 - 5.0) / SIGMA).powi(2) / 2.0);
    let total: f64 = (0..SSIM_WINDOW).map(bell).sum();
    std::array::from_fn(|x| (bell(x) / total) as f32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_weights_add_up_to_one() {
        assert!((ssim_weights().iter().sum::<f32>() - 1.0).abs() < 1e-6);
    }

    #[test]
    fn a_point_spreads_into_the_products_of_the_weights() {
        let mut samples = vec![0.0; 21 * 21];
        samples[10 * 21 + 10] = 1.0;
        let (width, height) = (21, 21);
        let means = window_means(&Plane { width, height, samples });
        assert_eq!((means.width, means.height), (11, 11));
        let expected = ssim_weights()[2] * ssim_weights()[7];
        assert!((means.samples[2 * 11 + 7] - expected).abs() < 1e-9);
    }

    #[test]
    fn a_ramp_keeps_its_values() {
        let (width, height) = (16, 12);
        let samples = (0..width * height).map(|i| (i % width + 3 * (i / width)) as f32);
        let plane = Plane { width, height, samples: samples.collect() };
        let means = window_means(&plane);
        assert!((means.samples[0] - plane.samples[5 * width + 5]).abs() < 1e-4);
        assert!((means.samples[11] - plane.samples[6 * width + 10]).abs() < 1e-4);
    }
}
