//! Draws descriptions with a language model, one a line of standard input; writes JSON lines of `description`, `seed` and `svg`.
//!
//! ```text
//! cargo run --release -p linocut-language --example write -- Qwen2.5-0.5B-Instruct 10000 < DESCRIPTIONS
//! ```
//!
//! Arguments: a model's folder; bytes of a drawing; how many of each, by default one; the temperature, by default 0.7. With `--plain` the
//! model is asked with the description alone, as it was tuned with the tuner's `--plain`.

use std::error::Error;
use std::io::{BufWriter, Write, stdin, stdout};

use linocut_core::{ByteBudget, Prompt, Stop};
use linocut_language::model::{Asking, LanguageModel, Sampling};
use linocut_nn::place::Placement;

fn main() -> Result<(), Box<dyn Error>> {
    let (flags, args): (Vec<String>, Vec<String>) = std::env::args().skip(1).partition(|arg| arg.starts_with("--"));
    let name = args.first().ok_or("usage: write MODEL BYTES [COUNT [TEMPERATURE]] [--plain] < DESCRIPTIONS")?;
    let number = |at: usize, usual: usize| args.get(at).map_or(Ok(usual), |text| text.parse());
    let (budget, count) = (ByteBudget::new(number(1, 10_000)?), number(2, 1)?);
    let temperature = args.get(3).map_or(Ok(Sampling::default().temperature), |text| text.parse())?;
    let model = open(name, flags.iter().any(|flag| flag == "--plain"))?;
    let model = model.with_sampling(Sampling { temperature, ..Sampling::default() });
    let mut out = BufWriter::new(stdout().lock());
    for line in stdin().lines() {
        let description = line?;
        for seed in 0..count {
            let drawing = model.drawing(&Prompt::new(description.as_str(), seed as u64), budget, &Stop::never());
            match drawing {
                Ok(drawing) => {
                    let svg = drawing.write().to_string();
                    let row = serde_json::json!({"description": description, "seed": seed, "svg": svg});
                    writeln!(out, "{row}")?;
                }
                Err(error) => writeln!(std::io::stderr(), "{description}, seed {seed}: {error}")?,
            }
        }
    }
    Ok(())
}

fn open(name: &str, is_plain: bool) -> Result<LanguageModel, Box<dyn Error>> {
    let model = LanguageModel::open(name, &Placement::default())?;
    Ok(if is_plain { model.with_asking(Asking::Description) } else { model })
}
