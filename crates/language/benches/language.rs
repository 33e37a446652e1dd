//! How long do masks, LLM4SVG's codec and a small Llama take?
//!
//! Masks are over a made-up vocabulary of 150,000 tokens. The Llama has 38 million weights from an integer hash, linear layers as `Q8_0`.

#[path = "../examples/vocabulary/mod.rs"]
mod vocabulary;

use std::collections::HashMap;
use std::hint::black_box;

use criterion::{BatchSize, Criterion, Throughput};
use linocut_collage::Collage;
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task};
use linocut_language::constraint::{Constraint, Guide};
use linocut_language::llm4svg::{EncodeOptions, decode, encode};
use linocut_language::model::{Causal, CausalConfig};
use linocut_nn::LinearKind;
use linocut_nn::candle_core::{DType, Device, Tensor, safetensors};
use linocut_nn::weights::Weights;

/// Tokens of a prompt, and tokens that are written behind it.
const READ: usize = 256;
const WRITTEN: usize = 32;

/// What the composer draws, as our writer writes it.
fn drawing(bytes: usize) -> String {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::new(bytes), &stop);
    let drawn = Collage::default().draw(&Prompt::new("a red kite over a beach at dusk", 7), &task);
    drawn.expect("bundled art fits the budget").write().to_string()
}

/// The longest token at each place that the grammar allows, and the end.
fn tokens(constraint: &Constraint, svg: &str) -> Vec<u32> {
    let vocabulary = constraint.vocabulary();
    let ids: HashMap<&[u8], u32> = (0..vocabulary.len() as u32).map(|id| (vocabulary.bytes(id), id)).collect();
    let longest = ids.keys().map(|bytes| bytes.len()).max().unwrap_or(1);
    let (mut found, mut rest) = (Vec::new(), svg.as_bytes());
    while !rest.is_empty() {
        let lengths = (1..=longest.min(rest.len())).rev();
        let token = lengths.filter_map(|length| ids.get(&rest[..length])).next().expect("every byte is a token");
        found.push(*token);
        rest = &rest[vocabulary.bytes(*token).len()..];
    }
    found.push(vocabulary.len() as u32 - 1);
    found
}

/// Writes a text with a mask before each of its tokens.
fn follow(mut guide: Guide<'_>, tokens: &[u32]) -> usize {
    let mut allowed = 0;
    for token in tokens {
        allowed += guide.mask().iter().count();
        guide.take(*token).expect("what our writer writes is allowed");
    }
    allowed
}

fn masks(criterion: &mut Criterion) {
    let constraint = Constraint::new(vocabulary::vocabulary()).expect("it has all bytes and an end");
    let mut group = criterion.benchmark_group("mask, 150,000 tokens");
    group.throughput(Throughput::Elements(1));
    for (name, body) in vocabulary::states() {
        let mut guide = vocabulary::after(&constraint, &body).expect("a text of the grammar");
        group.bench_function(name, |bencher| bencher.iter(|| black_box(guide.mask()).iter().next()));
    }
    for (name, svg) in [("each token of a drawing", drawing(10_000)), ("each token of an empty drawing", empty())] {
        let (tokens, budget) = (tokens(&constraint, &svg), ByteBudget::new(svg.len()));
        group.throughput(Throughput::Elements(tokens.len() as u64));
        group.bench_function(name, |bencher| {
            bencher.iter(|| follow(constraint.begin(budget).expect("as many bytes as it takes"), black_box(&tokens)));
        });
    }
    group.finish();
}

fn empty() -> String {
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9"></svg>"#.to_owned()
}

fn codec(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("LLM4SVG");
    let options = EncodeOptions::default();
    for (name, svg) in [("a drawing of 10,000 bytes", drawing(10_000)), ("an empty drawing", empty())] {
        group.throughput(Throughput::Bytes(svg.len() as u64));
        group.bench_function(format!("encode/{name}"), |bencher| bencher.iter(|| encode(black_box(&svg), &options)));
        let text = encode(&svg, &options).expect("what our writer writes has tokens").text;
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(format!("decode/{name}"), |bencher| bencher.iter(|| decode(black_box(&text))));
    }
    group.finish();
}

