//! What a page asks for, and within which ranges.

use std::ops::RangeInclusive;
use std::time::Duration;

use linocut::trace::{Objective, Work as Amount};
use serde::Deserialize;

use crate::error::Refusal;

const BYTES: RangeInclusive<u32> = 200..=1_000_000;
const SWEEPS: RangeInclusive<u32> = 1..=5_000;
const CANDIDATES: RangeInclusive<u16> = 1..=64;
/// Most characters of a description, a slot or a name.
const MOST_CHARACTERS: usize = 2_000;

/// Asks for a drawing.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct JobRequest {
    /// Name of the stream that tells of the job.
    pub stream: String,
    /// Where the page shows the drawing. A slot has one job at a time.
    pub slot: String,
    /// A number that all events of the job carry.
    pub job: u64,
    /// What to draw.
    pub work: Work,
}

/// What to draw.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Work {
    /// A picture.
    Trace(TraceRequest),
    /// A description.
    Draw(DrawRequest),
}

/// Asks for a drawing of a picture, as `linocut trace` would make it.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TraceRequest {
    /// Id of the picture.
    pub picture: String,
    /// Most bytes of the SVG, 200 to 1,000,000.
    pub bytes: u32,
    /// The tracer. Default: the budget tracer.
    #[serde(default)]
    pub method: Method,
    /// How the budget tracer compares pictures. Default: raw.
    #[serde(default)]
    pub objective: Seen,
    /// Sweeps of the budget tracer, 1 to 5,000; the result is then the same on every machine. Default: the tracer's own number.
    pub sweeps: Option<u32>,
    /// Time in seconds, from 0.05, in place of a number of sweeps.
    pub seconds: Option<f64>,
    /// Seed of everything random. Default: 0.
    #[serde(default)]
    pub seed: u64,
}

/// A tracer.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Method {
    /// [`BudgetTracer`](linocut::trace::BudgetTracer).
    #[default]
    Budget,
    /// [`VTracer`](linocut::trace::VTracer).
    Vtracer,
    /// [`Contours`](linocut::trace::Contours).
    Contours,
}

/// How pictures are compared.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Seen {
    /// Squared error as it is.
    #[default]
    Raw,
    /// Squared error as the contest's filters leave it.
    Defended,
    /// SSIMULACRA2.
    Perceptual,
}

impl Seen {
    pub(super) const fn objective(self) -> Objective {
        match self {
            Self::Raw => Objective::Raw,
            Self::Defended => Objective::Defended,
            Self::Perceptual => Objective::Perceptual,
        }
    }
}

/// Asks for drawings of a description, as `linocut draw` would make them.
#[derive(Clone, PartialEq, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DrawRequest {
    /// What the picture should show, at most 2,000 characters.
    pub description: String,
    /// Most bytes of the SVG, 200 to 1,000,000.
    pub bytes: u32,
    /// Seeds to try, 1 to 64.
    pub candidates: u16,
    /// Time in seconds; without it the amount of work is fixed, and the result with it.
    pub seconds: Option<f64>,
    /// Seed of everything random. Default: 0.
    #[serde(default)]
    pub seed: u64,
    /// A model that makes pictures, by its name on offer. Default: none.
    pub model: Option<String>,
    /// Whether the composer draws too, where there is a model; without one it always does. Default: false.
    #[serde(default)]
    pub composer: bool,
}

impl JobRequest {
    pub(super) fn check(&self, most_time: Duration) -> Result<(), Refusal> {
        short("slot", &self.slot)?;
        match &self.work {
            Work::Trace(trace) => {
                within("bytes", trace.bytes, &BYTES)?;
                trace.sweeps.map_or(Ok(()), |sweeps| within("sweeps", sweeps, &SWEEPS))?;
                if trace.sweeps.is_some() && trace.seconds.is_some() {
                    return Err(Refusal::Invalid("`sweeps` and `seconds` are given, expected one of them".to_owned()));
                }
                time(trace.seconds, most_time)
            }
            Work::Draw(draw) => {
                short("description", &draw.description)?;
                within("bytes", draw.bytes, &BYTES)?;
                within("candidates", draw.candidates, &CANDIDATES)?;
                time(draw.seconds, most_time)
            }
        }
    }
}

