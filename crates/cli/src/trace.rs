//! `linocut trace`: a PNG or JPEG becomes the closest SVG within a byte budget.

use std::fmt;
use std::path::PathBuf;
use std::str::FromStr;
use std::time::Instant;

use clap::{Args, ValueEnum};
use image::{RgbImage, RgbaImage};
use linocut::constraints::{ValidSvg, check_svg};
use linocut::core::Task;
use linocut::raster::composite;
use linocut::score::{Closeness, METRIC_SIDE, Original};
use linocut::svg::{Color, ColorError, rasterize};
use linocut::trace::{BudgetTracer, Contours, Objective, VTracer, Work};
use linocut::{Drawing, Stop};
use serde::Serialize;

use crate::arguments::{BudgetArguments, SeedArguments, TimeArguments};
use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;
use crate::progress::Progress;

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum, Serialize)]
#[serde(rename_all = "lowercase")]
enum Method {
    Budget,
    Vtracer,
    Contours,
}

impl Method {
    /// The name under which the tracer reports its progress.
    const fn name(self) -> &'static str {
        match self {
            Self::Budget => "budget",
            Self::Vtracer => "vtracer",
            Self::Contours => "contours",
        }
    }
}

#[derive(Clone, Copy, PartialEq, Debug, ValueEnum)]
enum Seen {
    /// Squared error as it is
    Raw,
    /// Squared error as the contest's filters leave it
    Defended,
    /// SSIMULACRA2: what people see
    Perceptual,
}

/// What lies behind transparent parts of a picture.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Background {
    Color(Color),
    /// Nothing: they stay transparent.
    None,
}

impl FromStr for Background {
    type Err = ColorError;

    fn from_str(text: &str) -> Result<Self, ColorError> {
        if text == "none" { Ok(Self::None) } else { text.parse().map(Self::Color) }
    }
}

/// Trace a picture as an SVG
#[derive(Args)]
pub(crate) struct Arguments {
    /// Picture to trace, PNG or JPEG
    input: PathBuf,
    /// SVG to write
    #[arg(long, value_name = "OUT.svg")]
    out: PathBuf,
    #[command(flatten)]
    budget: BudgetArguments,
    /// Tracer
    #[arg(long, value_name = "NAME", default_value = "budget")]
    method: Method,
    #[command(flatten)]
    time: TimeArguments,
    /// Sweeps of the budget tracer's search, in place of its own number
    #[arg(long, value_name = "N", conflicts_with = "seconds", value_parser = clap::value_parser!(u32).range(1..=100_000))]
    sweeps: Option<u32>,
    /// How the budget tracer compares pictures
    #[arg(long, value_name = "EYES", default_value = "raw")]
    objective: Seen,
    /// Draw lines of even width as strokes: for line art of 384 px or more and tight budgets, in 12 sweeps or two seconds
    /// at least (budget tracer only)
    #[arg(long)]
    strokes: bool,
    #[command(flatten)]
    seed: SeedArguments,
    /// Threads of the budget tracer, 0 for as many as the machine has; the result does not depend on them
    #[arg(long, value_name = "J", default_value_t = 0, value_parser = clap::value_parser!(u16).range(0..=64))]
    threads: u16,
    /// Colour behind transparent parts; with `none` they stay transparent in the SVG (budget tracer only)
    #[arg(long, value_name = "COLOUR", default_value = "white")]
    background: Background,
}

/// The SVG and how close it is.
#[derive(Serialize)]
struct Report {
    file: PathBuf,
    bytes: usize,
    psnr: f64,
    ssim: f64,
    ssimulacra2: f64,
    /// Side of the comparison in px.
    side: u32,
    method: Method,
    seconds: f64,
    cut_short: bool,
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { bytes, psnr, ssim, ssimulacra2, side, method, seconds, .. } = self;
        writeln!(f, "wrote {}", self.file.display())?;
        if self.cut_short {
            writeln!(f, "cut short: the best that was found by then")?;
        }
        write!(f, "{bytes} bytes, {psnr:.2} dB, SSIM {ssim:.3}, SSIMULACRA2 {ssimulacra2:.1} at {side} px, ")?;
        write!(f, "{}, {seconds:.1} s", method.name())
    }
}

