//! Reports: contact sheets, curves, and paired differences with their plot.

mod candidates;
mod curve_plot;
mod error;
mod interval_plot;
mod lettering;
mod paired;
mod sheet;

pub use candidates::candidates_sheet;
pub use curve_plot::{Curve, curve_plot};
pub use error::SheetError;
pub use interval_plot::interval_plot;
pub use paired::PairedDifference;
pub use sheet::{Cell, Sheet};
