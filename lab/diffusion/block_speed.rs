//! Runs blocks of SDXL with random weights: reads `resnet 320 64` or `transformer 640 64` (kind, channels, side) from standard
//! input, runs the block once, answers `done`. `lab/diffusion/blocks.py` times it beside `PyTorch`.

#![expect(clippy::print_stdout, reason = "the answers are what it is run for")]

use std::collections::HashMap;
use std::error::Error;
use std::io::{self, BufRead, Write};

use candle_core::{DType, Device, Tensor};
use linocut_diffusion::block::{ResnetBlock, TransformerBlock};
use linocut_nn::weights::Weights;

/// Length of the text's vectors, and of the embedded time.
const CONTEXT: usize = 2048;
const TIME: usize = 1280;

type Block = Box<dyn Fn() -> candle_core::Result<Tensor>>;

fn main() -> Result<(), Box<dyn Error>> {
    let mut blocks: HashMap<String, Block> = HashMap::new();
    for line in io::stdin().lock().lines() {
        let line = line?;
        if !blocks.contains_key(&line) {
            blocks.insert(line.clone(), block(&line)?);
        }
        blocks[&line]()?;
        println!("done");
        io::stdout().flush()?;
    }
    Ok(())
}

fn block(line: &str) -> Result<Block, Box<dyn Error>> {
    let words: Vec<&str> = line.split(' ').collect();
    let [kind, channels, side] = words[..] else { return Err(format!("`{line}` is not kind, channels, side").into()) };
    let (channels, side): (usize, usize) = (channels.parse()?, side.parse()?);
    if kind == "resnet" {
        let weights = weights(&resnet_shapes(channels))?;
        let block = ResnetBlock::load(&weights, (channels, channels), Some(TIME), 32, 1e-5)?;
        let (input, time) = (random(&[1, channels, side, side])?, random(&[1, TIME])?);
        return Ok(Box::new(move || block.forward(&input, Some(&time))));
    }
    let weights = weights(&transformer_shapes(channels))?;
    let block = TransformerBlock::load(&weights, channels, channels / 64, CONTEXT, false)?;
    let (input, context) = (random(&[1, side * side, channels])?, random(&[1, 77, CONTEXT])?);
    Ok(Box::new(move || block.forward(&input, &context)))
}

fn resnet_shapes(c: usize) -> Vec<(String, Vec<usize>)> {
    let mut shapes =
        vec![("time_emb_proj.weight".to_owned(), vec![c, TIME]), ("time_emb_proj.bias".to_owned(), vec![c])];
    for at in 1..=2 {
        shapes.extend([(format!("conv{at}.weight"), vec![c, c, 3, 3]), (format!("conv{at}.bias"), vec![c])]);
        shapes.extend([(format!("norm{at}.weight"), vec![c]), (format!("norm{at}.bias"), vec![c])]);
    }
    shapes
}

fn transformer_shapes(c: usize) -> Vec<(String, Vec<usize>)> {
    let mut shapes = Vec::new();
    for (name, depth) in [("attn1", c), ("attn2", CONTEXT)] {
        for (part, depth) in [("to_q", c), ("to_k", depth), ("to_v", depth), ("to_out.0", c)] {
            shapes.push((format!("{name}.{part}.weight"), vec![c, depth]));
        }
        shapes.push((format!("{name}.to_out.0.bias"), vec![c]));
    }
    for at in 1..=3 {
        shapes.extend([(format!("norm{at}.weight"), vec![c]), (format!("norm{at}.bias"), vec![c])]);
    }
    for (part, width, depth) in [("ff.net.0.proj", 8 * c, c), ("ff.net.2", c, 4 * c)] {
        shapes.extend([(format!("{part}.weight"), vec![width, depth]), (format!("{part}.bias"), vec![width])]);
    }
    shapes
}

/// Random weights, through a file of their own.
fn weights(shapes: &[(String, Vec<usize>)]) -> Result<Weights, Box<dyn Error>> {
    let mut tensors = HashMap::new();
    for (name, shape) in shapes {
        let fan = shape.iter().skip(1).product::<usize>() as f64;
        tensors.insert(name.clone(), (random(shape)? / fan.sqrt())?);
    }
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("weights.safetensors");
    candle_core::safetensors::save(&tensors, &file)?;
    Ok(Weights::open(file, DType::F32, &Device::Cpu)?)
}

fn random(shape: &[usize]) -> candle_core::Result<Tensor> {
    Tensor::randn(0_f32, 1.0, shape, &Device::Cpu)
}
