//! How long do the decoy and the border take, and what does the search for the quietest corner add?

use std::hint::black_box;

use criterion::{BatchSize, Criterion};
use linocut::finish::{Border, Corner, Decoy};
use linocut::svg::{Color, Geometry, Shape};
use linocut::{ByteBudget, Drawing, Rewrite, Stop, Task};

fn finish(c: &mut Criterion) {
    let mut drawing = Drawing::new(384, 384);
    for i in 0..150 {
        drawing.shapes.push(Shape::filled(Geometry::rect(i, i, 40, 40), Color::from_hex(i as u32 * 99_991)));
    }
    let stop = Stop::never();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    let fixed = Decoy { corner: Some(Corner::TopLeft), ..Decoy::default() };
    let cases: [(&str, &dyn Rewrite, Drawing); 5] = [
        ("border", &Border::default(), drawing.clone()),
        ("border of 8 steps", &Border { steps: 8, ..Border::default() }, drawing.clone()),
        ("decoy in a given corner", &fixed, drawing.clone()),
        ("decoy in the quietest corner", &Decoy::default(), drawing),
        ("decoy on an empty drawing", &Decoy::default(), Drawing::new(1, 1)),
    ];
    let mut group = c.benchmark_group("finish");
    for (name, rewrite, drawing) in cases {
        let run = |drawing| rewrite.rewrite(black_box(drawing), &task);
        group.bench_function(name, |b| b.iter_batched(|| drawing.clone(), run, BatchSize::SmallInput));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    finish(&mut criterion);
    criterion.final_summary();
}
