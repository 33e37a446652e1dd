//! One layer over what lies beneath, and back.

use linocut_svg::FillRule;

use crate::cover::{coverage, slope};
use crate::ramp::Ramp;
use crate::scalar::Scalar;
use crate::scene::Values;
use crate::tape::{Run, SOLID};

/// How a layer is painted.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Coat<T> {
    pub(crate) rule: FillRule,
    /// Opacity, 0 to 1.
    pub(crate) opacity: T,
    /// Sign of the winding inside.
    pub(crate) orientation: T,
}

/// The colour of each pixel.
pub(crate) trait Colors<T> {
    /// Red, green and blue, and the opacity of the paint itself, of the pixel with this index.
    fn color(&self, pixel: usize) -> [T; 4];
    /// Adds the gradient of that colour to the gradient of the values.
    fn give(&mut self, pixel: usize, by_color: [T; 4]);
    /// Adds what [`Colors::give`] has collected.
    fn finish(self, gradient: &mut Values<T>);
}

/// One colour.
#[derive(Debug)]
pub(crate) struct Flat<T> {
    index: usize,
    color: [T; 4],
    sum: [T; 4],
}

impl<T: Scalar> Flat<T> {
    pub(crate) fn new(index: usize, values: &Values<T>) -> Self {
        let [r, g, b] = values.colors[index];
        Self { index, color: [r, g, b, T::ONE], sum: [T::ZERO; 4] }
    }
}

impl<T: Scalar> Colors<T> for Flat<T> {
    #[inline(always)]
    fn color(&self, _: usize) -> [T; 4] {
        self.color
    }

    #[inline(always)]
    fn give(&mut self, _: usize, by_color: [T; 4]) {
        for (sum, by) in self.sum.iter_mut().zip(by_color) {
            *sum += by;
        }
    }

    fn finish(self, gradient: &mut Values<T>) {
        for (into, sum) in gradient.colors[self.index].iter_mut().zip(self.sum) {
            *into += sum;
        }
    }
}

/// The colours of a ramp.
#[derive(Debug)]
pub(crate) struct Ramped<'a, T> {
    pub(crate) ramp: &'a Ramp,
    pub(crate) colors: &'a [[T; 3]],
    /// Width of the picture in px.
    pub(crate) width: usize,
    /// Pixels for each unit.
    pub(crate) scale: [f64; 2],
    /// One for each colour.
    pub(crate) sums: Vec<[T; 3]>,
}

impl<T: Scalar> Ramped<'_, T> {
    fn place(&self, pixel: usize) -> crate::ramp::Place<T> {
        let (x, y) = ((pixel % self.width) as f64 + 0.5, (pixel / self.width) as f64 + 0.5);
        self.ramp.place(x / self.scale[0], y / self.scale[1])
    }
}

impl<T: Scalar> Colors<T> for Ramped<'_, T> {
    fn color(&self, pixel: usize) -> [T; 4] {
        let place = self.place(pixel);
        let [low, high] = place.colors.map(|index| self.colors[index]);
        let [a, b] = place.shares;
        let mix = |channel: usize| a * low[channel] + b * high[channel];
        [mix(0), mix(1), mix(2), place.opacity]
    }

    fn give(&mut self, pixel: usize, by_color: [T; 4]) {
        let place = self.place(pixel);
        self.sums.resize(self.colors.len(), [T::ZERO; 3]);
        for (index, share) in place.colors.into_iter().zip(place.shares) {
            for (sum, by) in self.sums[index].iter_mut().zip(by_color) {
                *sum += share * by;
            }
        }
    }

    fn finish(self, gradient: &mut Values<T>) {
        for (into, sum) in gradient.colors.iter_mut().flatten().zip(self.sums.iter().flatten()) {
            *into += *sum;
        }
    }
}

/// Hands the colours of a paint to what works with any.
macro_rules! with_colors {
    ($paint:expr, $values:expr, $width:expr, $scale:expr, |$colors:ident| $body:expr) => {
        match $paint {
            Paint::Flat(index) => {
                let $colors = Flat::new(*index, $values);
                $body
            }
            Paint::Ramp(ramp) => {
                let colors = &$values.colors[..];
                let $colors = Ramped { ramp, colors, width: $width, scale: $scale, sums: Vec::new() };
                $body
            }
        }
    };
}
pub(crate) use with_colors;