impl TraceRequest {
    /// The amount of work, where `spent` of the time is gone.
    pub(super) fn amount(&self, usual: Amount, spent: Duration) -> Amount {
        match (self.sweeps, self.seconds) {
            (Some(sweeps), _) => Amount::Sweeps(sweeps),
            (None, Some(seconds)) => {
                Amount::Time(Duration::from_secs_f64(seconds).saturating_sub(spent).max(Duration::from_millis(10)))
            }
            (None, None) => usual,
        }
    }
}

fn within<T: PartialOrd + std::fmt::Display>(name: &str, value: T, range: &RangeInclusive<T>) -> Result<(), Refusal> {
    if range.contains(&value) {
        return Ok(());
    }
    Err(Refusal::Invalid(format!("`{name}` is {value}, expected {} to {}", range.start(), range.end())))
}

fn short(name: &str, text: &str) -> Result<(), Refusal> {
    within(&format!("number of characters of {name}"), text.chars().count(), &(0..=MOST_CHARACTERS))
}

fn time(seconds: Option<f64>, most: Duration) -> Result<(), Refusal> {
    seconds.map_or(Ok(()), |seconds| within("seconds", seconds, &(0.05..=most.as_secs_f64())))
}

#[cfg(test)]
mod tests {
    use serde_json::{Value, json};

    use super::*;

    fn refused(work: Value) -> Option<String> {
        let request = json!({ "stream": "s0", "slot": "a", "job": 1, "work": work });
        let request: JobRequest = match serde_json::from_value(request) {
            Ok(request) => request,
            Err(error) => return Some(error.to_string()),
        };
        request.check(Duration::from_secs(60)).err().map(|refusal| refusal.to_string())
    }

    #[test]
    fn settings_of_the_page_are_taken() {
        assert_eq!(
            refused(json!({ "trace": { "picture": "a", "bytes": 5000, "objective": "perceptual", "seconds": 2 } })),
            None
        );
        assert_eq!(
            refused(json!({ "trace": { "picture": "a", "bytes": 200, "method": "vtracer", "sweeps": 60 } })),
            None
        );
        assert_eq!(
            refused(json!({ "draw": { "description": "", "bytes": 9, "candidates": 1 } })).unwrap(),
            "`bytes` is 9, expected 200 to 1000000"
        );
        assert_eq!(refused(json!({ "draw": { "description": "a boat", "bytes": 10_000, "candidates": 4 } })), None);
    }

    #[test]
    fn others_are_named() {
        let trace = |name: &str, value: Value| {
            let mut trace = json!({ "picture": "a", "bytes": 5000 });
            trace[name] = value;
            refused(json!({ "trace": trace })).unwrap_or_default()
        };
        for (name, value) in [
            ("bytes", json!(199)),
            ("bytes", json!(-1)),
            ("bytes", json!("many")),
            ("sweeps", json!(0)),
            ("sweeps", json!(5001)),
            ("seconds", json!(0)),
            ("seconds", json!(61)),
            ("seconds", json!(-1)),
            ("objective", json!("best")),
            ("threads", json!(4)),
            ("seed", json!(-1)),
        ] {
            assert!(!trace(name, value.clone()).is_empty(), "{name}: {value}");
        }
        assert!(
            refused(json!({ "trace": { "picture": "a", "bytes": 500, "sweeps": 1, "seconds": 1 } }))
                .unwrap()
                .contains("one of them")
        );
        let long = "a".repeat(2_001);
        assert!(
            refused(json!({ "draw": { "description": long, "bytes": 500, "candidates": 4 } }))
                .unwrap()
                .contains("2001")
        );
        assert!(
            refused(json!({ "draw": { "description": "a", "bytes": 500, "candidates": 65 } }))
                .unwrap()
                .contains("1 to 64")
        );
        assert!(refused(json!({ "paint": {} })).unwrap().contains("paint"));
    }

    #[test]
    fn time_that_is_gone_counts() {
        let request: TraceRequest =
            serde_json::from_value(json!({ "picture": "a", "bytes": 500, "seconds": 2 })).unwrap();
        let left = |spent| request.amount(Amount::Sweeps(60), Duration::from_millis(spent));
        assert_eq!(left(500), Amount::Time(Duration::from_millis(1_500)));
        assert_eq!(left(5_000), Amount::Time(Duration::from_millis(10)));
    }
}
