//! Traces every PNG of a folder and measures what people see of the drawings. See README.md.

#![allow(clippy::print_stdout, reason = "an experiment prints")]

use std::cell::Cell;
use std::error::Error;
use std::fmt::Write;
use std::fs;
use std::path::{Path, PathBuf};
use std::str::FromStr;
use std::time::Instant;

use image::{DynamicImage, Rgb, RgbImage, RgbaImage};
use linocut_core::{ByteBudget, Stop, Task};
use linocut_raster::{Filter, composite, psnr, resize, ssim, ssimulacra2};
use linocut_svg::{Svg, rasterize};
use linocut_trace::{BudgetTracer, Fades, Objective, TraceProgress, Work};

type Failed = Box<dyn Error>;

struct Options {
    folder: PathBuf,
    side: u32,
    bytes: usize,
    seeds: u64,
    csv: Option<PathBuf>,
    svg: Option<PathBuf>,
    /// The sweep after which the search is stopped.
    stop_after: Option<u32>,
    tracer: BudgetTracer,
}

fn options() -> Result<Options, Failed> {
    let mut words = std::env::args().skip(1);
    let folder = words.next().ok_or("usage: eyes FOLDER [--objective raw|perceptual|defended] [--sweeps N] ...")?;
    let tracer = BudgetTracer::default();
    let mut options = Options {
        folder: folder.into(),
        side: 384,
        bytes: 10_000,
        seeds: 1,
        csv: None,
        svg: None,
        stop_after: None,
        tracer,
    };
    while let Some(name) = words.next() {
        let value = words.next().ok_or_else(|| format!("{name} needs a value"))?;
        match name.as_str() {
            "--objective" => options.tracer.objective = objective(&value)?,
            "--sweeps" => options.tracer.work = Work::Sweeps(number(&value)?),
            "--perception" => options.tracer.perception = number(&value)?,
            "--curves" => options.tracer.curves = value == "yes",
            "--strokes" => options.tracer.strokes = value == "yes",
            "--ramps" => options.tracer.ramps = value == "yes",
            "--fades" => options.tracer.fades = if value == "yes" { Fades::Always } else { Fades::Never },
            "--threads" => options.tracer.threads = number(&value)?,
            "--side" => options.side = number(&value)?,
            "--bytes" => options.bytes = number(&value)?,
            "--seeds" => options.seeds = number(&value)?,
            "--csv" => options.csv = Some(value.into()),
            "--stop-after" => options.stop_after = Some(number(&value)?),
            "--svg" => options.svg = Some(value.into()),
            _ => return Err(format!("unknown option {name}").into()),
        }
    }
    Ok(options)
}

fn number<T: FromStr>(text: &str) -> Result<T, Failed> {
    text.parse().map_err(|_| format!("`{text}` is not a number of the expected kind").into())
}

fn objective(name: &str) -> Result<Objective, Failed> {
    match name {
        "raw" => Ok(Objective::Raw),
        "defended" => Ok(Objective::Defended),
        "perceptual" => Ok(Objective::Perceptual),
        _ => Err(format!("unknown objective {name}, expected raw, defended or perceptual").into()),
    }
}

/// PSNR, SSIM, SSIMULACRA2 and butteraugli's 3-norm.
type Likeness = [f64; 4];
/// The same, and milliseconds until the first drawing is written.
type Figures = [f64; 5];

fn main() -> Result<(), Failed> {
    let options = options()?;
    let mut files: Vec<PathBuf> =
        fs::read_dir(&options.folder)?.map(|entry| entry.map(|entry| entry.path())).collect::<Result<_, _>>()?;
    files.retain(|file| file.extension().is_some_and(|extension| extension == "png"));
    files.sort();
    let mut csv = String::from("picture,seed,psnr,ssim,s2,b3,first\n");
    let mut all: Vec<Figures> = Vec::new();
    for file in &files {
        let name = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        let mut own = Vec::new();
        for seed in 0..options.seeds {
            let figures = measured(&options, file, &name, seed)?;
            writeln!(csv, "{name},{seed},{}", figures.map(|figure| format!("{figure:.4}")).join(","))?;
            own.push(figures);
        }
        tell(&name, &own);
        all.extend(own);
    }
    tell(&format!("mean of {}", files.len()), &all);
    if let Some(path) = &options.csv {
        fs::write(path, csv)?;
    }
    Ok(())
}

