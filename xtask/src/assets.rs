//! Builds what ships in one folder of `assets` anew, by its own builder.

use crate::Failure;
use crate::workspace::{execute, program};

pub(crate) fn run(name: &str) -> Result<(), Failure> {
    let builder: &[&str] = match name {
        "art" => &["python3", "assets/art/make/build_archive.py"],
        "font" => &["bash", "assets/font/make/build_font.sh"],
        "judge" | "ocr" | "small-model" | "small-paligemma" | "small-siglip" | "small-unet" | "small-writer"
        | "vectors" => {
            return Err(format!("it takes steps by hand: follow assets/{name}/README.md").into());
        }
        _ => {
            return Err(format!(
                "`{name}` is none of art, font, judge, ocr, small-model, small-paligemma, small-siglip, small-unet, small-writer, vectors"
            )
            .into());
        }
    };
    execute(program(builder[0]).args(&builder[1..]))
}
