use linocut_diffusion::sampler::{Method, Sampler, SamplerError, Schedule, Spacing};
use serde_json::Value;

use crate::golden::{Golden, fixtures, list_error};

/// Sigmas are single precision in the reference. Rescaling to no signal magnifies its rounding; the other cases stay below 3e-7.
const TOLERANCE: f64 = 1e-5;

/// Timesteps that follow a curve are interpolated in a table of single precision logarithms.
const TIMESTEP_TOLERANCE: f64 = 2e-5;

fn schedule(sampler: &Sampler, steps: usize, extra: &Value) -> Result<Schedule, SamplerError> {
    match extra["mu"].as_f64() {
        Some(mu) => sampler.schedule_shifted(steps, mu),
        None => sampler.schedule(steps),
    }
}

struct Stored<'a> {
    counts: Vec<f64>,
    timesteps: Vec<f64>,
    sigmas: Vec<f64>,
    case: &'a Value,
}

impl<'a> Stored<'a> {
    fn new(golden: &Golden, case: &'a Value) -> Self {
        let load = |kind: &str| case[kind].as_str().map(|name| golden.numbers(name)).unwrap_or_default();
        Self { counts: load("counts"), timesteps: load("timesteps"), sigmas: load("sigmas"), case }
    }

    /// Compares every step count; gives the worst errors and the number of schedules.
    fn compare(&self, name: &str) -> (f64, f64, usize) {
        let sampler = Sampler::from_json(self.case["config"].as_str().unwrap()).unwrap();
        let (mut at, mut sigma_at, mut compared) = (0, 0, 0);
        let (mut worst_timestep, mut worst_sigma) = (0.0_f64, 0.0_f64);
        for (steps, &count) in (1..).zip(&self.counts) {
            let count = count as usize;
            let made = schedule(&sampler, steps, &self.case["extra"]);
            if count == 0 {
                assert!(matches!(made, Err(SamplerError::TooManySteps { .. })), "{name} {steps}: {made:?}");
                continue;
            }
            let made = made.unwrap_or_else(|error| panic!("{name} {steps}: {error}"));
            let timesteps = &self.timesteps[at..at + count];
            assert_eq!(made.steps(), count, "{name} {steps}");
            at += count;
            let sigmas = if self.sigmas.is_empty() { &[][..] } else { &self.sigmas[sigma_at..=sigma_at + count] };
            sigma_at += sigmas.len();
            if timesteps.iter().any(|timestep| timestep.is_nan()) {
                continue; // a single step cannot be stretched to another end than its own; the reference divides by 0
            }
            let whole = timesteps.iter().all(|timestep| timestep.fract() == 0.0);
            assert!(!whole || made.timesteps == timesteps, "{name} {steps}: {:?} {timesteps:?}", made.timesteps);
            worst_timestep = worst_timestep.max(list_error(&made.timesteps, timesteps, 1.0));
            worst_sigma = worst_sigma.max(list_error(&made.sigmas, sigmas, 1e-3));
            compared += 1;
        }
        assert_eq!((at, sigma_at), (self.timesteps.len(), self.sigmas.len()), "{name}");
        (worst_timestep, worst_sigma, compared)
    }
}

#[test]
fn schedules_of_1_to_100_steps_are_those_of_diffusers() {
    let golden = Golden::open(&fixtures().join("samplers/schedules.safetensors"));
    let mut total = 0;
    for (name, case) in &golden.cases() {
        let (timestep, sigma, compared) = Stored::new(&golden, case).compare(name);
        println!("{name}: {compared} schedules, timesteps within {timestep:.1e}, sigmas within {sigma:.1e}");
        assert!(timestep <= TIMESTEP_TOLERANCE && sigma <= TOLERANCE, "{name}: {timestep:e} {sigma:e}");
        total += compared;
    }
    println!("compared {total} schedules in {} cases", golden.cases().len());
    assert!(total > 3000, "{total}");
}

#[test]
fn trailing_has_no_extra_step_where_a_rounded_stride_would_add_one() {
    for steps in [3, 6, 7, 9, 12] {
        for method in [Sampler::euler(Spacing::Trailing).method, Method::EulerAncestral] {
            let sampler = Sampler { spacing: Spacing::Trailing, ..Sampler::of(method) };
            assert_eq!(sampler.schedule(steps).unwrap().steps(), steps);
        }
    }
}
