//! How long does the embedded OCR take in one thread: loading, finding boxes, reading one of them, all of it?
//!
//! Inputs are fixtures of the score; the smallest picture is the degenerate case.

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use image::RgbImage;
use linocut::raster::{DecodeLimits, decode, drop_alpha};
use linocut::score::Reader;

fn pictures() -> [(&'static str, RgbImage); 4] {
    let read = |file: &[u8]| drop_alpha(&decode(file, &DecodeLimits::default()).expect("a fixture is a picture"));
    [
        ("two lines", read(include_bytes!("../fixtures/score/ocr/sale.png"))),
        ("turned line", read(include_bytes!("../fixtures/score/ocr/turned.png"))),
        ("no text", read(include_bytes!("../fixtures/score/render/traced_panda.png"))),
        ("1 x 1", RgbImage::new(1, 1)),
    ]
}

fn reading(criterion: &mut Criterion) {
    let reader = Reader::embedded().expect("the networks are part of the library");
    let mut group = criterion.benchmark_group("OCR");
    group.sample_size(20);
    for (name, image) in pictures() {
        group.throughput(Throughput::Elements(u64::from(image.width() * image.height())));
        group.bench_function(format!("find boxes, {name}"), |bencher| bencher.iter(|| reader.boxes(black_box(&image))));
        if let Some(&first) = reader.boxes(&image).expect("a picture with pixels").first() {
            let read = || reader.read_box(black_box(&image), first);
            group.bench_function(format!("read one box, {name}"), |bencher| bencher.iter(read));
        }
        group.bench_function(format!("find and read all, {name}"), |bencher| {
            bencher.iter(|| reader.text(black_box(&image)));
        });
    }
    group.finish();
}

fn loading(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("OCR");
    group.sample_size(10);
    group.bench_function("load the networks", |bencher| bencher.iter(Reader::embedded));
    group.finish();
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    reading(&mut criterion);
    loading(&mut criterion);
    criterion.final_summary();
}
