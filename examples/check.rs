//! Checks SVGs against the contest's constraints and says what is wrong where. `cargo run --example check -- [SVG...]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;

use linocut::{Profile, check};

/// Two of the three are not valid.
const SAMPLES: [(&str, &str); 3] = [
    ("valid.svg", r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"><circle cx="4" cy="4" r="3"/></svg>"#),
    ("picture.svg", r#"<svg xmlns="http://www.w3.org/2000/svg"><image href="data:image/png;base64,AA"/></svg>"#),
    ("cut.svg", "<svg><path d='M0 0"),
];

fn main() -> Result<(), Box<dyn Error>> {
    let paths: Vec<String> = std::env::args().skip(1).collect();
    let mut files = Vec::new();
    for path in paths {
        let text = std::fs::read_to_string(&path)?;
        files.push((path, text));
    }
    if files.is_empty() {
        files = SAMPLES.map(|(name, text)| (name.to_owned(), text.to_owned())).to_vec();
    }
    for (name, text) in &files {
        match check(text, &Profile::CONTEST) {
            Ok(svg) => println!("{name}: valid, {} bytes", svg.byte_count()),
            Err(invalid) => invalid.violations.iter().for_each(|violation| println!("{name}:{violation}")),
        }
    }
    Ok(())
}
