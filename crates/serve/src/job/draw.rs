//! Draws a description and tells of every candidate as it is made.

use std::sync::Arc;
use std::time::{Duration, Instant};

use linocut::core::with_causes;
use linocut::pipeline::{BoxScore, Named};
use linocut::{ByteBudget, Candidate, Effort, Pipeline, PipelineOptions, Profile, Prompt, Stop};
use serde_json::{Value, json};

use super::request::DrawRequest;
use crate::events::Seat;
use crate::server::Shared;

/// Runs the pipeline; the last event says which candidate is best.
pub(super) fn run(
    request: &DrawRequest,
    shared: &Shared,
    seat: &Seat,
    stop: &Stop,
    begun: Instant,
) -> Result<(), String> {
    let pipeline = pipeline(request, shared, seat, begun)?;
    let prompt = Prompt::new(request.description.as_str(), request.seed);
    let told = |candidate: &Candidate| {
        let mut event = described(candidate);
        event["type"] = "candidate".into();
        event["seconds"] = begun.elapsed().as_secs_f64().into();
        seat.tell(None, event);
    };
    let outcome = pipeline.run_watched(&prompt, stop, told).map_err(|error| with_causes(&error))?;
    let failures: Vec<Value> = outcome
        .failures
        .iter()
        .map(|failure| json!({ "origin": failure.origin.to_string(), "error": with_causes(&failure.error) }))
        .collect();
    seat.tell(
        None,
        json!({
            "type": "drawn", "best": id(outcome.best()), "best_full": outcome.best().effort == Effort::Full,
            "failures": failures, "cut_short": outcome.cut_short || stop.requested(),
            "seconds": begun.elapsed().as_secs_f64(),
        }),
    );
    Ok(())
}

fn pipeline(request: &DrawRequest, shared: &Shared, seat: &Seat, begun: Instant) -> Result<Pipeline, String> {
    let mut pipeline = Pipeline::standard();
    if let Some(name) = &request.model {
        if !request.composer {
            pipeline.generators.clear();
            pipeline.drawers.clear();
        }
        let model = shared.models.get(name)?;
        pipeline.generators.insert(0, Named::new(name, Box::new(model)));
    }
    let bytes = request.bytes as usize;
    pipeline.score = Box::new(Arc::clone(&shared.score)) as BoxScore;
    pipeline.options = PipelineOptions {
        candidates: request.candidates.into(),
        budget: ByteBudget::new(bytes),
        profile: Profile { max_bytes: bytes, ..Profile::CONTEST },
        jobs: super::threads(seat),
        time: request.seconds.map(|seconds| Duration::from_secs_f64(seconds).saturating_sub(begun.elapsed())),
        ..pipeline.options
    };
    Ok(pipeline)
}

/// What names a candidate within its run, as a draft and when it is made again.
fn id(candidate: &Candidate) -> String {
    candidate.origin.to_string()
}

fn described(candidate: &Candidate) -> Value {
    let parts: Vec<Value> = candidate.scores.parts.iter().map(|(name, value)| json!([name, value])).collect();
    json!({
        "id": id(candidate), "full": candidate.effort == Effort::Full, "seed": candidate.origin.seed,
        "total": candidate.scores.total, "parts": parts, "unused": candidate.unused_words,
        "bytes": candidate.svg.byte_count(), "svg": candidate.svg.as_str(),
    })
}
