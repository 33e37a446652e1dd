//! Moves a drawing's points and colours by gradient until it is closer to a picture. `cargo run --example refine -- [FOLDER]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::path::PathBuf;

use linocut::collage::Collage;
use linocut::refine::Refiner;
use linocut::trace::Contours;
use linocut::{ByteBudget, Prompt, Stop, Task};

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args_os().nth(1).map_or_else(std::env::temp_dir, PathBuf::from);
    let stop = Stop::never();
    let picture = Collage { side: 256 }.picture(&Prompt::new("a purple forest at dusk", 3), &stop)?;
    let task = Task { image: Some(&picture), ..Task::new(ByteBudget::new(2000), &stop) };
    let traced = Contours::default().trace(&picture, &task)?;
    let refiner = Refiner { steps: 20, side: 192, ..Refiner::default() };
    let refined = refiner.refine(&traced, &picture, &task)?;
    let path = folder.join("refined.svg");
    std::fs::write(&path, refined.drawing.write().as_str())?;
    println!(
        "{}: loss {:.5} before, {:.5} after {} steps",
        path.display(),
        refined.before,
        refined.after,
        refined.steps
    );
    println!("{} bytes before, {} after", traced.byte_count(), refined.drawing.byte_count());
    Ok(())
}
