//! Denoising diffusion implicit models.

use crate::sampler::alpha::AlphaTable;
use crate::sampler::prediction::Level;
use crate::sampler::stepper::Move;

/// Clean latents, the direction to noise and fresh noise, mixed as the earlier timestep has them. A timestep before the first is the
/// end: without noise, or with that of timestep 0.
pub(super) fn ddim(table: &AlphaTable, timestep: f64, earlier: f64, eta: f64, ends_clean: bool) -> (Level, Move) {
    let here = table.signal(timestep);
    let there = if earlier < 0.0 && ends_clean { 1.0 } else { table.signal(earlier) };
    let fresh = eta * ((1.0 - there) / (1.0 - here) * (1.0 - here / there)).max(0.0).sqrt();
    let direction = (1.0 - there - fresh * fresh).max(0.0).sqrt();
    (table.level(timestep), Move { denoised: there.sqrt(), epsilon: direction, noise: fresh, ..Move::default() })
}
