//! Results as pictures and figures: contact sheets, paired differences and their plot.

mod candidates;
mod interval_plot;
mod lettering;
mod paired;
mod sheet;

pub use candidates::candidates_sheet;
pub use interval_plot::interval_plot;
pub use paired::PairedDifference;
pub use sheet::{Cell, Sheet, SheetError};
