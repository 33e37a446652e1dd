//! The steps of [`BudgetTracer`](crate::BudgetTracer) one at a time: segment a picture, then change a drawing of it.
//!
//! For experiments, benchmarks and search loops of your own. `price` is always in squared levels per byte.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::Drawing;

use super::adopt::{Adopted, adopt};
use super::beginning::layer;
use super::chain::Terms;
use super::curve::Unit;
use super::graph::Saving;
use super::objective::Measure;
use super::paint::{MAX_LAYERS, Paint};
use super::segment::{Segments, segment};
use super::start;
use super::state::{Layer, State, drawing};
use super::sweep::{Moves, Shares};
use crate::error::{TraceError, in_range};
use crate::picture::mean_color;

/// A picture segmented into areas of about one colour: the first step of a [`BudgetTracer`](crate::BudgetTracer).
///
/// ```
/// use image::RgbImage;
/// use linocut_trace::steps::{Areas, Session};
///
/// let image = RgbImage::from_fn(64, 48, |x, y| [if x > y { 255 } else { 20 }, 90, 160].into());
/// let drawing = Areas::new(&image, 20, 1)?.drawing(8, 2000);
/// let mut session = Session::new(&drawing, &image)?;
/// let price = session.error() / 1000.0;
/// session.move_vertices(price, 1, 0);
/// assert_eq!(session.bytes(), session.drawing().byte_count());
/// # Ok::<(), linocut_trace::TraceError>(())
/// ```
#[derive(Debug)]
pub struct Areas<'a> {
    image: &'a RgbImage,
    segments: Segments,
}

impl<'a> Areas<'a> {
    /// Segments a picture into at most `count` areas, 1 to 65,535, by region merging on `threads` threads.
    ///
    /// # Errors
    ///
    /// [`TraceError::EmptyPicture`], [`TraceError::Option`] for a count or a side (at most 1024 px) out of range.
    pub fn new(image: &'a RgbImage, count: usize, threads: usize) -> Result<Self, TraceError> {
        check_size(image)?;
        in_range("count", count as f64, 1.0..=65_535.0, "1 to 65,535 areas")?;
        let saving = Saving { shape: 28.0, boundary: 2.0 };
        let (width, height) = image.dimensions();
        let mut segments =
            segment(image, count, saving, threads, &Stop::never()).ok_or(TraceError::EmptyPicture { width, height })?;
        segments.sharpen(image, 2, &Stop::never());
        Ok(Self { image, segments })
    }

    /// The number of the area of each pixel, row by row.
    #[must_use]
    pub fn labels(&self) -> &[u16] {
        &self.segments.labels
    }

    /// The areas grouped into at most `colors` colours, as many as a search has layers, and painted on each other, the most common
    /// colours first, with outlines thinned to about `bytes` bytes.
    #[must_use]
    pub fn drawing(&self, colors: usize, bytes: usize) -> Drawing {
        let bytes = i32::try_from(bytes).unwrap_or(i32::MAX);
        let colors = colors.min(MAX_LAYERS - 1);
        let drafts = start::layers(self.image, &self.segments, colors, bytes, &Stop::never()).unwrap_or_default();
        let rows = self.image.width() as i32;
        let base = Layer {
            paint: Paint::opaque(mean_color(self.image)),
            rings: vec![super::ring::Ring::new(start::rectangle((0, 0), (rows, self.image.height() as i32)))],
        };
        let layers: Vec<Layer> = std::iter::once(base).chain(drafts.into_iter().map(layer)).collect();
        drawing((rows, self.image.height() as i32), &layers)
    }
}

/// A drawing of filled polygons under search, with its exact error against a picture and its bytes.
#[derive(Debug)]
pub struct Session {
    state: State,
}

impl Session {
    /// Begins with a drawing on a grid of the picture's size, or of twice its width and height.
    ///
    /// # Errors
    ///
    /// [`TraceError::Shape`] if a shape is not polygons filled with one colour or a plain gradient, [`TraceError::TooManyShapes`],
    /// [`TraceError::EmptyPicture`], [`TraceError::Option`] if a side is over 1024 px or the grid is not of the
    /// picture's size.
    pub fn new(drawing: &Drawing, image: &RgbImage) -> Result<Self, TraceError> {
        check_size(image)?;
        let halves = (drawing.width, drawing.height) == (2 * image.width(), 2 * image.height());
        let unit = if halves { Unit::HALF } else { Unit::PIXEL };
        let (width, height) = (f64::from(image.width()), f64::from(image.height()));
        let scale = f64::from(unit.per_pixel());
        in_range("drawing.width", drawing.width, scale * width..=scale * width, "the picture's width")?;
        in_range("drawing.height", drawing.height, scale * height..=scale * height, "the picture's height")?;
        let Adopted { background, layers } = adopt(drawing)?;
        let weights = vec![1.0; image.as_raw().len() / 3];
        let background = background.unwrap_or_else(|| Paint::opaque(mean_color(image)));
        Ok(Self { state: State::heeding(&Stop::never(), image, Measure::plain(weights), unit, background, layers) })
    }

