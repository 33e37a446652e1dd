//! Pictures of descriptions with the words that they show, for whoever trains on labelled pictures.
//!
//! Reads one description per line from standard input and appends to the file named by the first argument, for each, one
//! picture: 160 x 160 px, RGB, 8 bits a channel, row by row. Prints the words that were not used, one line per picture.
//!
//! ```text
//! labelled pictures.rgb < descriptions.txt > unused.txt
//! ```

use std::error::Error;
use std::fs::OpenOptions;
use std::io::{BufRead, Write, stdin, stdout};

use linocut_collage::Collage;
use linocut_core::{Generate, Prompt, Stop};

fn main() -> Result<(), Box<dyn Error>> {
    let path = std::env::args().nth(1).ok_or("usage: labelled FILE < descriptions.txt > unused.txt")?;
    let mut file = OpenOptions::new().create(true).append(true).open(path)?;
    let collage = Collage { side: 160 };
    for (seed, line) in (0..).zip(stdin().lock().lines()) {
        let prompt = Prompt::new(line?, seed);
        let told = collage.generate_told(&prompt, &Stop::never())?;
        file.write_all(&told.made)?;
        writeln!(stdout(), "{}", told.unused_words.join(" "))?;
    }
    Ok(())
}
