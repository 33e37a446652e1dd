//! The softmax over keys that come a few at a time.

use crate::kernel::exponential::{exp, tanh};
use crate::kernel::vectorised::vectorised;

/// Maxima and sums kept side by side, so that they vectorise.
const LANES: usize = 16;

/// The softmax of one query over the keys seen so far.
#[derive(Clone, Copy)]
pub(super) struct RunningSoftmax {
    largest: f32,
    sum: f32,
}

impl RunningSoftmax {
    pub(super) const START: Self = Self { largest: f32::NEG_INFINITY, sum: 0.0 };

    /// Turns scores into shares that are not yet divided by their sum. Returns the factor for what was added up before.
    pub(super) fn take(&mut self, scores: &mut [f32]) -> f32 {
        let largest = self.largest.max(largest_of(scores));
        if largest == f32::NEG_INFINITY {
            scores.fill(0.0);
            return 1.0;
        }
        let kept = if self.largest == largest { 1.0 } else { (self.largest - largest).exp() };
        self.sum = self.sum * kept + exponentials(scores, largest);
        self.largest = largest;
        kept
    }

    pub(super) fn scale(&self) -> f32 {
        if self.sum > 0.0 { 1.0 / self.sum } else { 0.0 }
    }
}

fn largest_of(scores: &[f32]) -> f32 {
    vectorised(
        #[inline(always)]
        || {
            let mut lanes = [f32::NEG_INFINITY; LANES];
            let chunks = scores.chunks_exact(LANES);
            let rest = chunks.remainder().iter().fold(f32::NEG_INFINITY, |most, x| most.max(*x));
            for chunk in chunks {
                lanes.iter_mut().zip(chunk).for_each(|(lane, x)| *lane = if *x > *lane { *x } else { *lane });
            }
            lanes.iter().fold(rest, |most, x| most.max(*x))
        },
    )
}

/// `e^(score - largest)` in place, and their sum.
fn exponentials(scores: &mut [f32], largest: f32) -> f32 {
    vectorised(
        #[inline(always)]
        || {
            let mut lanes = [0.0; LANES];
            let mut chunks = scores.chunks_exact_mut(LANES);
            for chunk in &mut chunks {
                for (lane, score) in lanes.iter_mut().zip(chunk) {
                    *score = exp(*score - largest);
                    *lane += *score;
                }
            }
            let mut sum = lanes.iter().sum();
            for score in chunks.into_remainder() {
                *score = exp(*score - largest);
                sum += *score;
            }
            sum
        },
    )
}

/// `cap tanh(score / cap)` in place.
pub(super) fn cap_scores(scores: &mut [f32], cap: f32) {
    vectorised(
        #[inline(always)]
        || scores.iter_mut().for_each(|score| *score = cap * tanh(*score / cap)),
    );
}