    /// Squared error summed over pixels and channels, in squared levels; a pixel's colour is the mean of four samples.
    #[must_use]
    pub const fn error(&self) -> f64 {
        self.state.error / SCALE
    }

    /// Bytes of the current drawing.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.state.bytes.max(0) as usize
    }

    /// The current drawing.
    #[must_use]
    pub fn drawing(&self) -> Drawing {
        self.state.drawing()
    }

    /// Visits every vertex once: shifts, deletes or doubles it where that saves more error per byte than `price`, in
    /// squared levels. Threads do not change the result.
    pub fn move_vertices(&mut self, price: f64, threads: usize, seed: u64) {
        self.make(Moves { vertices: true, ..Moves::default() }, price, Shares { bands: 4, threads }, seed);
    }

    /// Deletes polygons that are not worth their bytes at this price.
    pub fn delete_polygons(&mut self, price: f64, seed: u64) {
        self.make(Moves { deletes: true, ..Moves::default() }, price, WHOLE, seed);
    }

    /// Gives polygons to other layers where that saves more than it costs.
    pub fn reassign_polygons(&mut self, price: f64, seed: u64) {
        self.make(Moves { reassigns: true, ..Moves::default() }, price, WHOLE, seed);
    }

    /// Adds at most `count` polygons, opaque or translucent, shaped from rectangles, where they save more than they
    /// cost.
    pub fn add_polygons(&mut self, price: f64, count: usize, seed: u64) {
        let moves = Moves { additions: count, translucent: true, ..Moves::default() };
        self.make(moves, price, WHOLE, seed);
    }

    /// Fits the colours of all layers together.
    pub fn fit_colors(&mut self, price: f64) {
        self.state.refit_colors(SCALE * price);
        self.state.recount();
    }

    /// Fits the opacities of every third layer, beginning with layer `1 + turn % 3`.
    pub fn fit_opacities(&mut self, price: f64, turn: usize) {
        self.state.refit_opacities(&mut Terms::new(SCALE * price, i32::MAX / 2), turn);
        self.state.recount();
    }

    fn make(&mut self, moves: Moves, price: f64, shares: Shares, seed: u64) {
        let mut terms = Terms::new(SCALE * price, i32::MAX / 2);
        self.state.sweep(&mut terms, moves, shares, seed);
        self.state.compact();
        self.state.recount();
    }
}

/// The whole picture as one band.
const WHOLE: Shares = Shares { bands: 1, threads: 1 };

/// The square of a level in the unit of the coverage, which sums four samples.
const SCALE: f64 = 16.0;

fn check_size(image: &RgbImage) -> Result<(), TraceError> {
    let (width, height) = image.dimensions();
    if width == 0 || height == 0 {
        return Err(TraceError::EmptyPicture { width, height });
    }
    in_range("image.width", width, 1.0..=1024.0, "1 to 1024 px")?;
    in_range("image.height", height, 1.0..=1024.0, "1 to 1024 px")
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A red disc on a blue sky that grows lighter.
    fn picture() -> RgbImage {
        RgbImage::from_fn(64, 48, |x, y| {
            let disc = (f64::from(x) - 30.0).hypot(f64::from(y) - 20.0) < 11.0;
            image::Rgb(if disc { [210, 40, 30] } else { [60, 90 + 2 * y as u8, 200] })
        })
    }

    #[test]
    fn every_move_that_is_taken_pays() {
        let image = picture();
        let drawing = Areas::new(&image, 30, 1).unwrap().drawing(6, 2000);
        let mut session = Session::new(&drawing, &image).unwrap();
        let price = session.error() / 2000.0;
        let worth = |session: &Session| session.error() + price * session.bytes() as f64;
        // The text of a moved polygon may be spelled a few bytes longer than the sum of its edges says.
        let slack = 40.0 * price;
        let mut before = worth(&session);
        let moves: [fn(&mut Session, f64); 6] = [
            |s, p| s.move_vertices(p, 1, 3),
            |s, p| s.delete_polygons(p, 3),
            |s, p| s.add_polygons(p, 8, 3),
            |s, p| s.reassign_polygons(p, 3),
            |s, p| s.fit_colors(p),
            |s, p| s.fit_opacities(p, 0),
        ];
        for step in moves {
            step(&mut session, price);
            assert!(worth(&session) <= before + slack);
            before = worth(&session);
        }
        assert_eq!(session.bytes(), session.drawing().byte_count());
    }

    #[test]
    fn areas_are_as_many_as_asked_at_most() {
        let image = picture();
        let areas = Areas::new(&image, 5, 1).unwrap();
        assert_eq!(areas.labels().len(), 64 * 48);
        assert!(areas.labels().iter().all(|label| *label < 5));
    }

    #[test]
    fn refuses_pictures_without_pixels_and_other_grids() {
        assert!(matches!(
            Areas::new(&RgbImage::new(0, 4), 5, 1),
            Err(TraceError::EmptyPicture { width: 0, height: 4 })
        ));
        assert!(matches!(Areas::new(&picture(), 0, 1), Err(TraceError::Option { name: "count", .. })));
        let other = Session::new(&Drawing::new(64, 47), &picture());
        assert!(matches!(other, Err(TraceError::Option { name: "drawing.height", .. })));
    }
}
