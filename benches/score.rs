//! How long do the formula, the metric's picture of an SVG, and a whole row take when the judges cost nothing?

use std::hint::black_box;
use std::sync::Arc;

use criterion::{Criterion, Throughput};
use image::RgbImage;
use linocut::constraints::{Profile, check};
use linocut::score::contest::metric::{Entry, Metric, Quiz};
use linocut::score::contest::{ContestScore, Judges, Parts, Recipe};
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::{FromFn, Question, StageError, Svg};

type Given<T> = Result<T, StageError>;

const TRACED: &str = include_str!("../fixtures/score/render/traced_lighthouse.svg");
const GRADIENTS: &str = include_str!("../fixtures/score/render/gradients.svg");
const EMPTY: &str = include_str!("../fixtures/score/contest/empty.svg");
const SVGS: [(&str, &str); 3] = [("traced", TRACED), ("gradients", GRADIENTS), ("empty", EMPTY)];

/// Judges that give constants.
fn judges() -> Judges {
    let answer = |_: &RgbImage, asked: &[Question]| -> Given<_> { Ok(vec![0.5; asked.len()]) };
    Judges {
        aesthetic: Some(Arc::new(FromFn(|_: &RgbImage| -> Given<_> { Ok(0.5) }))),
        answer: Some(Arc::new(FromFn(answer))),
        reader: Some(Arc::new(FromFn(|_: &RgbImage| -> Given<_> { Ok("text".to_owned()) }))),
        ..Judges::default()
    }
}

fn combine(c: &mut Criterion) {
    let mut group = c.benchmark_group("combine 1000 scores");
    let share = |i: u32| f64::from(i % 101) / 100.0;
    let parts: Vec<Parts> = (0..1000).map(|i| Parts::deployed(share(i), share(i * 7), share(i * 13))).collect();
    group.throughput(Throughput::Elements(parts.len() as u64));
    for (name, recipe) in [("deployed", Recipe::DEPLOYED), ("harmonic", Recipe::HARMONIC)] {
        let total = |parts: &Parts| recipe.formula.combine(parts).unwrap_or(0.0);
        group.bench_function(name, |b| b.iter(|| black_box(&parts).iter().map(total).sum::<f64>()));
    }
}

fn render(c: &mut Criterion) -> Given<()> {
    let mut group = c.benchmark_group("render for the metric, files");
    for (name, text) in SVGS {
        let svg = Svg::new(text).map_err(|error| StageError::new("check", error))?;
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(name, |b| b.iter(|| MetricRenderer.picture(black_box(&svg), METRIC_SIDE, METRIC_SIDE)));
    }
    Ok(())
}

/// Checking, drawing, both chains of defences, the formula.
fn row(c: &mut Criterion) {
    let mut group = c.benchmark_group("score a row");
    group.sample_size(20).throughput(Throughput::Elements(1));
    let metric = Metric::new(ContestScore { recipe: Recipe::DEPLOYED, judges: judges() }).checked_by(|text| {
        let valid = check(text, &Profile::CONTEST).map_err(|error| StageError::new("check", error))?;
        Ok(valid.svg().clone())
    });
    let question = Question { text: "What?".to_owned(), choices: vec!["yes".to_owned(), "no".to_owned()], answer: 0 };
    for (name, svg) in SVGS {
        let quiz = Quiz { id: name.to_owned(), description: name.to_owned(), questions: vec![question.clone(); 4] };
        let entries = [Entry { svg: svg.to_owned(), quiz }];
        group.bench_function(name, |b| b.iter(|| metric.run(black_box(&entries))));
    }
}

fn main() -> Given<()> {
    let mut criterion = Criterion::default().configure_from_args();
    combine(&mut criterion);
    render(&mut criterion)?;
    row(&mut criterion);
    criterion.final_summary();
    Ok(())
}
