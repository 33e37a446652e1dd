//! `linocut defend`: the two pictures that the contest's models see of a rendered picture.

use std::fmt;
use std::hint::black_box;
use std::path::PathBuf;
use std::time::Instant;

use clap::Args;
use image::RgbImage;
use linocut::raster::{DecodeLimits, decode, drop_alpha};
use linocut::score::contest::defence::{RandomState, defend, ocr_branch};
use serde::Serialize;

use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;

/// Defend a rendered picture as the contest's metric does: for rating and questions, and for OCR
#[derive(Args)]
pub(crate) struct Arguments {
    /// Picture as rendered, PNG or JPEG, 4 px or more a side
    #[arg(value_name = "IN.png")]
    image: PathBuf,
    /// Seed of the picture; the deployed metric's first row has 209652396
    seed: u32,
    /// PNG to write, of what is rated and asked about
    #[arg(value_name = "OUT_DEFENDED.png")]
    defended: PathBuf,
    /// PNG to write, of what OCR sees
    #[arg(value_name = "OUT_OCR.png")]
    ocr: PathBuf,
    /// Also print how long each chain takes, the best of N
    #[arg(long, value_name = "N", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    time: Option<u32>,
}

/// The shortest time of each chain in ms.
#[derive(Serialize)]
struct Times {
    defend: f64,
    ocr_branch: f64,
}

/// The files, and the times if they were asked for.
#[derive(Serialize)]
struct Report {
    defended: PathBuf,
    ocr: PathBuf,
    #[serde(skip_serializing_if = "Option::is_none")]
    milliseconds: Option<Times>,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "wrote {}\nwrote {}", self.defended.display(), self.ocr.display())?;
        let Some(Times { defend, ocr_branch }) = &self.milliseconds else { return Ok(()) };
        write!(f, "\ndefend {defend:.3} ms\nocr branch {ocr_branch:.3} ms")
    }
}

/// Defends and writes both pictures.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let path = &arguments.image;
    outputs::check(&[("picture that is rated", &arguments.defended), ("picture for OCR", &arguments.ocr)], &[path])?;
    let decoded = decode(&files::read(path)?, &DecodeLimits::default()).map_err(Failure::inside(path))?;
    let image = drop_alpha(&decoded);
    let mut random = RandomState::new(arguments.seed);
    let defended = defend(&image, &mut random).map_err(Failure::inside(path))?;
    let ocr = ocr_branch(&image, &mut random).map_err(Failure::inside(path))?;
    files::write_picture(&arguments.defended, &defended)?;
    files::write_picture(&arguments.ocr, &ocr)?;
    printer.report(&Report {
        defended: arguments.defended.clone(),
        ocr: arguments.ocr.clone(),
        milliseconds: arguments.time.map(|rounds| times(rounds, &image, arguments.seed)),
    })?;
    Ok(Ending::Done)
}

fn times(rounds: u32, image: &RgbImage, seed: u32) -> Times {
    let mut random = RandomState::new(seed);
    Times {
        defend: shortest(rounds, || drop(black_box(defend(black_box(image), &mut random)))),
        ocr_branch: shortest(rounds, || drop(black_box(ocr_branch(black_box(image), &mut random)))),
    }
}

/// The shortest time of `rounds`, in ms.
fn shortest(rounds: u32, mut run: impl FnMut()) -> f64 {
    let times = (0..rounds).map(|_| {
        let start = Instant::now();
        run();
        start.elapsed().as_secs_f64() * 1e3
    });
    times.fold(f64::INFINITY, f64::min)
}
