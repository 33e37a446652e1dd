//! How fast are the finishing touches, with and without a picture to place the decoy by?

use std::hint::black_box;

use criterion::{BatchSize, Criterion, criterion_group, criterion_main};
use image::RgbImage;
use linocut::finish::{Border, Decoy};
use linocut::svg::{Color, Geometry, Shape};
use linocut::{ByteBudget, Drawing, Rewrite, Stop, Task};

fn finish(c: &mut Criterion) {
    let mut drawing = Drawing::new(384, 384);
    for i in 0..150 {
        drawing.shapes.push(Shape::filled(Geometry::rect(i, i, 40, 40), Color::from_hex(i as u32 * 99_991)));
    }
    let picture = RgbImage::from_fn(768, 768, |x, y| image::Rgb([x as u8, y as u8, 90]));
    let stop = Stop::never();
    let without = Task::new(ByteBudget::CONTEST, &stop);
    let with = Task { image: Some(&picture), ..without };
    let cases: [(&str, &dyn Rewrite, Task<'_>); 3] = [
        ("border", &Border::default(), without),
        ("decoy", &Decoy::default(), without),
        ("decoy placed by a picture", &Decoy::default(), with),
    ];
    let mut group = c.benchmark_group("finish");
    for (name, rewrite, task) in cases {
        let run = |drawing| rewrite.rewrite(black_box(drawing), &task);
        group.bench_function(name, |b| b.iter_batched(|| drawing.clone(), run, BatchSize::SmallInput));
    }
}

criterion_group!(benches, finish);
criterion_main!(benches);
