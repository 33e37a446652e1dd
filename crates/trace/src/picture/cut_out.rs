//! A picture with transparent parts on the grid of its drawing.

use image::{Rgb, RgbImage, RgbaImage};
use linocut_core::ByteBudget;
use linocut_raster::composite;
use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

use super::reduce::{on_grid, reduce};
use crate::error::TraceError;

/// Grey that a cut-out lies over in the search, half way between black and white.
pub(crate) const GROUND: u8 = 128;

/// Opacity from which a pixel is rather drawn than not.
const HALF: u8 = 128;

/// Colours that may stand for transparency where areas are found by colour.
const KEYS: [[u8; 3]; 8] =
    [[255, 0, 255], [0, 255, 0], [0, 255, 255], [255, 0, 0], [0, 0, 255], [255, 255, 0], [0, 0, 0], [255, 255, 255]];

/// A reduced picture with transparent parts.
#[derive(Debug)]
pub(crate) struct CutOut {
    over_ground: RgbImage,
    opacity: Vec<u8>,
}

impl CutOut {
    /// Reduces the picture to at most `grid` pixels a side, its colours times its opacity, so that what colour transparent pixels
    /// are stored with does not matter.
    ///
    /// # Errors
    ///
    /// [`TraceError::EmptyPicture`], [`TraceError::Resize`], and [`TraceError::BudgetTooSmall`] if not even an empty drawing fits.
    pub(crate) fn new(image: &RgbaImage, grid: u32, budget: ByteBudget) -> Result<Self, TraceError> {
        let over_ground = reduce(&composite(image, Rgb([GROUND; 3])), grid)?.into_owned();
        let levels = RgbImage::from_fn(image.width(), image.height(), |x, y| Rgb([image.get_pixel(x, y).0[3]; 3]));
        let levels = on_grid(&levels, over_ground.dimensions())?;
        let cut_out = Self { over_ground, opacity: levels.pixels().map(|level| level.0[0]).collect() };
        let needed = cut_out.smallest().byte_count();
        if budget.fits(needed) {
            Ok(cut_out)
        } else {
            Err(TraceError::BudgetTooSmall { budget: budget.bytes(), needed })
        }
    }

    /// A reduced picture over the ground of the search, with its opacity by pixel.
    pub(crate) const fn of(over_ground: RgbImage, opacity: Vec<u8>) -> Self {
        Self { over_ground, opacity }
    }

    /// The picture over the ground of the search.
    pub(crate) fn over_ground(&self) -> &RgbImage {
        &self.over_ground
    }

    /// Opacity by pixel, row by row, 0 to 255.
    pub(crate) fn opacity(&self) -> &[u8] {
        &self.opacity
    }

    /// The picture over a grey.
    pub(crate) fn over(&self, grey: u8) -> RgbImage {
        self.over_color([grey; 3])
    }

    /// The picture over the colour, of some, that its own colours are farthest from.
    pub(crate) fn over_key(&self) -> RgbImage {
        let straight = self.straight();
        let drawn = || straight.pixels().zip(&self.opacity).filter(|(_, opacity)| **opacity >= HALF);
        let far = |key: [u8; 3]| {
            let squared = |pixel: &Rgb<u8>| pixel.0.iter().zip(key).map(|(a, b)| u32::from(a.abs_diff(b)).pow(2)).sum();
            drawn().map(|(pixel, _)| squared(pixel)).min().unwrap_or(u32::MAX)
        };
        // The first of equals.
        let key = KEYS.into_iter().rev().max_by_key(|key| far(*key)).unwrap_or(KEYS[0]);
        self.over_color(key)
    }

    /// The colours without their opacity; the ground where there is none.
    pub(crate) fn straight(&self) -> RgbImage {
        self.map(|level, opacity| {
            let lift = f32::from(level) - f32::from(GROUND);
            f32::from(GROUND) + if opacity > 0.0 { lift / opacity } else { 0.0 }
        })
    }

    /// An empty drawing.
    pub(crate) fn smallest(&self) -> Drawing {
        Drawing::new(self.over_ground.width(), self.over_ground.height())
    }

    /// The drawing, unless it is empty although the picture is not: then a box around the most opaque pixels beside each other, if
    /// that fits.
    pub(crate) fn never_blank(&self, drawing: Drawing, budget: ByteBudget) -> Drawing {
        if !drawing.shapes.is_empty() {
            return drawing;
        }
        let Some(speck) = self.speck() else { return drawing };
        let shown = Drawing { shapes: vec![speck], ..self.smallest() };
        if budget.fits(shown.byte_count()) { shown } else { drawing }
    }

