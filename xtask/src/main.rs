//! `cargo xtask`: the chores of this workspace, one file each.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

mod assets;
mod benches;
mod bless;
mod check;
mod features;
mod licences;
mod pictures;
mod quick;
mod workspace;

use std::process::ExitCode;

/// Why a chore failed.
type Failure = Box<dyn std::error::Error>;

const HELP: &str = "\
Chores of this workspace.

Usage: cargo xtask COMMAND

  quick [BASE]     format, lint and test the packages that changed since BASE (default: HEAD)
  check            everything that decides whether a change lands: .ci/run
  features         check every crate with each of its features, with none and with all that need no toolkit
  licences         compare the licence of every dependency with deny.toml
  bless            write picture snapshots and goldens anew; look at them before you commit
  assets NAME      build what ships in assets/NAME anew
  pictures [FILE]  make the README's pictures anew; its comparison of tracers from these pictures
  benches [NAME]   run the benchmarks and write docs/results/benches.md";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
    let done = match arguments[..] {
        ["quick"] => quick::run("HEAD"),
        ["quick", base] => quick::run(base),
        ["check"] => check::run(),
        ["features"] => features::run(),
        ["licences"] => licences::run(),
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
