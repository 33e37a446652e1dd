//! The tracer that contestants shared: k-means colours, and the outer contours of their areas as polygons.

use std::cmp::Reverse;
use std::convert::Infallible;

use image::RgbImage;
use linocut_core::{StageError, Stop, Task, Trace};
use linocut_svg::{Color, Drawing};

use super::kmeans::{nearest, palette};
use super::layer::{Layer, Ring};
use super::outline::outlines;
use super::regions::absorb_small;
use super::search::Search;
use crate::error::{TraceError, in_range};
use crate::picture::Canvas;
use crate::polygon::simplify_ring;

/// Traces areas of similar colour by k-means and contours.
///
/// Each connected area of one k-means colour becomes the polygon of its outer contour. Large areas are painted first,
/// so whatever lies in their holes is painted over them.
///
/// For each number of [`colors`](Self::colors), the tracer bisects the smallest area that it keeps over powers of two,
/// in at most [`trials`](Self::trials) trials, towards a drawing of [`surplus`](Self::surplus) times the budget. It
/// cuts the [`finalists`](Self::finalists) closest to that size to the budget: vertices, shapes and elements, in the
/// order of squared error per byte. The drawing with the least error wins. This takes at most `colors.len() * trials`
/// trials (8 by default). A draft makes two trials with the first number of colours, on a grid of half the size. The
/// task's seed chooses the first colours.
///
/// # Source
///
/// The contour method that contestants of *Drawing with LLMs* shared (k-means, contours, polygons, importance = area x
/// closeness to the centre / vertices, adaptive fill). Three things differ here. Importance only chooses the start, and
/// measured error per byte decides the rest. Contours run along pixel edges, so neighbours meet. Small areas go to the
/// neighbour of the nearest colour.
#[derive(Clone, PartialEq, Debug)]
#[non_exhaustive]
pub struct Contours {
    /// Longer side of the grid in pixels, 8 to 1024. Larger pictures are reduced to it; icons of at most
    /// 128 px, of few colours or mostly flat, are enlarged to it cell by cell; other small pictures keep their size.
    ///
    /// Default: 384.
    pub grid: u32,
    /// Numbers of colours to try: 1 to 8 values of 1 to 256. A draft tries the first only.
    ///
    /// Default: 12, 20.
    pub colors: Vec<u32>,
    /// Largest distance in grid pixels of the first polygons from their contours, 0 to 16.
    ///
    /// Default: 0.7.
    pub tolerance: f64,
    /// Maximum number of trials for each entry of `colors`, 1 to 32.
    ///
    /// Default: 4.
    pub trials: u32,
    /// Number of trials, those closest to the desired size, that are cut to the budget, 1 to 32. The best one wins.
    ///
    /// Default: 2.
    pub finalists: u32,
    /// Size of the drawing before cutting as a multiple of the budget, 1 to 20. A larger start is slower.
    ///
    /// Default: 6.
    pub surplus: f64,
    /// Share of the bytes that is cut before errors are measured again, 0.005 to 1. A smaller share is slower and
    /// better.
    ///
    /// Default: 0.06.
    pub round: f64,
}

impl Default for Contours {
    fn default() -> Self {
        Self { grid: 384, colors: vec![12, 20], tolerance: 0.7, trials: 4, finalists: 2, surplus: 6.0, round: 0.06 }
    }
}

/// Options, one at a time.
impl Contours {
    /// Sets [`grid`](Self::grid).
    #[must_use]
    pub const fn with_grid(mut self, grid: u32) -> Self {
        self.grid = grid;
        self
    }

    /// Sets [`colors`](Self::colors).
    #[must_use]
    pub fn with_colors(self, colors: impl Into<Vec<u32>>) -> Self {
        Self { colors: colors.into(), ..self }
    }

    /// Sets [`tolerance`](Self::tolerance).
    #[must_use]
    pub const fn with_tolerance(mut self, tolerance: f64) -> Self {
        self.tolerance = tolerance;
        self
    }

    /// Sets [`trials`](Self::trials).
    #[must_use]
    pub const fn with_trials(mut self, trials: u32) -> Self {
        self.trials = trials;
        self
    }

    /// Sets [`finalists`](Self::finalists).
    #[must_use]
    pub const fn with_finalists(mut self, finalists: u32) -> Self {
        self.finalists = finalists;
        self
    }

    /// Sets [`surplus`](Self::surplus).
    #[must_use]
    pub const fn with_surplus(mut self, surplus: f64) -> Self {
        self.surplus = surplus;
        self
    }

    /// Sets [`round`](Self::round).
    #[must_use]
    pub const fn with_round(mut self, round: f64) -> Self {
        self.round = round;
        self
    }
}

/// Range of the bisected smallest area, as powers of two, in pixels.
const AREA_POWERS: (i32, i32) = (0, 9);

