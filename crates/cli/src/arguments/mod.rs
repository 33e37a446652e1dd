//! Options that several subcommands share, in groups.

mod budget;
mod candidates;
mod model;
mod place;
mod seed;
mod threads;
mod time;
mod tracers;
mod weights;
mod writer;

pub(crate) use budget::BudgetArguments;
pub(crate) use candidates::CandidateArguments;
pub(crate) use model::ModelArguments;
#[cfg(all(feature = "serve", feature = "diffusion"))]
pub(crate) use model::{installed, open};
pub(crate) use place::PlaceArguments;
pub(crate) use seed::SeedArguments;
pub(crate) use threads::ThreadArguments;
pub(crate) use time::{TimeArguments, seconds};
pub(crate) use tracers::TracerArguments;
pub(crate) use weights::WeightArguments;
pub(crate) use writer::WriterArguments;
