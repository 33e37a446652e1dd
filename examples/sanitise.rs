//! Makes a valid SVG of any SVG and lists what was changed. `cargo run --example sanitise -- [FOLDER] [SVG]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use linocut::Profile;
use linocut::constraints::sanitise;

/// An SVG as an editor might save it.
const SAMPLE: &str = r##"<?xml version="1.0"?>
<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90">
  <!-- made by hand -->
  <style>rect { opacity: .5 }</style>
  <rect class="sky" width="90" height="90" style="fill:#8ce;font-size:9px"/>
  <text x="9" y="80">sea</text>
  <circle cx="45" cy="45" r="20" fill="#fd8" onclick="alert(1)"/>
</svg>"##;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args_os().skip(1);
    let folder = arguments.next().map_or_else(std::env::temp_dir, PathBuf::from);
    let text = arguments.next().map_or_else(|| Ok(SAMPLE.to_owned()), std::fs::read_to_string)?;
    let sanitised = sanitise(&text, &Profile::CONTEST)?;
    for change in &sanitised.changes {
        println!("{change}");
    }
    let path = folder.join("sanitised.svg");
    std::fs::write(&path, sanitised.svg.as_str())?;
    println!("{}: {} bytes, {} before", path.display(), sanitised.svg.byte_count(), text.len());
    Ok(())
}
