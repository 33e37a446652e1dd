//! Models that jump to the end of the trajectory, or along it: LCM and TCD.

use crate::sampler::alpha::AlphaTable;
use crate::sampler::prediction::Level;
use crate::sampler::stepper::Move;

/// Standard deviation of the data in LCM's boundary condition.
const SIGMA_DATA: f64 = 0.5;

/// To a timestep past the next one, and fresh noise back up to it. Without a next timestep: to timestep 0, no noise.
pub(super) fn tcd(table: &AlphaTable, timestep: f64, next: Option<f64>, eta: f64) -> (Level, Move) {
    let past = table.level(((1.0 - eta) * next.unwrap_or(0.0)).floor());
    let kept = match next {
        Some(next) if eta > 0.0 => table.signal(next) / (past.signal * past.signal),
        _ => 1.0,
    };
    let (keep, fresh) = (kept.sqrt(), (1.0 - kept).max(0.0).sqrt());
    let jump = Move { denoised: keep * past.signal, epsilon: keep * past.noise, noise: fresh, ..Move::default() };
    (table.level(timestep), jump)
}

/// To the end, and fresh noise back up to the next timestep, if there is one.
pub(super) fn lcm(table: &AlphaTable, timestep: f64, next: Option<f64>, scaling: f64) -> (Level, Move) {
    let scaled = timestep * scaling;
    let size = scaled.hypot(SIGMA_DATA);
    let (skip, out) = ((SIGMA_DATA / size).powi(2), scaled / size);
    let Level { signal, noise } = next.map_or(Level { signal: 1.0, noise: 0.0 }, |next| table.level(next));
    (table.level(timestep), Move { latents: signal * skip, denoised: signal * out, noise, ..Move::default() })
}
