//! What makes a run repeatable.

use clap::Args;

#[derive(Args)]
pub(crate) struct SeedArguments {
    /// Seed of everything random; the same seed gives the same result
    #[arg(long, value_name = "S", default_value_t = 0)]
    pub(crate) seed: u64,
}
