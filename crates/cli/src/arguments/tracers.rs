//! Which tracers turn pictures into shapes.

use clap::{Args, ValueEnum};
use linocut::pipeline::{BoxTrace, Named};
use linocut::trace::{BudgetTracer, Contours, VTracer};

#[derive(Clone, Copy, PartialEq, ValueEnum)]
enum Tracer {
    Budget,
    Vtracer,
    Contours,
}

#[derive(Args)]
pub(crate) struct TracerArguments {
    /// Tracers to use
    #[arg(long, value_name = "A,B", value_delimiter = ',', default_value = "budget")]
    tracers: Vec<Tracer>,
}

impl TracerArguments {
    /// The tracers, each in one thread for a candidate.
    pub(crate) fn tracers(&self) -> Vec<Named<BoxTrace>> {
        self.tracers.iter().map(|tracer| named(*tracer)).collect()
    }
}

fn named(tracer: Tracer) -> Named<BoxTrace> {
    match tracer {
        Tracer::Budget => Named::new("budget", Box::new(BudgetTracer::default().with_threads(1))),
        Tracer::Vtracer => Named::new("vtracer", Box::<VTracer>::default()),
        Tracer::Contours => Named::new("contours", Box::<Contours>::default()),
    }
}
