//! Choosing among candidates: a cheap score for all, a dear one for the best few, and scores weighted as one likes.

mod tournament;
mod weighted;

pub use tournament::{Ranked, Ranking, Tournament, TournamentError};
pub use weighted::{Blend, PartWeight, Weighted, WeightedError};
