use linocut_diffusion::sampler::{Sampler, Schedule, Stepper};
use serde_json::Value;

use crate::golden::{Golden, fixtures, list_error, relative_error};

/// The reference computes weights in single precision; with no signal in the last timestep its noise level is 4096, and what is
/// left of sums there loses three digits. The other cases stay below 2e-6.
const TOLERANCE: f64 = 5e-5;

fn list(value: &Value) -> Option<Vec<f64>> {
    value.as_array().map(|values| values.iter().map(|value| value.as_f64().unwrap()).collect())
}

fn schedule(sampler: &Sampler, case: &Value) -> Schedule {
    let extra = &case["extra"];
    if let Some(sigmas) = list(&extra["sigmas"]) {
        return sampler.schedule_flow(&sigmas, extra["mu"].as_f64(), None).unwrap();
    }
    match list(&extra["timesteps"]) {
        Some(timesteps) => sampler.schedule_at(&timesteps).unwrap(),
        None => sampler.schedule(case["steps"].as_u64().unwrap() as usize).unwrap(),
    }
}

fn sampler(case: &Value) -> Sampler {
    let sampler = Sampler::from_json(case["config"].as_str().unwrap()).unwrap();
    match case["run"]["eta"].as_f64() {
        Some(eta) => sampler.with_eta(eta),
        None => sampler,
    }
}

/// Walks the whole run on the recorded outputs; the worst error over inputs and latents.
fn walk(golden: &Golden, name: &str, mut stepper: Stepper) -> f64 {
    let load = |kind: &str| golden.tensor(&format!("{name}.{kind}"));
    let (inputs, outputs, expected) = (load("inputs"), load("outputs"), load("latents"));
    let noise = golden.has(&format!("{name}.noise")).then(|| load("noise"));
    let (mut latents, mut worst) = (load("start"), 0.0_f64);
    while stepper.timestep().is_some() {
        let i = stepper.index();
        worst = worst.max(relative_error(&stepper.scale_input(&latents).unwrap(), &inputs.get(i).unwrap()));
        let fresh = stepper.needs_noise().then(|| noise.as_ref().unwrap().get(i).unwrap());
        latents = stepper.step(&outputs.get(i).unwrap(), &latents, fresh.as_ref()).unwrap();
        worst = worst.max(relative_error(&latents, &expected.get(i).unwrap()));
    }
    worst
}

#[test]
fn every_kind_of_step_moves_latents_as_diffusers_does() {
    let golden = Golden::open(&fixtures().join("samplers/steps.safetensors"));
    let cases = golden.cases();
    for (name, case) in &cases {
        let sampler = sampler(case);
        let schedule = schedule(&sampler, case);
        assert!(list_error(&schedule.timesteps, &golden.numbers(&format!("{name}.timesteps")), 1.0) < 2e-5, "{name}");
        let scale = case["initial_scale"].as_f64().unwrap();
        assert!((schedule.initial_scale - scale).abs() < 2e-6 * scale, "{name}: {}", schedule.initial_scale);
        let worst = walk(&golden, name, sampler.stepper(schedule).unwrap());
        println!("{name}: within {worst:.1e}");
        assert!(worst < TOLERANCE, "{name}: {worst:e}");
    }
    assert!(cases.len() > 40);
}
