//! Rewrites every SVG of a folder as a small drawing on a square: `normalise IN_FOLDER OUT_FOLDER`. What is painted fills the
//! square; detail goes, level by level, until the text is short. Each line of the output names a file, the bytes of its new
//! text, and how like the original it is (structural similarity at 256 px, on grey), or why it was left out.

#![allow(clippy::print_stdout, clippy::print_stderr, reason = "examples talk to the terminal")]

use std::error::Error;
use std::fs;
use std::path::Path;
use std::process::ExitCode;

use image::{Rgb, RgbImage, RgbaImage, imageops};
use kurbo::{Affine, Rect, Shape as _};
use linocut_raster::{composite, ssim};
use linocut_svg::{Drawing, Lost, Opacity, Shape, Simplify, Svg, rasterize, read_foreign};

/// Units of the grid on which a picture is read.
const READ_WIDTH: u32 = 4096;
/// Pixels of the pictures that are compared.
const SIDE: u32 = 256;
/// Share of the square that is left free at each side.
const MARGIN: f64 = 0.02;
/// Bytes that are few enough.
const SHORT: usize = 1_350;
/// Bytes above which a picture is left out.
const LONGEST: usize = 6_000;
/// Bytes of a drawing that refitting its curves will not make short.
const HOPELESS: usize = 3 * SHORT;
/// Levels at the end that are tried whatever they take.
const LAST: usize = 3;
/// Least likeness of a picture that is kept.
const KEPT: f64 = 0.7;
/// Least likeness at which short is good enough.
const LIKE: f64 = 0.8;
/// Least likeness for which detail is given up for bytes.
const VERY_LIKE: f64 = 0.92;
/// What shows through.
const GREY: Rgb<u8> = Rgb([0x8c, 0x9c, 0xac]);

/// How much of a picture stays.
struct Level {
    /// Units from side to side.
    grid: u32,
    /// Whether gradients stay; otherwise they become their mean colour.
    gradients: bool,
    /// Least extent of a shape as a share of the side.
    least: f64,
    /// How far outlines may move, in units.
    tolerance: f64,
}

const LEVELS: [Level; 7] = [
    Level { grid: 256, gradients: true, least: 0.006, tolerance: 0.5 },
    Level { grid: 256, gradients: false, least: 0.01, tolerance: 0.8 },
    Level { grid: 192, gradients: false, least: 0.015, tolerance: 0.8 },
    Level { grid: 128, gradients: true, least: 0.02, tolerance: 0.7 },
    Level { grid: 128, gradients: false, least: 0.02, tolerance: 0.7 },
    Level { grid: 128, gradients: false, least: 0.03, tolerance: 1.2 },
    Level { grid: 128, gradients: false, least: 0.045, tolerance: 1.8 },
];

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [from, to] = arguments.as_slice() else {
        eprintln!("error: expected IN_FOLDER OUT_FOLDER");
        return ExitCode::from(2);
    };
    match run(Path::new(from), Path::new(to)) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(from: &Path, to: &Path) -> Result<(), Box<dyn Error>> {
    let mut names: Vec<_> =
        fs::read_dir(from)?.map(|entry| Ok(entry?.file_name())).collect::<Result<_, std::io::Error>>()?;
    names.sort();
    for name in names {
        let text = fs::read_to_string(from.join(&name))?;
        let shown = name.to_string_lossy();
        match normalised(&text) {
            Ok((drawing, like)) => {
                println!("{shown}\t{}\t{like:.4}", drawing.byte_count());
                fs::write(to.join(&name), drawing.write().as_str())?;
            }
            Err(reason) => println!("{shown}\t-\t{reason}"),
        }
    }
    Ok(())
}

/// The picture at the finest level that is short, else at the shortest one that is very like it, else at the one most like
/// it; and how like it is.
fn normalised(text: &str) -> Result<(Drawing, f64), Box<dyn Error>> {
    let foreign = read_foreign(text, READ_WIDTH)?;
    if let Some(lost) = foreign.lost.iter().find(|lost| matches!(lost, Lost::Text | Lost::Picture)) {
        return Err(format!("has a {lost}").into());
    }
    let page = foreign.drawing;
    let bounds = painted(&page).ok_or("paints nothing")?;
    let original = original(text, &page, bounds)?;
    let square = squared(&page, bounds);
    let mut tried = Vec::new();
    for (number, level) in LEVELS.iter().enumerate() {
        let drawing = at_level(&square, level);
        if number + LAST < LEVELS.len() && drawing.byte_count() > HOPELESS {
            continue;
        }
        let drawing = drawing.simplify(&Simplify { tolerance: level.tolerance, exactness: 4.0 });
        let like = ssim(&original, &rendered(&drawing)?)?;
        let bytes = drawing.byte_count();
        tried.push((drawing, bytes, like));
        if bytes <= SHORT && like >= LIKE {
            break;
        }
    }
    let very = tried.iter().filter(|(_, bytes, like)| *bytes <= LONGEST && *like >= VERY_LIKE);
    let short = tried.last().filter(|(_, bytes, like)| *bytes <= SHORT && *like >= LIKE);
    let some = tried.iter().filter(|(_, bytes, like)| *bytes <= LONGEST && *like >= KEPT);
    let best =
        short.or_else(|| very.min_by_key(|(_, bytes, _)| *bytes)).or_else(|| some.max_by(|a, b| a.2.total_cmp(&b.2)));
    let (drawing, _, like) = best.ok_or("too long or too unlike")?;
    Ok((drawing.clone(), *like))
}

