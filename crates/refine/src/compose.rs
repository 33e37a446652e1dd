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
    /// Whether the opacity is a value with a gradient. Otherwise nothing is known of what lies beneath solid runs.
    pub(crate) varies: bool,
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
        add_scaled(&mut self.sum, by_color, T::ONE);
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

/// Pixels that the paint alone decides.
#[inline(always)]
fn unpaint_fixed<T: Scalar>(gradient: &mut [[T; 4]], start: usize, colors: &mut impl Colors<T>) {
    for (at, by) in gradient.iter_mut().enumerate() {
        let (given, share) = (*by, colors.color(start + at)[3]);
        colors.give(start + at, given.map(|by| by * share));
        *by = given.map(|by| by * (T::ONE - share));
    }
}

/// Four lanes stay apart until the end: adding them up for each pixel would cost more than all the rest.
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

/// The gradient of the share, lane by lane, with the pixel's gradient taken beneath the layer.
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

#[inline(always)]
fn add_scaled<T: Scalar>(into: &mut [T; 4], by: [T; 4], share: T) {
    *into = std::array::from_fn(|lane| into[lane] + by[lane] * share);
}

/// Not inlined: the lanes are summed once a layer, and should not be taken apart before.
#[inline(never)]
fn sum<T: Scalar>(lanes: [T; 4]) -> T {
    (lanes[0] + lanes[1]) + (lanes[2] + lanes[3])
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
        let coat = Coat { rule: FillRule::NonZero, opacity: 0.5, varies: true, orientation: 1.0 };
        paint(&mut pixels, None, &RUNS, &[-0.5], &coat, &Flat::new(0, &values()));
        assert_eq!(pixels[..2].iter().map(|pixel| pixel[0]).collect::<Vec<_>>(), [0.5, 0.25]);
        assert_eq!(pixels[2], [0.0; 4]);
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
