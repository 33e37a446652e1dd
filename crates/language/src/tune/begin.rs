//! A model from nothing: weights by lot.

use std::fs;
use std::path::Path;

use linocut_nn::candle_core::{Device, Tensor};
use linocut_nn::decoder::DecoderConfig;
use linocut_nn::{Gain, candle_core};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::error::TuneError;
use super::output::write_tensors;
use crate::model::CausalConfig;

/// Standard deviation of matrices, as in transformers.
const SPREAD: f64 = 0.02;

/// Makes a model's folder of a configuration and the tokenizer beside it: matrices normal with a deviation of 0.02, norms that change
/// nothing, biases zero. The same seed gives the same weights.
///
/// # Errors
///
/// [`TuneError::Model`] for a configuration that is damaged or not supported, [`TuneError::Io`] if a file cannot be read or written.
pub fn begin_from_nothing(config: &Path, folder: &Path, seed: u64) -> Result<(), TuneError> {
    let shape = CausalConfig::read(config)?;
    let mut lot = Pcg64Mcg::seed_from_u64(seed);
    let neutral = if shape.decoder.gain == Gain::OnePlusWeight { 0.0 } else { 1.0 };
    let mut tensors = Vec::new();
    for (name, sides) in tensors_of(&shape) {
        let tensor = match sides[..] {
            [_, _] => normal(&mut lot, &sides)?,
            _ if name.ends_with(".bias") => Tensor::zeros(sides, candle_core::DType::F32, &Device::Cpu)?,
            _ => Tensor::full(neutral as f32, sides, &Device::Cpu)?,
        };
        tensors.push((name, tensor));
    }
    write_tensors(&folder.join("model.safetensors"), tensors)?;
    let beside = config.parent().unwrap_or(Path::new("."));
    let files = ["tokenizer.json", "tokenizer_config.json", "generation_config.json", "chat_template.jinja"];
    let copies = files.iter().map(|name| (beside.join(name), folder.join(name)));
    for (from, to) in copies.chain([(config.to_owned(), folder.join("config.json"))]) {
        if from.is_file() && from != to {
            let copied = fs::copy(&from, &to);
            copied.map_err(|source| TuneError::Io { file: to, source })?;
        }
    }
    Ok(())
}

fn normal(lot: &mut Pcg64Mcg, sides: &[usize]) -> Result<Tensor, TuneError> {
    let count: usize = sides.iter().product();
    // Box and Muller.
    let one = |_| {
        let (radius, angle): (f64, f64) =
            (lot.random_range(f64::MIN_POSITIVE..1.0), lot.random_range(0.0..std::f64::consts::TAU));
        (SPREAD * (-2.0 * radius.ln()).sqrt() * angle.cos()) as f32
    };
    Ok(Tensor::from_vec((0..count).map(one).collect::<Vec<_>>(), sides, &Device::Cpu)?)
}

/// Names and shapes of all tensors.
fn tensors_of(config: &CausalConfig) -> Vec<(String, Vec<usize>)> {
    let DecoderConfig { hidden, inner, head, heads, groups, .. } = config.decoder;
    let (wide, narrow) = (heads * head, groups * head);
    let mut all = vec![
        ("model.embed_tokens.weight".to_owned(), vec![config.vocabulary, hidden]),
        ("model.norm.weight".to_owned(), vec![hidden]),
    ];
    if !config.is_tied {
        all.push(("lm_head.weight".to_owned(), vec![config.vocabulary, hidden]));
    }
    for layer in 0..config.decoder.layers {
        let mut add = |name: &str, sides: &[usize]| all.push((format!("model.layers.{layer}.{name}"), sides.to_vec()));
        add("input_layernorm.weight", &[hidden]);
        add("post_attention_layernorm.weight", &[hidden]);
        for (name, width) in [("q_proj", wide), ("k_proj", narrow), ("v_proj", narrow)] {
            add(&format!("self_attn.{name}.weight"), &[width, hidden]);
            if config.decoder.bias {
                add(&format!("self_attn.{name}.bias"), &[width]);
            }
        }
        add("self_attn.o_proj.weight", &[hidden, wide]);
        add("mlp.gate_proj.weight", &[inner, hidden]);
        add("mlp.up_proj.weight", &[inner, hidden]);
        add("mlp.down_proj.weight", &[hidden, inner]);
        if config.decoder.head_norms {
            add("self_attn.q_norm.weight", &[head]);
            add("self_attn.k_norm.weight", &[head]);
        }
        if config.decoder.norms_behind {
            add("pre_feedforward_layernorm.weight", &[hidden]);
            add("post_feedforward_layernorm.weight", &[hidden]);
        }
    }
    all
}
