//! Writes a drawing anew in fewer bytes.

use image::RgbaImage;
use linocut_core::{Effort, Rewrite, StageError, Stop, Task};
use linocut_svg::{Drawing, rasterize};

use crate::error::FinishError;

/// Longer side of the pictures that are compared, in px: twice that of the contest's metric.
const SIDE: u32 = 768;
/// How far samples may be apart in pictures that count as the same, in levels of 255: a step of the anti-aliasing's own grid.
const SAME: i32 = 4;
/// Most shapes, from the bottom on, that are left out by way of trial.
const MOST_SHAPES: usize = 256;
/// Largest factor between the grids that are tried.
const MOST_UNITS: u32 = 100;

/// Writes a drawing anew in fewer bytes, so that what comes behind it has room; made for what a language model wrote.
///
/// - It is [compact](Drawing::compact): what paints nothing goes, outlines start where they are shortest, shapes of equal paint are joined.
/// - At [`Effort::Full`], shapes that others hide go, and the grid becomes coarser where all places lie on the coarser one.
///
/// Each step is kept only if it takes fewer bytes and the drawing still renders as before, at 768 px: no sample of colour, as far as it is
/// opaque, or of opacity differs by more than 4 levels of 255. A drawing that cannot be rendered stays as it is. The work is bounded: at most
/// 256 shapes and 99 grids are tried, and `stop` ends it early with what was found.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Tidy;

impl Tidy {
    /// Writes the drawing anew; never longer than it was.
    ///
    /// # Errors
    ///
    /// [`FinishError::Budget`] if the result exceeds the task's budget.
    pub fn tidy(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, FinishError> {
        let tidied = match picture(&drawing) {
            Some(picture) => Tidying { picture, drawing }.run(task.effort, task.stop),
            None => drawing,
        };
        let needed = tidied.byte_count();
        if task.budget.fits(needed) { Ok(tidied) } else { Err(FinishError::Budget { needed, budget: task.budget }) }
    }
}

impl Rewrite for Tidy {
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
        self.tidy(drawing, task).map_err(|error| StageError::new("tidy", error))
    }
}

/// The best so far, and what it has to look like.
struct Tidying {
    picture: RgbaImage,
    drawing: Drawing,
}

impl Tidying {
    fn run(mut self, effort: Effort, stop: &Stop) -> Drawing {
        self.offer(self.drawing.compact());
        if effort == Effort::Full {
            self.leave_out_hidden(stop);
            self.coarsen(stop);
            // Fewer shapes may be joined with others.
            self.offer(self.drawing.compact());
        }
        self.drawing
    }

    /// Takes a drawing that is shorter and looks the same; returns whether it did.
    fn offer(&mut self, drawing: Drawing) -> bool {
        let is_better = drawing.byte_count() < self.drawing.byte_count()
            && picture(&drawing).is_some_and(|picture| is_same(&picture, &self.picture));
        if is_better {
            self.drawing = drawing;
        }
        is_better
    }

    fn leave_out_hidden(&mut self, stop: &Stop) {
        let mut at = 0;
        for _ in 0..MOST_SHAPES.min(self.drawing.shapes.len()) {
            if stop.requested() {
                return;
            }
            let mut without = self.drawing.clone();
            without.shapes.remove(at);
            if !self.offer(without) {
                at += 1;
            }
        }
    }

    /// The coarsest grid on which it is the same.
    fn coarsen(&mut self, stop: &Stop) {
        let (width, height) = (self.drawing.width, self.drawing.height);
        let units =
            (2..=MOST_UNITS).rev().filter(|units| width.is_multiple_of(*units) && height.is_multiple_of(*units));
        for units in units {
            if stop.requested() || self.offer(self.drawing.on_grid(width / units, height / units)) {
                return;
            }
        }
    }
}

/// How it looks, with its proportions as far as sides of at least a pixel allow; nothing for what cannot be rendered.
fn picture(drawing: &Drawing) -> Option<RgbaImage> {
    let longer = u64::from(drawing.width.max(drawing.height).max(1));
    let side = |units: u32| ((u64::from(units) * u64::from(SIDE)).div_ceil(longer) as u32).max(1);
    rasterize(&drawing.write(), side(drawing.width), side(drawing.height)).ok()
}

/// Whether two pictures differ at most by rounding, over any background.
fn is_same(one: &RgbaImage, other: &RgbaImage) -> bool {
    let weighted = |pixel: [u8; 4]| {
        let [red, green, blue, alpha] = pixel.map(i32::from);
        [red * alpha / 255, green * alpha / 255, blue * alpha / 255, alpha]
    };
    let near = |(one, other): (i32, i32)| (one - other).abs() <= SAME;
    one.dimensions() == other.dimensions()
        && one.pixels().zip(other.pixels()).all(|(a, b)| weighted(a.0).into_iter().zip(weighted(b.0)).all(near))
}

#[cfg(test)]
mod tests {
    use linocut_core::ByteBudget;
    use linocut_svg::{Color, Geometry, Opacity, Point, Shape, Stroke};
    use proptest::prelude::*;

    use super::*;

    const RED: Color = Color::new(200, 30, 30);
    const BLUE: Color = Color::new(30, 30, 200);

    fn drawing(shapes: impl IntoIterator<Item = Shape>) -> Drawing {
        Drawing { shapes: shapes.into_iter().collect(), ..Drawing::new(1000, 1000) }
    }

    fn tidied(drawing: &Drawing, effort: Effort) -> Drawing {
        let stop = Stop::never();
        let task = Task { effort, ..Task::new(ByteBudget::new(1 << 20), &stop) };
        Tidy.tidy(drawing.clone(), &task).unwrap()
    }

