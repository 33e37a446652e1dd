//! Strokes moved by single units as long as the error of the picture falls, their ends, corners, widths and radii.
//!
//! The coverage `c` of a pixel by one stroke gives its colour a straight line, whatever lies above and beneath, and so its squared
//! error a parabola `a + b c + d c^2`. All that a move of one point asks is `c` near the parts of the line that it bends.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::{Color, Geometry, LineCap, LineJoin, Point, Shape, Stroke};

use super::ink::{Ink, Piece, cover, middle, oval};
use super::pen::Pen;
use super::plane::P;

/// Most rounds over all points.
const ROUNDS: usize = 6;
/// Distance beyond a stroke's edge up to which a move may cover pixels.
const REACH: f64 = 2.5;
/// Error that a move must save.
const WORTH: f64 = 1.0;
/// Moves that are tried, in units.
const STEPS: [[i32; 2]; 12] =
    [[2, 0], [-2, 0], [0, 2], [0, -2], [1, 0], [-1, 0], [0, 1], [0, -1], [1, 1], [-1, -1], [1, -1], [-1, 1]];
/// Error that a width or style of its own must save: it takes bytes.
const RESTYLED: f64 = 60_000.0;
/// Largest change of a width in units, at once.
const WIDENED: i32 = 2;

/// Moves strokes over a picture, all in these units, until nothing helps or `stop` asks.
pub(super) fn polish(image: &RgbImage, rest: &RgbImage, shapes: &mut [Shape], per_pixel: f64, stop: &Stop) {
    let mut scene = Scene::new(image, rest, shapes, per_pixel);
    let mut pens: Vec<Vec<Pen>> = shapes.iter().map(|shape| pens_of(&shape.geometry)).collect();
    for round in 0..ROUNDS {
        let mut moved = false;
        for at in 0..shapes.len() {
            if round == 1 || round == 3 {
                let restyled = scene.restyle(at, &mut shapes[at]);
                pens[at].iter_mut().for_each(|pen| pen.fresh.iter_mut().for_each(|fresh| *fresh |= restyled));
                moved |= restyled;
            }
            moved |= scene.move_points(at, &mut shapes[at], &mut pens[at], stop);
        }
        if (!moved && round > 0) || stop.requested() {
            return;
        }
    }
}

/// The lines of a path; none where it has other segments than lines and cubic curves.
fn pens_of(geometry: &Geometry) -> Vec<Pen> {
    let Geometry::Path(path) = geometry else { return Vec::new() };
    path.subpaths.iter().map(Pen::new).collect::<Option<_>>().unwrap_or_default()
}

/// The picture, and what each stroke covers of it.
struct Scene<'a> {
    image: &'a RgbImage,
    rest: &'a RgbImage,
    per_pixel: f64,
    colors: Vec<[f32; 3]>,
    covers: Vec<Vec<f32>>,
    scratch: Vec<f32>,
}

/// A pixel that a move may change: how its error depends on its coverage, and its distance from what stays.
struct Spot {
    at: u32,
    parabola: [f32; 3],
    kept: f32,
}

impl<'a> Scene<'a> {
    fn new(image: &'a RgbImage, rest: &'a RgbImage, shapes: &[Shape], per_pixel: f64) -> Self {
        let count = (image.width() * image.height()) as usize;
        let color = |shape: &Shape| {
            let color = shape.stroke.as_ref().map_or(Color::BLACK, |stroke| stroke.paint.mean_color());
            [color.r, color.g, color.b].map(f32::from)
        };
        let colors = shapes.iter().map(color).collect();
        let covers = vec![vec![0.0; count]; shapes.len()];
        let mut scene = Self { image, rest, per_pixel, colors, covers, scratch: vec![f32::INFINITY; count] };
        (0..shapes.len()).for_each(|at| scene.recover(at, &shapes[at]));
        scene
    }

    fn columns(&self) -> usize {
        self.image.width() as usize
    }

    fn ink(&mut self, shape: &Shape, reach: f64) -> Ink {
        let columns = self.columns();
        Ink::new(shape, self.per_pixel, reach, columns, &mut self.scratch)
    }

    /// Counts anew what a stroke covers.
    fn recover(&mut self, at: usize, shape: &Shape) {
        let ink = self.ink(shape, 1.0);
        self.covers[at].fill(0.0);
        ink.distances.iter().for_each(|&(pixel, distance)| self.covers[at][pixel as usize] = ink.cover(distance));
    }

