//! Traces a picture and tells of the drawing as it improves.

use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use linocut::constraints::check_svg;
use linocut::raster::{drop_alpha, encode_png};
use linocut::score::{Closeness, ClosenessError, Original};
use linocut::svg::rasterize;
use linocut::trace::{BudgetTracer, Contours, TraceProgress, VTracer};
use linocut::{ByteBudget, Drawing, Profile, StageError, Stop, Task};
use serde_json::{Value, json};

use super::request::{Method, TraceRequest};
use crate::error::chain;
use crate::events::Seat;
use crate::pictures::Picture;

/// Least time between two previews.
const PREVIEW: Duration = Duration::from_millis(120);
/// Share of the time that previews may take, as one in so many.
const SHARE: u32 = 6;

/// Traces, compares and tells; the last event has the SVG.
pub(super) fn run(
    request: &TraceRequest,
    picture: &Picture,
    seat: &Seat,
    stop: &Stop,
    begun: Instant,
) -> Result<(), String> {
    let mut previews = Previews { picture: &picture.pixels, original: None, seat, begun, due: begun };
    let drawing = trace(request, &picture.pixels, seat, stop, begun, &mut previews).map_err(|error| chain(&error))?;
    if seat.is_unwanted() {
        return Ok(());
    }
    let cut_short = stop.requested();
    let profile = Profile { max_bytes: request.bytes as usize, ..Profile::CONTEST };
    let svg = check_svg(&drawing.write(), &profile).map_err(|error| chain(&error))?;
    let closeness = previews.original(&drawing).and_then(|original| original.closeness(svg.svg()));
    let mut event = figures(closeness.map_err(|error| chain(&error))?, svg.byte_count(), begun);
    event["type"] = "done".into();
    event["svg"] = svg.as_str().into();
    event["size"] = json!([drawing.width, drawing.height]);
    event["cut_short"] = cut_short.into();
    seat.tell(false, event);
    Ok(())
}

fn trace(
    request: &TraceRequest,
    picture: &RgbImage,
    seat: &Seat,
    stop: &Stop,
    begun: Instant,
    previews: &mut Previews<'_>,
) -> Result<Drawing, StageError> {
    let stop = match (request.method, request.seconds) {
        (Method::Budget, _) | (_, None) => stop.clone(),
        (_, Some(seconds)) => stop.within(Duration::from_secs_f64(seconds).saturating_sub(begun.elapsed())),
    };
    let budget = ByteBudget::new(request.bytes as usize);
    let task = Task { image: Some(picture), seed: request.seed, ..Task::new(budget, &stop) };
    let traced = match request.method {
        Method::Budget => {
            let usual = BudgetTracer::default();
            let work = request.amount(usual.work, begun.elapsed());
            let (objective, threads) = (request.objective.objective(), super::threads(seat));
            let tracer = BudgetTracer { work, objective, threads, ..usual };
            tracer.trace_watched(picture, &task, |progress| previews.see(progress))
        }
        Method::Vtracer => VTracer::default().trace(picture, &task),
        Method::Contours => Contours::default().trace(picture, &task),
    };
    traced.map_err(|error| StageError::new("trace", error))
}

/// Shows the drawing now and then while it is searched.
struct Previews<'a> {
    picture: &'a RgbImage,
    original: Option<Original>,
    seat: &'a Seat,
    begun: Instant,
    due: Instant,
}

impl Previews<'_> {
    fn see(&mut self, progress: &TraceProgress<'_>) {
        let start = Instant::now();
        if start < self.due || self.seat.is_unwanted() {
            return;
        }
        // A drawing that cannot be shown yet costs its preview, not the search.
        if let Ok(mut event) = self.preview(&progress.preview()) {
            event["type"] = "progress".into();
            event["done"] = progress.done().into();
            self.seat.tell(true, event);
        }
        let end = Instant::now();
        self.due = end + (SHARE * (end - start)).max(PREVIEW);
    }

    fn preview(&mut self, drawing: &Drawing) -> Result<Value, StageError> {
        let svg = drawing.write();
        let drawn = rasterize(&svg, drawing.width, drawing.height).map_err(|error| StageError::new("render", error))?;
        let png = encode_png(&drop_alpha(&drawn)).map_err(|error| StageError::new("encode", error))?;
        let closeness = self.original(drawing)?.closeness(&svg)?;
        let mut event = figures(closeness, svg.byte_count(), self.begun);
        event["png"] = STANDARD.encode(png).into();
        Ok(event)
    }

    /// The picture to compare with; the grid of a drawing stays the same.
    fn original(&mut self, drawing: &Drawing) -> Result<&Original, ClosenessError> {
        let original = match self.original.take() {
            Some(original) => original,
            None => Original::new(self.picture, (drawing.width, drawing.height))?,
        };
        Ok(self.original.insert(original))
    }
}

fn figures(Closeness { psnr, ssim, ssimulacra2 }: Closeness, bytes: usize, begun: Instant) -> Value {
    // An infinite PSNR is `null` in JSON.
    let seconds = begun.elapsed().as_secs_f64();
    json!({ "bytes": bytes, "psnr": psnr, "ssim": ssim, "ssimulacra2": ssimulacra2, "seconds": seconds })
}
