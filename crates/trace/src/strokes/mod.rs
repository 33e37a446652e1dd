//! Strokes: lines of even width, found in a picture before the search and drawn on top of what it finds.
//!
//! `labels` has the areas of one colour and the shares of pixels between them, `skeleton` their middle lines, `trails` joins these,
//! `center` gives them the precision of parts of a pixel, `spline` and `conic` draw them in whole units (by `least` squares), `ink` says
//! what strokes cover, `choice` which of them are kept, `polish` moves these, point by point of a `pen`, to where the picture's error is
//! least, and `beneath` says what the picture is without them.

mod beneath;
mod center;
mod choice;
mod conic;
mod ink;
mod labels;
mod least;
mod line;
mod pen;
mod plane;
mod polish;
mod skeleton;
mod spline;
mod trails;

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::{Color, Paint, Shape, Stroke};

use beneath::beneath;
use center::{Center, Field, MOST_WIDTH, Sample, center};
use choice::{CHEAP, Choice};
use ink::Ink;
use labels::Labels;
use line::Line;
use plane::{P, distance};
use skeleton::Skeleton;
use trails::trails;

/// Strokes, bottom first, in units of half a pixel, and the picture that is left to the search.
#[derive(Debug)]
pub(crate) struct Strokes {
    pub(crate) shapes: Vec<Shape>,
    /// The picture beneath the strokes.
    pub(crate) rest: RgbImage,
    /// The pixels that strokes hide, row by row.
    pub(crate) hidden: Vec<bool>,
}

/// Most areas that are looked at, the largest first.
const MOST_AREAS: usize = 120;
/// Fewest pixels of a line.
const LEAST_PIXELS: usize = 20;
/// Distance of the deepest pixel of lines from their edge in multiples of half their width, where they cross.
const CROSSED: f64 = 1.45;

/// The lines of a picture that are worth their bytes as strokes, for drawings of at most `budget` bytes; `None` if there are none, or
/// when asked to stop.
pub(crate) fn find(image: &RgbImage, budget: usize, stop: &Stop) -> Option<Strokes> {
    let labels = Labels::new(image, stop)?;
    let lines = lines(image, &labels, stop)?;
    Choice::new(image, &labels, lines).strokes(budget, stop)
}

/// What is left of a picture beneath these strokes, and the pixels that they hide.
pub(crate) fn uncover(image: &RgbImage, shapes: &[Shape], per_pixel: i32) -> (RgbImage, Vec<bool>) {
    let size = (image.width() as usize, image.height() as usize);
    let mut scratch = vec![f32::INFINITY; size.0 * size.1];
    let mut taken = vec![false; scratch.len()];
    for shape in shapes {
        let ink = Ink::new(shape, f64::from(per_pixel), RIM, size.0, &mut scratch);
        ink.distances.iter().for_each(|(at, _)| taken[*at as usize] = true);
    }
    (beneath(image, &taken), hidden(shapes, size, per_pixel))
}

/// Draws strokes over a picture, by samples of a quarter of a pixel, each by its distance.
pub(crate) fn cover(shown: &mut RgbImage, shapes: &[Shape], per_pixel: i32) {
    let (width, height) = (shown.width() as usize, shown.height() as usize);
    let columns = width * FINER;
    let mut scratch = vec![f32::INFINITY; columns * height * FINER];
    for shape in shapes {
        let Some(Stroke { paint: Paint::Solid(Color { r, g, b }), .. }) = shape.stroke else { continue };
        let ink = Ink::new(shape, f64::from(per_pixel) / FINER as f64, RIM, columns, &mut scratch);
        let mut shares = vec![0.0_f32; width * height];
        for &(at, distance) in &ink.distances {
            let (x, y) = (at as usize % columns / FINER, at as usize / columns / FINER);
            shares[y * width + x] += ink.cover(distance) / (FINER * FINER) as f32;
        }
        for (pixel, share) in shown.pixels_mut().zip(shares) {
            for (shown, level) in pixel.0.iter_mut().zip([r, g, b]) {
                *shown = (f32::from(*shown) * (1.0 - share) + f32::from(level) * share).round() as u8;
            }
        }
    }
}

/// Samples along the side of a pixel.
const FINER: usize = 4;

