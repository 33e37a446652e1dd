//! The contest's metric over a list of rows: who is scored, in which order, with which seeds, and the mean.
//!
//! [`join`] brings together what was drawn and what is asked; [`Metric::run`] makes the [`Table`]. [`Metric::plan`] and
//! [`Metric::look`] are the steps by themselves, for whoever wants the pictures too.

mod choices;
mod entry;
mod plan;
mod run;
mod table;

pub(crate) use choices::check_question;
pub use choices::{ChoicesError, MAX_CHOICES, parse_choices, question};
pub use entry::{Entry, JoinError, Quiz, join};
pub use plan::{PlanError, Planned};
pub use run::{Checker, Looked, Metric, MetricError};
pub use table::{Table, TableRow};
