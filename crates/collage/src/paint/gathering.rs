//! Several of a thing held together: in a bowl or a box, in a pile, a stack, a pair or a bunch.

use linocut_svg::{Affine, Color, Shape};

use crate::art::traits;
use crate::colour::shaded;
use crate::error::CollageError;
use crate::paint::air::Air;
use crate::paint::sketch::{Layer, oval, polygon, rounded, smooth};
use crate::paint::thing;
use crate::place::spot::{Place, SIDE, Spot};
use crate::read::meaning::Gathering;
use crate::read::reading::{Gathered, Look, Phrase, label};

/// Most things that are held together.
const MOST: usize = 12;

/// Draws them in one layer at a place.
pub(crate) fn paint(
    phrase: &Phrase,
    gathered: Gathered,
    number: usize,
    place: Place,
    air: &Air,
) -> Result<Layer, CollageError> {
    let single =
        Phrase { look: Look { gathered: None, ..phrase.look.clone() }, count: None, plural: false, ..phrase.clone() };
    let alone = Place { center: (SIDE / 2.0, SIDE / 2.0), size: SIDE, turn: 0.0 };
    let Some(item) = Item::new(thing::paint(&single, number, alone, air)?.shapes) else {
        return Ok(Layer::new(&phrase.words));
    };
    let mut group = Group { layer: Layer::new(&phrase.words), item, place };
    let count = |usual: usize| gathered.count.unwrap_or(usual).clamp(1, MOST);
    match gathered.kind {
        Gathering::Pile => group.pile(count(6)),
        Gathering::Stack => group.stack(count(4)),
        Gathering::Pair => group.pair(),
        Gathering::Bunch => group.bunch(count(5), traits::stands_on_a_stem(label(phrase))),
        kind => group.held(kind, count(5), gathered.color.unwrap_or(usual(kind))),
    }
    Ok(group.layer)
}

/// The usual colour of what holds things.
fn usual(kind: Gathering) -> Color {
    Color::from_hex(match kind {
        Gathering::Basket => 0xc08a45,
        Gathering::Bucket => 0x8796a5,
        Gathering::Pot => 0xa5532f,
        Gathering::Box => 0xc99b5e,
        Gathering::Tray => 0xa9b3bb,
        _ => 0x5f8fb8,
    })
}

/// One of the things, and the box around what is drawn of it.
struct Item {
    shapes: Vec<Shape>,
    center: Spot,
    width: f64,
    height: f64,
}

impl Item {
    fn new(shapes: Vec<Shape>) -> Option<Self> {
        let (left, top, right, bottom) = thing::bounds(&shapes)?;
        let (width, height) = ((right - left).max(1.0), (bottom - top).max(1.0));
        Some(Self { shapes, center: ((left + right) / 2.0, (top + bottom) / 2.0), width, height })
    }

    fn longest(&self) -> f64 {
        self.width.max(self.height)
    }
}

struct Group {
    layer: Layer,
    item: Item,
    place: Place,
}

impl Group {
    /// A copy around a spot, given as a share of the place from its centre, its longer side of this share, turned.
    fn put(&mut self, (x, y): Spot, size: f64, turn: f64) {
        let Place { center, size: whole, .. } = self.place;
        let map = Affine::translate((center.0 + x * whole, center.1 + y * whole))
            * Affine::rotate(turn)
            * Affine::scale(size * whole / self.item.longest())
            * Affine::translate((-self.item.center.0, -self.item.center.1));
        self.layer.shapes.extend(self.item.shapes.iter().map(|shape| shape.transformed(map)));
    }

    /// A spot of the picture from shares of the place.
    fn at(&self, x: f64, y: f64) -> Spot {
        let Place { center, size, .. } = self.place;
        (center.0 + x * size, center.1 + y * size)
    }

    /// Rows that grow shorter upwards; the lowest is in front.
    fn pile(&mut self, count: usize) {
        let rows = rows(count);
        let lowest = rows[0];
        let step = 0.92 / (lowest as f64 + 0.15);
        let (size, tall) = (step * 1.18, self.item.height / self.item.longest());
        let rise = step * 1.18 * tall * 0.66;
        for (row, &things) in rows.iter().enumerate().rev() {
            for i in 0..things {
                let x = (i as f64 - (things as f64 - 1.0) / 2.0) * step;
                let y = 0.49 - size * tall / 2.0 - row as f64 * rise;
                let turn = [0.0, 0.12, -0.1, 0.07][(row * 3 + i) % 4];
                self.put((x, y), size, turn);
            }
        }
    }

