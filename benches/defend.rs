//! How long do the metric's defences take, each step alone and both chains?
//!
//! Inputs are a gradient with hashed noise, the same on every run; the smallest picture is the degenerate case.

use std::hint::black_box;

use criterion::{BenchmarkGroup, Criterion, Throughput, measurement::WallTime};
use image::{Rgb, RgbImage};
use linocut::score::contest::defence::{
    RandomState, RowSeeds, bilateral, crop_resize, defend, defended, jpeg_round_trip, low_pass, median, ocr_branch,
};

/// A gradient with noise of 32 levels from an integer hash of the position.
fn picture(side: u32) -> RgbImage {
    RgbImage::from_fn(side, side, |x, y| {
        let hash = (x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b)).wrapping_mul(0xc2b2_ae35);
        let ramp = |along: u32, whole: u32| along * 223 / whole;
        let samples = [ramp(x, side), ramp(y, side), ramp(x + y, 2 * side)];
        let noise = [8, 14, 20].map(|shift| hash >> shift & 31);
        Rgb([0, 1, 2].map(|channel| (samples[channel] + noise[channel]) as u8))
    })
}

fn bench<T>(group: &mut BenchmarkGroup<'_, WallTime>, name: &str, side: u32, mut run: impl FnMut() -> T) {
    group.bench_function(format!("{name}, {side}"), |bencher| bencher.iter(|| black_box(run())));
}

fn defences(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("defend, one step");
    for side in [384, 4] {
        let image = picture(side);
        let mut random = RandomState::new(1);
        group.throughput(Throughput::Elements(u64::from(side * side)));
        bench(&mut group, "crop 3 %", side, || crop_resize(black_box(&image), 0.03, &mut random));
        bench(&mut group, "crop 5 %", side, || crop_resize(black_box(&image), 0.05, &mut random));
        bench(&mut group, "jpeg 95", side, || jpeg_round_trip(black_box(&image), 95));
        bench(&mut group, "jpeg 92", side, || jpeg_round_trip(black_box(&image), 92));
        bench(&mut group, "median", side, || median(black_box(&image)));
        bench(&mut group, "low pass", side, || low_pass(black_box(&image)));
        bench(&mut group, "bilateral", side, || bilateral(black_box(&image)));
    }
    group.finish();
}

fn chains(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("defend, all steps");
    for side in [384, 4] {
        let image = picture(side);
        let mut random = RandomState::new(1);
        group.throughput(Throughput::Elements(u64::from(side * side)));
        bench(&mut group, "main chain", side, || defend(black_box(&image), &mut random));
        bench(&mut group, "chain for OCR", side, || ocr_branch(black_box(&image), &mut random));
        bench(&mut group, "both chains", side, || defended(black_box(&image), 1));
    }
    group.finish();
}

fn draws(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("random numbers");
    for rows in [500, 1] {
        group.throughput(Throughput::Elements(rows));
        bench(&mut group, "row seeds", rows as u32, || {
            RowSeeds::default().take(rows as usize).map(u64::from).sum::<u64>()
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    defences(&mut criterion);
    chains(&mut criterion);
    draws(&mut criterion);
    criterion.final_summary();
}
