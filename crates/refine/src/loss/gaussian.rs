//! Means over the Gaussian windows of SSIM, and their adjoint, which spreads gradients of windows back over pixels.
//!
//! The window is that of [`linocut_raster::ssim`]. The sums are not: here they run tap by tap into buffers that are kept, in
//! the order that the adjoint reverses, while the measure folds mirrored rows, which rounds differently.

use linocut_raster::{SSIM_WINDOW, ssim_weights};

/// Weighted means over all windows inside a plane of `width` columns: (W - 10) x (H - 10). `rows` is room for (H - 10) rows.
pub(crate) fn means(plane: &[f32], width: usize, rows: &mut Vec<f32>, into: &mut Vec<f32>) {
    let weights = ssim_weights();
    let (height, inner) = (plane.len() / width + 1 - SSIM_WINDOW, width + 1 - SSIM_WINDOW);
    rows.clear();
    rows.resize(height * width, 0.0);
    for (y, row) in rows.chunks_exact_mut(width).enumerate() {
        for (tap, weight) in weights.iter().enumerate() {
            add_scaled(row, &plane[(y + tap) * width..][..width], *weight);
        }
    }
    into.clear();
    into.resize(height * inner, 0.0);
    for (row, into) in rows.chunks_exact(width).zip(into.chunks_exact_mut(inner)) {
        for (tap, weight) in weights.iter().enumerate() {
            add_scaled(into, &row[tap..][..inner], *weight);
        }
    }
}

/// The adjoint of [`means`]: spreads what belongs to windows over the pixels that they weigh, W x H.
pub(crate) fn spread(windows: &[f32], width: usize, rows: &mut Vec<f32>, into: &mut Vec<f32>) {
    let weights = ssim_weights();
    let inner = width + 1 - SSIM_WINDOW;
    let height = windows.len() / inner;
    rows.clear();
    rows.resize(height * width, 0.0);
    for (row, windows) in rows.chunks_exact_mut(width).zip(windows.chunks_exact(inner)) {
        for (tap, weight) in weights.iter().enumerate() {
            add_scaled(&mut row[tap..][..inner], windows, *weight);
        }
    }
    into.clear();
    into.resize((height + SSIM_WINDOW - 1) * width, 0.0);
    for (y, row) in rows.chunks_exact(width).enumerate() {
        for (tap, weight) in weights.iter().enumerate() {
            add_scaled(&mut into[(y + tap) * width..][..width], row, *weight);
        }
    }
}

fn add_scaled(into: &mut [f32], from: &[f32], weight: f32) {
    into.iter_mut().zip(from).for_each(|(into, from)| *into += weight * from);
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_constant_plane_keeps_its_value() {
        let (mut rows, mut windows) = (Vec::new(), Vec::new());
        means(&[0.25; 13 * 12], 13, &mut rows, &mut windows);
        assert_eq!(windows.len(), 3 * 2);
        assert!(windows.iter().all(|mean| (mean - 0.25).abs() < 1e-6));
    }

    #[test]
    fn spreading_is_the_adjoint_of_the_means() {
        let plane: Vec<f32> = (0..17 * 14).map(|i| (i as f32 * 0.7).sin()).collect();
        let windows: Vec<f32> = (0..7 * 4).map(|i| (i as f32 * 1.3).cos()).collect();
        let (mut rows, mut inner, mut outer) = (Vec::new(), Vec::new(), Vec::new());
        means(&plane, 17, &mut rows, &mut inner);
        spread(&windows, 17, &mut rows, &mut outer);
        let dot = |a: &[f32], b: &[f32]| -> f32 { a.iter().zip(b).map(|(a, b)| a * b).sum() };
        assert!((dot(&inner, &windows) - dot(&plane, &outer)).abs() < 1e-4);
    }
}
