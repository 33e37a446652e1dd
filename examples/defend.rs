//! Writes the two pictures that the contest's models see of a rendered picture.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::hint::black_box;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use clap::Parser;
use image::RgbImage;
use linocut::raster::{DecodeLimits, decode, drop_alpha, encode_png};
use linocut::score::contest::defence::{RandomState, defend, ocr_branch};

/// Defend a rendered picture as the contest's metric does: for rating and questions, and for reading
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Picture as rendered, PNG or JPEG, 4 px or more a side
    #[arg(value_name = "IN.png")]
    image: PathBuf,
    /// Seed of the picture; the deployed metric's first row has 209652396
    seed: u32,
    /// PNG to write, of what is rated and asked about
    #[arg(value_name = "OUT_DEFENDED.png")]
    defended: PathBuf,
    /// PNG to write, of what is read
    #[arg(value_name = "OUT_OCR.png")]
    ocr: PathBuf,
    /// Also print how long each chain takes, the best of N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    time: Option<u32>,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let path = arguments.image.display();
    let data = std::fs::read(&arguments.image).map_err(|e| format!("cannot read {path}: {e}"))?;
    let decoded = decode(&data, &DecodeLimits::default()).map_err(|e| format!("{path}: {e}"))?;
    let image = drop_alpha(&decoded);
    let mut random = RandomState::new(arguments.seed);
    let defended = defend(&image, &mut random).map_err(|e| format!("{path}: {e}"))?;
    let ocr = ocr_branch(&image, &mut random).map_err(|e| format!("{path}: {e}"))?;
    write(&arguments.defended, &defended)?;
    write(&arguments.ocr, &ocr)?;
    if let Some(rounds) = arguments.time {
        let mut random = RandomState::new(arguments.seed);
        println!("defend {:.3} ms", best(rounds, || drop(black_box(defend(black_box(&image), &mut random)))));
        println!("ocr branch {:.3} ms", best(rounds, || drop(black_box(ocr_branch(black_box(&image), &mut random)))));
    }
    Ok(())
}

fn write(path: &Path, image: &RgbImage) -> Result<(), Box<dyn Error>> {
    std::fs::write(path, encode_png(image)?).map_err(|e| format!("cannot write {}: {e}", path.display()))?;
    println!("wrote {}", path.display());
    Ok(())
}

/// The shortest time of `rounds`, in ms.
fn best(rounds: u32, mut run: impl FnMut()) -> f64 {
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}