/// Box of what is painted within the page, in units of the page.
fn painted(page: &Drawing) -> Option<Rect> {
    let boxes = page.shapes.iter().filter(|shape| shape.opacity.thousandths() > 20).map(|shape| {
        let width = shape.stroke.as_ref().map_or(0.0, |stroke| f64::from(stroke.width));
        shape.geometry.to_bezier().bounding_box().inflate(width / 2.0, width / 2.0)
    });
    let all = boxes.reduce(|a, b| a.union(b))?;
    let seen = all.intersect(Rect::new(0.0, 0.0, f64::from(page.width), f64::from(page.height)));
    (seen.width() > 8.0 && seen.height() > 8.0).then_some(seen)
}

/// What is painted, in the middle of a square of `READ_WIDTH` units.
fn squared(page: &Drawing, bounds: Rect) -> Drawing {
    let side = f64::from(READ_WIDTH);
    let scale = side * (1.0 - 2.0 * MARGIN) / bounds.width().max(bounds.height());
    let center = bounds.center();
    let map =
        Affine::translate((side / 2.0, side / 2.0)) * Affine::scale(scale) * Affine::translate((-center.x, -center.y));
    let shapes = page.shapes.iter().map(|shape| shape.transformed(map)).collect();
    Drawing { shapes, ..Drawing::new(READ_WIDTH, READ_WIDTH) }
}

/// The original's pixels, cut and scaled as `squared` does.
fn original(text: &str, page: &Drawing, bounds: Rect) -> Result<RgbImage, Box<dyn Error>> {
    let scale = f64::from(SIDE) * (1.0 - 2.0 * MARGIN) / bounds.width().max(bounds.height());
    let pixels = |units: f64| (units * scale).round().max(1.0) as u32;
    let whole = rasterize(&Svg::new(text)?, pixels(page.width.into()), pixels(page.height.into()))?;
    let (width, height) = (pixels(bounds.width()).min(SIDE), pixels(bounds.height()).min(SIDE));
    let part = imageops::crop_imm(
        &whole,
        (bounds.x0 * scale).round() as u32,
        (bounds.y0 * scale).round() as u32,
        width,
        height,
    );
    let mut square = RgbaImage::new(SIDE, SIDE);
    imageops::replace(&mut square, &part.to_image(), ((SIDE - width) / 2).into(), ((SIDE - height) / 2).into());
    Ok(composite(&square, GREY))
}

fn rendered(drawing: &Drawing) -> Result<RgbImage, Box<dyn Error>> {
    Ok(composite(&rasterize(&drawing.write(), SIDE, SIDE)?, GREY))
}

fn at_level(full: &Drawing, level: &Level) -> Drawing {
    let least = level.least * f64::from(full.width);
    let shapes = full.shapes.iter().filter(|shape| extent(shape) >= least);
    let shapes = shapes.map(|shape| if level.gradients { shape.clone() } else { flat(shape) }).collect();
    Drawing { shapes, ..Drawing::new(full.width, full.height) }.on_grid(level.grid, level.grid).compact()
}

/// Root of the area of a shape's box; lines count by their length and width.
fn extent(shape: &Shape) -> f64 {
    let bounds = shape.geometry.to_bezier().bounding_box();
    let width = shape.stroke.as_ref().map_or(0.0, |stroke| f64::from(stroke.width));
    ((bounds.width() + width) * (bounds.height() + width)).sqrt()
}

/// The shape in flat colours, with few steps of opacity, which take few bytes.
fn flat(shape: &Shape) -> Shape {
    let mut shape = shape.clone().flattened();
    shape.opacity = Opacity::from_thousandths((shape.opacity.thousandths() + 50) / 100 * 100);
    shape
}
