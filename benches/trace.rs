//! How long does a trace take, as a draft and in full, by the size of the picture, and how long does each step of `BudgetTracer`?

use std::hint::black_box;

use criterion::{BatchSize, BenchmarkId, Criterion, Throughput};
use image::{Rgb, RgbImage};
use linocut_core::{ByteBudget, Effort, Stop, Task, Trace};
use linocut_trace::steps::{Areas, Session};
use linocut_trace::{BudgetTracer, Contours, VTracer};

/// Discs of many sizes on a sky with some grain: edges, flat areas and gradients, from a fixed formula.
fn picture(side: u32) -> RgbImage {
    let share = |v: u32| f64::from(v) / f64::from(side.max(2) - 1);
    RgbImage::from_fn(side, side, |x, y| {
        let (u, v) = (share(x), share(y));
        let disc = (1..40_u32).rev().find(|&i| {
            let (cx, cy) = (f64::from(i * 37 % 100) / 100.0, f64::from(i * 61 % 100) / 100.0);
            (u - cx).hypot(v - cy) < 0.2 / f64::from(i).sqrt()
        });
        let grain = (x.wrapping_mul(2_654_435_761) ^ y.wrapping_mul(40_503)) >> 28;
        match disc {
            Some(i) => Rgb([(i * 47 % 200) as u8, (i * 83 % 230) as u8, (i * 29 + grain) as u8]),
            None => Rgb([(90.0 + 60.0 * v) as u8, (150.0 - 50.0 * v) as u8, 180 + grain as u8]),
        }
    })
}

fn bench(c: &mut Criterion, name: &str, tracer: &dyn Trace) {
    let stop = Stop::never();
    let mut group = c.benchmark_group(name);
    group.sample_size(10);
    for side in [1, 384, 768] {
        let image = picture(side);
        group.throughput(Throughput::Elements(u64::from(side) * u64::from(side)));
        for effort in [Effort::Draft, Effort::Full] {
            let task = Task { effort, ..Task::new(ByteBudget::CONTEST, &stop) };
            let id = BenchmarkId::new(format!("{effort:?}").to_lowercase(), format!("{side} px"));
            group.bench_with_input(id, &image, |b, image| b.iter(|| tracer.trace(black_box(image), &task)));
        }
    }
    group.finish();
}

/// Error that a byte must save, about as in the middle of a search for 10,000 bytes.
const PRICE: f64 = 130.0;

/// The steps of the search on a picture of 384 x 384 px, and on one of a single colour.
fn steps(c: &mut Criterion) {
    for (name, image) in [
        ("BudgetTracer steps", picture(384)),
        ("BudgetTracer steps, flat picture", RgbImage::from_pixel(384, 384, Rgb([90; 3]))),
    ] {
        let mut group = c.benchmark_group(name);
        group.sample_size(10).throughput(Throughput::Elements(384 * 384));
        let areas = || Areas::new(&image, 333, 1).expect("a picture with pixels");
        group.bench_function("segment", |b| b.iter(|| black_box(areas())));
        let cut = areas();
        group.bench_function("outline and thin", |b| b.iter(|| black_box(cut.drawing(41, 40_000))));
        let drawing = cut.drawing(41, 10_000);
        let session = || Session::new(&drawing, &image).expect("polygons");
        group.bench_function("cover", |b| b.iter(|| black_box(session())));
        let mut step = |name: &str, step: &dyn Fn(&mut Session)| {
            group.bench_function(name, |b| b.iter_batched_ref(session, step, BatchSize::LargeInput));
        };
        step("move vertices", &|s| s.move_vertices(PRICE, 1, 0));
        step("delete polygons", &|s| s.delete_polygons(PRICE, 0));
        step("reassign polygons", &|s| s.reassign_polygons(PRICE, 0));
        step("add polygons", &|s| s.add_polygons(PRICE, 24, 0));
        step("fit colours", &|s| s.fit_colors(PRICE));
        step("fit opacities", &|s| s.fit_opacities(PRICE, 0));
        group.finish();
    }
}

fn trace(c: &mut Criterion) {
    steps(c);
    bench(c, "trace, BudgetTracer", &BudgetTracer::default().with_threads(1));
    bench(c, "trace, VTracer", &VTracer::default());
    bench(c, "trace, Contours", &Contours::default());
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    trace(&mut criterion);
    criterion.final_summary();
}
