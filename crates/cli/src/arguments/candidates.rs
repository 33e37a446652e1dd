//! How many candidates a picture is chosen from.

use clap::Args;

#[derive(Args)]
pub(crate) struct CandidateArguments {
    /// Seeds to try for each picture; each gives a candidate per tracer and one drawn as vectors
    #[arg(long, value_name = "N", default_value_t = 4, value_parser = clap::value_parser!(u16).range(1..=10_000))]
    candidates: u16,
}

impl CandidateArguments {
    /// The number of seeds.
    pub(crate) fn count(&self) -> usize {
        self.candidates.into()
    }
}
