//! How long an SVG may be.

use clap::Args;
use linocut::{ByteBudget, Profile};

#[derive(Args)]
pub(crate) struct BudgetArguments {
    /// Byte limit of the SVG
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    pub(crate) bytes: u32,
}

impl BudgetArguments {
    /// What a tracer may use.
    pub(crate) fn budget(&self) -> ByteBudget {
        ByteBudget::new(self.bytes as usize)
    }

    /// The contest's constraints with this limit.
    pub(crate) fn profile(&self) -> Profile {
        Profile { max_bytes: self.bytes as usize, ..Profile::CONTEST }
    }
}
