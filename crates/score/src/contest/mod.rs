//! The contest's metric of one picture: what is looked at, who judges it, how the parts become a number.

pub mod defence;
mod examined;
mod formula;
mod judges;
pub mod metric;
mod parts;
pub(crate) mod published;
mod recipe;
pub(crate) mod renderer;
mod score;

pub use examined::Examined;
pub use formula::{Formula, FormulaError, MAX_BETA, Rule};
pub use judges::{Aesthetic, Answer, Judges, Read, Similarity, YesNo};
pub use parts::{Part, Parts};
pub use recipe::{Recipe, Seen, VqaForm};
pub use score::{ContestError, ContestScore};
