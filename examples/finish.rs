//! Adds a frame and a mark to a drawing within its byte budget. `cargo run --example finish -- [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use linocut::collage::Collage;
use linocut::finish::{Border, Decoy, Mark};
use linocut::{ByteBudget, Prompt, Rewrite, Stop, Task};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let stop = Stop::never();
    let border = Border { share: 0.04, ..Border::default() };
    let decoy = Decoy { mark: Mark::PLUS, ..Decoy::default() };
    // What the touches may add is kept free beforehand.
    let budget = ByteBudget::CONTEST.less(border.reserve() + decoy.reserve());
    let drawing = Collage::default().drawing(&Prompt::new("a red boat on the sea", 4), &Task::new(budget, &stop))?;
    let plain = drawing.byte_count();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    let finished = decoy.apply(border.frame(drawing, &task)?, &task)?;
    let path = folder.join("finished.svg");
    std::fs::write(&path, finished.write().as_str())?;
    println!("{}: {plain} bytes without frame and mark, {} with", path.display(), finished.byte_count());
    Ok(())
}
