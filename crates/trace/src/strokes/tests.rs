//! Strokes that are found again in pictures of them.

use image::{DynamicImage, Rgb, RgbImage};
use linocut_core::Stop;
use linocut_raster::psnr;
use linocut_svg::{Color, Drawing, Geometry, Path, Point, Shape, Subpath, rasterize};

use super::{Strokes, find};

const SIDE: u32 = 160;
const INK: Color = Color::new(33, 33, 33);
const RED: Color = Color::new(200, 30, 20);

/// White paper with these shapes, in units of half a pixel, on top.
fn drawing(shapes: &[Shape]) -> Drawing {
    let side = 2 * SIDE as i32;
    let paper = Shape::filled(Geometry::rect(0, 0, side, side), Color::WHITE);
    let shapes = std::iter::once(paper).chain(shapes.iter().cloned()).collect();
    Drawing { shapes, ..Drawing::new(2 * SIDE, 2 * SIDE) }
}

fn looks(shapes: &[Shape]) -> RgbImage {
    DynamicImage::ImageRgba8(rasterize(&drawing(shapes).write(), SIDE, SIDE).unwrap()).to_rgb8()
}

fn found(image: &RgbImage) -> Option<Strokes> {
    find(image, 2000, &Stop::never())
}

/// What is found of these shapes; all of it must look like them, and nothing may be left beneath.
fn again(shapes: &[Shape]) -> Vec<Shape> {
    let image = looks(shapes);
    let strokes = found(&image).expect("strokes");
    let closeness = psnr(&image, &looks(&strokes.shapes)).unwrap();
    assert!(closeness > 32.0, "{closeness} dB: {}", drawing(&strokes.shapes).write().as_str());
    assert!(strokes.rest.pixels().all(|pixel| pixel.0.iter().all(|level| *level > 240)));
    assert!(strokes.hidden.iter().any(|hidden| *hidden));
    strokes.shapes
}

fn lines(lines: &[&[(i32, i32)]]) -> Geometry {
    let line = |points: &&[(i32, i32)]| {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        Subpath::polygon(&points).map(|subpath| Subpath { closed: false, ..subpath })
    };
    Geometry::Path(Path { subpaths: lines.iter().filter_map(line).collect() })
}

#[test]
fn a_line_goes_on_beneath_another() {
    let circle = Shape::stroked(Geometry::circle(Point::new(160, 160), 100), INK, 12);
    let bar = Shape::stroked(lines(&[&[(30, 130), (290, 190)]]), RED, 14);
    let shapes = again(&[circle.clone(), bar]);
    assert_eq!(shapes.len(), 2);
    assert_eq!(shapes[0].geometry, circle.geometry);
}

#[test]
fn what_is_no_line_is_left_to_the_search() {
    let thick = Shape::stroked(lines(&[&[(60, 90), (260, 190)]]), INK, 60);
    assert!(found(&looks(&[thick])).is_none());
    let blob = Geometry::polygon(&[Point::new(40, 40), Point::new(280, 80), Point::new(200, 260)]);
    assert!(found(&looks(&[Shape::filled(blob, RED)])).is_none());
    let noise = RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let hash = (u64::from(x) << 32 | u64::from(y)).wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 40;
        Rgb([hash as u8 / 2 + x as u8 / 3, (hash >> 8) as u8 / 2, (hash >> 16) as u8 / 2 + y as u8 / 3])
    });
    assert!(found(&noise).is_none());
    for side in [1, 2, 3] {
        assert!(found(&RgbImage::new(side, side)).is_none());
    }
}

#[test]
fn small_budgets_and_stops_leave_no_strokes() {
    let image = looks(&[Shape::stroked(Geometry::circle(Point::new(150, 161), 90), INK, 13)]);
    assert!(find(&image, 190, &Stop::never()).is_none());
    let stop = Stop::never();
    stop.cancel();
    assert!(find(&image, 2000, &stop).is_none());
    let bytes = |budget| find(&image, budget, &Stop::never()).map(|strokes| drawing(&strokes.shapes).byte_count());
    (200..400).step_by(20).for_each(|budget| assert!(bytes(budget).is_none_or(|bytes| bytes <= budget)));
}
