//! Strokes that are found again in pictures of them.

use image::{DynamicImage, Rgb, RgbImage};
use linocut_core::Stop;
use linocut_raster::psnr;
use linocut_svg::{Color, Drawing, Geometry, Path, Point, Shape, Subpath, rasterize};

use super::{Strokes, find};

const SIDE: u32 = 160;
/// Bytes in which outlines of the lines would hardly fit.
const TIGHT: usize = 300;
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
    find(image, TIGHT, &Stop::never())
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

fn subpaths(shape: &Shape) -> &[Subpath] {
    match &shape.geometry {
        Geometry::Path(path) => &path.subpaths,
        _ => &[],
    }
}

fn width(shape: &Shape) -> i32 {
    shape.stroke.as_ref().unwrap().width
}

#[test]
fn outlines_of_circles_and_ellipses_are_found_to_the_unit() {
    let circle = Geometry::circle(Point::new(150, 161), 90);
    let shapes = again(&[Shape::stroked(circle.clone(), INK, 13)]);
    assert_eq!((shapes.len(), width(&shapes[0])), (1, 13));
    assert_eq!(shapes[0].geometry, circle);
    let ellipse = Geometry::Ellipse { center: Point::new(150, 160), rx: 120, ry: 70 };
    assert_eq!(again(&[Shape::stroked(ellipse.clone(), INK, 8)])[0].geometry, ellipse);
}

#[test]
fn crossing_lines_go_straight_on() {
    let cross = lines(&[&[(40, 60), (280, 240)], &[(60, 270), (250, 40)]]);
    let shapes = again(&[Shape::stroked(cross, INK, 12)]);
    assert_eq!(shapes.len(), 1);
    assert!(subpaths(&shapes[0]).len() == 2 && subpaths(&shapes[0]).iter().all(|line| line.segments.len() == 1));
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
fn two_areas_meet_in_the_middle_of_a_line_between_them() {
    let side = 2 * SIDE as i32;
    let half = Shape::filled(Geometry::rect(0, 0, 150, side), Color::new(90, 160, 220));
    let bar = Shape::stroked(lines(&[&[(150, -20), (150, side + 20)]]), INK, 14);
    let strokes = found(&looks(&[half, bar])).unwrap();
    assert_eq!(strokes.shapes.len(), 1);
    let [left, right] = [73, 77].map(|x| strokes.rest.get_pixel(x, 80).0);
    assert!(left[0] < 100 && right[0] > 250, "{left:?} {right:?}");
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