    /// How the squared error of a pixel depends on its coverage by one stroke.
    fn parabola(&self, stroke: usize, pixel: usize) -> [f32; 3] {
        let raw = |image: &RgbImage| [0, 1, 2].map(|c| f32::from(image.as_raw()[3 * pixel + c]));
        let (wanted, mut without) = (raw(self.image), raw(self.rest));
        let mut with = without;
        for (i, color) in self.colors.iter().enumerate() {
            let cover = self.covers[i][pixel];
            for c in 0..3 {
                if i == stroke {
                    with[c] = color[c];
                } else {
                    without[c] += cover * (color[c] - without[c]);
                    if i > stroke {
                        with[c] += cover * (color[c] - with[c]);
                    }
                }
            }
        }
        let (mut a, mut b, mut d) = (0.0, 0.0, 0.0);
        for c in 0..3 {
            let (off, slope) = (without[c] - wanted[c], with[c] - without[c]);
            a += off * off;
            b += 2.0 * off * slope;
            d += slope * slope;
        }
        [a, b, d]
    }

    /// Takes the width and then the ends and corners with the least error.
    fn restyle(&mut self, at: usize, shape: &mut Shape) -> bool {
        let Some(first) = shape.stroke.clone() else { return false };
        let widths =
            ((first.width - WIDENED).max(1)..=first.width + WIDENED).map(|width| (width, first.cap, first.join));
        let mut changed = self.take_best(at, shape, widths.collect());
        if oval(&shape.geometry, self.per_pixel).is_none() {
            let width = shape.stroke.as_ref().map_or(first.width, |stroke| stroke.width);
            let caps = [LineCap::Round, LineCap::Butt].into_iter();
            let styles = caps.flat_map(|cap| [LineJoin::Round, LineJoin::Miter].map(|join| (width, cap, join)));
            changed |= self.take_best(at, shape, styles.collect());
        }
        if changed {
            self.recover(at, shape);
        }
        changed
    }

    /// Takes the best of some widths, ends and corners.
    fn take_best(&mut self, at: usize, shape: &mut Shape, tries: Vec<(i32, LineCap, LineJoin)>) -> bool {
        let Some(first) = shape.stroke.clone() else { return false };
        let error = |scene: &mut Self, shape: &Shape| {
            let ink = scene.ink(shape, REACH);
            let of = |&(pixel, distance): &(u32, f32)| {
                let parabola = scene.parabola(at, pixel as usize);
                f64::from(value(parabola, ink.cover(distance)) - parabola[0])
            };
            ink.distances.iter().map(of).sum::<f64>()
        };
        let (mut best, mut least) = (first.clone(), error(self, shape) - RESTYLED);
        for (width, cap, join) in tries {
            shape.stroke = Some(Stroke { width, cap, join, ..first.clone() });
            let own = error(self, shape);
            if own < least {
                (best, least) = (Stroke { width, cap, join, ..first.clone() }, own);
            }
        }
        let changed = best != first;
        shape.stroke = Some(best);
        changed
    }

    /// Moves every point of a stroke in turn.
    fn move_points(&mut self, at: usize, shape: &mut Shape, pens: &mut [Pen], stop: &Stop) -> bool {
        let Some(stroke) = shape.stroke.clone() else { return false };
        let half = 0.5 * f64::from(stroke.width) / self.per_pixel;
        let mut moved = false;
        if let Some(piece) = oval(&shape.geometry, self.per_pixel) {
            let spots = self.spots(at, &[piece], &[], half);
            moved = self.move_oval(&spots, &mut shape.geometry, half);
            if moved {
                self.recover(at, shape);
            }
            return moved;
        }
        let (style, per_pixel) = ((stroke.cap, stroke.join), self.per_pixel);
        for index in 0..pens.len() {
            let others: Vec<Piece> = (0..pens.len())
                .filter(|&other| other != index)
                .flat_map(|other| pens[other].pieces(|_| true, true, per_pixel, style, half))
                .collect();
            let pen = &mut pens[index];
            for unknown in 0..pen.values.len() {
                if stop.requested() {
                    break;
                }
                let bent = pen.bent_by(unknown);
                if !std::mem::take(&mut pen.fresh[unknown]) {
                    continue;
                }
                let pieces = |pen: &Pen| pen.pieces(|segment| bent.contains(&segment), true, per_pixel, style, half);
                let mut kept = pen.pieces(|segment| !bent.contains(&segment), false, per_pixel, style, half);
                kept.extend(&others);
                let spots = self.spots(at, &pieces(pen), &kept, half);
                let first = pen.values[unknown];
                let (mut best, mut error) = (first, self.error(&spots, &pieces(pen), half, f64::INFINITY));
                for step in STEPS {
                    pen.values[unknown] = [first[0] + step[0], first[1] + step[1]];
                    let own = self.error(&spots, &pieces(pen), half, error);
                    if own + WORTH < error {
                        (best, error) = (pen.values[unknown], own);
                    }
                }
                pen.values[unknown] = best;
                if best != first {
                    moved = true;
                    pen.freshen(&bent);
                    let pieces = pieces(pen);
                    for spot in &spots {
                        self.covers[at][spot.at as usize] = self.coverage(spot, &pieces, half);
                    }
                }
            }
        }
        if let (true, Geometry::Path(path)) = (moved, &mut shape.geometry) {
            path.subpaths = pens.iter().map(Pen::subpath).collect();
        }
        moved
    }

