//! How long does the work on pixels between stages take: resizing, comparing, filtering, decoding?
//!
//! Inputs are a gradient with hashed noise, the same on every run; the smallest picture is the degenerate case.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use image::{Rgb, RgbImage};
use linocut_raster::{
    DecodeLimits, Filter, FixedDefences, decode, encode_png, fixed_defences, ms_ssim, psnr, resize, ssim,
};

/// A gradient with noise of 32 levels from an integer hash of the position.
fn picture(width: u32, height: u32, seed: u32) -> RgbImage {
    RgbImage::from_fn(width, height, |x, y| {
        let hash = (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b) ^ seed).wrapping_mul(0xc2b2_ae35);
        let ramp = |along: u32, side: u32| along * 223 / side.max(1);
        let noise = |shift: u32| hash >> shift & 31;
        let samples = [ramp(x, width) + noise(8), ramp(y, height) + noise(14), ramp(x + y, width + height) + noise(20)];
        Rgb(samples.map(|sample| sample as u8))
    })
}

fn resizing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("resize");
    let filters = [("bilinear", Filter::Bilinear), ("bicubic", Filter::Bicubic), ("lanczos", Filter::Lanczos)];
    for (from, to) in [(768, 384), (384, 224), (384, 768), (1, 1)] {
        let image = picture(from, from, 1);
        group.throughput(Throughput::Elements(u64::from(from * from)));
        for (name, filter) in filters {
            group.bench_function(format!("{from} to {to}, {name}"), |bencher| {
                bencher.iter(|| resize(black_box(&image), to, to, filter));
            });
        }
    }
    group.finish();
}

fn comparing(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("compare");
    let (a, b) = (picture(384, 384, 1), picture(384, 384, 2));
    group.throughput(Throughput::Elements(384 * 384));
    group.bench_function("psnr, 384", |bencher| bencher.iter(|| psnr(black_box(&a), &b)));
    group.bench_function("ssim, 384", |bencher| bencher.iter(|| ssim(black_box(&a), &b)));
    group.bench_function("ms-ssim, 384", |bencher| bencher.iter(|| ms_ssim(black_box(&a), &b)));
    let (a, b) = (picture(11, 11, 1), picture(11, 11, 2));
    group.throughput(Throughput::Elements(11 * 11));
    group.bench_function("ssim, 11", |bencher| bencher.iter(|| ssim(black_box(&a), &b)));
    group.finish();
}

fn filtering(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("filter for the metric");
    for side in [384, 379, 4] {
        let image = picture(side, side, 1);
        let Ok(mut defences) = FixedDefences::new(side, side) else { continue };
        group.throughput(Throughput::Elements(u64::from(side * side)));
        group.bench_function(format!("median, {side}"), |bencher| bencher.iter(|| defences.median(black_box(&image))));
        group.bench_function(format!("low pass, {side}"), |bencher| {
            bencher.iter(|| defences.low_pass(black_box(&image)));
        });
        group.bench_function(format!("bilateral, {side}"), |bencher| {
            bencher.iter(|| defences.bilateral(black_box(&image)));
        });
        group.bench_function(format!("all, {side}"), |bencher| bencher.iter(|| defences.apply(black_box(&image))));
        group.bench_function(format!("all with preparation, {side}"), |bencher| {
            bencher.iter(|| fixed_defences(black_box(&image)));
        });
    }
    group.finish();
}

fn reading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("decode");
    let limits = DecodeLimits::default();
    for side in [384, 1] {
        let Ok(file) = encode_png(&picture(side, side, 1)) else { continue };
        group.throughput(Throughput::Bytes(file.len() as u64));
        group.bench_function(format!("png, {side}"), |bencher| {
            bencher.iter(|| decode(black_box(&file), &limits));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    resizing(&mut criterion);
    comparing(&mut criterion);
    filtering(&mut criterion);
    reading(&mut criterion);
    criterion.final_summary();
}