fn measured(options: &Options, file: &Path, name: &str, seed: u64) -> Result<Figures, Failed> {
    let source = image::open(file)?.to_rgba8();
    let stop = Stop::never();
    let task = Task { seed, ..Task::new(ByteBudget::new(options.bytes), &stop) };
    let (start, first) = (Instant::now(), Cell::new(None));
    let watch = |progress: &TraceProgress<'_>| {
        if first.get().is_none() {
            drop(progress.preview().write());
            first.set(Some(start.elapsed().as_secs_f64() * 1e3));
        }
        if options.stop_after.is_some_and(|last| progress.sweep() >= last) {
            stop.cancel();
        }
    };
    let write = |svg: &Svg| -> Result<RgbaImage, Failed> {
        if let Some(folder) = &options.svg {
            fs::create_dir_all(folder)?;
            fs::write(folder.join(format!("{name}.svg")), svg.as_str())?;
        }
        Ok(rasterize(svg, options.side, options.side)?)
    };
    if source.pixels().any(|pixel| pixel.0[3] < u8::MAX) {
        // A cut-out of its own size: means over white and over black.
        let svg = options.tracer.trace_rgba_watched(&source, &task, watch)?.write();
        if source.dimensions() != (options.side, options.side) {
            return Err(format!("{} is not of {1} x {1} px", file.display(), options.side).into());
        }
        let drawn = write(&svg)?;
        let over = |level: u8| compared(&composite(&source, Rgb([level; 3])), &composite(&drawn, Rgb([level; 3])));
        let (white, black) = (over(255)?, over(0)?);
        let [psnr, ssim, s2, b3] = std::array::from_fn(|i| (white[i] + black[i]) / 2.0);
        return Ok([psnr, ssim, s2, b3, first.get().unwrap_or_default()]);
    }
    let side = options.side;
    let source = resize(&DynamicImage::ImageRgba8(source).to_rgb8(), side, side, Filter::Lanczos)?;
    let svg = options.tracer.trace_watched(&source, &task, watch)?.write();
    let [psnr, ssim, s2, b3] = compared(&source, &DynamicImage::ImageRgba8(write(&svg)?).to_rgb8())?;
    Ok([psnr, ssim, s2, b3, first.get().unwrap_or_default()])
}

fn compared(source: &RgbImage, drawn: &RgbImage) -> Result<Likeness, Failed> {
    Ok([psnr(source, drawn)?, ssim(source, drawn)?, ssimulacra2(source, drawn)?, butteraugli(source, drawn)?])
}

/// The 3-norm of butteraugli's map of differences.
fn butteraugli(source: &RgbImage, drawn: &RgbImage) -> Result<f64, Failed> {
    let pixels = |image: &RgbImage| {
        let all = image.pixels().map(|pixel| butteraugli::RGB8::new(pixel.0[0], pixel.0[1], pixel.0[2])).collect();
        butteraugli::ImgVec::new(all, image.width() as usize, image.height() as usize)
    };
    let (source, drawn) = (pixels(source), pixels(drawn));
    Ok(butteraugli::butteraugli(source.as_ref(), drawn.as_ref(), &butteraugli::ButteraugliParams::default())?.pnorm_3)
}

/// Prints the means of some figures.
fn tell(name: &str, of: &[Figures]) {
    let mean = |at: usize| of.iter().map(|figures| figures[at]).sum::<f64>() / of.len().max(1) as f64;
    let [psnr, ssim, s2, b3, first] = std::array::from_fn(mean);
    println!("{name:20} {psnr:6.2} dB {ssim:.4}  S2 {s2:6.2}  B3 {b3:5.2}  first {first:4.0} ms");
}
