//! The memory cost of a gradient with respect to the picture: the weights are frozen, so no gradient of theirs is kept.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]
#![expect(clippy::print_stderr, reason = "shows the figures")]

#[path = "../../../fixtures/peak_memory.rs"]
mod peak_memory;

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor, Var, safetensors};
use linocut_nn::weights::Weights;
use linocut_score::clip::{ClipVision, ClipVisionConfig};

/// The most bytes held during a call, with all that was held before it.
fn peak<R>(run: impl FnOnce() -> R) -> f64 {
    let (result, _, most) = peak_memory::peak(run);
    drop(result);
    most as f64
}

fn tower(config: &ClipVisionConfig) -> ClipVision {
    let side = |shape: &[usize]| shape.iter().skip(1).product::<usize>().max(1) as f32;
    let value = |at: usize| ((at * 2_654_435_761) % 10_007) as f32 / 5_000.0 - 1.0;
    let tensor = |shape: &[usize]| {
        let count = shape.iter().product();
        let values: Vec<f32> = (0..count).map(|at| value(at) / side(shape).sqrt()).collect();
        Tensor::from_vec(values, shape, &Device::Cpu).unwrap()
    };
    let tensors: HashMap<String, Tensor> =
        shapes(config).into_iter().map(|(name, shape)| (name, tensor(&shape))).collect();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("model.safetensors");
    safetensors::save(&tensors, &file).unwrap();
    drop(tensors);
    let weights = Weights::open(&file, DType::F32, &Device::Cpu).unwrap();
    ClipVision::load(&weights, config, 64).unwrap()
}

/// What the tower asks for.
fn shapes(config: &ClipVisionConfig) -> Vec<(String, Vec<usize>)> {
    let (hidden, mlp, patch) = (config.hidden_size, config.intermediate_size, config.patch_size);
    let tokens = (config.image_size / patch).pow(2) + 1;
    let linear = |name: &str, width: usize, depth: usize| {
        [(format!("{name}.weight"), vec![width, depth]), (format!("{name}.bias"), vec![width])]
    };
    let norm = |name: &str| ["weight", "bias"].map(|kind| (format!("{name}.{kind}"), vec![hidden]));
    let layer = |at: usize| {
        let layer = format!("vision_model.encoder.layers.{at}");
        let attention = ["q_proj", "k_proj", "v_proj", "out_proj"]
            .map(|name| linear(&format!("{layer}.self_attn.{name}"), hidden, hidden));
        let mlp = [linear(&format!("{layer}.mlp.fc1"), mlp, hidden), linear(&format!("{layer}.mlp.fc2"), hidden, mlp)];
        let norms = ["layer_norm1", "layer_norm2"].map(|name| norm(&format!("{layer}.{name}")));
        [attention.concat(), mlp.concat(), norms.concat()].concat()
    };
    let embeddings = "vision_model.embeddings";
    let mut all: Vec<_> = (0..config.num_hidden_layers).flat_map(layer).collect();
    all.extend(norm("vision_model.pre_layrnorm"));
    all.extend(norm("vision_model.post_layernorm"));
    all.extend([
        (format!("{embeddings}.class_embedding"), vec![hidden]),
        (format!("{embeddings}.patch_embedding.weight"), vec![hidden, 3, patch, patch]),
        (format!("{embeddings}.position_embedding.weight"), vec![tokens, hidden]),
        ("visual_projection.weight".to_owned(), vec![64, hidden]),
    ]);
    all
}

/// Peak of forward and backward over that of a forward without gradients, weights included in both.
fn ratio(config: &ClipVisionConfig) -> f64 {
    let turn = peak_memory::alone();
    let tower = tower(config);
    let side = config.image_size;
    let pixels = Tensor::zeros((1, 3, side, side), DType::F32, &Device::Cpu).unwrap();
    let input = Var::from_tensor(&pixels).unwrap();
    let plain = peak(|| tower.forward(&pixels).unwrap());
    let both = peak(|| {
        let gradients = tower.forward(&input).unwrap().sum_all().unwrap().backward().unwrap();
        gradients.get(&input).unwrap().clone()
    });
    drop(turn);
    assert!(both > plain);
    eprintln!("forward {:.0} MB, with backward {:.0} MB", plain / 1e6, both / 1e6);
    both / plain
}

/// Half of CLIP ViT-L/14's width, a quarter of its layers, as many tokens for its width.
#[test]
fn a_gradient_keeps_none_of_the_frozen_weights() {
    let found = ratio(&ClipVisionConfig {
        hidden_size: 512,
        intermediate_size: 2048,
        num_hidden_layers: 6,
        num_attention_heads: 8,
        image_size: 154,
        patch_size: 14,
        ..ClipVisionConfig::default()
    });
    // With gradients of the weights it would be over 2.
    assert!(found < 1.8, "{found}");
}

#[test]
#[ignore = "2 GB of memory and of temporary files"]
fn a_gradient_at_full_size_keeps_none_of_the_frozen_weights() {
    let found = ratio(&ClipVisionConfig {
        hidden_size: 1024,
        intermediate_size: 4096,
        num_hidden_layers: 24,
        num_attention_heads: 16,
        image_size: 224,
        patch_size: 14,
        ..ClipVisionConfig::default()
    });
    assert!(found < 1.8, "{found}");
}
