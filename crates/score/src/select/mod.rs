//! Chooses among candidates: a cheap score for all and an expensive one for the best few, and custom weights for the
//! parts of other scores.

mod tournament;
mod weighted;

pub use tournament::{Ranked, Ranking, Tournament, TournamentError};
pub use weighted::{Blend, PartWeight, Weighted, WeightedError};
