//! The contest's score of one picture: what is looked at, who judges it, how the parts become a number.
//!
//! A [`Recipe`] is data: which [`Formula`] combines the parts, which picture is judged, how the questions are put. The
//! [`Judges`] give the parts; they are small traits, and closures enter through [`linocut_core::FromFn`]. A
//! [`ContestScore`] is both together.

mod examined;
mod formula;
mod judges;
#[cfg(feature = "neural")]
mod opened;
mod parts;
mod published;
mod recipe;
mod score;

pub use examined::Examined;
pub use formula::{Formula, FormulaError, MAX_BETA, Rule};
pub use judges::{Aesthetic, Answer, Judges, Read, Similarity, YesNo};
#[cfg(feature = "neural")]
pub use opened::OpenError;
pub use parts::{Part, Parts};
pub use recipe::{Recipe, Seen, VqaForm};
pub use score::{ContestError, ContestScore};
