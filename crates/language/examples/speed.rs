//! Times a model: one round for each line of standard input, so that another program can take its turns between rounds.
//!
//! ```text
//! cargo run --release -p linocut-language --example speed -- MODEL READ WRITTEN < LINES
//! ```
//!
//! Arguments: a folder or a GGUF file; tokens of a prompt; tokens that are written behind it, each the likeliest. Writes JSON lines of `read` and
//! `written`, in seconds.

use std::error::Error;
use std::io::{Write, stdin, stdout};
use std::time::Instant;

use linocut_language::model::{Causal, LanguageModel, Sampler, Sampling};
use linocut_nn::place::Placement;

const USAGE: &str = "usage: speed MODEL READ WRITTEN < LINES";

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, read, written] = &arguments[..] else { return Err(USAGE.into()) };
    let (read, written): (usize, usize) = (read.parse()?, written.parse()?);
    let model = LanguageModel::open(name.as_str(), &Placement::default())?;
    let tokens = model.config().vocabulary as u32;
    let prompt: Vec<u32> = (0..read.max(1) as u32).map(|at| at.wrapping_mul(7919) % tokens).collect();
    let network = model.network()?;
    // The first round lays out weights.
    round(&network, &prompt, 1)?;
    for line in stdin().lines() {
        line?;
        let (read, written) = round(&network, &prompt, written)?;
        let mut out = stdout().lock();
        writeln!(out, "{}", serde_json::json!({"read": read, "written": written}))?;
        out.flush()?;
    }
    Ok(())
}

/// Seconds of reading the prompt, and of writing behind it.
fn round(network: &Causal, prompt: &[u32], count: usize) -> Result<(f64, f64), Box<dyn Error>> {
    let tokens = network.config().vocabulary;
    let mut sampler = Sampler::new(Sampling::GREEDY, 0, tokens, prompt)?;
    let (start, mut cache) = (Instant::now(), network.cache());
    let mut logits = network.next(prompt, &mut cache)?;
    let read = start.elapsed().as_secs_f64();
    let start = Instant::now();
    for _ in 0..count {
        let token = sampler.draw(&logits, 0..tokens as u32)?;
        logits = network.next(&[token], &mut cache)?;
    }
    Ok((read, start.elapsed().as_secs_f64()))
}
