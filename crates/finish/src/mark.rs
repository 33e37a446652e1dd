//! Marks that OCR reads as one short string, as data.

use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

use crate::palette;

/// The colour of the drawing that a part of a mark takes.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Tone {
    /// The second darkest colour.
    Dark,
    /// The second brightest colour.
    Bright,
}

/// The outline of a part of a mark, in units of the mark's radius; the origin is its centre, y grows downwards.
#[derive(Clone, Copy, PartialEq, Debug)]
pub enum Outline {
    /// A disc around the centre with this radius.
    Disc(f32),
    /// A polygon through these vertices.
    Polygon(&'static [(f32, f32)]),
}

/// A mark made of parts, bottom first.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Mark {
    /// The text that it reads as.
    pub reads: &'static str,
    /// Outlines with their tones.
    pub parts: &'static [(Outline, Tone)],
}

impl Mark {
    /// Three concentric discs: dark, bright, dark. It reads as the letter O.
    ///
    /// Source: the mark that contestants shared; each radius is 0.8 and 0.65 of the one before.
    pub const RINGS: Self = Self {
        reads: "O",
        parts: &[
            (Outline::Disc(1.0), Tone::Dark),
            (Outline::Disc(0.8), Tone::Bright),
            (Outline::Disc(0.8 * 0.65), Tone::Dark),
        ],
    };

    /// A plus sign on a disc.
    pub const PLUS: Self = Self {
        reads: "+",
        parts: &[
            (Outline::Disc(1.0), Tone::Bright),
            (
                Outline::Polygon(&[
                    (-0.2, -0.7),
                    (0.2, -0.7),
                    (0.2, -0.2),
                    (0.7, -0.2),
                    (0.7, 0.2),
                    (0.2, 0.2),
                    (0.2, 0.7),
                    (-0.2, 0.7),
                    (-0.2, 0.2),
                    (-0.7, 0.2),
                    (-0.7, -0.2),
                    (-0.2, -0.2),
                ]),
                Tone::Dark,
            ),
        ],
    };

    /// The letter T on a disc.
    pub const LETTER: Self = Self {
        reads: "T",
        parts: &[
            (Outline::Disc(1.0), Tone::Bright),
            (
                Outline::Polygon(&[
                    (-0.6, -0.65),
                    (0.6, -0.65),
                    (0.6, -0.3),
                    (0.2, -0.3),
                    (0.2, 0.7),
                    (-0.2, 0.7),
                    (-0.2, -0.3),
                    (-0.6, -0.3),
                ]),
                Tone::Dark,
            ),
        ],
    };

    /// Maximum number of bytes that the mark adds to a drawing whose coordinates have up to five digits, whatever
    /// attributes its root states.
    #[must_use]
    pub fn reserve(&self) -> usize {
        let part = |(outline, _): &(Outline, Tone)| match outline {
            Outline::Disc(_) => r##"<circle fill="#000000" stroke="none" cx="99999" cy="99999" r="99999"/>"##.len(),
            Outline::Polygon(vertices) => {
                r##"<path fill="#000000" stroke="none" fill-rule="nonzero" d=""/>"##.len()
                    + vertices.len() * "L99999 99999".len()
            }
        };
        self.parts.iter().map(part).sum()
    }

    /// The mark as shapes around a centre, in the drawing's own colours.
    pub(crate) fn shapes(&self, drawing: &Drawing, center: Point, radius: f32) -> Vec<Shape> {
        let colors = Colors::of(drawing);
        let scaled = |share: f32| (share * radius).round() as i32;
        let shape = |(outline, tone): &(Outline, Tone)| {
            let geometry = match outline {
                Outline::Disc(share) => Geometry::circle(center, scaled(*share).max(1)),
                Outline::Polygon(vertices) => {
                    let vertex = |&(x, y): &(f32, f32)| Point::new(center.x + scaled(x), center.y + scaled(y));
                    Geometry::polygon(&vertices.iter().map(vertex).collect::<Vec<_>>())
                }
            };
            Shape::filled(geometry, colors.of_tone(*tone))
        };
        self.parts.iter().map(shape).collect()
    }
}

/// The two tones of a drawing: near black and near white if it has fewer than four colours.
struct Colors {
    dark: Color,
    bright: Color,
}

impl Colors {
    fn of(drawing: &Drawing) -> Self {
        match palette::by_brightness(drawing).as_slice() {
            [_, dark, .., bright, _] => Self { dark: *dark, bright: *bright },
            _ => Self { dark: Color::new(17, 17, 17), bright: Color::new(238, 238, 238) },
        }
    }

    const fn of_tone(&self, tone: Tone) -> Color {
        match tone {
            Tone::Dark => self.dark,
            Tone::Bright => self.bright,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rings_take_the_second_darkest_and_second_brightest_colour() {
        let mut drawing = Drawing::new(384, 384);
        for level in [10, 200, 90, 250, 40] {
            drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 9, 9), Color::new(level, level, level)));
        }
        let rings = Mark::RINGS.shapes(&drawing, Point::new(50, 50), 10.0);
        let reds: Vec<u8> = rings.iter().filter_map(|s| s.fill.as_ref()).map(|fill| fill.mean_color().r).collect();
        assert_eq!(reds, [40, 200, 40]);
    }

    #[test]
    fn parts_stay_within_the_radius() {
        for mark in [Mark::RINGS, Mark::PLUS, Mark::LETTER] {
            for shape in mark.shapes(&Drawing::new(384, 384), Point::new(50, 50), 20.0) {
                let (left, top, right, bottom) = shape.geometry.bounds().unwrap();
                assert!(left >= 30 && top >= 30 && right <= 70 && bottom <= 70, "{}", mark.reads);
            }
        }
    }
}
