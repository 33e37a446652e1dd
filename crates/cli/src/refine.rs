//! `linocut refine`: an SVG is moved towards a picture by gradient, then by search on the grid, within a byte budget.

use std::fmt;
use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use image::RgbImage;
use linocut::Drawing;
use linocut::core::{ByteBudget, FromFn, StageError, Task};
use linocut::raster::{Filter, composite, psnr, resize, ssim};
use linocut::refine::{Objective, Refiner};
use linocut::score::METRIC_SIDE;
use linocut::svg::{Color, rasterize, read_foreign};
use linocut::trace::{BudgetTracer, TraceError, Work};
use serde::Serialize;

use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;
use crate::progress::Progress;

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Goal {
    Psnr,
    Ssim,
    Both,
}

/// Move an SVG's points and colours by gradient towards a picture
#[derive(Args)]
pub(crate) struct Arguments {
    /// SVG to refine
    svg: PathBuf,
    /// Picture that it should look like, PNG or JPEG
    target: PathBuf,
    /// SVG to write
    #[arg(long, value_name = "OUT.svg")]
    out: PathBuf,
    /// Gradient steps
    #[arg(long, value_name = "N", default_value_t = 100, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    steps: u32,
    /// Sweeps of the budget tracer's search afterwards, for drawings of filled polygons; 0 only rounds
    #[arg(long, value_name = "N", default_value_t = 25, value_parser = clap::value_parser!(u32).range(0..=100_000))]
    search: u32,
    /// Byte limit of the SVG [default: as many as it has]
    #[arg(long, value_name = "B", value_parser = clap::value_parser!(u32).range(1..=10_000_000))]
    bytes: Option<u32>,
    /// What is to be high in the result
    #[arg(long, value_name = "WHAT", default_value = "psnr")]
    objective: Goal,
    /// Longest step of a point in px of the comparison
    #[arg(long, value_name = "PX", default_value_t = Refiner::default().point_rate)]
    point_rate: f32,
    /// Longest step of a colour channel in levels
    #[arg(long, value_name = "LEVELS", default_value_t = Refiner::default().color_rate)]
    color_rate: f32,
    /// Colour behind everything
    #[arg(long, value_name = "COLOUR", default_value = "white")]
    background: Color,
}

/// Bytes, and PSNR in dB and SSIM of a drawing as rendered at the size that the metric scores.
#[derive(Serialize)]
struct Figures {
    bytes: usize,
    psnr: f64,
    ssim: f64,
}

impl fmt::Display for Figures {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, psnr, ssim } = self;
        write!(f, "{bytes} bytes, PSNR {psnr:.2} dB, SSIM {ssim:.4} at {METRIC_SIDE} px")
    }
}

/// The refined drawing beside the one that was given.
#[derive(Serialize)]
struct Report {
    file: PathBuf,
    before: Figures,
    after: Figures,
    steps: u32,
    /// What could not be read of a foreign SVG.
    lost: Vec<String>,
    cut_short: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        writeln!(f, "wrote {}", self.file.display())?;
        if self.cut_short {
            writeln!(f, "cut short: the best that was found by then")?;
        }
        write!(f, "before  {}\nafter   {}, {} steps", self.before, self.after, self.steps)
    }
}

/// Refines, writes and compares.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    outputs::check(&[("SVG", &arguments.out)], &[&arguments.target])?;
    let (drawing, lost) = read_drawing(&arguments.svg)?;
    lost.iter().for_each(|lost| printer.note(lost));
    let picture = files::read_picture(&arguments.target, arguments.background)?;
    let bytes = arguments.bytes.map_or_else(|| drawing.byte_count(), |bytes| bytes as usize);
    let progress = Progress::of_stage("refine")?;
    let task = Task { image: Some(&picture), ..Task::new(ByteBudget::new(bytes), progress.stop()) };
    let sweeps = arguments.search;
    let settle = FromFn(move |drawing, task: &Task<'_>| search(sweeps, drawing, task));
    let refined = refiner(arguments).settled_by(settle).refine(&drawing, &picture, &task)?;
    let ending = progress.finish();
    files::write(&arguments.out, refined.drawing.write().as_str())?;
    printer.report(&Report {
        file: arguments.out.clone(),
        before: figures(&drawing, &picture, arguments.background)?,
        after: figures(&refined.drawing, &picture, arguments.background)?,
        steps: refined.steps,
        lost,
        cut_short: ending == Ending::CutShort,
    })?;
    Ok(ending)
}

fn refiner(arguments: &Arguments) -> Refiner {
    let objective = match arguments.objective {
        Goal::Psnr => Objective::Mse,
        Goal::Ssim => Objective::Ssim,
        Goal::Both => Objective::Both(0.02),
    };
    Refiner {
        steps: arguments.steps,
        point_rate: arguments.point_rate,
        color_rate: arguments.color_rate,
        objective,
        background: arguments.background,
        ..Refiner::default()
    }
}

/// The tracer's search, which leaves curves and strokes as they are.
fn search(sweeps: u32, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
    let Some(image) = task.image.filter(|_| sweeps > 0) else { return Ok(drawing) };
    let tracer = BudgetTracer::default().with_work(Work::Sweeps(sweeps));
    match tracer.improve(&drawing, image, task) {
        Err(TraceError::Shape { .. } | TraceError::TooManyShapes { .. } | TraceError::BudgetTooSmall { .. }) => {
            Ok(drawing)
        }
        found => found.map_err(|error| StageError::new("search", error)),
    }
}

/// What the library writes is read exactly, anything else through usvg on a grid of the scored size, with what was lost.
fn read_drawing(path: &Path) -> Result<(Drawing, Vec<String>), Failure> {
    let text = files::read_text(path)?;
    if let Ok(drawing) = Drawing::parse(&text) {
        return Ok((drawing, Vec::new()));
    }
    let foreign = read_foreign(&text, METRIC_SIDE).map_err(Failure::inside(path))?;
    Ok((foreign.drawing, foreign.lost.iter().map(ToString::to_string).collect()))
}

fn figures(drawing: &Drawing, picture: &RgbImage, background: Color) -> Result<Figures, Failed> {
    let rendered = composite(&rasterize(&drawing.write(), METRIC_SIDE, METRIC_SIDE)?, background.into());
    let target = resize(picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
    let (psnr, ssim) = (psnr(&rendered, &target)?, ssim(&rendered, &target)?);
    Ok(Figures { bytes: drawing.byte_count(), psnr, ssim })
}
