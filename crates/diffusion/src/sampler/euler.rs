//! Euler's method on the probability flow, and with fresh noise.

use crate::sampler::prediction::Level;
use crate::sampler::stepper::Move;

/// Along the noise to the next level.
pub(super) fn euler(sigma: f64, next: f64) -> (Level, Move) {
    (Level::exploding(sigma), Move { latents: 1.0, epsilon: next - sigma, ..Move::default() })
}

/// To below the next level, and fresh noise up to it.
pub(super) fn ancestral(sigma: f64, next: f64) -> (Level, Move) {
    let up = next * (sigma * sigma - next * next).max(0.0).sqrt() / sigma;
    let down = (next * next - up * up).max(0.0).sqrt();
    (Level::exploding(sigma), Move { latents: 1.0, epsilon: down - sigma, noise: up, ..Move::default() })
}