    /// One on top of the other, a little out of line.
    fn stack(&mut self, count: usize) {
        let (wide, tall) = (self.item.width / self.item.longest(), self.item.height / self.item.longest());
        // What is flat is seen whole, of what is high the upper part.
        let seen = if tall < 0.6 { 0.8 } else { 0.42 };
        let whole = tall * (1.0 + seen * (count as f64 - 1.0));
        let size = (0.98 / whole).min(0.8 / wide);
        for i in 0..count {
            let x = [0.0, 0.035, -0.03, 0.015][i % 4];
            let y = 0.49 - size * tall * (0.5 + seen * i as f64);
            self.put((x, y), size, [0.0, 0.03, -0.03, 0.02][i % 4]);
        }
    }

    /// Two side by side.
    fn pair(&mut self) {
        let (wide, tall) = (self.item.width / self.item.longest(), self.item.height / self.item.longest());
        let size = (0.49 / wide).min(0.9 / tall);
        let (x, y) = (size * wide * 0.47, 0.48 - size * tall / 2.0);
        self.put((-x, y - 0.02), size, 0.0);
        self.put((x, y), size, 0.0);
    }

    /// A fan around the end of their stems, or below the point that they hang from.
    fn bunch(&mut self, count: usize, stands: bool) {
        let (pivot, reach) = if stands { ((0.0, 0.45), -0.42) } else { ((0.0, -0.4), 0.4) };
        let spread = 1.5_f64.min(0.42 * count as f64);
        // The outer ones first, so that the middle lies in front.
        let mut turns: Vec<f64> =
            (0..count).map(|i| if count == 1 { 0.0 } else { spread * (i as f64 / (count - 1) as f64 - 0.5) }).collect();
        turns.sort_by(|a, b| b.abs().total_cmp(&a.abs()));
        for turn in turns {
            let center = (pivot.0 - reach * turn.sin(), pivot.1 + reach * turn.cos());
            self.put(center, 0.6, turn);
        }
    }

    /// Things in or on what holds them: its back, the things, its front.
    fn held(&mut self, kind: Gathering, count: usize, color: Color) {
        match kind {
            Gathering::Bowl | Gathering::Pot => self.bowl(kind == Gathering::Pot, count, color),
            Gathering::Basket => self.basket(count, color),
            Gathering::Bucket => self.bucket(count, color),
            Gathering::Tray => {
                self.layer.fill(self.oval(0.28, 0.48, 0.13), shaded(color, -0.2));
                self.layer.fill(self.oval(0.26, 0.46, 0.11), shaded(color, 0.25));
                self.heap(count, 0.34, 0.36);
            }
            Gathering::Jar => self.jar(count, color),
            _ => self.case(count, color),
        }
    }

    fn bowl(&mut self, is_pot: bool, count: usize, color: Color) {
        let side = if is_pot { 0.2 } else { 0.0 };
        self.layer.fill(self.oval(0.0, 0.46, 0.11), shaded(color, -0.45));
        self.heap(count, 0.0, 0.4);
        self.front(color, &[(0.46, 0.0), (0.44 - side * 0.1, 0.2 + side * 0.3), (0.2 + side, 0.42), (0.0, 0.44)]);
        self.rim(0.0, 0.46, 0.11, shaded(color, 0.3));
    }

    fn basket(&mut self, count: usize, color: Color) {
        self.bow(&[(-0.4, 0.02), (-0.3, -0.36), (0.0, -0.47), (0.3, -0.36), (0.4, 0.02)], shaded(color, -0.2), 0.045);
        self.layer.fill(self.oval(0.02, 0.42, 0.08), shaded(color, -0.45));
        self.heap(count, 0.02, 0.36);
        self.front(color, &[(0.42, 0.02), (0.36, 0.28), (0.31, 0.45), (0.0, 0.46)]);
        for (y, half) in [(0.2, 0.36), (0.29, 0.34), (0.38, 0.31)] {
            self.bow(&[(-half, y), (0.0, y + 0.05), (half, y)], shaded(color, -0.22), 0.014);
        }
        for x in [-0.24, -0.12, 0.0, 0.12, 0.24] {
            self.bow(&[(x * 1.15, 0.12), (x, 0.44)], shaded(color, -0.22), 0.014);
        }
        self.rim(0.02, 0.42, 0.08, shaded(color, -0.2));
    }

    fn bucket(&mut self, count: usize, color: Color) {
        self.layer.fill(self.oval(-0.06, 0.34, 0.07), shaded(color, -0.45));
        self.heap(count, -0.06, 0.3);
        self.front(color, &[(0.34, -0.06), (0.3, 0.2), (0.25, 0.44), (0.0, 0.47)]);
        self.rim(-0.06, 0.34, 0.07, shaded(color, 0.3));
        self.bow(&[(-0.34, -0.05), (-0.24, 0.2), (0.0, 0.28), (0.24, 0.2), (0.34, -0.05)], shaded(color, -0.35), 0.02);
    }

