//! Fill rules: the share of a pixel that a fractional winding number covers, and its derivative.

use linocut_svg::FillRule;

use crate::raster::scalar::Scalar;

/// How much of a pixel of this winding is inside: the winding without its sign cut at 1, or folded into 0 to 1.
#[inline(always)]
pub(crate) fn coverage<T: Scalar>(rule: FillRule, winding: T) -> T {
    let size = winding.abs();
    match rule {
        FillRule::NonZero => size.min(T::ONE),
        FillRule::EvenOdd => {
            let two = T::from_f64(2.0);
            (size - two * (size / two).round()).abs()
        }
    }
}

/// Derivative of [`coverage`]. Next to 0 it is that of an outline that turns as `orientation` (1 or -1) says; next to 1 that
/// of the pixel that is not quite covered.
#[inline(always)]
pub(crate) fn slope<T: Scalar>(rule: FillRule, winding: T, orientation: T) -> T {
    let (size, kink) = (winding.abs(), T::SLACK);
    let sign = if size <= kink {
        orientation
    } else if winding < T::ZERO {
        -T::ONE
    } else {
        T::ONE
    };
    match rule {
        FillRule::NonZero => {
            if size <= T::ONE + kink {
                sign
            } else {
                T::ZERO
            }
        }
        FillRule::EvenOdd => {
            let two = T::from_f64(2.0);
            let folded = size - two * ((size - kink) / two).round();
            if folded < T::ZERO { -sign } else { sign }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rules_fold_windings() {
        for (winding, non_zero, even_odd) in [(0.25, 0.25, 0.25), (-1.5, 1.0, 0.5), (2.0, 1.0, 0.0), (-3.0, 1.0, 1.0)] {
            assert_eq!(coverage(FillRule::NonZero, winding), non_zero);
            assert_eq!(coverage(FillRule::EvenOdd, winding), even_odd);
        }
    }

    #[test]
    fn slopes_are_those_of_the_rules() {
        for rule in [FillRule::NonZero, FillRule::EvenOdd] {
            for winding in [0.3, -0.7, 1.4, -1.8, 2.3_f64] {
                let by = (coverage(rule, winding + 1e-7) - coverage(rule, winding - 1e-7)) / 2e-7;
                assert!((slope(rule, winding, 1.0) - by).abs() < 1e-6, "{rule:?} {winding}");
            }
        }
        assert_eq!([0.0, -1.0, 1.0].map(|w| slope(FillRule::NonZero, w, -1.0)), [-1.0, -1.0, 1.0]);
        assert_eq!([0.0, -1.0, 1.0].map(|w| slope(FillRule::EvenOdd, w, -1.0)), [-1.0, -1.0, 1.0]);
    }
}
