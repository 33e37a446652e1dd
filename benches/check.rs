//! How long do the check of the constraints and the sanitiser take, for a full file, a tiny one and one full of violations?

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use linocut::constraints::{Profile, check, sanitise};

/// Names and texts.
fn texts() -> [(&'static str, String); 3] {
    let path = r##"<path fill="#345678" d="m1 2 3 4-5 6 7 8-9 10z"/>"##;
    let file = |element: &str| {
        let elements = element.repeat(9_900 / element.len());
        format!("<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 384 384'>{elements}</svg>")
    };
    let empty = "<svg xmlns='http://www.w3.org/2000/svg'/>".to_owned();
    [
        ("10,000 bytes", file(path)),
        ("empty", empty),
        ("10,000 bytes of violations", file("<image style='a' href='b'/>")),
    ]
}

fn check_texts(c: &mut Criterion) {
    let mut group = c.benchmark_group("check");
    for (name, text) in &texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |b| b.iter(|| check(black_box(text), &Profile::CONTEST)));
    }
}

fn sanitise_texts(c: &mut Criterion) {
    let mut group = c.benchmark_group("sanitise");
    for (name, text) in &texts() {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |b| b.iter(|| sanitise(black_box(text), &Profile::CONTEST)));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    check_texts(&mut criterion);
    sanitise_texts(&mut criterion);
    criterion.final_summary();
}
