//! Compares the tracers: pictures in, a contact sheet or a rate-distortion plot out.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

mod cli;

use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::{Duration, Instant};

use clap::Parser;
use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use linocut::constraints::{Profile, check_svg};
use linocut::raster::{DecodeLimits, Filter, composite, decode, encode_png, fixed_defences, psnr, resize, ssim};
use linocut::report::{Cell, Curve, Sheet, curve_plot};
use linocut::score::METRIC_SIDE;
use linocut::svg::rasterize;
use linocut::trace::{BudgetTracer, Contours, VTracer, Work};
use linocut::{ByteBudget, Stop, Task, Trace};

const WHITE: image::Rgb<u8> = image::Rgb([255; 3]);

/// Compare the tracers at 384 x 384 px: a contact sheet, or with --rates a plot
#[derive(Parser)]
#[command(version)]
struct Arguments {
    /// Pictures, PNG or JPEG
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    /// Most bytes of an SVG
    #[arg(long, value_name = "N", default_value_t = 10_000, value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    bytes: u32,
    /// Time for the search of the budget tracer; without it, a fixed number of sweeps
    #[arg(long, value_name = "S", value_parser = cli::seconds)]
    seconds: Option<Duration>,
    /// Picture to write
    #[arg(long, value_name = "OUT.png", default_value = "compare.png")]
    out: PathBuf,
    /// Plot the mean PSNR over these budgets, with JPEG's, instead of a sheet
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    rates: Vec<u32>,
    /// One more curve for the plot: a CSV of the columns bytes and psnr
    #[arg(long, value_name = "NAME=CSV", value_parser = curve)]
    curve: Vec<Curve>,
}

/// What a picture became, and how far it is from its source: [PSNR in dB, SSIM].
struct Reached {
    method: &'static str,
    image: RgbImage,
    bytes: usize,
    seconds: f64,
    raw: [f64; 2],
    defended: [f64; 2],
}

/// A picture, and what its copies are compared with.
struct Target {
    name: String,
    picture: RgbImage,
    raw: RgbImage,
    defended: RgbImage,
}

fn main() -> ExitCode {
    cli::main(run)
}

fn run(arguments: Arguments) -> Result<(), Box<dyn Error>> {
    let targets = arguments.inputs.iter().map(|path| target(path)).collect::<Result<Vec<_>, _>>()?;
    println!("bytes, seconds, PSNR and SSIM, the same after the fixed defences");
    let page = if arguments.rates.is_empty() { sheet(&targets, &arguments)? } else { plot(&targets, &arguments)? };
    let out = &arguments.out;
    std::fs::write(out, encode_png(&page)?).map_err(|e| format!("cannot write {}: {e}", out.display()))?;
    println!("wrote {}", out.display());
    Ok(())
}

/// A row for every picture: the source, then what each tracer made of it.
fn sheet(targets: &[Target], arguments: &Arguments) -> Result<RgbImage, Box<dyn Error>> {
    let traced = targets.iter().map(|target| traces(target, arguments.bytes, arguments.seconds));
    let traced = traced.collect::<Result<Vec<_>, _>>()?;
    let rows = targets.iter().zip(&traced).map(|(target, traced)| {
        let source = Cell { image: &target.raw, caption: vec![target.name.clone()], marked: false };
        std::iter::once(source).chain(traced.iter().map(cell)).collect()
    });
    let heading = format!("At most {} bytes: PSNR and SSIM at {METRIC_SIDE} px", arguments.bytes);
    let page = Sheet { heading, rows: rows.collect(), side: 210 }.draw()?;
    means(traced.into_iter().flatten().collect());
    Ok(page)
}

fn cell(reached: &Reached) -> Cell<'_> {
    let Reached { method, image, bytes, seconds, raw, defended } = reached;
    let caption = vec![
        format!("{method}, {seconds:.1} s"),
        format!("{bytes} bytes, {:.2} dB, {:.3}", raw[0], raw[1]),
        format!("defended {:.2} dB, {:.3}", defended[0], defended[1]),
    ];
    Cell { image, caption, marked: false }
}

/// The mean PSNR of every method over its mean bytes; where a method cannot fit some picture, the point is left out.
fn plot(targets: &[Target], arguments: &Arguments) -> Result<RgbImage, Box<dyn Error>> {
    let mut curves: Vec<Curve> = Vec::new();
    for &bytes in &arguments.rates {
        let mut all = Vec::new();
        for target in targets {
            all.extend(traces(target, bytes, arguments.seconds)?);
            all.extend(jpeg(target, bytes as usize)?);
        }
        for (method, _, point) in means(all).into_iter().filter(|(_, count, _)| *count == targets.len()) {
            match curves.iter_mut().find(|curve| curve.name == method) {
                Some(curve) => curve.points.push(point),
                None => curves.push(Curve { name: method.to_owned(), points: vec![point] }),
            }
        }
    }
    curves.extend(arguments.curve.iter().cloned());
    let heading = format!("Mean of {} pictures at {METRIC_SIDE} px", targets.len());
    Ok(curve_plot(&heading, ["bytes", "PSNR, dB"], &curves)?)
}

