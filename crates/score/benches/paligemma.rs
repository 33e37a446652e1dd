//! What does one prompt cost in each kind of weights, and what does one look for several prompts save?
//!
//! Two layers of each tower at the widths of the 3B model, 224 px, a short table of tokens, weights from an integer hash in bf16.
//! A picture and its `<bos>` alone are the degenerate prompt.

use std::collections::HashMap;
use std::hint::black_box;

use candle_core::{DType, Device, Tensor};
use criterion::{Criterion, Throughput};
use image::RgbImage;
use linocut_nn::LinearKind;
use linocut_nn::weights::Weights;
use linocut_score::paligemma::{PaliGemmaConfig, PaliGemmaModel};
use serde_json::Value;

const MANIFEST: &str = include_str!("../../../fixtures/score/paligemma2/manifest-3b.json");
const LAYERS: usize = 2;
const SIDE: usize = 224;
const TOKENS: usize = 512;
const KINDS: [LinearKind; 4] = [LinearKind::Nf4, LinearKind::Q4K, LinearKind::Q8_0, LinearKind::Stored];

/// The published configuration, cut to the size of the bench.
fn config(manifest: &Value) -> PaliGemmaConfig {
    let mut config: PaliGemmaConfig = serde_json::from_value(manifest["config"].clone()).expect("a configuration");
    config.text_config.num_hidden_layers = LAYERS;
    config.text_config.vocab_size = TOKENS;
    config.vision_config.num_hidden_layers = LAYERS;
    config.vision_config.image_size = SIDE;
    config.image_token_index = TOKENS as u32 - 1;
    config
}

/// Names and shapes of what is left of the published tensors.
fn tensors(manifest: &Value, config: &PaliGemmaConfig) -> HashMap<String, Vec<usize>> {
    let all: HashMap<String, Vec<usize>> =
        serde_json::from_value(manifest["tensors"].clone()).expect("names and shapes");
    let layer =
        |name: &str| name.split_once("layers.").and_then(|(_, rest)| rest.split('.').next()?.parse::<usize>().ok());
    let cut = |(name, shape): (String, Vec<usize>)| {
        let rows = match name.as_str() {
            name if name.contains("position_embedding") => config.vision_config.patches(),
            name if name.contains("embed_tokens") => TOKENS,
            _ => shape[0],
        };
        let shape = std::iter::once(rows).chain(shape[1..].iter().copied()).collect();
        (name, shape)
    };
    all.into_iter().filter(|(name, _)| layer(name).is_none_or(|layer| layer < LAYERS)).map(cut).collect()
}

/// Numbers without a pattern, as large as keeps vectors from growing.
fn noise(shape: &[usize]) -> Tensor {
    let spread = (shape.iter().skip(1).product::<usize>() as f32).sqrt().max(1.0).recip();
    let hash = |at: usize| (at as u32).wrapping_mul(0x9e37_79b9).rotate_left(15).wrapping_mul(0x85eb_ca6b) >> 8;
    let value = |at: usize| (hash(at) as f32 / (1 << 23) as f32 - 1.0) * spread;
    let values: Vec<f32> = (0..shape.iter().product()).map(value).collect();
    let tensor = Tensor::from_vec(values, shape, &Device::Cpu).expect("as many values as the shape has");
    tensor.to_dtype(DType::BF16).expect("a type of the CPU")
}

fn prompt(config: &PaliGemmaConfig, text: u32) -> Vec<u32> {
    let picture = vec![config.image_token_index; config.vision_config.patches()];
    picture.into_iter().chain([config.bos_token_id]).chain((0..text).map(|at| 5 + at * 7 % 250)).collect()
}

fn look(model: &PaliGemmaModel) -> Tensor {
    let picture = RgbImage::from_fn(SIDE as u32, SIDE as u32, |x, y| [x as u8, y as u8, (x * y / 97) as u8].into());
    let pixel_values = model.pixel_values(&picture).expect("a picture with pixels");
    model.image_features(&pixel_values).expect("the tower's own size")
}

fn kinds(criterion: &mut Criterion, weights: &Weights, config: &PaliGemmaConfig) {
    let mut group = criterion.benchmark_group("paligemma/prompt");
    group.sample_size(10);
    for kind in KINDS {
        let model = PaliGemmaModel::load(&weights.with_linear_kind(kind), config).expect("all tensors");
        let seen = look(&model);
        for text in [60, 0] {
            let prompts = [prompt(config, text)];
            group.throughput(Throughput::Elements(prompts[0].len() as u64));
            let name = format!("{kind:?}, {text} tokens of text");
            group.bench_function(name, |bencher| bencher.iter(|| model.next_logits(black_box(&seen), &prompts)));
        }
    }
    group.finish();
}

fn sharing(criterion: &mut Criterion, weights: &Weights, config: &PaliGemmaConfig) {
    let model = PaliGemmaModel::load(&weights.with_linear_kind(LinearKind::Nf4), config).expect("all tensors");
    let prompts: Vec<Vec<u32>> = (0..5).map(|index| prompt(config, 60 + 3 * index)).collect();
    let mut group = criterion.benchmark_group("paligemma/five prompts");
    group.sample_size(10).throughput(Throughput::Elements(5));
    group.bench_function("one look, one pass", |bencher| bencher.iter(|| model.next_logits(&look(&model), &prompts)));
    group.bench_function("one look, a pass each", |bencher| {
        bencher.iter(|| {
            let seen = look(&model);
            prompts.chunks(1).map(|prompt| model.next_logits(&seen, prompt)).collect::<Result<Vec<_>, _>>()
        });
    });
    group.bench_function("a look and a pass each", |bencher| {
        bencher.iter(|| {
            prompts.chunks(1).map(|prompt| model.next_logits(&look(&model), prompt)).collect::<Result<Vec<_>, _>>()
        });
    });
    group.bench_function("a look alone", |bencher| bencher.iter(|| look(&model)));
    group.finish();
}

fn main() {
    let manifest: Value = serde_json::from_str(MANIFEST).expect("a fixture is JSON");
    let config = config(&manifest);
    let folder = tempfile::tempdir().expect("a temporary folder");
    let file = folder.path().join("model.safetensors");
    let named = tensors(&manifest, &config).into_iter().map(|(name, shape)| (name, noise(&shape)));
    candle_core::safetensors::save(&named.collect(), &file).expect("room for 400 MB");
    let weights = Weights::open(&file, DType::F32, &Device::Cpu).expect("the file just written");
    let mut criterion = Criterion::default().configure_from_args();
    kinds(&mut criterion, &weights, &config);
    sharing(&mut criterion, &weights, &config);
    criterion.final_summary();
}
