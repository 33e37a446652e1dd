//! Composes a layer over what lies beneath it.

use linocut_svg::FillRule;

use crate::raster::coverage::rule::coverage;
use crate::raster::paint::colors::Colors;
use crate::raster::scalar::Scalar;
use crate::raster::tape::{Run, SOLID};

/// How a layer is painted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coat<T> {
    pub(crate) rule: FillRule,
    /// Opacity, 0 to 1.
    pub(crate) opacity: T,
    /// Whether the opacity is a value with a gradient. Otherwise what lies beneath solid runs is not kept.
    pub(crate) varies: bool,
    /// Sign of the winding inside.
    pub(crate) orientation: T,
}

/// Paints the runs: `pixel += coverage * opacity * (color - pixel)`. Where there is room, what was beneath goes to `under`.
pub(crate) fn paint<T: Scalar>(
    pixels: &mut [[T; 4]],
    mut under: Option<&mut [[T; 4]]>,
    runs: &[Run],
    windings: &[T],
    coat: &Coat<T>,
    colors: &impl Colors<T>,
) {
    for run in runs {
        let (start, len) = (run.start as usize, run.len as usize);
        let pixels = &mut pixels[start..][..len];
        let kept = coat.varies || run.windings != SOLID;
        let under = under.as_deref_mut().filter(|_| kept).map(|under| &mut under[run.under as usize..][..len]);
        if run.windings == SOLID {
            paint_solid(pixels, under, start, coat.opacity, colors);
        } else {
            paint_edge(pixels, under, &windings[run.windings as usize..][..len], start, coat, colors);
        }
    }
}

#[inline(always)]
fn paint_solid<T: Scalar>(
    pixels: &mut [[T; 4]],
    under: Option<&mut [[T; 4]]>,
    start: usize,
    opacity: T,
    colors: &impl Colors<T>,
) {
    if let Some(under) = under {
        under.copy_from_slice(pixels);
    }
    for (at, pixel) in pixels.iter_mut().enumerate() {
        *pixel = mixed(*pixel, colors.color(start + at), opacity);
    }
}

#[inline(always)]
fn paint_edge<T: Scalar>(
    pixels: &mut [[T; 4]],
    under: Option<&mut [[T; 4]]>,
    windings: &[T],
    start: usize,
    coat: &Coat<T>,
    colors: &impl Colors<T>,
) {
    let mut none = [];
    // Without room the slice is empty: these runs are too short for a copy of their own.
    let under = under.unwrap_or(&mut none);
    for (at, (pixel, winding)) in pixels.iter_mut().zip(windings).enumerate() {
        if let Some(under) = under.get_mut(at) {
            *under = *pixel;
        }
        let share = coverage(coat.rule, *winding) * coat.opacity;
        *pixel = mixed(*pixel, colors.color(start + at), share);
    }
}

#[inline(always)]
fn mixed<T: Scalar>(under: [T; 4], color: [T; 4], share: T) -> [T; 4] {
    let share = share * color[3];
    if share == T::ONE {
        return color;
    }
    std::array::from_fn(|channel| under[channel] + share * (color[channel] - under[channel]))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::raster::paint::colors::Flat;
    use crate::raster::scene::values::Values;

    const RUNS: [Run; 2] =
        [Run { start: 0, len: 1, windings: SOLID, under: 0 }, Run { start: 1, len: 1, windings: 0, under: 1 }];

    fn values() -> Values<f64> {
        Values { points: vec![], colors: vec![[1.0, 0.5, 0.0]], opacities: vec![] }
    }

    #[test]
    fn solid_pixels_take_the_opacity_and_edges_their_share_of_it() {
        let mut pixels = vec![[0.0; 4]; 3];
        let coat = Coat { rule: FillRule::NonZero, opacity: 0.5, varies: true, orientation: 1.0 };
        paint(&mut pixels, None, &RUNS, &[-0.5], &coat, &Flat::new(0, &values()));
        assert_eq!(pixels[..2].iter().map(|pixel| pixel[0]).collect::<Vec<_>>(), [0.5, 0.25]);
        assert_eq!(pixels[2], [0.0; 4]);
    }
}
