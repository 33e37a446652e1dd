//! Copies of a picture within a number of bytes: by every tracer, and by JPEG.

use std::path::Path;
use std::time::{Duration, Instant};

use image::RgbImage;
use image::codecs::jpeg::JpegEncoder;
use linocut::constraints::{Profile, check_svg};
use linocut::raster::{DecodeLimits, Filter, composite, decode, fixed_defences, psnr, resize, ssim, ssimulacra2};
use linocut::report::Cell;
use linocut::score::METRIC_SIDE;
use linocut::svg::{Color, rasterize};
use linocut::trace::{BudgetTracer, Contours, Objective, VTracer, Work};
use linocut::{ByteBudget, Task, Trace};

use super::measured::{Closeness, Measured};
use crate::failure::Failed;
use crate::files;
use crate::progress::Progress;

/// Tracers that are compared.
pub(super) const METHODS: usize = 4;

/// A picture, and what its copies are compared with.
pub(super) struct Target {
    pub(super) name: String,
    picture: RgbImage,
    pub(super) raw: RgbImage,
    defended: RgbImage,
}

/// A copy, and how close it is.
pub(super) struct Reached {
    image: RgbImage,
    pub(super) measured: Measured,
}

impl Target {
    pub(super) fn read(path: &Path) -> Result<Self, Failed> {
        let picture = files::read_picture(path, Color::WHITE)?;
        let raw = resize(&picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
        let defended = fixed_defences(&raw)?;
        Ok(Self { name: files::stem(path), picture, raw, defended })
    }

    fn reached(&self, method: &'static str, image: RgbImage, bytes: usize, seconds: f64) -> Result<Reached, Failed> {
        let seen = fixed_defences(&image)?;
        let (closeness, defended) = (closeness(&self.raw, &image)?, closeness(&self.defended, &seen)?);
        let measured = Measured { picture: self.name.clone(), method, bytes, seconds, closeness, defended };
        Ok(Reached { image, measured })
    }
}

fn closeness(source: &RgbImage, copy: &RgbImage) -> Result<Closeness, Failed> {
    Ok(Closeness { psnr: psnr(source, copy)?, ssim: ssim(source, copy)?, ssimulacra2: ssimulacra2(source, copy)? })
}

impl Reached {
    /// The copy with its figures, for a sheet.
    pub(super) fn cell(&self) -> Cell<'_> {
        let Measured { method, bytes, seconds, closeness, defended, .. } = &self.measured;
        let caption = vec![
            format!("{method}, {seconds:.1} s"),
            format!("{bytes} bytes, {:.2} dB, {:.3}, S2 {:.1}", closeness.psnr, closeness.ssim, closeness.ssimulacra2),
            format!("defended {:.2} dB, {:.3}", defended.psnr, defended.ssim),
        ];
        Cell { image: &self.image, caption, marked: false }
    }
}

/// What every tracer makes of a picture; nothing once Ctrl-C was pressed, for what is cut short cannot be compared.
pub(super) fn traces(
    target: &Target,
    bytes: usize,
    seconds: Option<Duration>,
    progress: &Progress,
) -> Result<Vec<Reached>, Failed> {
    let tracer = BudgetTracer::default();
    let tracer = seconds.map_or(tracer.clone(), |seconds| tracer.with_work(Work::Time(seconds)));
    let tracers: [(&'static str, &dyn Trace); METHODS] = [
        ("BudgetTracer", &tracer),
        ("perceptual", &tracer.clone().with_objective(Objective::Perceptual)),
        ("VTracer", &VTracer::default()),
        ("Contours", &Contours::default()),
    ];
    let mut reached = Vec::new();
    for (method, tracer) in tracers {
        let start = Instant::now();
        let svg = tracer.trace(&target.picture, &Task::new(ByteBudget::new(bytes), progress.stop()))?.write();
        let seconds = start.elapsed().as_secs_f64();
        if progress.interrupted() {
            return Ok(Vec::new());
        }
        let svg = check_svg(&svg, &Profile { max_bytes: bytes, ..Profile::CONTEST })?;
        let image = composite(&rasterize(svg.svg(), METRIC_SIDE, METRIC_SIDE)?, Color::WHITE.into());
        reached.push(target.reached(method, image, svg.as_str().len(), seconds)?);
        progress.advance();
    }
    Ok(reached)
}

/// The best JPEG of the reduced picture that fits (baseline, without chroma subsampling), if one does.
pub(super) fn jpeg(target: &Target, bytes: usize, progress: &Progress) -> Result<Option<Reached>, Failed> {
    let (start, mut best) = (Instant::now(), None);
    if progress.interrupted() {
        return Ok(None);
    }
    for quality in 1..=100 {
        let mut data = Vec::new();
        JpegEncoder::new_with_quality(&mut data, quality).encode_image(&target.raw)?;
        best = if data.len() <= bytes { Some(data) } else { best };
    }
    progress.advance();
    let Some(data) = best else { return Ok(None) };
    let image = composite(&decode(&data, &DecodeLimits::default())?, Color::WHITE.into());
    target.reached("JPEG, baseline", image, data.len(), start.elapsed().as_secs_f64()).map(Some)
}
