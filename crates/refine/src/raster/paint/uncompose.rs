//! The backward step of composing: from the gradient of a picture with a layer to that of the picture beneath it.

use crate::raster::coverage::rule::{coverage, slope};
use crate::raster::paint::colors::Colors;
use crate::raster::paint::compose::Coat;
use crate::raster::scalar::Scalar;
use crate::raster::tape::{Run, SOLID};

/// Turns the gradient of the picture with a layer into that of the picture beneath it.
///
/// `gradient` holds red, green and blue for each pixel; `by_winding` receives the gradient of each winding. Returns the
/// gradient of the opacity.
pub(crate) fn unpaint<T: Scalar>(
    gradient: &mut [[T; 4]],
    by_winding: &mut [T],
    runs: &[Run],
    tape: (&[T], &[[T; 4]]),
    coat: &Coat<T>,
    colors: &mut impl Colors<T>,
) -> T {
    let (windings, under) = tape;
    let mut by_opacity = [T::ZERO; 4];
    for run in runs {
        let (start, len) = (run.start as usize, run.len as usize);
        let gradient = &mut gradient[start..][..len];
        if run.windings == SOLID && !coat.varies {
            unpaint_fixed(gradient, start, colors);
            continue;
        }
        let under = &under[run.under as usize..][..len];
        if run.windings == SOLID {
            unpaint_solid(gradient, under, start, coat.opacity, colors, &mut by_opacity);
        } else {
            let windings = &windings[run.windings as usize..][..len];
            let by_winding = &mut by_winding[start..][..len];
            by_opacity[0] += unpaint_edge(gradient, under, windings, by_winding, start, coat, colors);
        }
    }
    sum(by_opacity)
}

/// Solid pixels of a fixed opacity, where only the paint has a gradient.
#[inline(always)]
fn unpaint_fixed<T: Scalar>(gradient: &mut [[T; 4]], start: usize, colors: &mut impl Colors<T>) {
    for (at, by) in gradient.iter_mut().enumerate() {
        let (given, share) = (*by, colors.color(start + at)[3]);
        colors.give(start + at, given.map(|by| by * share));
        *by = given.map(|by| by * (T::ONE - share));
    }
}

/// Solid pixels of an opacity with a gradient. Its four lanes stay apart until the end: adding them up for each pixel would
/// cost more than everything else.
#[inline(always)]
fn unpaint_solid<T: Scalar>(
    gradient: &mut [[T; 4]],
    under: &[[T; 4]],
    start: usize,
    opacity: T,
    colors: &mut impl Colors<T>,
    by_opacity: &mut [T; 4],
) {
    let mut lanes = *by_opacity;
    for at in 0..gradient.len().min(under.len()) {
        let by_share = unmix(&mut gradient[at], under[at], start + at, colors, opacity);
        lanes = std::array::from_fn(|lane| lanes[lane] + by_share[lane]);
    }
    *by_opacity = lanes;
}

#[inline(always)]
fn unpaint_edge<T: Scalar>(
    gradient: &mut [[T; 4]],
    under: &[[T; 4]],
    windings: &[T],
    by_winding: &mut [T],
    start: usize,
    coat: &Coat<T>,
    colors: &mut impl Colors<T>,
) -> T {
    let mut by_opacity = T::ZERO;
    for at in 0..gradient.len().min(under.len()).min(windings.len()).min(by_winding.len()) {
        let share = coverage(coat.rule, windings[at]);
        let lanes = unmix(&mut gradient[at], under[at], start + at, colors, share * coat.opacity);
        let by_share = (lanes[0] + lanes[1]) + (lanes[2] + lanes[3]);
        by_opacity += by_share * share;
        by_winding[at] = by_share * coat.opacity * slope(coat.rule, windings[at], coat.orientation);
    }
    by_opacity
}

/// Returns the gradient of the share, lane by lane, and turns the pixel's gradient into that of the pixel beneath.
#[inline(always)]
fn unmix<T: Scalar>(by: &mut [T; 4], under: [T; 4], index: usize, colors: &mut impl Colors<T>, share: T) -> [T; 4] {
    let color = colors.color(index);
    let share = share * color[3];
    let given = *by;
    colors.give(index, std::array::from_fn(|lane| given[lane] * share));
    *by = std::array::from_fn(|lane| given[lane] * (T::ONE - share));
    // The fourth lane of the gradient is 0.
    std::array::from_fn(|lane| given[lane] * (color[lane] - under[lane]) * color[3])
}

/// Not inlined: the lanes are summed once a layer, and should not be taken apart before.
#[inline(never)]
fn sum<T: Scalar>(lanes: [T; 4]) -> T {
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
}

#[cfg(test)]
mod tests {
    use linocut_svg::FillRule;

    use super::*;
    use crate::raster::paint::colors::Flat;
    use crate::raster::scene::values::Values;

    const RUNS: [Run; 2] =
        [Run { start: 0, len: 1, windings: SOLID, under: 0 }, Run { start: 1, len: 1, windings: 0, under: 1 }];

    fn values() -> Values<f64> {
        Values { points: vec![], colors: vec![[1.0, 0.5, 0.0]], opacities: vec![] }
    }

    #[test]
    fn an_opaque_layer_hides_what_is_beneath_from_the_gradient() {
        let coat = Coat { rule: FillRule::NonZero, opacity: 1.0, varies: true, orientation: 1.0 };
        let (mut gradient, mut by_winding) = (vec![[1.0, 1.0, 1.0, 0.0]; 3], vec![0.0; 3]);
        let mut colors = Flat::new(0, &values());
        let under = [[0.0; 4]; 2];
        let by = unpaint(&mut gradient, &mut by_winding, &RUNS, (&[-0.25], &under), &coat, &mut colors);
        assert_eq!(gradient.iter().map(|by| by[0]).collect::<Vec<_>>(), [0.0, 0.75, 1.0]);
        assert_eq!((by, by_winding[1]), (1.5 * 1.25, -1.5));
        let mut total = values().zeros_like();
        colors.finish(&mut total);
        assert_eq!(total.colors, [[1.25; 3]]);
    }
}
