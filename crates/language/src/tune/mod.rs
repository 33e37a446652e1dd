//! Tuning: a model learns to draw from pairs of descriptions and drawings.

mod adamw;
mod all_weights;
mod batch;
mod begin;
mod captions;
mod checkpoint;
mod error;
mod learner;
mod low_rank;
mod memory;
mod output;
mod pair;
mod plot;
mod run;

pub use adamw::Schedule;
pub use batch::Example;
pub use begin::begin_from_nothing;
pub use captions::descriptions;
pub use error::TuneError;
pub use learner::Learn;
pub use low_rank::LowRank;
pub use memory::Memory;
pub use output::merge_adapter;
pub use pair::Pair;
pub use plot::plot;
pub use run::{Step, TuneOptions, TunePlan, Tuning};
