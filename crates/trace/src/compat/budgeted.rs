//! The byte budget that vtracer does not have.

use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::composite;
use vtracer::ColorImage;

use super::error::CompatError;
use super::pixels::rgba;
use crate::BudgetTracer;
use crate::error::TraceError;

/// How long the SVG may be, and the seed of the search that keeps to it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub struct Budget {
    /// Most bytes of the SVG; `None` for as many as vtracer takes. Default: none.
    pub max_bytes: Option<usize>,
    /// Seed of the search, which runs where vtracer's own SVG is longer. Default: 0.
    pub seed: u64,
}

impl Budget {
    /// The text, if it fits; else the picture, traced within the budget over white. Both have the picture's width and height.
    pub(super) fn keep(&self, text: String, image: &ColorImage, stop: &Stop) -> Result<String, CompatError> {
        match self.max_bytes {
            Some(most) if text.len() > most => self.trace(most, image, stop),
            _ => Ok(text),
        }
    }

    fn trace(&self, most: usize, image: &ColorImage, stop: &Stop) -> Result<String, CompatError> {
        let (width, height) = (image.width, image.height);
        let Some(picture) = rgba(image) else { return Err(CompatError::TooLarge { width, height }) };
        let picture = composite(&picture, image::Rgb([255; 3]));
        let size = format!(" width=\"{width}\" height=\"{height}\"");
        let task = Task { seed: self.seed, ..Task::new(ByteBudget::new(most).less(size.len()), stop) };
        let svg = BudgetTracer::default().trace(&picture, &task).map_err(|error| match error {
            // As it was asked for: what the size takes is needed as well.
            TraceError::BudgetTooSmall { needed, .. } => {
                TraceError::BudgetTooSmall { budget: most, needed: needed + size.len() }
            }
            error => error,
        })?;
        let mut text = svg.write().into_string();
        if let Some(at) = text.find("<svg") {
            text.insert_str(at + "<svg".len(), &size);
        }
        Ok(text)
    }
}