/// Traces, writes and compares.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let start = Instant::now();
    outputs::check(&[("SVG", &arguments.out)], &[&arguments.input])?;
    for (option, is_asked) in
        [("--background none", arguments.background == Background::None), ("--strokes", arguments.strokes)]
    {
        if is_asked && arguments.method != Method::Budget {
            return Err(Failure::OnlyBudget { option, method: arguments.method.name() }.into());
        }
    }
    let picture = match arguments.background {
        Background::Color(color) => Picture::Opaque(files::read_picture(&arguments.input, color)?),
        Background::None => Picture::CutOut(files::read_rgba(&arguments.input)?),
    };
    let progress = Progress::of_stage(arguments.method.name())?;
    let drawing = trace(&picture, arguments, progress.stop())?;
    let ending = progress.finish();
    let svg = check_svg(&drawing.write(), &arguments.budget.profile())?;
    files::write(&arguments.out, svg.as_str())?;
    let seconds = start.elapsed().as_secs_f64();
    let Closeness { psnr, ssim, ssimulacra2 } = picture.closeness(&svg, &drawing)?;
    printer.report(&Report {
        file: arguments.out.clone(),
        bytes: svg.byte_count(),
        psnr,
        ssim,
        ssimulacra2,
        side: METRIC_SIDE,
        method: arguments.method,
        seconds,
        cut_short: ending == Ending::CutShort,
    })?;
    Ok(ending)
}

/// A picture, over a colour or with its transparent parts.
enum Picture {
    Opaque(RgbImage),
    CutOut(RgbaImage),
}

impl Picture {
    /// How close an SVG is; for cut-outs the means over white and over black.
    fn closeness(&self, svg: &ValidSvg, drawing: &Drawing) -> Result<Closeness, Failed> {
        let grid = (drawing.width, drawing.height);
        let picture = match self {
            Self::Opaque(picture) => return Ok(Original::new(picture, grid)?.closeness(svg.svg())?),
            Self::CutOut(picture) => picture,
        };
        let drawn = rasterize(svg.svg(), METRIC_SIDE, METRIC_SIDE)?;
        let over = |ground: Color| {
            let original = Original::new(&composite(picture, ground.into()), grid)?;
            original.closeness_of(&composite(&drawn, ground.into()))
        };
        let (white, black) = (over(Color::WHITE)?, over(Color::BLACK)?);
        Ok(Closeness {
            psnr: (white.psnr + black.psnr) / 2.0,
            ssim: (white.ssim + black.ssim) / 2.0,
            ssimulacra2: (white.ssimulacra2 + black.ssimulacra2) / 2.0,
        })
    }
}

fn trace(picture: &Picture, arguments: &Arguments, stop: &Stop) -> Result<Drawing, Failed> {
    let stop = match (arguments.method, arguments.time.seconds) {
        (Method::Budget, _) | (_, None) => stop.clone(),
        (_, Some(seconds)) => stop.within(seconds),
    };
    let task = Task::new(arguments.budget.budget(), &stop);
    let picture = match picture {
        Picture::Opaque(picture) => picture,
        Picture::CutOut(picture) => {
            let task = Task { seed: arguments.seed.seed, ..task };
            return Ok(budget_tracer(arguments).trace_rgba(picture, &task)?);
        }
    };
    let task = Task { image: Some(picture), seed: arguments.seed.seed, ..task };
    Ok(match arguments.method {
        Method::Budget => budget_tracer(arguments).trace(picture, &task)?,
        Method::Vtracer => VTracer::default().trace(picture, &task)?,
        Method::Contours => Contours::default().trace(picture, &task)?,
    })
}

fn budget_tracer(arguments: &Arguments) -> BudgetTracer {
    let default = BudgetTracer::default();
    let work = match (arguments.time.seconds, arguments.sweeps) {
        (Some(seconds), _) => Work::Time(seconds),
        (None, Some(sweeps)) => Work::Sweeps(sweeps),
        (None, None) => default.work,
    };
    let objective = match arguments.objective {
        Seen::Raw => Objective::Raw,
        Seen::Defended => Objective::Defended,
        Seen::Perceptual => Objective::Perceptual,
    };
    default
        .with_work(work)
        .with_objective(objective)
        .with_strokes(arguments.strokes)
        .with_threads(arguments.threads.into())
}
