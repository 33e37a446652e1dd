//! The settling step that does nothing.

use linocut_core::{Rewrite, StageError, Task};
use linocut_svg::Drawing;

/// The settling step that leaves a drawing as it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Unsettled;

impl Rewrite for Unsettled {
    fn rewrite(&self, drawing: Drawing, _: &Task<'_>) -> Result<Drawing, StageError> {
        Ok(drawing)
    }
}
