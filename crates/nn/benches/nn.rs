//! How long do the layers of the networks take, each on its own and together in a small encoder?
//!
//! Inputs come from an integer hash; sizes are those of CLIP ViT-L/14, a single row is the degenerate case.

use std::hint::black_box;

use candle_core::{Device, Tensor, Var};
use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use linocut_nn::weights::Weights;
use linocut_nn::{Activation, Encoder, EncoderConfig, Gain, LayerNorm, Linear, Mask, RmsNorm, Scaling, attend};

fn noise(shape: &[usize]) -> Tensor {
    let count: usize = shape.iter().product();
    let hash = |at: usize| (at as u32).wrapping_mul(0x9e37_79b9).wrapping_mul(0x85eb_ca6b) >> 8;
    let values: Vec<f32> = (0..count).map(|at| hash(at) as f32 / (1 << 23) as f32 - 1.0).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("as many values as the shape has")
}

/// A file of noise with tensors of these names and shapes.
fn weights(names: &[(&str, &[usize])]) -> (tempfile::TempDir, Weights) {
    let folder = tempfile::tempdir().expect("a temporary folder");
    let tensors = names.iter().map(|(name, shape)| ((*name).to_owned(), noise(shape)));
    let file = folder.path().join("model.safetensors");
    candle_core::safetensors::save(&tensors.collect(), &file).expect("a file in it");
    let weights = Weights::open(&file, candle_core::DType::F32, &Device::Cpu).expect("the file just written");
    (folder, weights)
}

fn measure(
    group: &mut BenchmarkGroup<'_, WallTime>,
    name: &str,
    elements: usize,
    run: impl Fn() -> candle_core::Result<Tensor>,
) {
    group.throughput(Throughput::Elements(elements as u64));
    group.bench_function(name, |bencher| bencher.iter(|| black_box(run()).expect("shapes that fit")));
}

fn kernels(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layer");
    group.sample_size(20);
    let (_folder, weights) = weights(&[("weight", &[1024]), ("bias", &[1024])]);
    let layer_norm = LayerNorm::load(&weights, 1024, 1e-5).expect("both tensors");
    let rms_norm = RmsNorm::load(&weights, 1024, 1e-6, Gain::OnePlusWeight).expect("its tensor");
    let linear = Linear::from_tensors(noise(&[4096, 1024]), Some(noise(&[4096]))).expect("shapes that fit");
    for rows in [257, 1] {
        let (narrow, wide) = (noise(&[rows, 1024]), noise(&[rows, 4096]));
        measure(&mut group, &format!("linear 1024 to 4096, {rows} rows"), rows * 4096, || linear.forward(&narrow));
        measure(&mut group, &format!("layer norm, {rows} rows"), rows * 1024, || layer_norm.forward(&narrow));
        measure(&mut group, &format!("rms norm, {rows} rows"), rows * 1024, || rms_norm.forward(&narrow));
        for activation in [Activation::Gelu, Activation::GeluTanh, Activation::QuickGelu, Activation::Silu] {
            measure(&mut group, &format!("{activation:?}, {rows} rows"), rows * 4096, || activation.forward(&wide));
        }
        let tokens = noise(&[1, rows, 16, 64]);
        for mask in [Mask::None, Mask::Causal] {
            measure(&mut group, &format!("attention 16 x 64, {mask:?}, {rows} tokens"), rows * rows * 16, || {
                attend(&tokens, &tokens, &tokens, &mask, Scaling::of_head(64))
            });
        }
    }
    group.finish();
}

fn towers(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("encoder of 4 layers");
    group.sample_size(10);
    let config = EncoderConfig {
        hidden: 256,
        layers: 4,
        heads: 4,
        mlp: 1024,
        activation: Activation::QuickGelu,
        eps: 1e-5,
        causal: false,
    };
    let names = layer_tensors(&config);
    let named: Vec<(&str, &[usize])> = names.iter().map(|(name, shape)| (name.as_str(), shape.as_slice())).collect();
    let (_folder, weights) = weights(&named);
    let encoder = Encoder::load(&weights, &config).expect("all tensors");
    let input = noise(&[2, 257, 256]);
    measure(&mut group, "forward", 2 * 257, || encoder.forward(&input));
    let tracked = Var::from_tensor(&input).expect("a variable");
    measure(&mut group, "forward and gradient", 2 * 257, || {
        let gradients = encoder.forward(&tracked)?.sum_all()?.backward()?;
        Ok(gradients.get(&tracked).expect("the input is tracked").clone())
    });
    group.finish();
}

/// Names and shapes of what an encoder asks for.
fn layer_tensors(config: &EncoderConfig) -> Vec<(String, Vec<usize>)> {
    let (hidden, mlp) = (config.hidden, config.mlp);
    let square =
        ["q_proj", "k_proj", "v_proj", "out_proj"].map(|name| (format!("self_attn.{name}"), vec![hidden, hidden]));
    let norms = ["layer_norm1", "layer_norm2"].map(|name| (name.to_owned(), vec![hidden]));
    let mlps = [("mlp.fc1".to_owned(), vec![mlp, hidden]), ("mlp.fc2".to_owned(), vec![hidden, mlp])];
    let parts: Vec<_> = square.into_iter().chain(norms).chain(mlps).collect();
    let of_layer = |at: usize| {
        parts.iter().flat_map(move |(name, shape)| {
            [("weight", shape.clone()), ("bias", vec![shape[0]])]
                .map(|(kind, shape)| (format!("layers.{at}.{name}.{kind}"), shape))
        })
    };
    (0..config.layers).flat_map(of_layer).collect()
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    kernels(&mut criterion);
    towers(&mut criterion);
    criterion.final_summary();
}