    fn move_oval(&self, spots: &[Spot], geometry: &mut Geometry, half: f64) -> bool {
        let error = |geometry: &Geometry| {
            let piece = oval(geometry, self.per_pixel);
            piece.map_or(f64::INFINITY, |piece| self.error(spots, &[piece], half, f64::INFINITY))
        };
        let (mut best, mut moved) = (error(geometry), false);
        for [x, y] in STEPS {
            let mut tries = Vec::new();
            match *geometry {
                Geometry::Circle { center, radius } => {
                    tries.push(Geometry::Circle { center: Point::new(center.x + x, center.y + y), radius });
                    tries.push(Geometry::Circle { center, radius: (radius + x).max(1) });
                }
                Geometry::Ellipse { center, rx, ry } => {
                    tries.push(Geometry::Ellipse { center: Point::new(center.x + x, center.y + y), rx, ry });
                    tries.push(Geometry::Ellipse { center, rx: (rx + x).max(1), ry: (ry + y).max(1) });
                }
                _ => {}
            }
            for other in tries {
                let own = error(&other);
                if own + WORTH < best {
                    (best, moved) = (own, true);
                    *geometry = other;
                }
            }
        }
        moved
    }

    /// The pixels near some parts of a stroke of which the rest is kept.
    fn spots(&mut self, stroke: usize, parts: &[Piece], kept: &[Piece], half: f64) -> Vec<Spot> {
        let columns = self.columns();
        let rows = self.scratch.len() / columns;
        let mut near = Vec::new();
        for piece in parts {
            piece.visit(half + REACH, columns, rows, |at, _| {
                if self.scratch[at] == f32::INFINITY {
                    near.push(at as u32);
                    self.scratch[at] = 0.0;
                }
            });
        }
        near.iter().for_each(|at| self.scratch[*at as usize] = f32::INFINITY);
        near.sort_unstable();
        let (mut low, mut high) = ([f64::INFINITY; 2], [f64::NEG_INFINITY; 2]);
        for p in near.iter().map(|&at| middle(at, columns)) {
            low = [0, 1].map(|i| p[i].min(low[i]));
            high = [0, 1].map(|i| p[i].max(high[i]));
        }
        let kept: Vec<&Piece> = kept.iter().filter(|piece| piece.meets([low, high], half + 1.0)).collect();
        let spot = |at: u32| {
            let p = middle(at, columns);
            let near = kept.iter().filter(|piece| piece.meets([p, p], half + 1.0));
            let kept = near.map(|piece| piece.distance(p) as f32).fold(f32::INFINITY, f32::min);
            Spot { at, parabola: self.parabola(stroke, at as usize), kept }
        };
        near.into_iter().map(spot).collect()
    }

    fn coverage(&self, spot: &Spot, pieces: &[Piece], half: f64) -> f32 {
        let p: P = middle(spot.at, self.columns());
        let near = pieces.iter().filter(|piece| piece.meets([p, p], half + 0.5));
        let distance = near.map(|piece| piece.distance(p) as f32).fold(spot.kept, f32::min);
        cover(2.0 * half as f32, distance)
    }

    /// The squared error of some pixels, or a part of it that is more than `most`.
    fn error(&self, spots: &[Spot], pieces: &[Piece], half: f64, most: f64) -> f64 {
        let mut sum = 0.0;
        for spots in spots.chunks(64) {
            let error = |spot: &Spot| f64::from(value(spot.parabola, self.coverage(spot, pieces, half)));
            sum += spots.iter().map(error).sum::<f64>();
            if sum > most {
                break;
            }
        }
        sum
    }
}

fn value([a, b, d]: [f32; 3], cover: f32) -> f32 {
    a + cover * (b + cover * d)
}
