//! Models that jump to the end of the trajectory, or along it: LCM, TCD and those of continuous time.

use crate::sampler::Schedule;
use crate::sampler::alpha::AlphaTable;
use crate::sampler::prediction::Level;
use crate::sampler::schedule::single;
use crate::sampler::spacing::line;
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

/// Angle of the first step, a little beyond the quarter of a circle.
#[expect(clippy::approx_constant, reason = "the published number, which is larger than the constant")]
const FIRST_ANGLE: f64 = 1.5708;
/// Angle of the second of two steps.
const SECOND_ANGLE: f64 = 1.3;

/// The share of noise at an angle on the straight line between picture and noise: what the model is told.
fn share(angle: f64) -> f64 {
    angle.sin() / (angle.sin() + angle.cos())
}

/// Angles of so many steps as noise levels, and their shares of noise as timesteps.
pub(super) fn angles(steps: usize, sigma_data: f64) -> Schedule {
    let angles = match steps {
        2 => vec![FIRST_ANGLE, SECOND_ANGLE, 0.0],
        _ => line(FIRST_ANGLE, 0.0, steps + 1),
    };
    let sigmas = single(angles);
    let timesteps = single(sigmas[..steps].iter().map(|angle| share(*angle)).collect());
    Schedule { timesteps, sigmas, initial_scale: sigma_data }
}

/// What latents at an angle are multiplied by for the model, which sees them on the straight line.
pub(super) fn straightened(angle: f64, sigma_data: f64) -> f64 {
    1.0 / (sigma_data * (angle.sin() + angle.cos()))
}

/// From an angle to the end, and fresh noise back up to the next angle. On the straight line the model's answer is the direction to noise.
pub(super) fn continuous(angle: f64, next: f64, sigma_data: f64) -> (Level, Move) {
    let size = angle.sin() + angle.cos();
    let jump = Move {
        latents: next.cos() / size,
        output: -next.cos() * sigma_data * angle.sin() / size,
        noise: next.sin() * sigma_data,
        ..Move::default()
    };
    (Level { signal: angle.cos(), noise: sigma_data * angle.sin() }, jump)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// What the reference computes, in its own order: the answer is turned into TrigFlow's before the step.
        #[test]
        fn a_step_on_the_circle_is_that_of_the_reference(
            angle in 0.01_f64..1.57, next in 0.0_f64..1.3, latents in -2.0_f64..2.0, output in -2.0_f64..2.0, noise in -2.0_f64..2.0,
        ) {
            let sigma = 0.5_f64;
            let told = share(angle);
            let size = (told * told + (1.0 - told) * (1.0 - told)).sqrt();
            let seen = latents / sigma * size;
            prop_assert!((seen - latents * straightened(angle, sigma)).abs() < 1e-9);
            let turned = ((1.0 - 2.0 * told) * seen + (1.0 - 2.0 * told + 2.0 * told * told) * output) / size * sigma;
            let clean = angle.cos() * latents - angle.sin() * turned;
            let expected = next.cos() * clean + next.sin() * noise * sigma;
            let (_, step) = continuous(angle, next, sigma);
            prop_assert!((step.latents * latents + step.output * output + step.noise * noise - expected).abs() < 1e-9);
        }
    }

    #[test]
    fn two_steps_have_an_angle_of_their_own_and_others_are_even() {
        let of = |steps| angles(steps, 0.5).sigmas;
        let is_near = |found: Vec<f64>, expected: &[f64]| {
            found.len() == expected.len() && found.iter().zip(expected).all(|(a, b)| (a - b).abs() < 1e-6)
        };
        assert!(is_near(of(1), &[FIRST_ANGLE, 0.0]) && is_near(of(2), &[FIRST_ANGLE, 1.3, 0.0]));
        let even = [4.0, 3.0, 2.0, 1.0, 0.0].map(|quarters| FIRST_ANGLE * quarters / 4.0);
        assert!(is_near(of(4), &even), "{:?}", of(4));
        assert!((angles(2, 0.5).timesteps[0] - 1.0).abs() < 1e-5);
    }
}