/// The pixels of a grid of this width and height that strokes hide all of, row by row.
pub(crate) fn hidden(shapes: &[Shape], (width, height): (usize, usize), per_pixel: i32) -> Vec<bool> {
    let mut hidden = vec![false; width * height];
    let mut scratch = vec![f32::INFINITY; width * height];
    for shape in shapes {
        let ink = Ink::new(shape, f64::from(per_pixel), 0.0, width, &mut scratch);
        let inside = ink.distances.iter().filter(|(_, distance)| *distance <= 0.5 * ink.width - HIDDEN);
        inside.for_each(|(at, _)| hidden[*at as usize] = true);
    }
    hidden
}

/// Reach beyond the edge of a stroke in which pixels show some of it, in pixels.
const RIM: f64 = 1.0;
/// Distance from the edge of a stroke, in pixels, from which a pixel is hidden.
const HIDDEN: f32 = 0.75;

/// All lines of a picture, class by class.
fn lines(image: &RgbImage, labels: &Labels, stop: &Stop) -> Option<Vec<Line>> {
    let deepest = (0.5 * MOST_WIDTH * CROSSED + 1.0) as f32;
    let is_thin: Vec<bool> = labels.areas.iter().map(|area| area.depth <= deepest).collect();
    let mut chosen: Vec<usize> =
        (0..is_thin.len()).filter(|&i| is_thin[i] && labels.areas[i].pixels.len() >= LEAST_PIXELS).collect();
    chosen.sort_by_key(|&i| (usize::MAX - labels.areas[i].pixels.len(), i));
    chosen.truncate(MOST_AREAS);
    chosen.sort_by_key(|&i| (labels.areas[i].class, i));
    let mut pixels = vec![Vec::new(); labels.areas.len()];
    for at in 0..labels.shares.len() {
        if let Some(pixels) = pixels.get_mut(labels.label(at) as usize) {
            pixels.push(at);
        }
    }
    let mut lines = Vec::new();
    for of_class in chosen.chunk_by(|&a, &b| labels.areas[a].class == labels.areas[b].class) {
        let mut skeletons = Vec::new();
        for &area in of_class {
            let mut skeleton = Skeleton::new(&pixels[area], labels.width, stop)?;
            let width = |skeleton: &Skeleton| pixels[area].len() as f64 / skeleton.length().max(1.0);
            skeleton.prune(width(&skeleton));
            skeleton.prune(width(&skeleton));
            let width = width(&skeleton);
            if width <= MOST_WIDTH * CROSSED && !skeleton.chains.is_empty() {
                skeletons.push((skeleton, width));
            }
        }
        let area = &labels.areas[of_class[0]];
        let widths: Vec<f64> = skeletons.iter().map(|(_, width)| *width).collect();
        let about = widths.iter().sum::<f64>() / widths.len().max(1) as f64;
        let shares = labels.coverage(area.class);
        let field = Field { width: labels.width, height: labels.height, shares: &shares };
        let mut centers = Vec::new();
        for trail in trails(skeletons, labels, area.class, &is_thin) {
            if stop.requested() {
                return None;
            }
            centers.extend(center(&trail, &field, about));
        }
        let class_at = |p: P| {
            let (x, y) = (p[0].max(0.0) as usize, p[1].max(0.0) as usize);
            let label = labels.label(y.min(labels.height - 1) * labels.width + x.min(labels.width - 1)) as usize;
            labels.areas.get(label).filter(|_| is_thin[label]).map(|area| area.class)
        };
        close_up(&mut centers, area.class, class_at);
        lines.extend(centers.into_iter().map(|center| Line::new(image, center, area, CHEAP)));
    }
    line::even_out(&mut lines);
    Some(lines)
}

/// Makes whole circles of their parts between what lies over them, the longest part first.
fn close_up(centers: &mut Vec<Center>, class: usize, class_at: impl Fn(P) -> Option<usize>) {
    centers.sort_by_key(|center| usize::MAX - center.samples.len());
    let mut at = 0;
    while at < centers.len() {
        if let Some(whole) = conic::closed_up(&centers[at], class, &class_at) {
            let is_part = |center: &Center| {
                let on = |sample: &Sample| whole.samples.iter().any(|other| distance(other.at, sample.at) < ON);
                !center.closed && center.samples.iter().filter(|sample| sample.weight == 1.0).all(on)
            };
            let later = centers.split_off(at + 1);
            centers.extend(later.into_iter().filter(|center| !is_part(center)));
            centers[at] = whole;
        }
        at += 1;
    }
}

/// Distance in pixels from the samples of a circle up to which a line is a part of it.
const ON: f64 = 1.2;

#[cfg(test)]
mod tests;
