//! CPU time of a picture tower, one pass for each line of standard input; `lab/towers/time_towers.py` runs it against
//! `PyTorch`, pass by pass. The result of the first pass is left beside the input, so that the two can be compared.
//!
//! On a card it is the wall time of a pass that is waited for; `lab/towers/card.py` runs it so.
//!
//! Usage: `tower_time FOLDER [DEVICE f32|f16|bf16]`, with `config.json`, `model.safetensors` and `input/pixels.safetensors` in it. Linux only: CPU time is
//! read from `/proc`.

#![expect(clippy::print_stdout, reason = "its purpose")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::{Path, PathBuf};
use std::time::Instant;

use candle_core::{Tensor, safetensors};
use linocut_nn::place::Placement;
use linocut_score::clip::{ClipConfig, ClipVision};
use linocut_score::siglip::{SiglipConfig, SiglipVision};

type Tower = Box<dyn Fn(&Tensor) -> candle_core::Result<Tensor>>;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let (folder, place) = match &arguments[..] {
        [folder] => (folder, Placement::default()),
        [folder, device, dtype] => (folder, Placement::named(device.parse()?, Some(dtype.parse()?))?),
        _ => return Err("usage: tower_time FOLDER [DEVICE f32|f16|bf16]".into()),
    };
    let folder = PathBuf::from(folder);
    let tower = load(&folder, &place)?;
    let input = safetensors::load(folder.join("input/pixels.safetensors"), &place.device)?;
    let pixels = input.get("pixel_values").ok_or("no pixel_values")?;
    for (at, line) in stdin().lock().lines().enumerate() {
        line?;
        let (start, before) = (Instant::now(), cpu_nanoseconds()?);
        let output = tower(pixels)?;
        place.device.synchronize()?;
        let on_cpu = (cpu_nanoseconds()? - before) as f64 / 1e9;
        println!("{}", if place.device.is_cpu() { on_cpu } else { start.elapsed().as_secs_f64() });
        stdout().flush()?;
        if at == 0 {
            output.save_safetensors("output", folder.join("input/output.safetensors"))?;
        }
    }
    Ok(())
}

fn load(folder: &Path, place: &Placement) -> Result<Tower, Box<dyn Error>> {
    let config: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("config.json"))?)?;
    let weights = place.weights(folder)?;
    if config["model_type"] == "clip" {
        let config: ClipConfig = serde_json::from_value(config)?;
        let tower = ClipVision::load(&weights, &config.vision_config, config.projection_dim)?;
        Ok(Box::new(move |pixels| tower.forward(pixels)))
    } else {
        let config: SiglipConfig = serde_json::from_value(config)?;
        let tower = SiglipVision::load(&weights.pp("vision_model"), &config.vision_config)?;
        Ok(Box::new(move |pixels| {
            let states = tower.forward(pixels)?;
            Ok(states.pooled.unwrap_or(states.patches))
        }))
    }
}

/// CPU time of this thread so far; with `RAYON_NUM_THREADS=1` it does all the work.
fn cpu_nanoseconds() -> Result<u64, Box<dyn Error>> {
    let text = fs::read_to_string("/proc/thread-self/schedstat")?;
    Ok(text.split_whitespace().next().ok_or("an empty schedstat")?.parse()?)
}
