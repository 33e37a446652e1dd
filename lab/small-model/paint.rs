//! Paints captions for a trainer that reads them through a pipe.
//!
//! ```text
//! paint CAPTIONS SEED FIRST STRIDE | trainer
//! ```
//!
//! Writes one record after another to standard output until the reader closes the pipe: the number of the caption (a line of the
//! file, from 0) as a little-endian `u32`, and its picture, 256 x 256 px, RGB, 8 bits a channel, row by row. Takes the lines `FIRST`,
//! `FIRST + STRIDE` and so on; at the end of the file it begins again with other seeds. Captions that cannot be painted are left out.

use std::error::Error;
use std::fs::read_to_string;
use std::io::{BufWriter, Write, stdout};

use linocut_collage::Collage;
use linocut_core::{Prompt, Stop};

/// Between the seeds of one pass through the file and the next.
const PASS: u64 = 1_000_003;

fn main() -> Result<(), Box<dyn Error>> {
    let args: Vec<String> = std::env::args().skip(1).collect();
    let [captions, seed, first, stride] = args.as_slice() else {
        return Err("usage: paint CAPTIONS SEED FIRST STRIDE".into());
    };
    let (seed, first, stride): (u64, usize, usize) = (seed.parse()?, first.parse()?, stride.parse()?);
    let text = read_to_string(captions)?;
    let captions: Vec<&str> = text.lines().collect();
    if stride == 0 || first >= captions.len() {
        return Err(format!("FIRST must be below {} captions and STRIDE above 0", captions.len()).into());
    }
    let collage = Collage { side: 256 };
    let mut out = BufWriter::new(stdout().lock());
    for pass in 0_u64.. {
        for (number, caption) in (0_u32..).zip(&captions).skip(first).step_by(stride) {
            let prompt = Prompt::new(*caption, seed + PASS * pass + u64::from(number));
            let Ok(picture) = collage.picture(&prompt, &Stop::never()) else { continue };
            if out.write_all(&number.to_le_bytes()).and_then(|()| out.write_all(&picture)).is_err() {
                return Ok(());
            }
        }
    }
    Ok(())
}