impl Contours {
    /// Traces a picture into a drawing of at most `task.budget` bytes, on a grid with the picture's proportions.
    ///
    /// When `task.stop` asks it to stop, it returns the best drawing so far, at least a background of one colour.
    ///
    /// # Errors
    ///
    /// [`TraceError::Option`] for an option out of range, [`TraceError::EmptyPicture`] for a picture without pixels,
    /// [`TraceError::BudgetTooSmall`] if not even a background fits.
    pub fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, TraceError> {
        let search = self.search();
        self.check(&search)?;
        let search = Search::for_effort(search, task.effort);
        let canvas = Canvas::new(image, search.grid(self.grid, task.effort), task.budget)?;
        let mut areas = Areas::default();
        let drawing: Result<_, Infallible> = search.run(&canvas, task, |colors, power| {
            areas.choose(&canvas.image, colors, task.seed);
            Ok(areas.layers(&canvas.image, 1 << power, self.tolerance, task.stop).into_iter().collect())
        });
        drawing.map_err(|never| match never {})
    }

    fn search(&self) -> Search {
        Search {
            stage: "contours",
            settings: self.colors.clone(),
            finer: &[64],
            trials: self.trials,
            finalists: self.finalists,
            range: AREA_POWERS,
            surplus: self.surplus,
            round: self.round,
        }
    }

    fn check(&self, search: &Search) -> Result<(), TraceError> {
        search.check(self.grid)?;
        in_range("colors.len()", self.colors.len() as f64, 1.0..=8.0, "1 to 8 values")?;
        for &count in &self.colors {
            in_range("colors", count, 1.0..=256.0, "1 to 256 colours")?;
        }
        in_range("tolerance", self.tolerance, 0.0..=16.0, "0 to 16 px")
    }
}

impl Trace for Contours {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        Self::trace(self, image, task).map_err(|error| StageError::new("contours", error))
    }
}

/// A palette, and the palette entry nearest to each pixel.
#[derive(Default)]
struct Areas {
    wanted: u32,
    palette: Vec<[u8; 3]>,
    labels: Vec<u16>,
}

impl Areas {
    /// Finds the palette, unless the last one had the same number of colours.
    fn choose(&mut self, image: &RgbImage, colors: u32, seed: u64) {
        if self.wanted != colors {
            self.wanted = colors;
            self.palette = palette(image, colors as usize, seed);
            self.labels = image.pixels().map(|pixel| nearest(pixel.0, &self.palette) as u16).collect();
        }
    }

    /// Areas of at least `least` pixels as layers, large ones first; `None` when asked to stop.
    fn layers(&self, image: &RgbImage, least: usize, tolerance: f64, stop: &Stop) -> Option<Vec<Layer>> {
        let size = image.dimensions();
        let mut labels = self.labels.clone();
        absorb_small(&mut labels, image, least);
        let mut layers = Vec::new();
        for (label, &[r, g, b]) in (0..).zip(&self.palette) {
            if stop.requested() {
                return None;
            }
            for outline in outlines(&labels, label, size) {
                let ring = Ring::new(simplify_ring(&outline, tolerance), size);
                layers.extend(ring.map(|ring| Layer { color: Color::new(r, g, b), rings: vec![ring] }));
            }
        }
        layers.sort_by_key(|layer| Reverse(layer.area()));
        Some(layers)
    }
}

#[cfg(test)]
mod tests {
    use linocut_core::{ByteBudget, Effort, Stop};

    use super::*;

    /// A ring with something else in its hole.
    fn target() -> RgbImage {
        RgbImage::from_fn(80, 80, |x, y| {
            let square = x.abs_diff(40).max(y.abs_diff(40));
            image::Rgb(if square < 8 {
                [250, 220, 30]
            } else if square < 24 {
                [200, 30, 40]
            } else {
                [20, 60, 120]
            })
        })
    }

    #[test]
    fn what_lies_in_a_hole_is_painted_over_it() {
        let stop = Stop::never();
        let drawing = Contours::default().trace(&target(), &Task::new(ByteBudget::new(400), &stop)).unwrap();
        let text = drawing.write().into_string();
        let place = |color: &str| text.find(color).unwrap_or_else(|| panic!("{color} in {text}"));
        assert!(place("#143c78") < place("#c81e28") && place("#c81e28") < place("#fadc1e"));
    }

    #[test]
    fn a_draft_uses_half_the_grid() {
        let stop = Stop::never();
        let task = Task { effort: Effort::Draft, ..Task::new(ByteBudget::CONTEST, &stop) };
        let drawing = Contours { grid: 64, ..Contours::default() }.trace(&target(), &task).unwrap();
        assert_eq!((drawing.width, drawing.height), (32, 32));
    }

    #[test]
    fn options_out_of_range_are_named() {
        let stop = Stop::never();
        let task = Task::new(ByteBudget::CONTEST, &stop);
        let says = |tracer: Contours| tracer.trace(&target(), &task).unwrap_err().to_string();
        assert_eq!(
            says(Contours { colors: vec![8, 0], ..Contours::default() }),
            "option colors is 0, expected 1 to 256 colours"
        );
        assert!(says(Contours { tolerance: -1.0, ..Contours::default() }).starts_with("option tolerance is -1"));
        assert!(says(Contours { trials: 0, ..Contours::default() }).starts_with("option trials is 0"));
    }
}
