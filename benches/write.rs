//! How long does it take to count the bytes of a drawing, to write, read, price, simplify it and move it to another grid?

use std::hint::black_box;

use criterion::{Criterion, Throughput};
use linocut::svg::{Color, Drawing, Geometry, Path, Point, Prices, Segment, Shape, Simplify, Subpath, read_foreign};

/// Polygons of twelve vertices from a fixed linear congruence, about 60 bytes each.
fn drawing(shapes: usize) -> Drawing {
    let mut state = 1_u32;
    let mut next = |most: i32| {
        state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
        (state >> 8) as i32 % most
    };
    let mut drawing = Drawing::new(384, 384);
    for _ in 0..shapes {
        let (x, y) = (next(340), next(340));
        let vertices: Vec<Point> = (0..12).map(|_| Point::new(x + next(40), y + next(40))).collect();
        drawing.shapes.push(Shape::filled(Geometry::polygon(&vertices), Color::from_hex(next(0x00ff_ffff) as u32)));
    }
    drawing
}

fn write(c: &mut Criterion) {
    for (name, shapes) in [("empty drawing", 0), ("drawing of 150 polygons", 150)] {
        let drawing = drawing(shapes);
        let mut group = c.benchmark_group(name);
        group.throughput(Throughput::Bytes(drawing.byte_count() as u64));
        group.bench_function("count bytes", |b| b.iter(|| black_box(&drawing).byte_count()));
        group.bench_function("write", |b| b.iter(|| black_box(&drawing).write()));
        let text = drawing.write();
        group.bench_function("read", |b| b.iter(|| Drawing::parse(black_box(text.as_str()))));
        group.bench_function("read as any SVG", |b| b.iter(|| read_foreign(black_box(text.as_str()), 384)));
        group.bench_function("move to another grid", |b| b.iter(|| black_box(&drawing).on_grid(256, 256)));
    }
}

/// One shape among many becomes another.
fn price(c: &mut Criterion) {
    let mut group = c.benchmark_group("price a change");
    for shapes in [1, 150] {
        let mut prices = Prices::new(drawing(shapes));
        let other = drawing(shapes + 1).shapes.swap_remove(shapes);
        group.throughput(Throughput::Elements(1));
        group.bench_function(format!("among {shapes} shapes"), |b| {
            b.iter(|| prices.bytes_with(black_box(shapes / 2), black_box(&other)));
        });
    }
}

/// Smooth rings of twenty cubic curves with a wavy edge, each of which may be cut and joined in many ways.
fn blobs(count: i32) -> Drawing {
    let mut drawing = Drawing::new(1000, 1000);
    for blob in 0..count {
        let at = |i: i32, stretch: f64, turn: f64| {
            let angle = f64::from(i) * std::f64::consts::TAU / 20.0;
            let radius = 50.0 + 8.0 * (3.0 * angle + f64::from(blob)).sin();
            let (sin, cos) = (angle + turn).sin_cos();
            let (x, y) = (f64::from(100 * (blob % 10) + 50), f64::from(100 * (blob / 10 % 10) + 50));
            Point::new((x + radius * stretch * cos).round() as i32, (y + radius * stretch * sin).round() as i32)
        };
        let curve = |i| Segment::Cubic(at(i, 1.005, 0.104), at(i + 1, 1.005, -0.104), at(i + 1, 1.0, 0.0));
        let ring = Subpath { start: at(0, 1.0, 0.0), segments: (0..20).map(curve).collect(), closed: true };
        let color = Color::from_hex(0x10_0000 + 0x01_2345 * blob as u32);
        drawing.shapes.push(Shape::filled(Geometry::Path(Path::from(vec![ring])), color));
    }
    drawing
}

/// Curves refitted: nothing to do, and a thousand segments.
fn simplify(c: &mut Criterion) {
    let mut group = c.benchmark_group("simplify");
    group.sample_size(10);
    for (name, drawing) in [("150 polygons", drawing(150)), ("50 rings of 20 curves", blobs(50))] {
        group.throughput(Throughput::Elements(drawing.shapes.len() as u64));
        for tolerance in [0.5, 2.0] {
            let options = Simplify { tolerance, ..Simplify::default() };
            group.bench_function(format!("{name} within {tolerance}"), |b| {
                b.iter(|| black_box(&drawing).simplify(&options));
            });
        }
    }
}

fn main() {
    let mut criterion = Criterion::default().configure_from_args();
    write(&mut criterion);
    price(&mut criterion);
    simplify(&mut criterion);
    criterion.final_summary();
}
