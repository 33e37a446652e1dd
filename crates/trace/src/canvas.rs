//! The reduced picture that a trace starts from, its background, and the size of the first drawing to cut.

use std::borrow::Cow;

use image::{Rgb, RgbImage};
use linocut_core::ByteBudget;
use linocut_svg::{Color, Drawing, Point};

use crate::error::TraceError;
use crate::importance::keep_most_important;
use crate::layer::{Layer, Ring, drawing};
use crate::reduce::reduce;

/// Maximum number of layers that a search begins with.
const MAX_LAYERS: usize = 3000;

/// Maximum size in bytes of the first drawing: bounds the work for large budgets.
const MAX_START_BYTES: usize = 150_000;

/// A reduced picture and the budget for its drawing.
#[derive(Debug)]
pub(crate) struct Canvas<'a> {
    pub(crate) image: Cow<'a, RgbImage>,
    pub(crate) budget: usize,
    background: Layer,
}

impl<'a> Canvas<'a> {
    /// Reduces the picture to at most `grid` pixels a side.
    ///
    /// # Errors
    ///
    /// [`TraceError::EmptyPicture`] and [`TraceError::BudgetTooSmall`].
    pub(crate) fn new(image: &'a RgbImage, grid: u32, budget: ByteBudget) -> Result<Self, TraceError> {
        let image = reduce(image, grid)?;
        let background = Layer::background(&image);
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
        drawing(self.size(), std::slice::from_ref(&self.background))
    }

    /// The drawing, unless it shows nothing of a picture that is not of one colour: then the background with a box around the pixels
    /// beside each other that differ most from it, if that fits. A single dot is so small that a search takes it for noise.
    pub(crate) fn never_blank(&self, drawing: Drawing) -> Drawing {
        let first = self.image.get_pixel(0, 0);
        if drawing.shapes.len() > 1 || self.image.pixels().all(|pixel| pixel == first) {
            return drawing;
        }
        let Some(speck) = self.speck() else { return drawing };
        let shown = crate::layer::drawing(self.size(), &[self.background.clone(), speck]);
        if shown.byte_count() <= self.budget { shown } else { drawing }
    }

    /// A box around the pixels beside each other that differ most from the background, in the colour of the first of them.
    fn speck(&self) -> Option<Layer> {
        let Color { r, g, b } = self.background.color;
        let off = |pixel: &Rgb<u8>| pixel.0.iter().zip([r, g, b]).map(|(a, b)| u32::from(a.abs_diff(b))).sum::<u32>();
        let most = self.image.pixels().map(off).max().filter(|most| *most > 0)?;
        let is_far = |x: u32, y: u32| 2 * off(self.image.get_pixel(x, y)) > most;
        let (left, top, color) = self.image.enumerate_pixels().find(|(_, _, pixel)| off(pixel) == most)?;
        let right = (left..self.image.width()).take_while(|x| is_far(*x, top)).last()? + 1;
        let bottom = (top..self.image.height()).take_while(|y| is_far(left, *y)).last()? + 1;
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        let ring = Ring::new(corners.map(|(x, y)| Point::new(x as i32, y as i32)).to_vec(), self.size())?;
        Some(Layer { color: (*color).into(), rings: vec![ring] })
    }

    /// Size in bytes of the first drawing, if that is `surplus` times the budget.
    pub(crate) fn start_bytes(&self, surplus: f64) -> usize {
        ((self.budget as f64 * surplus) as usize).min(MAX_START_BYTES)
    }

    /// The layers on top of the background, without the least important ones if there are too many, and their size in
    /// bytes. A layer that covers everything becomes the background.
    pub(crate) fn stack(&self, mut layers: Vec<Layer>) -> (Vec<Layer>, usize) {
        let all = self.background.area();
        let covered = layers.iter().rposition(|layer| layer.rings.len() == 1 && layer.area() == all);
        layers.drain(..covered.map_or(0, |index| index + 1));
        keep_most_important(&mut layers, MAX_LAYERS, self.size());
        layers.insert(0, self.background.clone());
        let bytes = drawing(self.size(), &layers).byte_count();
        (layers, bytes)
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
    fn a_stack_lies_on_the_background() {
        let image = RgbImage::new(600, 300);
        let canvas = Canvas::new(&image, 384, ByteBudget::CONTEST).unwrap();
        assert_eq!(canvas.size(), (384, 192));
        let (layers, bytes) = canvas.stack(Vec::new());
        assert_eq!((layers.len(), layers[0].area(), bytes), (1, 384 * 192, canvas.smallest().byte_count()));
    }

    #[test]
    fn what_is_covered_altogether_is_left_out() {
        let image = RgbImage::new(6, 6);
        let canvas = Canvas::new(&image, 6, ByteBudget::CONTEST).unwrap();
        assert_eq!(canvas.stack(vec![Layer::background(&image); 3]).0.len(), 1);
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

    #[test]
    fn the_start_is_bounded_for_large_budgets() {
        let image = RgbImage::new(4, 4);
        let canvas = Canvas::new(&image, 384, ByteBudget::new(usize::MAX / 2)).unwrap();
        assert_eq!(canvas.start_bytes(6.0), MAX_START_BYTES);
    }
}
