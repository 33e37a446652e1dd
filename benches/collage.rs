//! How long does the composer take from a description to shapes, to pixels, and to a drawing within the contest's budget?
//!
//! One description of each kind (scenery, garment, geometry, bundled art), and one without a known word.

use criterion::{BenchmarkId, Criterion, Throughput};
use linocut_collage::Collage;
use linocut_core::{ByteBudget, Draw, Generate, Prompt, Stop, Task};

const TEXTS: [(&str, &str); 5] = [
    ("scenery", "a starlit night over snow-covered peaks"),
    ("garment", "gray wool coat with a faux fur collar"),
    ("geometry", "purple pyramids spiraling around a bronze cone"),
    ("art", "a golden retriever puppy in a field of sunflowers"),
    ("unknown", "qzx"),
];

fn collage(c: &mut Criterion) {
    let (collage, stop) = (Collage::default(), Stop::never());
    let task = Task::new(ByteBudget::CONTEST, &stop);
    let mut group = c.benchmark_group("compose");
    for (kind, text) in TEXTS {
        let prompt = Prompt::new(text, 1);
        group.throughput(Throughput::Elements(1));
        group.bench_function(BenchmarkId::new("shapes", kind), |b| b.iter(|| collage.compose(&prompt)));
        group.bench_function(BenchmarkId::new("picture", kind), |b| b.iter(|| collage.generate(&prompt, &stop)));
        group.bench_function(BenchmarkId::new("drawing of 10,000 bytes", kind), |b| {
            b.iter(|| collage.draw(&prompt, &task));
        });
    }
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    collage(&mut criterion);
    criterion.final_summary();
}
