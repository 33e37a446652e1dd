//! What do several pictures in one pass of CLIP's picture tower save, and what does a gradient down to a picture's levels cost?
//!
//! Half the width and a quarter of the layers of ViT-L/14, weights from an integer hash. A picture of one pixel is the degenerate case.

use std::collections::{BTreeMap, HashMap};
use std::fs;
use std::hint::black_box;
use std::path::Path;

use candle_core::{DType, Device, Tensor, Var, safetensors};
use criterion::{Criterion, Throughput};
use image::RgbImage;
use linocut_core::{Prompt, Score, Subject};
use linocut_score::aesthetic::ClipAesthetic;
use linocut_score::smooth::SmoothDefences;
use serde_json::Value;

const MANIFEST: &str = include_str!("../../../fixtures/score/clip/manifest.json");
const LAYERS: usize = 6;
/// Lengths of the published tower and of this one.
const HALVED: [(usize, usize); 2] = [(1024, 512), (4096, 2048)];
/// Name and size of each layer of the head.
const HEAD: [(&str, usize, usize); 5] =
    [("0", 768, 1024), ("2", 1024, 128), ("4", 128, 64), ("6", 64, 16), ("7", 16, 1)];
/// Side of a picture, px.
const SIDE: u32 = 384;

fn noise(shape: &[usize]) -> Tensor {
    let spread = (shape.iter().skip(1).product::<usize>() as f32).sqrt().max(1.0).recip();
    let hash = |at: usize| (at as u32).wrapping_mul(0x9e37_79b9).rotate_left(15).wrapping_mul(0x85eb_ca6b) >> 8;
    let value = |at: usize| (hash(at) as f32 / (1 << 23) as f32 - 1.0) * spread;
    let values: Vec<f32> = (0..shape.iter().product()).map(value).collect();
    Tensor::from_vec(values, shape, &Device::Cpu).expect("as many values as the shape has")
}

/// Writes the folder of a tower and the file of a head.
fn write(folder: &Path) {
    let manifest: Value = serde_json::from_str(MANIFEST).expect("a fixture is JSON");
    let mut config = manifest["config"].clone();
    config["model_type"] = "clip".into();
    let vision = &mut config["vision_config"];
    (vision["hidden_size"], vision["intermediate_size"]) = (512.into(), 2048.into());
    (vision["num_hidden_layers"], vision["num_attention_heads"]) = (LAYERS.into(), 8.into());
    fs::write(folder.join("config.json"), config.to_string()).expect("room for a file");

    let all: BTreeMap<String, Vec<usize>> =
        serde_json::from_value(manifest["tensors"].clone()).expect("names and shapes");
    let layer = |name: &str| name.split_once("layers.").and_then(|(_, rest)| rest.split('.').next()?.parse().ok());
    let is_kept = |name: &str| name.starts_with("vis") && layer(name).is_none_or(|layer: usize| layer < LAYERS);
    let halved = |side: usize| HALVED.iter().find(|(from, _)| *from == side).map_or(side, |(_, to)| *to);
    let tower = all.into_iter().filter(|(name, _)| is_kept(name)).map(|(name, shape)| {
        let shape: Vec<usize> = shape.into_iter().map(halved).collect();
        (name, noise(&shape))
    });
    let tower: HashMap<String, Tensor> = tower.collect();
    safetensors::save(&tower, folder.join("model.safetensors")).expect("room for 100 MB");
    let head = HEAD.iter().flat_map(|&(name, depth, width)| {
        let name = |kind: &str| format!("layers.{name}.{kind}");
        [(name("weight"), noise(&[width, depth])), (name("bias"), noise(&[width]))]
    });
    safetensors::save(&head.collect::<HashMap<_, _>>(), folder.join("head.safetensors")).expect("room for a file");
}

fn picture(side: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| [(x * seed) as u8, (y * 3) as u8, (x * y / 97) as u8].into())
}

fn batches(criterion: &mut Criterion, clip: &ClipAesthetic) {
    let pictures: Vec<RgbImage> = (1..9).map(|seed| picture(SIDE, seed)).chain([picture(1, 1)]).collect();
    let prompt = Prompt::default();
    let subject = |image| Subject::new(image, &prompt);
    let subjects: Vec<Subject<'_>> = pictures.iter().map(subject).collect();
    let mut group = criterion.benchmark_group("CLIP tower/score");
    group.sample_size(10);
    for (name, subjects) in [("8 pictures", &subjects[..8]), ("1 x 1 px", &subjects[8..])] {
        group.throughput(Throughput::Elements(subjects.len() as u64));
        group.bench_function(format!("{name}, together"), |bencher| {
            bencher.iter(|| clip.score_batch(black_box(subjects)));
        });
        group.bench_function(format!("{name}, one by one"), |bencher| {
            bencher.iter(|| black_box(subjects).iter().map(|subject| clip.score(subject)).collect::<Vec<_>>());
        });
    }
    group.finish();
}

fn gradients(criterion: &mut Criterion, clip: &ClipAesthetic) -> candle_core::Result<()> {
    let side = SIDE as usize;
    let levels = Var::from_tensor(&((noise(&[3, side, side]) * (side as f64 * 100.0))? + 128.0)?.unsqueeze(0)?)?;
    let defences = SmoothDefences::new((side, side), [3, 0, 11, 7], DType::F32, &Device::Cpu)?;
    let rate = |levels: &Tensor| clip.rate_levels(levels).expect("a picture with pixels");
    let mut group = criterion.benchmark_group("CLIP tower/rating from levels");
    group.sample_size(10).throughput(Throughput::Elements(1));
    group.bench_function("forward", |bencher| bencher.iter(|| rate(&levels.detach())));
    group.bench_function("forward and gradient", |bencher| bencher.iter(|| rate(&levels).backward()));
    group.bench_function("forward and gradient through the defences", |bencher| {
        bencher.iter(|| rate(&defences.forward(&levels)?).backward());
    });
    group.finish();
    Ok(())
}

fn main() -> candle_core::Result<()> {
    let folder = tempfile::tempdir()?;
    write(folder.path());
    let head = folder.path().join("head.safetensors");
    let clip = ClipAesthetic::load(folder.path(), head, &Device::Cpu).expect("the folder just written");
    let mut criterion = Criterion::default().configure_from_args();
    batches(&mut criterion, &clip);
    gradients(&mut criterion, &clip)?;
    criterion.final_summary();
    Ok(())
}
