use std::path::PathBuf;

use candle_core::Tensor;
use linocut_diffusion::sampler::{Method, Sampler, Schedule, Stepper};
use serde_json::{Map, Value};

use crate::golden::{Golden, fixtures, list_error, relative_error};

/// Of the largest value, after every step.
const TOLERANCE: f64 = 1e-4;

/// The recorded pipelines of the two models.
pub(crate) fn recorded() -> Vec<(String, Golden)> {
    let root = match std::env::var_os("LINOCUT_PARITY") {
        Some(root) => PathBuf::from(root).join("tiny"),
        None => fixtures().join("tiny"),
    };
    let mut found = Vec::new();
    for model in ["sdxl", "ssd-1b"] {
        let Ok(folder) = std::fs::read_dir(root.join(model).join("golden")) else { continue };
        let mut paths: Vec<PathBuf> = folder.map(|entry| entry.unwrap().path()).collect();
        paths.sort();
        let open = |path: PathBuf| (format!("{model}/{}", path.file_stem().unwrap().display()), Golden::open(&path));
        found.extend(paths.into_iter().map(open).filter(|(_, golden)| golden.metadata().contains_key("scheduler")));
    }
    found
}

/// The metadata holds Python's spelling of each value.
fn from_python(text: &str) -> Value {
    match text {
        "True" => Value::Bool(true),
        "False" => Value::Bool(false),
        "None" | "-inf" => Value::Null,
        _ => text
            .parse::<u64>()
            .map(Value::from)
            .or_else(|_| text.parse::<f64>().map(Value::from))
            .unwrap_or(text.into()),
    }
}

fn sampler(golden: &Golden) -> Sampler {
    let metadata = golden.metadata();
    let written: Map<String, Value> = serde_json::from_str(&metadata["scheduler_config"]).unwrap();
    let mut config: Map<String, Value> =
        written.iter().map(|(key, value)| (key.clone(), from_python(value.as_str().unwrap()))).collect();
    config.remove("_use_default_values");
    config.insert("_class_name".into(), metadata["scheduler"].clone().into());
    Sampler::from_json(&Value::Object(config).to_string()).unwrap().with_eta(metadata["eta"].parse().unwrap())
}

/// LCM's recorded run names its timestep.
fn schedule(sampler: &Sampler, golden: &Golden) -> Schedule {
    match sampler.method {
        Method::Lcm { .. } => sampler.schedule_at(&golden.numbers("timesteps")).unwrap(),
        _ => sampler.schedule(golden.metadata()["steps"].parse().unwrap()).unwrap(),
    }
}

/// The recorded output after guidance: the negative prompt's comes first.
fn guided(golden: &Golden, step: usize) -> Tensor {
    let output = golden.tensor(&format!("unet_out.{step}"));
    if output.dims()[0] == 1 {
        return output;
    }
    let scale: f64 = golden.metadata()["guidance"].parse().unwrap();
    let (negative, positive) = (output.narrow(0, 0, 1).unwrap(), output.narrow(0, 1, 1).unwrap());
    (&negative + ((positive - &negative).unwrap() * scale).unwrap()).unwrap()
}

/// Walks the run on recorded outputs; the worst error of model inputs and latents, and how many tensors were compared.
fn walk(golden: &Golden, mut stepper: Stepper) -> (f64, usize) {
    let scale = stepper.schedule().initial_scale;
    assert!((scale - golden.numbers("init_noise_sigma")[0]).abs() < 2e-6 * scale);
    let mut latents = (golden.tensor("latents_in") * scale).unwrap();
    let (mut worst, mut compared) = (0.0_f64, 0);
    while let Some(timestep) = stepper.timestep() {
        let i = stepper.index();
        assert_eq!(golden.numbers(&format!("unet_t.{i}")), [timestep]);
        let seen = golden.tensor(&format!("unet_in.{i}")).narrow(0, 0, 1).unwrap();
        worst = worst.max(relative_error(&stepper.scale_input(&latents).unwrap(), &seen));
        let noise = stepper.needs_noise().then(|| golden.tensor(&format!("noise.{i}")));
        latents = stepper.step(&guided(golden, i), &latents, noise.as_ref()).unwrap();
        worst = worst.max(relative_error(&latents, &golden.tensor(&format!("latents.{i}"))));
        compared += 2;
    }
    (worst, compared)
}

#[test]
fn recorded_pipelines_are_walked_step_by_step() {
    let (mut tensors, mut files) = (0, 0);
    for (name, golden) in recorded() {
        let sampler = sampler(&golden);
        let schedule = schedule(&sampler, &golden);
        assert_eq!(schedule.timesteps, golden.numbers("timesteps"), "{name}");
        if golden.has("sigmas") {
            assert!(list_error(&schedule.sigmas, &golden.numbers("sigmas"), 1e-3) < 2e-6, "{name}");
        }
        let (worst, compared) = walk(&golden, sampler.stepper(schedule).unwrap());
        println!("{name}: {compared} tensors within {worst:.1e}");
        assert!(worst < TOLERANCE, "{name}: {worst:e}");
        (tensors, files) = (tensors + compared, files + 1);
    }
    println!("compared {tensors} tensors in {files} files");
    assert!(files > 0, "no recorded pipeline was found");
}
