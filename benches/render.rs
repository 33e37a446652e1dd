//! How long does rendering an SVG for the metric take, at the grid's own size and from a finer grid?

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::{Prompt, collage::Collage};

fn render(c: &mut Criterion) {
    let prompt = Prompt::new("a lighthouse overlooking the ocean", 0);
    let Ok(composition) = Collage::default().compose(&prompt) else { return };
    let mut group = c.benchmark_group("render for the metric");
    group.throughput(Throughput::Elements(u64::from(METRIC_SIDE * METRIC_SIDE)));
    for (name, grid) in [("grid of 384", 384), ("grid of 1536", 1536), ("grid of 1", 1)] {
        let svg = composition.drawing.on_grid(grid, grid).write();
        group.bench_function(name, |b| b.iter(|| MetricRenderer.picture(black_box(&svg), METRIC_SIDE, METRIC_SIDE)));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    render(&mut criterion);
    criterion.final_summary();
}
