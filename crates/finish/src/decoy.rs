//! One readable mark, so that a text reader answers with one short string instead of imagining text.

use image::RgbImage;
use linocut_core::{Rewrite, StageError, Task};
use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

use crate::error::{FinishError, fitting, share};
use crate::palette;

/// Radii of the three discs, each as a share of the one before; the first is [`Decoy::radius`].
///
/// Source: the mark that contestants shared.
const RINGS: [f32; 3] = [1.0, 0.8, 0.65];

/// A corner of the drawing.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Corner {
    /// Top left.
    TopLeft,
    /// Top right.
    TopRight,
    /// Bottom left.
    BottomLeft,
    /// Bottom right.
    BottomRight,
}

impl Corner {
    /// All four, in the order in which ties are broken.
    pub const ALL: [Self; 4] = [Self::BottomRight, Self::BottomLeft, Self::TopRight, Self::TopLeft];
}

/// Three concentric discs that read as a ring, the letter O.
///
/// Their colours are the drawing's second darkest, second brightest and second darkest; of drawings with fewer than four
/// colours, near black and near white.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoy {
    /// Radius as a share of the drawing's width, 0.005 to 0.1. Default: 0.023.
    pub radius: f32,
    /// Least distance from the edges as a share of each side, 0 to 0.3. Default: 0.06, outside the metric's crop of 5 %.
    pub margin: f32,
    /// Corner; `None` is the one where the task's picture differs least from the mark. Default: `None`.
    pub corner: Option<Corner>,
}

impl Default for Decoy {
    fn default() -> Self {
        Self { radius: 0.023, margin: 0.06, corner: None }
    }
}

impl Decoy {
    /// The most bytes that a mark adds: three circles with coordinates of five digits.
    pub const RESERVE: usize = RINGS.len() * r##"<circle fill="#000000" cx="99999" cy="99999" r="99999"/>"##.len();

    /// The drawing with its mark on top.
    ///
    /// # Errors
    ///
    /// [`FinishError::Share`] for an option out of range, [`FinishError::Side`] for a grid of more than 99,999 units,
    /// [`FinishError::Budget`] where the result exceeds the task's budget.
    pub fn mark(&self, mut drawing: Drawing, task: &Task<'_>) -> Result<Drawing, FinishError> {
        let radius = share("radius", self.radius, 0.005, 0.1, "0.005 to 0.1")? * drawing.width as f32;
        share("margin", self.margin, 0.0, 0.3, "0 to 0.3")?;
        let colors = ring_colors(&drawing);
        let corner = self.corner.unwrap_or_else(|| self.quietest(&drawing, task.image, colors));
        let center = self.center(&drawing, corner);
        let mut radius = radius.max(1.0);
        for (share, color) in RINGS.into_iter().zip(colors) {
            radius *= share;
            drawing.shapes.push(Shape::filled(Geometry::circle(center, (radius.round() as i32).max(1)), color));
        }
        fitting(drawing, task.budget)
    }

    fn center(&self, drawing: &Drawing, corner: Corner) -> Point {
        let radius = self.radius * drawing.width as f32;
        let near = |side: u32| (side as f32 * self.margin + radius).ceil().min(side as f32 / 2.0) as i32;
        let (x, y) = (near(drawing.width), near(drawing.height));
        let (right, bottom) = (drawing.width as i32 - x, drawing.height as i32 - y);
        match corner {
            Corner::TopLeft => Point::new(x, y),
            Corner::TopRight => Point::new(right, y),
            Corner::BottomLeft => Point::new(x, bottom),
            Corner::BottomRight => Point::new(right, bottom),
        }
    }

