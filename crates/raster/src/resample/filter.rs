//! Resampling kernels: bilinear, bicubic and Lanczos.

use std::f64::consts::PI;

/// A resampling kernel: how pixels are weighted by distance, in pixels of the smaller of the two pictures.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Filter {
    /// A triangle of radius 1 px: soft, never overshoots.
    Bilinear,
    /// Keys' cubic with a = -0.5, radius 2 px: the default of most image models' preprocessing.
    #[default]
    Bicubic,
    /// A sinc windowed by a sinc, radius 3 px: sharpest, overshoots at edges.
    Lanczos,
}

impl Filter {
    /// Distance in px at and beyond which the weight is 0.
    pub(super) fn radius(self) -> f64 {
        match self {
            Self::Bilinear => 1.0,
            Self::Bicubic => 2.0,
            Self::Lanczos => 3.0,
        }
    }

    /// Weight at a signed distance in px; not normalised. The order of operations is Pillow's, and so are the bits.
    pub(super) fn weight(self, distance: f64) -> f64 {
        match self {
            Self::Bilinear => (1.0 - distance.abs()).max(0.0),
            Self::Bicubic => cubic(distance.abs()),
            Self::Lanczos => lanczos(distance),
        }
    }
}

/// Keys 1981, "Cubic convolution interpolation for digital image processing", a = -0.5.
fn cubic(x: f64) -> f64 {
    const A: f64 = -0.5;
    if x < 1.0 {
        ((A + 2.0) * x - (A + 3.0)) * x * x + 1.0
    } else if x < 2.0 {
        (((x - 5.0) * x + 8.0) * x - 4.0) * A
    } else {
        0.0
    }
}

fn lanczos(x: f64) -> f64 {
    if (-3.0..3.0).contains(&x) { sinc(x) * sinc(x / 3.0) } else { 0.0 }
}

fn sinc(x: f64) -> f64 {
    if x == 0.0 {
        return 1.0;
    }
    let angle = x * PI;
    libm::sin(angle) / angle
}

#[cfg(test)]
mod tests {
    use super::*;

    const ALL: [Filter; 3] = [Filter::Bilinear, Filter::Bicubic, Filter::Lanczos];

    #[test]
    fn every_filter_is_one_at_its_centre() {
        assert!(ALL.iter().all(|filter| filter.weight(0.0) == 1.0));
    }

    #[test]
    fn every_filter_is_zero_from_its_radius_on() {
        for filter in ALL {
            assert_eq!(filter.weight(filter.radius()), 0.0);
            assert_eq!(filter.weight(-filter.radius() - 0.25), 0.0);
        }
    }

    #[test]
    fn every_filter_vanishes_at_whole_pixels() {
        for filter in ALL {
            assert!((1..4).all(|x| filter.weight(f64::from(x)).abs() < 1e-15));
        }
    }

    #[test]
    fn only_the_sharp_filters_have_negative_lobes() {
        assert!(Filter::Bilinear.weight(1.5) == 0.0);
        assert!(Filter::Bicubic.weight(1.5) < 0.0);
        assert!(Filter::Lanczos.weight(-1.5) < 0.0);
    }
}
