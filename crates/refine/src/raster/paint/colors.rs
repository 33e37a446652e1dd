//! The colour that a layer gives to each pixel: one flat colour or a ramp.

use crate::raster::scalar::Scalar;
use crate::raster::scene::ramp::Ramp;
use crate::raster::scene::values::Values;

/// The colour of each pixel.
pub(crate) trait Colors<T> {
    /// Red, green and blue, and the opacity of the paint itself, of the pixel with this index.
    fn color(&self, pixel: usize) -> [T; 4];
    /// Collects the gradient of that colour.
    fn give(&mut self, pixel: usize, by_color: [T; 4]);
    /// Adds what [`Colors::give`] has collected to the gradient of the values.
    fn finish(self, gradient: &mut Values<T>);
}

/// One colour for all pixels.
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
    fn place(&self, pixel: usize) -> crate::raster::scene::ramp::Place<T> {
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

/// Runs a block with the [`Colors`] of a paint, compiled once for each kind of paint.
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

#[inline(always)]
pub(crate) fn add_scaled<T: Scalar>(into: &mut [T; 4], by: [T; 4], share: T) {
    *into = std::array::from_fn(|lane| into[lane] + by[lane] * share);
}
