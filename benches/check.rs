//! How fast is the gate, for a full file, a tiny one and one full of violations?

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use linocut::constraints::{Profile, check};

fn check_texts(c: &mut Criterion) {
    let path = r##"<path fill="#345678" d="m1 2 3 4-5 6 7 8-9 10z"/>"##;
    let file = |element: &str| format!("<svg viewBox='0 0 384 384'>{}</svg>", element.repeat(9_900 / element.len()));
    let texts =
        [("full", file(path)), ("empty", "<svg/>".to_owned()), ("all wrong", file("<image style='a' href='b'/>"))];
    let mut group = c.benchmark_group("check");
    for (name, text) in &texts {
        group.throughput(Throughput::Bytes(text.len() as u64));
        group.bench_function(*name, |b| b.iter(|| check(black_box(text), &Profile::CONTEST)));
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    check_texts(&mut criterion);
    criterion.final_summary();
}