    fn rect(x: i32, y: i32, width: i32, height: i32, color: Color) -> Shape {
        Shape::filled(Geometry::rect(x, y, width, height), color)
    }

    #[test]
    fn what_others_hide_goes_and_the_grid_becomes_coarser() {
        let shown = [rect(0, 0, 1000, 1000, BLUE), Shape::filled(Geometry::circle(Point::new(500, 500), 300), RED)];
        let hidden = [rect(100, 100, 300, 300, RED), Shape::filled(Geometry::circle(Point::new(400, 400), 90), RED)];
        let before = drawing(hidden.into_iter().chain(shown));
        let after = tidied(&before, Effort::Full);
        assert_eq!((after.shapes.len(), after.width, after.height), (2, 10, 10), "{}", after.write());
        assert!(after.byte_count() + 90 < before.byte_count());
        let draft = tidied(&before, Effort::Draft);
        assert_eq!((draft.shapes.len(), draft.width), (4, 1000));
    }

    #[test]
    fn what_shows_through_or_juts_out_stays() {
        let veil = rect(0, 0, 1000, 1000, BLUE).with_opacity(Opacity::from_thousandths(900));
        let under = [rect(103, 100, 300, 301, RED), rect(0, 511, 507, 211, RED)];
        let over = rect(0, 0, 500, 1000, BLUE);
        assert_eq!(tidied(&drawing(under.clone().into_iter().chain([veil])), Effort::Full).shapes.len(), 2);
        let after = tidied(&drawing(under.into_iter().chain([over])), Effort::Full);
        assert_eq!(after.shapes.len(), 2, "{}", after.write());
    }

    #[test]
    fn a_drawing_without_a_gain_stays_as_it_is() {
        for drawing in [Drawing::new(7, 9), tidied(&drawing([rect(1, 2, 301, 407, RED)]), Effort::Full)] {
            assert_eq!(tidied(&drawing, Effort::Full), drawing);
        }
    }

    #[test]
    fn what_cannot_be_rendered_stays_as_it_is() {
        let far =
            Shape::filled(Geometry::polygon(&[Point::new(0, 0), Point::new(1 << 30, 3), Point::new(5, 1 << 30)]), RED);
        let far = Drawing { shapes: vec![far.clone(), far], ..Drawing::new(2, 2) };
        assert!(picture(&far).is_none());
        assert_eq!(tidied(&far, Effort::Full), far);
    }

    #[test]
    fn refuses_a_budget_that_it_cannot_meet_and_meets_one_that_it_can() {
        let before = drawing([rect(0, 0, 900, 900, RED), rect(0, 0, 1000, 1000, BLUE)]);
        let least = tidied(&before, Effort::Full).byte_count();
        let stop = Stop::never();
        let within = |bytes: usize| Tidy.rewrite(before.clone(), &Task::new(ByteBudget::new(bytes), &stop));
        assert_eq!(within(least).unwrap().byte_count(), least);
        let error = within(least - 1).unwrap_err();
        let expected = format!("the finished drawing takes {least} bytes, the budget is {}", least - 1);
        assert!(linocut_core::with_causes(&error).contains(&expected), "{}", linocut_core::with_causes(&error));
    }

    fn shapes() -> impl Strategy<Value = Vec<Shape>> {
        let number = || prop_oneof![-60..400_i32, (-6..40_i32).prop_map(|tens| 10 * tens)];
        let shape = (0..4_u8, number(), number(), 0..300_i32, 0..300_i32, any::<[u8; 3]>(), 0..3_u16, 0..40_i32);
        let shape = shape.prop_map(|(kind, x, y, a, b, [r, g, blue], opacity, line)| {
            let corners = [Point::new(x, y), Point::new(x + a, y), Point::new(x, y + b), Point::new(b, a)];
            let geometry = match kind {
                0 => Geometry::rect(x, y, a, b),
                1 => Geometry::circle(Point::new(x, y), a),
                2 => Geometry::Ellipse { center: Point::new(x, y), rx: a, ry: b },
                _ => Geometry::polygon(&corners),
            };
            let stroke = Shape::stroked(geometry.clone(), RED, line).stroke.filter(|Stroke { width, .. }| *width > 25);
            let opacity = Opacity::from_thousandths(500 * opacity);
            Shape { stroke, ..Shape::filled(geometry, Color::new(r, g, blue)).with_opacity(opacity) }
        });
        prop::collection::vec(shape, 0..8)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        /// Looked at by another measure than its own: over white and over black, at another size.
        #[test]
        fn it_is_never_longer_and_looks_the_same(shapes in shapes(), full: bool) {
            let before = Drawing { shapes, ..Drawing::new(360, 240) };
            let after = tidied(&before, if full { Effort::Full } else { Effort::Draft });
            prop_assert!(after.byte_count() <= before.byte_count());
            let [one, two] = [&before, &after].map(|drawing| rasterize(&drawing.write(), 540, 360).unwrap());
            for background in [0.0, 255.0] {
                let over = |pixel: [u8; 4], at: usize| {
                    let alpha = f64::from(pixel[3]) / 255.0;
                    f64::from(pixel[at]) * alpha + background * (1.0 - alpha)
                };
                let apart = one.pixels().zip(two.pixels()).flat_map(|(a, b)| {
                    (0..3).map(move |at| (over(a.0, at) - over(b.0, at)).abs())
                });
                let most = apart.fold(0.0, f64::max);
                prop_assert!(most <= 12.0, "{} levels: {} and {}", most, before.write(), after.write());
            }
        }
    }
}
