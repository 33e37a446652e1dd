//! How long does a description take, from text to the best SVG, in one thread?

use std::hint::black_box;

use criterion::Criterion;
use linocut::{Pipeline, PipelineOptions, Prompt, Stop};

fn pipeline(c: &mut Criterion) {
    let mut group = c.benchmark_group("draw a description");
    group.sample_size(10);
    for (name, candidates, text) in [
        ("1 seed", 1, "a lighthouse overlooking the ocean"),
        ("4 seeds", 4, "a lighthouse overlooking the ocean"),
        ("empty description", 1, ""),
    ] {
        let options = PipelineOptions { candidates, jobs: 1, ..PipelineOptions::default() };
        let pipeline = Pipeline { options, ..Pipeline::standard() };
        let prompt = Prompt::new(text, 0);
        group.bench_function(name, |b| b.iter(|| pipeline.run(black_box(&prompt), &Stop::never())));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    pipeline(&mut criterion);
    criterion.final_summary();
}
