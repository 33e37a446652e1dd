//! How many threads work.

use std::num::NonZeroUsize;

use clap::Args;

#[derive(Args)]
pub(crate) struct ThreadArguments {
    /// Threads; the result does not depend on them [default: as many as the machine has]
    #[arg(long, value_name = "J", value_parser = clap::value_parser!(u16).range(1..=1024))]
    jobs: Option<u16>,
}

impl ThreadArguments {
    /// The number of threads.
    pub(crate) fn count(&self) -> usize {
        let available = || std::thread::available_parallelism().map_or(1, NonZeroUsize::get).min(1024);
        self.jobs.map_or_else(available, usize::from)
    }
}
