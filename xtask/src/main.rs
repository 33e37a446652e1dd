//! `cargo xtask`: the chores of this workspace, one file each.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

mod assets;
mod benches;
mod bless;
mod check;
mod doc;
mod features;
mod fuzz;
mod licences;
mod package;
mod pictures;
mod pure;
mod quick;
mod wasm;
mod workspace;

use std::process::ExitCode;

/// Why a chore failed.
type Failure = Box<dyn std::error::Error>;

const HELP: &str = "\
Chores of this workspace.

Usage: cargo xtask COMMAND

Checks
  quick [BASE]           format, lint and test the packages that changed since BASE (default: HEAD)
  check                  everything that a change must pass: .ci/run
  doc                    build the documentation; a broken link is an error
  features               lint every crate with each of its features alone, with none, and with all that need no toolkit
  fuzz                   compile the fuzz targets
  fuzz TARGET SECONDS    run a fuzz target; needs cargo-fuzz
  licences               compare the licence of every dependency with deny.toml
  package                pack every published crate as crates.io would get it
  pure                   compare what the crates for the browser use of threads, unwinding, clocks and files with a list
  wasm                   check that the crates without files and networks compile for wasm32-unknown-unknown

Files made anew
  assets NAME            what ships in assets/NAME
  benches [NAME]         run all benchmarks and write docs/results/benches.md; with NAME, run some and print their table
  bless                  picture snapshots and other goldens; look at them before you commit
  pictures [FILE ...]    the README's pictures; its comparison of tracers from these files";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["quick"] => quick::run("HEAD"),
        ["quick", base] => quick::run(base),
        ["check"] => check::run(),
        ["doc"] => doc::run(),
        ["features"] => features::run(),
        ["fuzz"] => fuzz::check(),
        ["fuzz", target, seconds] => fuzz::run(target, seconds),
        ["licences"] => licences::run(),
        ["package"] => package::run(),
        ["pure"] => pure::run(),
        ["wasm"] => wasm::run(),
        ["bless"] => bless::run(),
        ["assets", name] => assets::run(name),
        ["pictures", ref traced @ ..] => pictures::run(traced),
        ["benches"] => benches::run(None),
        ["benches", name] => benches::run(Some(name)),
        ["help" | "--help" | "-h"] => {
            println!("{HELP}");
            return ExitCode::SUCCESS;
        }
        _ => {
            eprintln!("{HELP}");
            return ExitCode::from(2);
        }
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}