/// Prints the mean of every method; gives its name, how many pictures it is of, and mean bytes and PSNR.
fn means(mut all: Vec<Reached>) -> Vec<(&'static str, usize, (f64, f64))> {
    all.sort_by_key(|reached| reached.method);
    let mean = |of: &[Reached]| {
        let over = |value: fn(&Reached) -> f64| of.iter().map(value).sum::<f64>() / of.len() as f64;
        let (bytes, psnr) = (over(|r| r.bytes as f64), over(|r| r.raw[0]));
        let name = format!("mean of {}", of.len());
        let (ssim, defended) = (over(|r| r.raw[1]), [over(|r| r.defended[0]), over(|r| r.defended[1])]);
        row(&name, of[0].method, bytes, over(|r| r.seconds), [psnr, ssim], defended);
        (of[0].method, of.len(), (bytes, psnr))
    };
    all.chunk_by(|a, b| a.method == b.method).map(mean).collect()
}

fn row(name: &str, method: &str, bytes: f64, seconds: f64, raw: [f64; 2], defended: [f64; 2]) {
    let distance = |[psnr, ssim]: [f64; 2]| format!("{psnr:6.2} dB {ssim:.4}");
    let (raw, defended) = (distance(raw), distance(defended));
    println!("{name:20} {method:14} {bytes:6.0} B {seconds:6.2} s {raw} {defended}");
}

fn traces(target: &Target, bytes: u32, seconds: Option<Duration>) -> Result<Vec<Reached>, Box<dyn Error>> {
    let work = seconds.map_or(BudgetTracer::default().work, Work::Time);
    let tracers: [(&'static str, &dyn Trace); 3] = [
        ("BudgetTracer", &BudgetTracer { work, ..BudgetTracer::default() }),
        ("VTracer", &VTracer::default()),
        ("Contours", &Contours::default()),
    ];
    let one = |(method, tracer): (&'static str, &dyn Trace)| {
        let (start, stop) = (Instant::now(), Stop::never());
        let svg = tracer.trace(&target.picture, &Task::new(ByteBudget::new(bytes as usize), &stop))?.write();
        let seconds = start.elapsed().as_secs_f64();
        let svg = check_svg(&svg, &Profile { max_bytes: bytes as usize, ..Profile::CONTEST })?;
        let image = composite(&rasterize(svg.svg(), METRIC_SIDE, METRIC_SIDE)?, WHITE);
        target.reached(method, image, svg.as_str().len(), seconds)
    };
    tracers.into_iter().map(one).collect()
}

/// The best JPEG of the reduced picture that fits (baseline, without chroma subsampling), if one does.
fn jpeg(target: &Target, bytes: usize) -> Result<Option<Reached>, Box<dyn Error>> {
    let (start, mut best) = (Instant::now(), None);
    for quality in 1..=100 {
        let mut data = Vec::new();
        JpegEncoder::new_with_quality(&mut data, quality).encode_image(&target.raw)?;
        best = if data.len() <= bytes { Some(data) } else { best };
    }
    let Some(data) = best else { return Ok(None) };
    let image = composite(&decode(&data, &DecodeLimits::default())?, WHITE);
    target.reached("JPEG, baseline", image, data.len(), start.elapsed().as_secs_f64()).map(Some)
}

fn target(path: &Path) -> Result<Target, Box<dyn Error>> {
    let data = std::fs::read(path).map_err(|e| format!("cannot read {}: {e}", path.display()))?;
    let picture = decode(&data, &DecodeLimits::default()).map_err(|e| format!("{}: {e}", path.display()))?;
    let picture = composite(&picture, WHITE);
    let raw = resize(&picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
    let defended = fixed_defences(&raw)?;
    let name = path.file_stem().map_or_else(String::new, |name| name.to_string_lossy().into_owned());
    Ok(Target { name, picture, raw, defended })
}

impl Target {
    /// Compares a copy with the picture and prints how far it is.
    fn reached(
        &self,
        method: &'static str,
        image: RgbImage,
        bytes: usize,
        seconds: f64,
    ) -> Result<Reached, Box<dyn Error>> {
        let seen = fixed_defences(&image)?;
        let raw = [psnr(&self.raw, &image)?, ssim(&self.raw, &image)?];
        let defended = [psnr(&self.defended, &seen)?, ssim(&self.defended, &seen)?];
        row(&self.name, method, bytes as f64, seconds, raw, defended);
        Ok(Reached { method, image, bytes, seconds, raw, defended })
    }
}

/// A curve from `NAME=CSV`.
fn curve(text: &str) -> Result<Curve, String> {
    let (name, path) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=CSV"))?;
    let table = std::fs::read_to_string(path).map_err(|e| format!("cannot read {path}: {e}"))?;
    let point =
        |row: &str| row.split_once(',').and_then(|(x, y)| Some((x.trim().parse().ok()?, y.trim().parse().ok()?)));
    let rows = table.lines().filter(|row| !row.trim().is_empty() && *row != "bytes,psnr");
    let points = rows.map(|row| point(row).ok_or_else(|| format!("{path}: `{row}` is not bytes,psnr")));
    Ok(Curve { name: name.to_owned(), points: points.collect::<Result<_, _>>()? })
}
