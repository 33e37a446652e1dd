//! Traces a picture and tells of the drawing as it improves.

use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread;
use std::time::{Duration, Instant};

use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use image::RgbImage;
use linocut::constraints::check_svg;
use linocut::core::with_causes;
use linocut::raster::{drop_alpha, encode_png};
use linocut::score::{Closeness, Original};
use linocut::svg::rasterize;
use linocut::trace::{BudgetTracer, Contours, TraceProgress, VTracer};
use linocut::{ByteBudget, Drawing, Profile, StageError, Stop, Svg, Task};
use serde_json::{Value, json};

use super::request::{Method, TraceRequest};
use crate::events::Seat;
use crate::pictures::Picture;

/// Least time between two previews of all jobs, which take some 6 ms each, and a browser as long again to show.
const PREVIEW: Duration = Duration::from_millis(100);
/// Least time between two comparisons with the picture, of all jobs, which take some 60 ms each.
const COMPARISON: Duration = Duration::from_millis(300);

/// A drawing to compare with the picture, and the size of its grid.
type Shown = (Svg, (u32, u32));

/// Traces, compares and tells; the last event has the SVG.
pub(super) fn run(
    request: &TraceRequest,
    picture: &Picture,
    seat: &Seat,
    stop: &Stop,
    begun: Instant,
) -> Result<(), String> {
    let pixels = &picture.pixels;
    let (sender, shown) = sync_channel(0);
    let (drawing, original) = thread::scope(|scope| {
        let comparing = scope.spawn(move || compare(pixels, &shown, seat, begun));
        let mut previews = Previews { seat, begun, due: begun, compared: begun, sender };
        let drawing = trace(request, pixels, seat, stop, begun, &mut previews);
        drop(previews);
        // One that panics is a bug of ours, of which the job tells.
        (drawing, comparing.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
    });
    let drawing = drawing.map_err(|error| with_causes(&error))?;
    if seat.is_unwanted() {
        return Ok(());
    }
    let profile = Profile { max_bytes: request.bytes as usize, ..Profile::CONTEST };
    let svg = check_svg(&drawing.write(), &profile).map_err(|error| with_causes(&error))?;
    let original = original.map_or_else(|| Original::new(pixels, (drawing.width, drawing.height)), Ok);
    let closeness = original.and_then(|original| original.closeness(svg.svg())).map_err(|error| with_causes(&error))?;
    let mut event = figures("done", closeness, svg.byte_count(), begun);
    event["svg"] = svg.as_str().into();
    event["size"] = json!([drawing.width, drawing.height]);
    event["cut_short"] = stop.requested().into();
    seat.tell(None, event);
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
            let tracer = usual.with_work(work).with_objective(objective).with_threads(threads);
            tracer.trace_watched(picture, &task, |progress| previews.see(progress))
        }
        Method::Vtracer => VTracer::default().trace(picture, &task),
        Method::Contours => Contours::default().trace(picture, &task),
    };
    traced.map_err(|error| StageError::new("trace", error))
}

/// Compares drawings with the picture as they come, beside the search. Returns the picture as it was prepared for that, if it was.
fn compare(picture: &RgbImage, shown: &Receiver<Shown>, seat: &Seat, begun: Instant) -> Option<Original> {
    let mut original = None;
    for (svg, grid) in shown {
        if original.is_none() {
            original = Original::new(picture, grid).ok();
        }
        // A drawing that cannot be compared costs its figures, not the search.
        if let Some(Ok(closeness)) = original.as_ref().map(|original| original.closeness(&svg)) {
            seat.tell(Some("figures"), figures("figures", closeness, svg.byte_count(), begun));
        }
    }
    original
}

/// Shows the drawing now and then while it is searched.
struct Previews<'a> {
    seat: &'a Seat,
    begun: Instant,
    /// When the next one is due.
    due: Instant,
    /// When the next one is to be compared.
    compared: Instant,
    sender: SyncSender<Shown>,
}

impl Previews<'_> {
    fn see(&mut self, progress: &TraceProgress<'_>) {
        let now = Instant::now();
        if now < self.due || self.seat.is_unwanted() {
            return;
        }
        // Jobs share what showing them may cost, or ten tabs would leave the browser no time to answer.
        let company = u32::try_from(self.seat.company()).unwrap_or(u32::MAX);
        self.due = now + PREVIEW.saturating_mul(company);
        let drawing = progress.preview();
        let svg = drawing.write();
        // A drawing that cannot be shown yet costs its preview, not the search.
        if let Ok(png) = picture(&svg, (drawing.width, drawing.height)) {
            let seconds = self.begun.elapsed().as_secs_f64();
            self.seat.tell(
                Some("progress"),
                json!({
                    "type": "progress", "done": progress.done(), "seconds": seconds,
                    "bytes": svg.byte_count(), "png": STANDARD.encode(png),
                }),
            );
        }
        // Refused while the one before is still being compared.
        if now >= self.compared && self.sender.try_send((svg, (drawing.width, drawing.height))).is_ok() {
            self.compared = now + COMPARISON.saturating_mul(company);
        }
    }
}

/// A drawing as a PNG of the size of its grid.
fn picture(svg: &Svg, (width, height): (u32, u32)) -> Result<Vec<u8>, StageError> {
    let drawn = rasterize(svg, width, height).map_err(|error| StageError::new("render", error))?;
    encode_png(&drop_alpha(&drawn)).map_err(|error| StageError::new("encode", error))
}

fn figures(kind: &str, closeness: Closeness, bytes: usize, begun: Instant) -> Value {
    let Closeness { psnr, ssim, ssimulacra2 } = closeness;
    // An infinite PSNR is `null` in JSON.
    let seconds = begun.elapsed().as_secs_f64();
    json!({
        "type": kind, "bytes": bytes, "psnr": psnr, "ssim": ssim, "ssimulacra2": ssimulacra2, "seconds": seconds,
    })
}
