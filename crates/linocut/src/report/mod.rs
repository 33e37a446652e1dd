//! Pictures of results: contact sheets, as pixels.

mod candidates;
mod lettering;
mod sheet;

pub use candidates::candidates_sheet;
pub use sheet::{Cell, Sheet, SheetError};
