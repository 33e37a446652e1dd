//! The metric of the contest *Drawing with LLMs*: recipes, judges, formulas, defences, and runs over a list of rows.
//!
//! A [`Recipe`] is data: it says which [`Formula`] combines the parts, which picture is judged and how the questions
//! are asked. The [`Judges`] give the parts: each one is a small trait, which closures implement through
//! [`linocut_core::FromFn`]. A [`ContestScore`] is a recipe with its judges and scores one picture; [`metric`] scores a
//! list of rows. [`defence`] is what the metric does to a picture before it is judged.

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
