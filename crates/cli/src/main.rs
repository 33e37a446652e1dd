//! The command `linocut`: a subcommand for each job of the library.
//!
//! Results go to standard output, as text or, with `--json`, as JSON. Notes, progress bars and errors go to standard error.
//!
//! # Exit codes
//!
//! - 0: done
//! - 1: the work failed, or it found something: an SVG that is not valid (`check`), rows that could not be drawn (`batch`,
//!   `evaluate`, `ablate`)
//! - 2: the arguments are wrong, or nothing of a list could be read
//! - 130: cut short by Ctrl-C; what was finished by then is written

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "a command talks to the terminal")]

mod ablate;
mod arguments;
mod batch;
mod check;
mod command;
mod compare;
mod defend;
mod draw;
mod ending;
mod evaluate;
mod failure;
mod files;
mod gallery;
mod generate;
mod lists;
mod models;
mod named_values;
mod outputs;
mod printer;
mod progress;
mod refine;
mod sanitise;
mod score;
#[cfg(feature = "serve")]
mod serve;
mod trace;

use std::process::ExitCode;

use clap::FromArgMatches;
use command::{Linocut, command};

fn main() -> ExitCode {
    let parsed = command().try_get_matches().and_then(|matches| Linocut::from_arg_matches(&matches));
    let ended = match parsed {
        Ok(linocut) => linocut.run(),
        Err(error) => {
            // Help and versions are such errors too, with code 0. There is nobody to tell that they cannot be printed.
            let _ = error.print();
            return ExitCode::from(u8::try_from(error.exit_code()).unwrap_or(2));
        }
    };
    match ended {
        Ok(ending) => ending.into(),
        Err(error) => {
            eprintln!("error: {}", linocut::core::with_causes(&*error));
            if failure::is_unread(&*error) { ExitCode::from(ending::UNREAD) } else { ExitCode::FAILURE }
        }
    }
}
