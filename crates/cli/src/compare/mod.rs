//! `linocut compare`: what each tracer makes of pictures, as a contact sheet or a plot of closeness over bytes.

mod measured;
mod traced;

use std::path::{Path, PathBuf};
use std::time::Duration;

use clap::Args;
use image::RgbImage;
use linocut::report::{Cell, Curve, Sheet, curve_plot};
use linocut::score::METRIC_SIDE;
use serde::Serialize;

use crate::arguments::{BudgetArguments, TimeArguments};
use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::files;
use crate::outputs;
use crate::printer::Printer;
use crate::progress::Progress;
use measured::{Mean, Measured, means};
use traced::{METHODS, Reached, Target, jpeg, traces};

/// Compare the tracers at 384 x 384 px: a contact sheet, or with --rates a plot
#[derive(Args)]
pub(crate) struct Arguments {
    /// Pictures, PNG or JPEG
    #[arg(required = true, value_name = "IN")]
    inputs: Vec<PathBuf>,
    #[command(flatten)]
    budget: BudgetArguments,
    #[command(flatten)]
    time: TimeArguments,
    /// Picture to write
    #[arg(long, value_name = "OUT.png", default_value = "compare.png")]
    out: PathBuf,
    /// Plot the mean PSNR over these byte limits, with that of JPEG, instead of a sheet
    #[arg(long, value_name = "N,N,...", value_delimiter = ',', value_parser = clap::value_parser!(u32).range(200..=1_000_000))]
    rates: Vec<u32>,
    /// One more curve for the plot: a CSV of the columns bytes and psnr
    #[arg(long, value_name = "NAME=CSV", value_parser = curve)]
    curve: Vec<Curve>,
}

/// Figures of every copy, and their means.
#[derive(Serialize, Default)]
struct Report {
    file: PathBuf,
    measured: Vec<Measured>,
    means: Vec<Mean>,
    cut_short: bool,
}

/// What a run works with.
struct Comparison<'a> {
    targets: Vec<Target>,
    seconds: Option<Duration>,
    printer: Printer,
    progress: &'a Progress,
}

/// Traces, compares and writes the page.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let inputs: Vec<&Path> = arguments.inputs.iter().map(PathBuf::as_path).collect();
    outputs::check(&[("page", &arguments.out)], &inputs)?;
    let targets = arguments.inputs.iter().map(|path| Target::read(path)).collect::<Result<Vec<_>, _>>()?;
    let methods = METHODS + usize::from(!arguments.rates.is_empty());
    let progress = Progress::of_items((targets.len() * methods * arguments.rates.len().max(1)) as u64)?;
    let comparison = Comparison { targets, seconds: arguments.time.seconds, printer, progress: &progress };
    printer.text("bytes, seconds, PSNR, SSIM and SSIMULACRA2 (S2), the same after the fixed defences")?;
    let mut report = Report { file: arguments.out.clone(), ..Report::default() };
    let page = if arguments.rates.is_empty() {
        comparison.sheet(arguments.budget.bytes, &mut report)?
    } else {
        comparison.plot(&arguments.rates, &arguments.curve, &mut report)?
    };
    if report.measured.is_empty() {
        return Ok(progress.finish_empty(printer));
    }
    let ending = progress.finish();
    report.cut_short = ending == Ending::CutShort;
    files::write_picture(&arguments.out, &page)?;
    if report.cut_short {
        printer.text("cut short: only what was finished by then is shown")?;
    }
    printer.text(format_args!("wrote {}", arguments.out.display()))?;
    printer.document(&report)?;
    Ok(ending)
}

impl Comparison<'_> {
    /// A row for every picture: the source, then what each tracer made of it.
    fn sheet(&self, bytes: u32, report: &mut Report) -> Result<RgbImage, Failed> {
        let mut traced = Vec::new();
        for target in &self.targets {
            let found = traces(target, bytes as usize, self.seconds, self.progress)?;
            self.tell(&found)?;
            traced.push(found);
        }
        let rows = self.targets.iter().zip(&traced).filter(|(_, traced)| !traced.is_empty()).map(|(target, traced)| {
            let source = Cell { image: &target.raw, caption: vec![target.name.clone()], marked: false };
            std::iter::once(source).chain(traced.iter().map(Reached::cell)).collect()
        });
        let heading = format!("At most {bytes} bytes: PSNR, SSIM and SSIMULACRA2 (S2) at {METRIC_SIDE} px");
        let page = Sheet { heading, rows: rows.collect(), side: 210 }.draw()?;
        self.conclude(traced.iter().flatten().collect(), report)?;
        Ok(page)
    }

    /// The mean PSNR of every method over its mean bytes; where a method has not fitted every picture, the point is left out.
    fn plot(&self, rates: &[u32], more: &[Curve], report: &mut Report) -> Result<RgbImage, Failed> {
        let mut curves: Vec<Curve> = Vec::new();
        for &bytes in rates {
            let mut all = Vec::new();
            for target in &self.targets {
                let mut found = traces(target, bytes as usize, self.seconds, self.progress)?;
                found.extend(jpeg(target, bytes as usize, self.progress)?);
                self.tell(&found)?;
                all.extend(found);
            }
            let means = self.conclude(all.iter().collect(), report)?;
            for mean in means.into_iter().filter(|mean| mean.pictures == self.targets.len()) {
                let point = (mean.bytes, mean.closeness.psnr);
                match curves.iter_mut().find(|curve| curve.name == mean.method) {
                    Some(curve) => curve.points.push(point),
                    None => curves.push(Curve { name: mean.method.to_owned(), points: vec![point] }),
                }
            }
        }
        curves.extend(more.iter().cloned());
        let heading = format!("Mean of {} pictures at {METRIC_SIDE} px", self.targets.len());
        Ok(curve_plot(&heading, ["bytes", "PSNR, dB"], &curves)?)
    }

    fn tell(&self, found: &[Reached]) -> Result<(), Failure> {
        found.iter().try_for_each(|reached| self.progress.text(self.printer, &reached.measured))
    }

    /// Prints the means and keeps everything for the report.
    fn conclude(&self, all: Vec<&Reached>, report: &mut Report) -> Result<Vec<Mean>, Failure> {
        let measured: Vec<Measured> = all.into_iter().map(|reached| reached.measured.clone()).collect();
        let means = means(&measured);
        means.iter().try_for_each(|mean| self.progress.text(self.printer, mean))?;
        report.measured.extend(measured);
        report.means.extend(means.iter().cloned());
        Ok(means)
    }
}

/// A curve from `NAME=CSV`.
fn curve(text: &str) -> Result<Curve, String> {
    let (name, path) = text.split_once('=').ok_or_else(|| format!("`{text}` is not NAME=CSV"))?;
    let table = files::read_text(Path::new(path)).map_err(|error| linocut::core::with_causes(&error))?;
    let point =
        |row: &str| row.split_once(',').and_then(|(x, y)| Some((x.trim().parse().ok()?, y.trim().parse().ok()?)));
    let rows = table.lines().filter(|row| !row.trim().is_empty() && *row != "bytes,psnr");
    let points = rows.map(|row| point(row).ok_or_else(|| format!("{path}: `{row}` is not bytes,psnr")));
    Ok(Curve { name: name.to_owned(), points: points.collect::<Result<_, _>>()? })
}
