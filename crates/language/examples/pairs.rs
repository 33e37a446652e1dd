//! Pairs of descriptions and drawings of the composer's, one JSON object a line.
//!
//! ```text
//! cargo run --release -p linocut-language --example pairs -- COUNT SEED [BYTES [SIDE]]
//! ```

use std::error::Error;
use std::io::{BufWriter, Write, stdout};

use linocut_collage::Collage;
use linocut_core::ByteBudget;
use linocut_language::tune::{Pair, descriptions};

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let number = |at: usize, usual: usize| args.get(at).map_or(Ok(usual), |text| text.parse());
    let (count, seed) = (number(0, 10)?, number(1, 7)?);
    let (budget, side) = (ByteBudget::new(number(2, 800)?), number(3, 96)?);
    let (drawer, descriptions) = (Collage::default(), descriptions(count, seed as u64));
    let mut out = BufWriter::new(stdout().lock());
    for pair in Pair::drawn(&drawer, &descriptions, budget, u32::try_from(side)?) {
        writeln!(out, "{}", serde_json::to_string(&pair)?)?;
    }
    Ok(())
}
