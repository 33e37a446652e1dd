//! What a trace starts from: the grid, its background, and the largest drawing to begin cutting at.

use std::borrow::Cow;

use image::RgbImage;
use linocut_core::ByteBudget;
use linocut_svg::Drawing;

use crate::error::TraceError;
use crate::importance::keep_most_important;
use crate::layer::{Layer, drawing};
use crate::reduce::reduce;

/// Most layers that a search begins with.
const MAX_LAYERS: usize = 3000;

/// Most bytes that a search aims to begin with: bounds the work for large budgets.
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

    /// Bytes to begin cutting at, when that is `surplus` times the budget.
    pub(crate) fn start_bytes(&self, surplus: f64) -> usize {
        ((self.budget as f64 * surplus) as usize).min(MAX_START_BYTES)
    }

    /// Layers on the background, without the least important where there are too many, and their bytes.
    pub(crate) fn stack(&self, mut layers: Vec<Layer>) -> (Vec<Layer>, usize) {
        keep_most_important(&mut layers, MAX_LAYERS, self.size());
        layers.insert(0, self.background.clone());
        let bytes = drawing(self.size(), &layers).byte_count();
        (layers, bytes)
    }
}
