//! How long does it take to draw a scene and to differentiate it?

#![allow(clippy::print_stdout, reason = "the figure that the docs quote")]

use std::hint::black_box;
use std::time::{Duration, Instant};

use criterion::{BenchmarkId, Criterion, Throughput};
use linocut_refine::{Contour, Layer, Paint, Picture, RasterError, Rasteriser, Region, Scene, Step, Values};
use linocut_svg::FillRule;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const SIDE: u32 = 384;

/// Opaque star-shaped polygons of 12 vertices at random places inside the picture, of `share` of its area in the mean.
fn polygons(count: usize, share: f64) -> (Scene, Values) {
    let mut random = Pcg64Mcg::seed_from_u64(7);
    let (mut layers, mut values) = (Vec::new(), Values::default());
    let mean_area = share * f64::from(SIDE).powi(2);
    // Radii of 0.7 to 1.3 times their mean: the area of the star is 3 r^2 times the mean product of neighbours.
    let radius = (mean_area / (12.0 * 0.5 * 0.5)).sqrt();
    for index in 0..count {
        let center: [f64; 2] = std::array::from_fn(|_| random.random_range(radius..f64::from(SIDE) - radius));
        let first = values.points.len();
        for corner in 0..12 {
            let angle = f64::from(corner) * std::f64::consts::TAU / 12.0;
            let radius = radius * random.random_range(0.7..1.3);
            values.points.push([center[0] + radius * angle.cos(), center[1] + radius * angle.sin()].map(|v| v as f32));
        }
        values.colors.push(std::array::from_fn(|_| random.random_range(0.0..1.0)));
        let steps = (first + 1..first + 12).map(Step::Line).collect();
        layers.push(Layer {
            contours: vec![Contour::Path { start: first, steps, closed: true }],
            region: Region::Inside(FillRule::NonZero),
            paint: Paint::Flat(index),
            opacity: None,
            pieces: 8,
        });
    }
    (Scene { layers, background: [1.0; 3], scale: [1.0; 2] }, values)
}

fn passes(c: &mut Criterion) {
    let mut group = c.benchmark_group("rasterise");
    let mut rasteriser = Rasteriser::<f32>::new(SIDE, SIDE).expect("the side is in range");
    let mut picture = Picture::new(SIDE, SIDE).expect("the side is in range");
    let mut by_picture = picture.clone();
    by_picture.samples_mut().iter_mut().enumerate().for_each(|(i, by)| *by = (i as f32).sin());
    let mut gradient = Values::default();
    for (count, share) in [(0, 0.01), (150, 0.01), (600, 0.01), (150, 0.05)] {
        let (scene, values) = polygons(count, share);
        let name = format!("{count} polygons of {} %", share * 100.0);
        group.throughput(Throughput::Elements(count as u64));
        group.bench_function(BenchmarkId::new("draw", &name), |b| {
            b.iter(|| rasteriser.draw(black_box(&scene), &values, &mut picture));
        });
        group.bench_function(BenchmarkId::new("forward", &name), |b| {
            b.iter(|| rasteriser.forward(black_box(&scene), &values, &mut picture));
        });
        group.bench_function(BenchmarkId::new("forward and backward", &name), |b| {
            b.iter(|| {
                let drawn = rasteriser.forward(black_box(&scene), &values, &mut picture);
                drawn.and_then(|()| rasteriser.backward(&scene, &values, &by_picture, &mut gradient))
            });
        });
    }
    group.finish();
}

/// Forward and backward over 150 polygons, 1000 times: the fastest and the median, in which a busy machine shows.
fn spread() -> Result<(Duration, Duration), RasterError> {
    let (scene, values) = polygons(150, 0.01);
    let (mut rasteriser, mut picture) = (Rasteriser::<f32>::new(SIDE, SIDE)?, Picture::new(SIDE, SIDE)?);
    let mut gradient = Values::default();
    let mut times = Vec::new();
    for _ in 0..1000 {
        let start = Instant::now();
        rasteriser.forward(&scene, &values, &mut picture)?;
        rasteriser.backward(&scene, &values, black_box(&picture), &mut gradient)?;
        times.push(start.elapsed());
    }
    times.sort();
    Ok((times[0], times[500]))
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    passes(&mut criterion);
    criterion.final_summary();
    if std::env::args().any(|argument| argument == "--test") {
        return;
    }
    let (fastest, median) = spread().expect("the scene is in range");
    println!("forward and backward, 150 polygons of 1 %: fastest {fastest:.2?}, median {median:.2?} of 1000");
}