    /// The corner whose pixels are nearest to the mark's; the first of [`Corner::ALL`] without a picture.
    fn quietest(&self, drawing: &Drawing, image: Option<&RgbImage>, colors: [Color; 3]) -> Corner {
        let Some(image) = image.filter(|image| image.width() > 0 && image.height() > 0) else { return Corner::ALL[0] };
        let cost = |corner: &Corner| {
            let center = self.center(drawing, *corner);
            let scale = |v: f32, from: u32, to: u32| v / from as f32 * to as f32;
            let x = scale(center.x as f32, drawing.width, image.width());
            let y = scale(center.y as f32, drawing.height, image.height());
            change(image, (x, y), (self.radius * image.width() as f32).max(1.0), colors)
        };
        let costs = Corner::ALL.map(|corner| cost(&corner));
        let least = costs.iter().copied().min().unwrap_or(0);
        Corner::ALL[costs.iter().position(|cost| *cost == least).unwrap_or(0)]
    }
}

impl Rewrite for Decoy {
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
        self.mark(drawing, task).map_err(|error| StageError::new("decoy", error))
    }

    fn reserve(&self) -> usize {
        Self::RESERVE
    }
}

fn ring_colors(drawing: &Drawing) -> [Color; 3] {
    let palette = palette::by_brightness(drawing);
    let (dark, bright) = match palette.as_slice() {
        [_, dark, .., bright, _] => (*dark, *bright),
        _ => (Color::new(17, 17, 17), Color::new(238, 238, 238)),
    };
    [dark, bright, dark]
}

/// Summed absolute difference between the mark and the pixels that it would cover.
fn change(image: &RgbImage, (x, y): (f32, f32), radius: f32, colors: [Color; 3]) -> u64 {
    let radii = RINGS.iter().scan(radius, |r, share| {
        *r *= share;
        Some(*r)
    });
    let radii: Vec<f32> = radii.collect();
    let range = |at: f32, side: u32| (at - radius).max(0.0) as u32..=((at + radius) as u32).min(side - 1);
    let mut sum = 0;
    for py in range(y, image.height()) {
        for px in range(x, image.width()) {
            let distance = (px as f32 + 0.5 - x).hypot(py as f32 + 0.5 - y);
            let Some(ring) = radii.iter().rposition(|r| distance <= *r) else { continue };
            let (pixel, color) = (image.get_pixel(px, py).0, colors[ring]);
            let mark = [color.r, color.g, color.b];
            sum += pixel.iter().zip(mark).map(|(a, b)| u64::from(a.abs_diff(b))).sum::<u64>();
        }
    }
    sum
}

#[cfg(test)]
mod tests {
    use linocut_core::{ByteBudget, Stop};

    use super::*;

    fn marked(drawing: Drawing, image: Option<&RgbImage>) -> Drawing {
        let stop = Stop::never();
        Decoy::default().mark(drawing, &Task { image, ..Task::new(ByteBudget::CONTEST, &stop) }).unwrap()
    }

    #[test]
    fn the_mark_lies_outside_the_crop_margin() {
        for corner in Corner::ALL {
            let decoy = Decoy { corner: Some(corner), ..Decoy::default() };
            let stop = Stop::never();
            let drawing = decoy.mark(Drawing::new(384, 384), &Task::new(ByteBudget::CONTEST, &stop)).unwrap();
            let (left, top, right, bottom) = drawing.shapes[0].geometry.bounds().unwrap();
            assert!(left >= 19 && top >= 19 && right <= 365 && bottom <= 365, "{corner:?}");
        }
    }

    #[test]
    fn the_quietest_corner_is_the_one_most_like_the_mark() {
        let image = RgbImage::from_fn(200, 200, |x, y| image::Rgb(if x < 100 && y < 100 { [17; 3] } else { [128; 3] }));
        let center = marked(Drawing::new(384, 384), Some(&image)).shapes[0].geometry.bounds().unwrap();
        assert!(center.2 < 192 && center.3 < 192);
    }

    #[test]
    fn takes_its_colours_from_the_drawing() {
        let mut drawing = Drawing::new(384, 384);
        for level in [10, 200, 90, 250, 40] {
            drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 9, 9), Color::new(level, level, level)));
        }
        let rings: Vec<_> =
            marked(drawing, None).shapes[5..].iter().map(|s| s.fill.as_ref().unwrap().mean_color().r).collect();
        assert_eq!(rings, [40, 200, 40]);
    }
}
