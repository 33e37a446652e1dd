//! Runs the contest's metric over a list of rows: their order and seeds, the scores of each, and the mean.
//!
//! [`join`] matches drawings with the questions about them; [`Metric::run`] scores them into a [`Table`].
//! [`Metric::plan`] and [`Metric::look`] are its steps, for callers that want the pictures too.

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