    fn jar(&mut self, count: usize, color: Color) {
        let size = self.place.size;
        let (x, y) = self.at(-0.3, -0.3);
        let glass = || rounded(x, y, size * 0.6, size * 0.78, size * 0.1);
        self.layer.glaze(glass(), Color::from_hex(0xd6e8ee), 0.9);
        for row in 0..count.div_ceil(2) {
            for i in 0..2.min(count - 2 * row) {
                self.put((0.24 * i as f64 - 0.12, 0.33 - 0.2 * row as f64), 0.26, 0.0);
            }
        }
        self.layer.glaze(glass(), Color::from_hex(0xbcdce8), 0.3);
        let (x, y) = self.at(-0.26, -0.42);
        self.layer.fill(rounded(x, y, size * 0.52, size * 0.13, size * 0.03), color);
    }

    fn case(&mut self, count: usize, color: Color) {
        let back = [(-0.44, 0.02), (-0.36, -0.14), (0.36, -0.14), (0.44, 0.02)].map(|(x, y)| self.at(x, y));
        self.layer.fill(polygon(&back), shaded(color, -0.45));
        self.heap(count, 0.0, 0.38);
        let front = [(-0.44, 0.02), (0.44, 0.02), (0.44, 0.46), (-0.44, 0.46)].map(|(x, y)| self.at(x, y));
        self.layer.fill(polygon(&front), color);
        for (y, shade, width) in [(0.17, -0.25, 0.02), (0.32, -0.25, 0.02), (0.02, 0.3, 0.03)] {
            self.bow(&[(-0.44, y), (0.44, y)], shaded(color, shade), width);
        }
    }

    /// A smooth line through spots.
    fn bow(&mut self, spots: &[Spot], color: Color, width: f64) {
        let spots: Vec<Spot> = spots.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.layer.line(smooth(&spots, false), color, self.place.size * width);
    }

    /// Two rows above a rim of this half width, the lower one in front and partly behind the rim.
    fn heap(&mut self, count: usize, rim: f64, half: f64) {
        let lower = count.div_ceil(2).min(4);
        let tall = self.item.height / self.item.longest();
        let size = (2.0 * half / lower.max(2) as f64 * 1.1).min(0.44);
        for (things, lift) in [(count - lower, 0.62), (lower, 0.2)] {
            for i in 0..things {
                let x = (i as f64 - (things as f64 - 1.0) / 2.0) * 2.0 * half / lower.max(2) as f64 * 0.92;
                self.put((x, rim - size * tall * lift), size, [0.1, -0.08, 0.05][i % 3]);
            }
        }
    }

    fn oval(&self, y: f64, rx: f64, ry: f64) -> linocut_svg::Geometry {
        oval(self.at(0.0, y), rx * self.place.size, ry * self.place.size)
    }

    /// The front below the rim: half of its outline, from the rim down, is mirrored.
    fn front(&mut self, color: Color, half: &[Spot]) {
        let (edge, rim) = half[0];
        let lip = (1..8).map(|i| {
            let angle = std::f64::consts::PI * f64::from(i) / 8.0;
            (-edge * angle.cos(), rim + 0.2 * edge * angle.sin())
        });
        let mut outline: Vec<Spot> = std::iter::once((-edge, rim)).chain(lip).collect();
        outline.extend(half);
        outline.extend(half.iter().rev().skip(1).map(|(x, y)| (-x, *y)));
        let spots: Vec<Spot> = outline.iter().map(|(x, y)| self.at(*x, *y)).collect();
        self.layer.fill(polygon(&spots), color);
    }

    /// The front half of a rim.
    fn rim(&mut self, y: f64, rx: f64, ry: f64, color: Color) {
        let spots: Vec<Spot> = (0..=8)
            .map(|i| {
                let angle = std::f64::consts::PI * f64::from(i) / 8.0;
                self.at(-rx * angle.cos(), y + ry * 0.9 * angle.sin())
            })
            .collect();
        self.layer.line(smooth(&spots, false), color, self.place.size * 0.03);
    }
}

/// Things in each row of a pile, from the lowest up.
fn rows(count: usize) -> Vec<usize> {
    let mut lowest = 1;
    while lowest * (lowest + 1) / 2 < count {
        lowest += 1;
    }
    let (mut rows, mut left) = (Vec::new(), count);
    for row in (1..=lowest).rev() {
        if left > 0 {
            rows.push(row.min(left));
            left -= row.min(left);
        }
    }
    rows
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rows_of_a_pile_hold_all_and_grow_shorter() {
        assert_eq!(rows(6), [3, 2, 1]);
        assert_eq!(rows(4), [3, 1]);
        for count in 1..=MOST {
            let rows = rows(count);
            assert_eq!(rows.iter().sum::<usize>(), count);
            assert!(rows.windows(2).all(|pair| pair[0] > pair[1]), "{rows:?}");
        }
    }
}