    fn speck(&self) -> Option<Shape> {
        let most = self.opacity.iter().copied().max().filter(|most| *most >= HALF)?;
        let (width, height) = self.over_ground.dimensions();
        let at = |x: u32, y: u32| self.opacity[(y * width + x) as usize];
        let first = self.opacity.iter().position(|opacity| *opacity == most)? as u32;
        let (left, top) = (first % width, first / width);
        let right = (left..width).take_while(|x| at(*x, top) >= HALF).last()? + 1;
        let bottom = (top..height).take_while(|y| at(left, *y) >= HALF).last()? + 1;
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let corners = corners.map(|(x, y)| Point::new(x as i32, y as i32));
        Some(Shape::filled(Geometry::polygon(&corners), Color::from(*self.straight().get_pixel(left, top))))
    }

    fn over_color(&self, color: [u8; 3]) -> RgbImage {
        let mut picture = self.over_ground.clone();
        for (pixel, opacity) in picture.pixels_mut().zip(&self.opacity) {
            let clear = 1.0 - f32::from(*opacity) / 255.0;
            for (level, ground) in pixel.0.iter_mut().zip(color) {
                let lift = clear * (f32::from(ground) - f32::from(GROUND));
                *level = (f32::from(*level) + lift).round().clamp(0.0, 255.0) as u8;
            }
        }
        picture
    }

    fn map(&self, level: impl Fn(u8, f32) -> f32) -> RgbImage {
        let mut picture = self.over_ground.clone();
        for (pixel, opacity) in picture.pixels_mut().zip(&self.opacity) {
            pixel.0 = pixel.0.map(|old| level(old, f32::from(*opacity) / 255.0).round().clamp(0.0, 255.0) as u8);
        }
        picture
    }
}

#[cfg(test)]
mod tests {
    use image::Rgba;

    use super::*;

    fn cut_out(pixel: impl Fn(u32, u32) -> [u8; 4]) -> CutOut {
        let image = RgbaImage::from_fn(60, 40, |x, y| Rgba(pixel(x, y)));
        CutOut::new(&image, 60, ByteBudget::CONTEST).unwrap()
    }

    #[test]
    fn backgrounds_show_through_by_opacity() {
        let cut_out = cut_out(|x, _| [200, 100, 0, [0, 255, 51][x as usize % 3]]);
        let row = |picture: RgbImage| [0, 1, 2].map(|x| picture.get_pixel(x, 5).0);
        assert_eq!(row(cut_out.over(0)), [[0; 3], [200, 100, 0], [40, 20, 0]]);
        assert_eq!(row(cut_out.over(255)), [[255; 3], [200, 100, 0], [244, 224, 204]]);
        let straight = row(cut_out.straight());
        assert_eq!(straight[..2], [[128; 3], [200, 100, 0]]);
        assert!(straight[2].iter().zip([200, 100, 0]).all(|(a, b): (&u8, u8)| a.abs_diff(b) < 4), "{straight:?}");
    }

    #[test]
    fn colours_of_transparent_pixels_do_not_matter() {
        let with = |hidden: u8| {
            let image = RgbaImage::from_fn(800, 300, |x, y| {
                Rgba(if (x / 50 + y / 50) % 2 == 0 { [250, 90, 0, 255] } else { [hidden, 0, hidden, 0] })
            });
            CutOut::new(&image, 384, ByteBudget::CONTEST).unwrap()
        };
        assert_eq!(with(0).over_ground, with(255).over_ground);
    }

    #[test]
    fn the_key_is_far_from_what_is_drawn() {
        let cut_out = cut_out(|x, _| if x < 30 { [250, 5, 240, 255] } else { [0, 0, 0, 0] });
        let key = cut_out.over_key().get_pixel(50, 5).0;
        assert_eq!(key, [0, 255, 0]);
    }

    #[test]
    fn what_is_not_empty_is_not_drawn_empty() {
        let dot = cut_out(|x, y| [0, 0, 200, if (50..53).contains(&x) && y == 7 { 255 } else { 0 }]);
        let shown = dot.never_blank(dot.smallest(), ByteBudget::CONTEST);
        assert_eq!(shown.shapes[0].geometry.bounds(), Some((50, 7, 53, 8)));
        let tight = ByteBudget::new(dot.smallest().byte_count());
        assert!(dot.never_blank(dot.smallest(), tight).shapes.is_empty());
        let empty = cut_out(|_, _| [9, 9, 9, 0]);
        assert!(empty.never_blank(empty.smallest(), ByteBudget::CONTEST).shapes.is_empty());
    }

    #[test]
    fn a_budget_below_an_empty_drawing_is_refused() {
        let error = CutOut::new(&RgbaImage::new(9, 9), 384, ByteBudget::new(10)).unwrap_err();
        assert!(matches!(error, TraceError::BudgetTooSmall { budget: 10, .. }));
    }
}