/// Appends the colours beneath the runs to `under`.
pub(crate) fn keep<T: Scalar>(pixels: &[[T; 4]], runs: &[Run], under: &mut Vec<[T; 4]>) {
    for run in runs {
        under.extend_from_slice(&pixels[run.start as usize..][..run.len as usize]);
    }
}

/// Paints the runs: `pixel += coverage * opacity * (color - pixel)`.
pub(crate) fn paint<T: Scalar>(
    pixels: &mut [[T; 4]],
    runs: &[Run],
    windings: &[T],
    coat: &Coat<T>,
    colors: &impl Colors<T>,
) {
    for run in runs {
        let start = run.start as usize;
        let pixels = &mut pixels[start..][..run.len as usize];
        if run.windings == SOLID {
            for (index, pixel) in (start..).zip(pixels) {
                *pixel = mixed(*pixel, colors.color(index), coat.opacity);
            }
        } else {
            for ((index, pixel), winding) in (start..).zip(pixels).zip(&windings[run.windings as usize..]) {
                let share = coverage(coat.rule, *winding) * coat.opacity;
                *pixel = mixed(*pixel, colors.color(index), share);
            }
        }
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

/// Takes the gradient of the picture with a layer to that of the picture beneath it.
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
    let mut by_opacity = T::ZERO;
    for run in runs {
        let (start, len) = (run.start as usize, run.len as usize);
        let gradient = &mut gradient[start..][..len];
        let under = &under[run.under as usize..][..len];
        if run.windings == SOLID {
            for ((index, by), under) in (start..).zip(gradient).zip(under) {
                by_opacity += unmix(by, *under, index, colors, coat.opacity);
            }
        } else {
            let windings = &windings[run.windings as usize..][..len];
            let by_winding = &mut by_winding[start..][..len];
            let pixels = (start..).zip(gradient).zip(under).zip(windings).zip(by_winding);
            for ((((index, by), under), winding), by_winding) in pixels {
                let share = coverage(coat.rule, *winding);
                let by_share = unmix(by, *under, index, colors, share * coat.opacity);
                by_opacity += share * by_share;
                *by_winding = by_share * coat.opacity * slope(coat.rule, *winding, coat.orientation);
            }
        }
    }
    by_opacity
}

/// The gradient of the share, with the pixel's gradient taken beneath the layer.
#[inline(always)]
fn unmix<T: Scalar>(by: &mut [T; 4], under: [T; 4], index: usize, colors: &mut impl Colors<T>, share: T) -> T {
    let color = colors.color(index);
    let share = share * color[3];
    colors.give(index, by.map(|by| by * share));
    let products: [T; 4] = std::array::from_fn(|channel| by[channel] * (color[channel] - under[channel]));
    for by in by.iter_mut() {
        *by *= T::ONE - share;
    }
    (products[0] + products[1] + products[2]) * color[3]
}

#[cfg(test)]
mod tests {
    use super::*;

    const RUNS: [Run; 2] =
        [Run { start: 0, len: 1, windings: SOLID, under: 0 }, Run { start: 1, len: 1, windings: 0, under: 1 }];

    fn values() -> Values<f64> {
        Values { points: vec![], colors: vec![[1.0, 0.5, 0.0]], opacities: vec![] }
    }

    #[test]
    fn solid_pixels_take_the_opacity_and_edges_their_share_of_it() {
        let mut pixels = vec![[0.0; 4]; 3];
        let coat = Coat { rule: FillRule::NonZero, opacity: 0.5, orientation: 1.0 };
        paint(&mut pixels, &RUNS, &[-0.5], &coat, &Flat::new(0, &values()));
        assert_eq!(pixels[..2].iter().map(|pixel| pixel[0]).collect::<Vec<_>>(), [0.5, 0.25]);
        assert_eq!(pixels[2], [0.0; 4]);
    }

    #[test]
    fn an_opaque_layer_hides_what_is_beneath_from_the_gradient() {
        let coat = Coat { rule: FillRule::NonZero, opacity: 1.0, orientation: 1.0 };
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
