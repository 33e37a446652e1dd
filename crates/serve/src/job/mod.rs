//! Jobs: drawings that are made for a page.

mod draw;
mod request;
mod trace;

pub use request::{DrawRequest, JobRequest, Method, Seen, TraceRequest, Work};

use std::sync::Arc;
use std::thread;
use std::time::Instant;

use serde_json::json;

use crate::error::Refusal;
use crate::events::Seat;
use crate::server::Shared;

/// Begins a job on a thread of its own. The system shares the cores among such threads, so no job waits for another to end.
pub(crate) fn begin(shared: &Arc<Shared>, request: JobRequest) -> Result<(), Refusal> {
    let begun = Instant::now();
    request.check(shared.limits.job_time)?;
    let JobRequest { stream, slot, job, work } = request;
    let picture = match &work {
        Work::Trace(trace) => {
            Some(shared.pictures.get(&trace.picture).ok_or_else(|| Refusal::NoPicture(trace.picture.clone()))?)
        }
        Work::Draw(_) => None,
    };
    let seat = shared.streams.seat(&stream, &slot, job, shared.limits.jobs)?;
    let shared = Arc::clone(shared);
    let run = move || {
        // Told if the work below panics, which would be a bug of ours.
        let mut ended = Ended { seat: &seat, error: Some("the work ended unexpectedly".to_owned()) };
        let stop = seat.stop.within(shared.limits.job_time.saturating_sub(begun.elapsed()));
        let result = match (&work, picture) {
            (Work::Trace(request), Some(picture)) => trace::run(request, &picture, &seat, &stop, begun),
            (Work::Draw(request), _) => draw::run(request, &shared, &seat, &stop, begun),
            (Work::Trace(request), None) => Err(Refusal::NoPicture(request.picture.clone()).to_string()),
        };
        ended.error = result.err();
    };
    let spawned = thread::Builder::new().name("linocut-job".to_owned()).spawn(run);
    spawned.map_err(|error| Refusal::Busy(format!("no thread can be had for the job: {error}")))?;
    Ok(())
}

/// Tells of an error, if there is one, when it goes out of scope.
struct Ended<'a> {
    seat: &'a Seat,
    error: Option<String>,
}

impl Drop for Ended<'_> {
    fn drop(&mut self) {
        if let Some(error) = self.error.take() {
            self.seat.tell(None, json!({ "type": "failed", "error": error }));
        }
    }
}

/// Threads for a job: its share of the cores, at least one.
fn threads(seat: &Seat) -> usize {
    thread::available_parallelism().map_or(1, usize::from).div_ceil(seat.company()).max(1)
}
