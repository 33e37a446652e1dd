//! One picture at published size, and the most memory that the process took: `lab/diffusion/weights.py` writes weights for it.
//!
//! `LINOCUT_FULL=DIR LINOCUT_DENOISER=FILE LINOCUT_T5=FILE cargo test --release -p linocut-diffusion --test parity full_size --
//! --ignored --nocapture`; `LINOCUT_STAY` keeps all parts in memory, `LINOCUT_WEIGHTS=q8_0` linear layers in eight bits.

use std::path::PathBuf;
use std::time::Instant;

use linocut_core::{Prompt, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::DenoiseOptions;
use linocut_diffusion::family::Family;
use linocut_nn::LinearKind;
use linocut_nn::place::Residency;

/// The most memory that the process had, in GB, as the kernel counts it.
fn most() -> f64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
    line.trim_end_matches("kB").trim().parse::<f64>().unwrap() * 1024.0 / 1e9
}

#[test]
#[ignore = "needs gigabytes of weights"]
fn one_picture_at_published_size() {
    let of = |name: &str| std::env::var_os(name).map(PathBuf::from);
    let folder = of("LINOCUT_FULL").unwrap();
    let family = Family::of_folder(&folder).unwrap();
    let files = ModelFolder::of_family(&folder, family);
    let residency = if of("LINOCUT_STAY").is_some() { Residency::Stay } else { Residency::Leave };
    let places = match std::env::var("LINOCUT_WEIGHTS").as_deref() {
        Ok("q8_0") => files.places.with_linear_kind(LinearKind::Q8_0),
        Ok(other) => panic!("LINOCUT_WEIGHTS is {other}, expected q8_0"),
        Err(_) => files.places.clone(),
    };
    let places = places.with_residency(residency);
    let files = ModelFolder { denoiser: of("LINOCUT_DENOISER"), text_encoder: of("LINOCUT_T5"), places, ..files };
    let usual = DenoiseOptions::of_folder(&folder, family).unwrap();
    // Janus-Pro has one number of steps and one size.
    let is_fixed = family.class == "multi_modality";
    let options = if is_fixed { usual } else { DenoiseOptions { steps: 1, size: (512, 512), ..usual } };
    let size = options.size;
    let model = family.open(&files, None, options).unwrap();
    println!("planned: {}", family.plan_of(&model, &files.places));
    let begun = Instant::now();
    let picture = model.generate(&Prompt::new("a red bus in a street", 1), &Stop::never()).unwrap();
    assert_eq!(picture.dimensions(), size);
    println!("drawn in {:.0} s, at most {:.2} GB", begun.elapsed().as_secs_f64(), most());
}
