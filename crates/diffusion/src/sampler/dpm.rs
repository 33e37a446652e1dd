//! DPM-Solver++: exponential integrators on the clean latents (Lu et al. 2022, "DPM-Solver++").

use crate::sampler::prediction::Level;
use crate::sampler::stepper::Move;
use crate::sampler::{FinalSigma, Multistep, SigmaCurve, Singlestep, Solver};

/// Steps below which a schedule is short enough to end with one prediction.
const FEW_STEPS: usize = 15;

/// What the latents hold at a noise level of the schedule.
pub(super) fn level(curve: SigmaCurve, sigma: f64) -> Level {
    match curve {
        SigmaCurve::Flow { .. } => Level::straight(sigma),
        _ => Level::preserving(sigma),
    }
}

/// Half the logarithm of the ratio of signal to noise.
fn lambda(level: Level) -> f64 {
    level.signal.ln() - level.noise.ln()
}

/// The weights of one step: from `start` to `end`, with the predictions made at `start` and, of second order, at `other`.
struct Interval {
    start: Level,
    end: Level,
    /// Width in lambda.
    width: f64,
}

impl Interval {
    fn new(start: Level, end: Level) -> Self {
        Self { start, end, width: lambda(end) - lambda(start) }
    }

    /// Weight of the latents at the start.
    fn latents(&self, solver: Solver) -> f64 {
        let ratio = self.end.noise / self.start.noise;
        if solver.stochastic { ratio * (-self.width).exp() } else { ratio }
    }

    /// Weight of the clean latents predicted at the start.
    fn value(&self, solver: Solver) -> f64 {
        -self.end.signal * (-self.exponent(solver)).exp_m1()
    }

    /// Weight of their slope.
    fn slope(&self, solver: Solver) -> f64 {
        let exponent = self.exponent(solver);
        match solver.heun {
            true => self.end.signal * ((-exponent).exp_m1() / exponent + 1.0),
            false => 0.5 * self.value(solver),
        }
    }

    /// Weight of fresh noise.
    fn noise(&self, solver: Solver) -> f64 {
        if solver.stochastic { self.end.noise * (-(-2.0 * self.width).exp_m1()).max(0.0).sqrt() } else { 0.0 }
    }

    fn exponent(&self, solver: Solver) -> f64 {
        if solver.stochastic { 2.0 * self.width } else { self.width }
    }

    fn first_order(&self, solver: Solver) -> Move {
        let (latents, denoised) = (self.latents(solver), self.value(solver));
        Move { latents, denoised, noise: self.noise(solver), ..Move::default() }
    }
}

/// The weights of step `index`: one prediction for the first and, as configured, the last; else also the one before.
pub(super) fn multistep(solver: &Multistep, sigmas: &[f64], index: usize) -> (Level, Move) {
    let at = |i: usize| level(solver.curve, sigmas[i]);
    let here = at(index);
    let interval = Interval::new(here, at(index + 1));
    let first = interval.first_order(solver.solver);
    if index == 0 || solver.order < 2 || ends_lower(solver, sigmas.len() - 1, index) {
        return (here, first);
    }
    let ratio = (lambda(here) - lambda(at(index - 1))) / interval.width;
    let slope = interval.slope(solver.solver) / ratio;
    (here, Move { denoised: first.denoised + slope, previous: -slope, ..first })
}

const fn ends_lower(solver: &Multistep, steps: usize, index: usize) -> bool {
    let clean = matches!(solver.final_sigma, FinalSigma::Zero);
    index + 1 == steps && (clean || solver.euler_at_final || (solver.lower_order_final && steps < FEW_STEPS))
}

/// The weights of step `index`: the first of a pair uses one prediction; the second starts again where the first did.
pub(super) fn singlestep(solver: &Singlestep, sigmas: &[f64], index: usize) -> (Level, Move) {
    let at = |i: usize| level(solver.curve, sigmas[i]);
    let here = at(index);
    if !is_second(solver, sigmas.len() - 1, index) {
        return (here, Interval::new(here, at(index + 1)).first_order(solver.solver));
    }
    let start = at(index - 1);
    let interval = Interval::new(start, at(index + 1));
    let whole = interval.first_order(solver.solver);
    let ratio = (lambda(here) - lambda(start)) / interval.width;
    let slope = interval.slope(solver.solver) / ratio;
    (here, Move { denoised: slope, previous: whole.denoised - slope, from_anchor: true, ..whole })
}

/// Whether a step is the second of a pair. The last step is of first order when it ends without noise, when asked for, and when it
/// has no partner.
const fn is_second(solver: &Singlestep, steps: usize, index: usize) -> bool {
    let lower_final = solver.lower_order_final || steps % 2 == 1 || matches!(solver.final_sigma, FinalSigma::Zero);
    solver.order == 2 && index % 2 == 1 && !(lower_final && index + 1 == steps)
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIGMAS: [f64; 5] = [14.6, 4.0, 1.6, 0.7, 0.0];

    #[test]
    fn the_last_step_without_noise_is_the_prediction_itself() {
        let last = Move { latents: 0.0, denoised: 1.0, ..Move::default() };
        assert_eq!(multistep(&Multistep::default(), &SIGMAS, 3).1, last);
        assert_eq!(singlestep(&Singlestep::default(), &SIGMAS, 3).1, last);
    }

    #[test]
    fn a_constant_prediction_is_kept_by_every_order() {
        // With clean latents predicted all along, noise fades and signal grows as the levels say.
        for index in 0..3 {
            let (start, end) = (Level::preserving(SIGMAS[index]), Level::preserving(SIGMAS[index + 1]));
            let step = multistep(&Multistep::default(), &SIGMAS, index).1;
            let clean = step.latents * start.signal + step.denoised + step.previous;
            assert!((clean - end.signal).abs() < 1e-12);
            assert!((step.latents * start.noise - end.noise).abs() < 1e-12);
        }
    }

    #[test]
    fn pairs_start_where_their_first_step_did() {
        let starts = |steps: usize| -> Vec<bool> {
            let sigmas: Vec<f64> = (0..steps).rev().map(|i| i as f64).chain([0.0]).skip(1).chain([0.0]).collect();
            let solver = Singlestep::default();
            (0..sigmas.len() - 1).map(|index| is_second(&solver, sigmas.len() - 1, index)).collect()
        };
        assert_eq!(starts(4), [false, true, false, false]);
        assert_eq!(starts(5), [false, true, false, true, false]);
        assert_eq!(starts(1), [false]);
    }
}
