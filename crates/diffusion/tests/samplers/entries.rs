use linocut_diffusion::entry::{Entry, Weights, entries};
use serde_json::Value;

use crate::golden::{fixtures, list_error};
use crate::pipelines::recorded;

/// Runs recorded with an entry's own sampler and steps.
const RECORDED: [(&str, &str); 11] = [
    ("sdxl-turbo", "sdxl/turbo_4step"),
    ("sdxl-lightning-1step", "sdxl/lightning_1step_x0"),
    ("sdxl-lightning-2step", "sdxl/lightning_2step"),
    ("sdxl-lightning-4step", "sdxl/lightning_4step"),
    ("sdxl-lightning-8step", "sdxl/lightning_8step"),
    ("sdxl-flash", "sdxl/flash_7step"),
    ("hyper-sdxl-1step", "sdxl/hyper_unet_lcm_t800_1step"),
    ("hyper-sdxl-1step-lora", "sdxl/hyper_tcd_1step"),
    ("hyper-sdxl-2step-lora", "sdxl/hyper_ddim_2step"),
    ("hyper-sdxl-4step-lora", "sdxl/hyper_ddim_4step"),
    ("hyper-sdxl-8step-cfg-lora", "sdxl/hyper_cfg_ddim_8step"),
];

fn check(entry: &Entry, timesteps: &[f64], sigmas: &[f64]) {
    let schedule = entry.schedule().unwrap();
    // Decimals of fractions are read to the last bit but one.
    let is_same = |(found, golden): (&f64, &f64)| (found - golden).abs() < 1e-9;
    assert_eq!(schedule.timesteps.len(), timesteps.len(), "{}", entry.name);
    assert!(schedule.timesteps.iter().zip(timesteps).all(is_same), "{} {:?}", entry.name, schedule.timesteps);
    assert!(list_error(&schedule.sigmas, sigmas, 1e-3) < 2e-6, "{}", entry.name);
}

#[test]
fn entries_that_were_recorded_have_the_recorded_schedule() {
    let recorded = recorded();
    for (name, run) in RECORDED {
        let golden = recorded.iter().find(|(found, _)| found == run);
        let Some((_, golden)) = golden else { panic!("no recorded run {run}") };
        let sigmas = if golden.has("sigmas") { golden.numbers("sigmas") } else { Vec::new() };
        let entry = Entry::named(name).unwrap();
        check(entry, &golden.numbers("timesteps"), &sigmas);
        assert_eq!(golden.metadata()["guidance"].parse::<f64>().unwrap(), entry.guidance, "{name}");
    }
}

#[test]
fn every_entry_has_the_schedule_that_diffusers_makes_for_it() {
    let text = std::fs::read_to_string(fixtures().join("samplers/entries.json")).unwrap();
    let golden: Value = serde_json::from_str(&text).unwrap();
    // What is part of the program stands beside its own scheduler in a test of the facade.
    let is_listed = |entry: &&Entry| !matches!(entry.weights, Weights::Bundled(_)) && entry.sampler.is_some();
    let published = || entries().iter().filter(is_listed);
    for entry in published() {
        let list = |kind: &str| -> Vec<f64> {
            golden[entry.name][kind].as_array().unwrap().iter().map(|value| value.as_f64().unwrap()).collect()
        };
        check(entry, &list("timesteps"), &list("sigmas"));
    }
    assert_eq!(golden.as_object().unwrap().len(), published().count());
}
