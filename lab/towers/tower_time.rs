//! CPU time of a picture tower, one pass for each line of standard input; `lab/towers/time_towers.py` runs it against
//! `PyTorch`, pass by pass. The result of the first pass is left beside the input, so that the two can be compared.
//!
//! Usage: `tower_time FOLDER`, with `config.json`, `model.safetensors` and `input/pixels.safetensors` in it. Linux only: CPU time is
//! read from `/proc`.

#![expect(clippy::print_stdout, reason = "its purpose")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, Write, stdin, stdout};
use std::path::{Path, PathBuf};

use candle_core::{DType, Device, Tensor, safetensors};
use linocut_nn::weights::Weights;
use linocut_score::clip::{ClipConfig, ClipVision};
use linocut_score::siglip::{SiglipConfig, SiglipVision};

type Tower = Box<dyn Fn(&Tensor) -> candle_core::Result<Tensor>>;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = PathBuf::from(std::env::args_os().nth(1).ok_or("usage: tower_time FOLDER")?);
    let tower = load(&folder)?;
    let input = safetensors::load(folder.join("input/pixels.safetensors"), &Device::Cpu)?;
    let pixels = input.get("pixel_values").ok_or("no pixel_values")?;
    for (at, line) in stdin().lock().lines().enumerate() {
        line?;
        let before = cpu_nanoseconds()?;
        let output = tower(pixels)?;
        println!("{}", (cpu_nanoseconds()? - before) as f64 / 1e9);
        stdout().flush()?;
        if at == 0 {
            output.save_safetensors("output", folder.join("input/output.safetensors"))?;
        }
    }
    Ok(())
}

fn load(folder: &Path) -> Result<Tower, Box<dyn Error>> {
    let config: serde_json::Value = serde_json::from_slice(&fs::read(folder.join("config.json"))?)?;
    let weights = Weights::open(folder, DType::F32, &Device::Cpu)?;
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
