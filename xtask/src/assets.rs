//! Builds what ships in one folder of `assets` anew, by its own builder.

use crate::Failure;
use crate::workspace::{execute, program};

pub(crate) fn run(name: &str) -> Result<(), Failure> {
    let builder: &[&str] = match name {
        "art" => &["python3", "assets/art/make/build_archive.py"],
        "font" => &["bash", "assets/font/make/build_font.sh"],
        "judge" | "ocr" | "vectors" => {
            return Err(format!("packages must be unpacked first: follow the steps of assets/{name}/README.md").into());
        }
        _ => return Err(format!("`{name}` is none of art, font, judge, ocr, vectors").into()),
    };
    execute(program(builder[0]).args(&builder[1..]))
}