/// `config.json` of the small Llama.
const LLAMA: &str = r#"{"model_type": "llama", "vocab_size": 32000, "hidden_size": 512, "intermediate_size": 1536,
    "num_hidden_layers": 7, "num_attention_heads": 8, "num_key_value_heads": 4, "rms_norm_eps": 1e-5,
    "max_position_embeddings": 4096, "tie_word_embeddings": true}"#;

/// Numbers without a pattern, as large as keeps vectors from growing.
fn noise(shape: &[usize]) -> Tensor {
    let spread = (shape[shape.len() - 1] as f32).sqrt().recip();
    let hash = |at: usize| (at as u32).wrapping_mul(0x9e37_79b9).rotate_left(15).wrapping_mul(0x85eb_ca6b) >> 8;
    let value = |at: usize| (hash(at) as f32 / (1 << 23) as f32 - 1.0) * spread;
    let values: Vec<f32> = (0..shape.iter().product()).map(value).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("as many values as the shape has")
}

/// Names and shapes of the tensors of a Llama with a tied head.
fn tensors(config: &CausalConfig) -> HashMap<String, Vec<usize>> {
    let shape = &config.decoder;
    let (hidden, inner) = (shape.hidden, shape.inner);
    let (queries, keys) = (shape.heads * shape.head, shape.groups * shape.head);
    let of_layer = [
        ("self_attn.q_proj", vec![queries, hidden]),
        ("self_attn.k_proj", vec![keys, hidden]),
        ("self_attn.v_proj", vec![keys, hidden]),
        ("self_attn.o_proj", vec![hidden, queries]),
        ("mlp.gate_proj", vec![inner, hidden]),
        ("mlp.up_proj", vec![inner, hidden]),
        ("mlp.down_proj", vec![hidden, inner]),
        ("input_layernorm", vec![hidden]),
        ("post_attention_layernorm", vec![hidden]),
    ];
    let layers = (0..shape.layers).flat_map(|layer| {
        of_layer.iter().map(move |(name, shape)| (format!("model.layers.{layer}.{name}.weight"), shape.clone()))
    });
    let around = [("embed_tokens", vec![config.vocabulary, hidden]), ("norm", vec![hidden])];
    layers.chain(around.map(|(name, shape)| (format!("model.{name}.weight"), shape))).collect()
}

fn llama() -> Causal {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let (config, weights) = (folder.path().join("config.json"), folder.path().join("model.safetensors"));
    std::fs::write(&config, LLAMA).expect("a file in it");
    let config = CausalConfig::read(config).expect("the shape of a Llama");
    let tensors: HashMap<_, _> = tensors(&config).into_iter().map(|(name, shape)| (name, noise(&shape))).collect();
    safetensors::save(&tensors, &weights).expect("a file in it");
    let weights = Weights::open(&weights, DType::F32, &Device::Cpu).expect("the file just written");
    Causal::load(&weights.with_linear_kind(LinearKind::Q8_0), &config).expect("all tensors")
}

fn network(criterion: &mut Criterion) {
    let network = llama();
    let ids: Vec<u32> = (0..READ as u32).map(|at| 5 + at * 7919 % 31_000).collect();
    let mut group = criterion.benchmark_group("small Llama, Q8_0");
    group.sample_size(10);
    for count in [READ, 1] {
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(format!("prefill/{count} tokens"), |bencher| {
            bencher.iter(|| network.next(black_box(&ids[..count]), &mut network.cache()).expect("tokens it has"));
        });
    }
    let mut read = network.cache();
    network.next(&ids, &mut read).expect("tokens it has");
    group.throughput(Throughput::Elements(WRITTEN as u64));
    group.bench_function(format!("decode/{WRITTEN} tokens behind {READ}"), |bencher| {
        let setup = || read.fork().expect("memory for a second cache");
        let write = |mut cache| {
            for id in &ids[..WRITTEN] {
                black_box(network.next(&[*id], &mut cache)).expect("tokens it has");
            }
        };
        bencher.iter_batched(setup, write, BatchSize::LargeInput);
    });
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    masks(&mut criterion);
    codec(&mut criterion);
    network(&mut criterion);
    criterion.final_summary();
}
