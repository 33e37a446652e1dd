//! The reduced picture that a trace starts from, and the least that is drawn of it.

use std::borrow::Cow;

use image::{Rgb, RgbImage};
use linocut_core::ByteBudget;
use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

use super::mean_color;
use super::reduce::reduce;
use crate::error::TraceError;

/// A reduced picture and the budget for its drawing.
#[derive(Debug)]
pub(crate) struct Canvas<'a> {
    pub(crate) image: Cow<'a, RgbImage>,
    pub(crate) budget: usize,
    background: Color,
}

impl<'a> Canvas<'a> {
    /// Reduces the picture to at most `grid` pixels a side.
    ///
    /// # Errors
    ///
    /// [`TraceError::EmptyPicture`] and [`TraceError::BudgetTooSmall`].
    pub(crate) fn new(image: &'a RgbImage, grid: u32, budget: ByteBudget) -> Result<Self, TraceError> {
        let image = reduce(image, grid)?;
        let background = mean_color(&image);
        let canvas = Self { image, budget: budget.bytes(), background };
        let needed = canvas.smallest().byte_count();
        if budget.fits(needed) {
            Ok(canvas)
        } else {
            Err(TraceError::BudgetTooSmall { budget: budget.bytes(), needed })
        }
    }

    /// Width and height of the grid.
    pub(crate) fn size(&self) -> (u32, u32) {
        self.image.dimensions()
    }

    /// The background alone.
    pub(crate) fn smallest(&self) -> Drawing {
        self.drawing(vec![self.ground()])
    }

    /// The whole picture in its mean colour, from the vertex after the edge that takes most bytes: the closing edge is free.
    fn ground(&self) -> Shape {
        let (width, height) = self.size();
        let (w, h) = (width as i32, height as i32);
        let mut corners = [(0, 0), (w, 0), (w, h), (0, h)].map(|(x, y)| Point::new(x, y));
        corners.rotate_left(if height.ilog10() > width.ilog10() { 2 } else { 1 });
        Shape::filled(Geometry::polygon(&corners), self.background)
    }

    fn drawing(&self, shapes: Vec<Shape>) -> Drawing {
        let (width, height) = self.size();
        Drawing { shapes, ..Drawing::new(width, height) }
    }

    /// The drawing, unless it shows nothing of a picture that is not of one colour: then the background with a box around the pixels
    /// beside each other that differ most from it, if that fits. A single dot is so small that a search takes it for noise.
    pub(crate) fn never_blank(&self, drawing: Drawing) -> Drawing {
        let first = self.image.get_pixel(0, 0);
        if drawing.shapes.len() > 1 || self.image.pixels().all(|pixel| pixel == first) {
            return drawing;
        }
        let Some(speck) = self.speck() else { return drawing };
        let shown = self.drawing(vec![self.ground(), speck]);
        if shown.byte_count() <= self.budget { shown } else { drawing }
    }

    /// A box around the pixels beside each other that differ most from the background, in the colour of the first of them.
    fn speck(&self) -> Option<Shape> {
        let Color { r, g, b } = self.background;
        let off = |pixel: &Rgb<u8>| pixel.0.iter().zip([r, g, b]).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>();
        let most = self.image.pixels().map(off).max().filter(|most| *most > 0)?;
        let is_far = |x: u32, y: u32| 2 * off(self.image.get_pixel(x, y)) > most;
        let (left, top, color) = self.image.enumerate_pixels().find(|(_, _, pixel)| off(pixel) == most)?;
        let right = (left..self.image.width()).take_while(|x| is_far(*x, top)).last()? + 1;
        let bottom = (top..self.image.height()).take_while(|y| is_far(left, *y)).last()? + 1;
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let corners = corners.map(|(x, y)| Point::new(x as i32, y as i32));
        Some(Shape::filled(Geometry::polygon(&corners), Color::from(*color)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_budget_below_the_background_is_refused_with_what_it_takes() {
        let image = RgbImage::new(9, 9);
        let needed = match Canvas::new(&image, 384, ByteBudget::new(10)).unwrap_err() {
            TraceError::BudgetTooSmall { budget: 10, needed } => needed,
            other => panic!("{other}"),
        };
        let canvas = Canvas::new(&image, 384, ByteBudget::new(needed)).unwrap();
        assert_eq!(canvas.smallest().byte_count(), needed);
    }

    #[test]
    fn a_picture_that_is_not_plain_is_not_drawn_blank() {
        let dot = RgbImage::from_fn(60, 40, |x, y| Rgb(if (x, y) == (50, 7) { [0, 0, 200] } else { [250; 3] }));
        let canvas = Canvas::new(&dot, 60, ByteBudget::CONTEST).unwrap();
        let shown = canvas.never_blank(canvas.smallest());
        assert_eq!(shown.shapes[1].geometry.bounds(), Some((50, 7, 51, 8)));
        assert_eq!(canvas.never_blank(shown.clone()), shown);
        let tight = Canvas::new(&dot, 60, ByteBudget::new(canvas.smallest().byte_count())).unwrap();
        assert_eq!(tight.never_blank(tight.smallest()).shapes.len(), 1);
        let plain = RgbImage::new(9, 9);
        let canvas = Canvas::new(&plain, 9, ByteBudget::CONTEST).unwrap();
        assert_eq!(canvas.never_blank(canvas.smallest()).shapes.len(), 1);
    }
}
