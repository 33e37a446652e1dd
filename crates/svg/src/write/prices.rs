//! Prices: the bytes of a drawing piece by piece, so that a change is priced without writing the rest.

use std::borrow::Cow;

use super::base::Stated;
use super::defs::Defs;
use super::tallies::{Change, Tallies};
use super::{ByteCounter, attributes, write_rest};
use crate::drawing::Drawing;
use crate::shape::{Paint, Shape};

/// A drawing with the bytes of each of its pieces.
///
/// The text consists of the frame (root element and definitions), the body of each shape (element, outline, opacity) and the
/// inherited attributes. A body depends on its shape alone; the fill of a shape depends on whether its two neighbours have the
/// same one; which value of an attribute the root states depends on sums that are kept up to date. So replacing a shape
/// prices that shape and looks at two others:
///
/// ```
/// use linocut_svg::{Color, Drawing, Geometry, Prices, Shape};
///
/// let square = |x| Shape::filled(Geometry::rect(x, 0, 9, 9), Color::from_hex(0x112233));
/// let mut prices = Prices::new(Drawing { shapes: (0..5).map(square).collect(), ..Drawing::new(99, 99) });
/// let (before, replacement) = (prices.bytes(), square(50));
/// assert_eq!(prices.bytes_with(2, &replacement), before + 1);
/// prices.replace(2, replacement);
/// assert_eq!(prices.bytes(), prices.drawing().write().byte_count());
/// ```
///
/// A drawing with gradients is counted as a whole at each change.
#[derive(Debug)]
pub struct Prices {
    drawing: Drawing,
    bodies: Vec<usize>,
    /// Frame and bodies.
    fixed: usize,
    tallies: Tallies<'static>,
    gradients: usize,
}

impl Prices {
    /// Prices every piece of a drawing.
    #[must_use]
    pub fn new(drawing: Drawing) -> Self {
        let defs = Defs::default();
        let mut tallies = Tallies::new();
        for run in super::runs(&drawing) {
            tallies.change_fill(Change::Add, run[0].fill.as_ref(), run.len(), &defs, owned);
        }
        drawing.shapes.iter().for_each(|shape| tallies.change(Change::Add, &Stated::of(shape), &defs, owned));
        let bodies: Vec<usize> = drawing.shapes.iter().map(body).collect();
        let fixed = frame(&drawing) + bodies.iter().sum::<usize>();
        let gradients = drawing.shapes.iter().map(gradients).sum();
        Self { drawing, bodies, fixed, tallies, gradients }
    }

    /// The drawing.
    #[must_use]
    pub const fn drawing(&self) -> &Drawing {
        &self.drawing
    }

    /// The drawing, owned.
    #[must_use]
    pub fn into_drawing(self) -> Drawing {
        self.drawing
    }

    /// Bytes of the whole text; equal to [`Drawing::byte_count`].
    #[must_use]
    pub fn bytes(&self) -> usize {
        if self.gradients > 0 { self.drawing.byte_count() } else { self.fixed + self.tallies.bytes() }
    }

    /// Bytes of the body of a shape: its element with outline and opacity, without inherited attributes.
    ///
    /// # Panics
    ///
    /// If there is no shape of this index.
    #[must_use]
    pub fn body_bytes(&self, index: usize) -> usize {
        self.bodies[index]
    }

    /// Bytes of the whole text if a shape were replaced by another.
    ///
    /// # Panics
    ///
    /// If there is no shape of this index.
    #[must_use]
    pub fn bytes_with(&mut self, index: usize, shape: &Shape) -> usize {
        let before = self.replace(index, shape.clone());
        let bytes = self.bytes();
        self.replace(index, before);
        bytes
    }

    /// Replaces a shape and returns the one that was there.
    ///
    /// # Panics
    ///
    /// If there is no shape of this index.
    pub fn replace(&mut self, index: usize, shape: Shape) -> Shape {
        self.count_around(index, Change::Remove);
        let before = std::mem::replace(&mut self.drawing.shapes[index], shape);
        self.count_around(index, Change::Add);
        let after = &self.drawing.shapes[index];
        self.gradients = self.gradients + gradients(after) - gradients(&before);
        let bytes = body(after);
        self.fixed = self.fixed + bytes - std::mem::replace(&mut self.bodies[index], bytes);
        before
    }

    /// Counts the values of a shape, and the runs of equal fill that it and its neighbours belong to.
    fn count_around(&mut self, index: usize, change: Change) {
        let defs = Defs::default();
        let shapes = &self.drawing.shapes;
        self.tallies.change(change, &Stated::of(&shapes[index]), &defs, owned);
        // A run beside the shape counts as one shape or as several: two neighbours on either side tell which.
        let near = shapes[index.saturating_sub(2)..(index + 3).min(shapes.len())].chunk_by(|a, b| a.fill == b.fill);
        near.for_each(|run| self.tallies.change_fill(change, run[0].fill.as_ref(), run.len(), &defs, owned));
    }
}

fn owned(paint: &Paint) -> Cow<'static, Paint> {
    Cow::Owned(paint.clone())
}

fn gradients(shape: &Shape) -> usize {
    super::defs::shape_gradients(shape).count()
}

fn body(shape: &Shape) -> usize {
    let mut counter = ByteCounter::default();
    write_rest(&mut counter, shape);
    counter.bytes() + attributes::element(&shape.geometry).len()
}

/// The text around the shapes.
fn frame(drawing: &Drawing) -> usize {
    Drawing { shapes: Vec::new(), ..*drawing }.byte_count()
}
