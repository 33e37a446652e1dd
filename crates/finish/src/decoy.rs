//! Adds a decoy: one small readable mark, so that OCR answers with one short string instead of imagining text.

use linocut_core::{Rewrite, StageError, Task};
use linocut_svg::{Drawing, Point, rasterize};

use crate::error::{FinishError, fitting, share};
use crate::mark::Mark;

/// Longer side in pixels of the renderings on which corners are compared.
const LOOK: u32 = 384;

/// Changes that differ by less than 1 in `EQUAL` count as equal: the alignment of a mark with the pixel grid makes that
/// much difference.
const EQUAL: u64 = 50;

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
    /// All four corners.
    pub const ALL: [Self; 4] = [Self::BottomRight, Self::BottomLeft, Self::TopRight, Self::TopLeft];
}

/// A small readable mark in a corner, in the drawing's own colours.
#[derive(Clone, PartialEq, Debug)]
pub struct Decoy {
    /// The mark to draw. Default: [`Mark::RINGS`].
    pub mark: Mark,
    /// Radius as a share of the drawing's width, 0.005 to 0.1. Default: 0.023.
    pub radius: f32,
    /// Minimum distance from the edges as a share of each side, 0 to 0.3. Default: 0.06, which survives the crop of up
    /// to 5 % in the contest's metric.
    pub margin: f32,
    /// Corner; `None` means the one where the mark changes the rendered drawing least, and among equals the one that
    /// the seed picks. Default: `None`.
    pub corner: Option<Corner>,
}

impl Default for Decoy {
    fn default() -> Self {
        Self { mark: Mark::RINGS, radius: 0.023, margin: 0.06, corner: None }
    }
}

impl Decoy {
    /// Adds the mark on top of a drawing.
    ///
    /// # Errors
    ///
    /// [`FinishError::Share`] for an option out of range, [`FinishError::Side`] for a grid of more than 99,999 units,
    /// [`FinishError::Budget`] if the result exceeds the task's budget.
    pub fn apply(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, FinishError> {
        share("radius", self.radius, 0.005, 0.1, "0.005 to 0.1")?;
        share("margin", self.margin, 0.0, 0.3, "0 to 0.3")?;
        let drawing = fitting(drawing, task.budget)?;
        let corner = self.corner.unwrap_or_else(|| self.quietest(&drawing, task.seed));
        fitting(self.marked(&drawing, corner), task.budget)
    }

    fn marked(&self, drawing: &Drawing, corner: Corner) -> Drawing {
        let radius = (self.radius * drawing.width as f32).max(1.0);
        let mut marked = drawing.clone();
        marked.shapes.extend(self.mark.shapes(drawing, self.center(drawing, corner), radius));
        marked
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

    /// The corner where the mark changes the rendered drawing least.
    fn quietest(&self, drawing: &Drawing, seed: u64) -> Corner {
        let mut corners = Corner::ALL;
        corners.rotate_left((seed % 4) as usize);
        let Some(before) = look(drawing) else { return corners[0] };
        let change = |corner: &Corner| {
            let after = look(&self.marked(drawing, *corner)).unwrap_or_default();
            before.iter().zip(&after).map(|(a, b)| u64::from(a.abs_diff(*b))).sum::<u64>()
        };
        let changes = corners.map(|corner| change(&corner));
        let least = changes.into_iter().min().unwrap_or(0);
        let quiet = changes.iter().position(|change| *change <= least + least / EQUAL);
        corners[quiet.unwrap_or(0)]
    }
}

impl Rewrite for Decoy {
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
        self.apply(drawing, task).map_err(|error| StageError::new("decoy", error))
    }

    fn reserve(&self) -> usize {
        self.mark.reserve()
    }
}

/// Samples of a small rendering of the drawing.
fn look(drawing: &Drawing) -> Option<Vec<u8>> {
    let longer = drawing.width.max(drawing.height);
    let side = |units: u32| ((u64::from(units) * u64::from(LOOK)).div_ceil(u64::from(longer)) as u32).max(1);
    rasterize(&drawing.write(), side(drawing.width), side(drawing.height)).ok().map(image::RgbaImage::into_raw)
}

#[cfg(test)]
mod tests {
    use linocut_core::{ByteBudget, Stop};
    use linocut_svg::{Color, Geometry, Shape};

    use super::*;

    fn apply(decoy: &Decoy, drawing: Drawing, seed: u64) -> Drawing {
        let stop = Stop::never();
        decoy.apply(drawing, &Task { seed, ..Task::new(ByteBudget::CONTEST, &stop) }).unwrap()
    }

    #[test]
    fn marks_lie_outside_the_crop_margin() {
        for (corner, mark) in Corner::ALL.into_iter().zip([Mark::RINGS, Mark::PLUS, Mark::LETTER, Mark::RINGS]) {
            let decoy = Decoy { corner: Some(corner), mark, ..Decoy::default() };
            let (left, top, right, bottom) =
                apply(&decoy, Drawing::new(384, 384), 0).shapes[0].geometry.bounds().unwrap();
            assert!(left >= 19 && top >= 19 && right <= 365 && bottom <= 365, "{corner:?}");
        }
    }

    #[test]
    fn the_corner_most_like_the_mark_is_taken() {
        let mut drawing = Drawing::new(384, 384);
        drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 384, 384), Color::new(128, 128, 128)));
        drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 100, 100), Color::new(17, 17, 17)));
        for seed in 0..4 {
            let marked = apply(&Decoy::default(), drawing.clone(), seed);
            let (.., right, bottom) = marked.shapes[2].geometry.bounds().unwrap();
            assert!(right < 192 && bottom < 192);
        }
    }

    #[test]
    fn the_seed_decides_between_equal_corners() {
        let mut drawing = Drawing::new(384, 384);
        drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 384, 384), Color::new(128, 128, 128)));
        let corner = |seed| apply(&Decoy::default(), drawing.clone(), seed).shapes[1].geometry.bounds().unwrap();
        assert_eq!(corner(1), corner(1));
        assert_ne!(corner(0), corner(3));
    }

    #[test]
    fn the_reserve_holds_where_the_root_states_strokes_and_rules() {
        let mut drawing = Drawing::new(99_999, 99_999);
        for x in 0..40 {
            let line = Geometry::polyline(&[Point::new(x, 0), Point::new(90_000, 1000 * x), Point::new(x, 9)]);
            let mut shape = Shape::stroked(line, Color::BLACK, 12);
            shape.fill = Some(Color::new(200, x as u8, 9).into());
            shape.fill_rule = linocut_svg::FillRule::EvenOdd;
            drawing.shapes.push(shape);
        }
        let before = drawing.byte_count();
        for mark in [Mark::RINGS, Mark::PLUS, Mark::LETTER] {
            let decoy = Decoy { mark, ..Decoy::default() };
            let after = apply(&decoy, drawing.clone(), 1).byte_count();
            assert!(after <= before + decoy.reserve(), "{after} > {before} + {}", decoy.reserve());
        }
    }

    #[test]
    fn refuses_a_radius_out_of_range() {
        let decoy = Decoy { radius: 0.5, ..Decoy::default() };
        let error = decoy.apply(Drawing::new(9, 9), &Task::new(ByteBudget::CONTEST, &Stop::never())).unwrap_err();
        assert_eq!(error.to_string(), "option `radius` is 0.5, expected 0.005 to 0.1");
    }
}
