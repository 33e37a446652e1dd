//! What the command line may say.

use std::sync::LazyLock;

use clap::{CommandFactory, Parser, Subcommand};

use crate::ending::{EXIT_CODES, Ending};
use crate::failure::Failed;
use crate::printer::Printer;
#[cfg(feature = "serve")]
use crate::serve;
use crate::{
    ablate, batch, check, compare, defend, draw, evaluate, gallery, generate, models, refine, sanitise, score, trace,
};

/// Features with whether this build has them.
const FEATURES: [(&str, bool); 11] = [
    ("serve", cfg!(feature = "serve")),
    ("judge", cfg!(feature = "judge")),
    ("ocr", cfg!(feature = "ocr")),
    ("onnxruntime", cfg!(feature = "onnxruntime")),
    ("diffusion", cfg!(feature = "diffusion")),
    ("hub", cfg!(feature = "hub")),
    ("language", cfg!(feature = "language")),
    ("neural", cfg!(feature = "neural")),
    ("cuda", cfg!(feature = "cuda")),
    ("cudnn", cfg!(feature = "cudnn")),
    ("metal", cfg!(feature = "metal")),
];

/// What `--version` says.
static VERSION: LazyLock<String> = LazyLock::new(|| {
    let built: Vec<&str> = FEATURES.iter().filter(|(_, built)| *built).map(|(name, _)| *name).collect();
    format!("{}\nfeatures: {}", env!("CARGO_PKG_VERSION"), built.join(", "))
});

/// Turns text descriptions into SVGs of at most 10,000 bytes, and does each step of that on its own
#[derive(Parser)]
#[command(name = "linocut", version, long_version = VERSION.as_str(), propagate_version = true)]
pub(crate) struct Linocut {
    /// Print results as JSON on standard output
    #[arg(long, global = true, display_order = 100)]
    json: bool,
    #[command(subcommand)]
    job: Job,
}

#[derive(Subcommand)]
enum Job {
    Draw(draw::Arguments),
    Trace(trace::Arguments),
    Compare(compare::Arguments),
    Refine(refine::Arguments),
    Check(check::Arguments),
    Sanitise(sanitise::Arguments),
    Score(score::Arguments),
    Defend(defend::Arguments),
    Batch(batch::Arguments),
    Evaluate(evaluate::Arguments),
    Ablate(ablate::Arguments),
    Gallery(gallery::Arguments),
    #[cfg(feature = "serve")]
    Serve(serve::Arguments),
    Models(models::Arguments),
    #[command(hide = true)]
    Generate(generate::Arguments),
}

impl Linocut {
    /// Does what was asked for.
    pub(crate) fn run(self) -> Result<Ending, Failed> {
        let printer = Printer { json: self.json };
        match self.job {
            Job::Draw(arguments) => draw::run(&arguments, printer),
            Job::Trace(arguments) => trace::run(&arguments, printer),
            Job::Compare(arguments) => compare::run(&arguments, printer),
            Job::Refine(arguments) => refine::run(&arguments, printer),
            Job::Check(arguments) => check::run(&arguments, printer),
            Job::Sanitise(arguments) => sanitise::run(&arguments, printer),
            Job::Score(arguments) => score::run(&arguments, printer),
            Job::Defend(arguments) => defend::run(&arguments, printer),
            Job::Batch(arguments) => batch::run(&arguments, printer),
            Job::Evaluate(arguments) => evaluate::run(&arguments, printer),
            Job::Ablate(arguments) => ablate::run(&arguments, printer),
            Job::Gallery(arguments) => gallery::run(&arguments, printer),
            #[cfg(feature = "serve")]
            Job::Serve(arguments) => serve::run(&arguments, printer),
            Job::Models(arguments) => models::run(&arguments, printer),
            Job::Generate(arguments) => generate::run(&arguments, command(), printer),
        }
    }
}

/// The whole command, each part of its help with the exit codes.
pub(crate) fn command() -> clap::Command {
    Linocut::command().after_help(EXIT_CODES).mut_subcommands(|job| job.after_help(EXIT_CODES))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn arguments_do_not_contradict_each_other() {
        command().debug_assert();
    }
}
