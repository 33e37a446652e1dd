//! What a mask costs with a vocabulary of 150,000 tokens, in states that allow few tokens and many.
//!
//! `cargo run --release -p linocut-language --example masks`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

mod vocabulary;

use std::time::{Duration, Instant};

use linocut_language::constraint::{Constraint, ConstraintError};
use vocabulary::{after, states, vocabulary};

/// Calls of which the fastest counts: the others were interrupted.
const CALLS: usize = 15;

fn main() -> Result<(), ConstraintError> {
    let start = Instant::now();
    let constraint = Constraint::new(vocabulary())?;
    println!("compiled in {:.1} s", start.elapsed().as_secs_f64());
    for (name, body) in states() {
        let mut guide = after(&constraint, &body)?;
        let mut best = Duration::MAX;
        for _ in 0..CALLS {
            let start = Instant::now();
            guide.mask();
            best = best.min(start.elapsed());
        }
        println!("{name}: {} tokens, {} us", guide.mask().iter().count(), best.as_micros());
    }
    Ok(())
}
