//! The tape: what a forward pass keeps of each layer for the backward pass.

use linocut_svg::FillRule;

use crate::raster::coverage::rule::coverage;
use crate::raster::coverage::sheet::{Piece, Sheet};
use crate::raster::error::RasterError;
use crate::raster::limits::MAX_KEPT;
use crate::raster::polygon::Polygons;
use crate::raster::scalar::Scalar;

/// Neighbouring pixels of one row that a layer paints.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Run {
    /// Index of the first pixel in the picture.
    pub(crate) start: u32,
    pub(crate) len: u32,
    /// Where the windings of its pixels begin, or `SOLID`.
    pub(crate) windings: u32,
    /// Where the colours beneath its pixels begin, if they are kept.
    pub(crate) under: u32,
}

/// In place of windings: all pixels of the run are fully inside.
pub(crate) const SOLID: u32 = u32::MAX;

/// The ranges of a layer's parts on the tape.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Span<T> {
    pub(crate) runs: (usize, usize),
    pub(crate) points: (usize, usize),
    pub(crate) rings: (usize, usize),
    /// Sign of the winding inside.
    pub(crate) orientation: T,
}

/// Runs, windings, polygons and the colours that layers have covered, from the bottom to the top.
#[derive(Debug)]
pub(crate) struct Tape<T> {
    pub(crate) layers: Vec<Span<T>>,
    pub(crate) runs: Vec<Run>,
    pub(crate) windings: Vec<T>,
    /// Colours beneath; longer than needed where an earlier scene needed more.
    pub(crate) under: Vec<[T; 4]>,
    pub(crate) polygons: Polygons<T>,
    /// Pixels whose colours beneath are kept.
    kept: usize,
}

impl<T: Scalar> Tape<T> {
    pub(crate) fn new() -> Self {
        let polygons = Polygons { points: Vec::new(), ends: Vec::new() };
        Self { layers: Vec::new(), runs: Vec::new(), windings: Vec::new(), under: Vec::new(), polygons, kept: 0 }
    }

    pub(crate) fn clear(&mut self) {
        self.layers.clear();
        self.clear_layer();
    }

    /// Clears the parts of all layers but not the list of layers.
    pub(crate) fn clear_layer(&mut self) {
        self.runs.clear();
        self.windings.clear();
        self.kept = 0;
        self.polygons.clear();
    }

    /// Lays out the runs of a new layer from the polygons that were pushed after those of the last layer.
    ///
    /// # Errors
    ///
    /// [`RasterError::Memory`] if the layers would keep too many pixels.
    pub(crate) fn push_layer(
        &mut self,
        first: (usize, usize),
        rule: FillRule,
        varies: bool,
        sheet: &mut Sheet<T>,
    ) -> Result<Span<T>, RasterError> {
        let points = (first.0, self.polygons.points.len());
        let rings = (first.1, self.polygons.ends.len());
        for (from, end) in self.polygons.rings(rings) {
            add_ring(&self.polygons.points[from..end], sheet);
        }
        let before = self.runs.len();
        self.take_runs(rule, varies, sheet);
        let orientation = self.polygons.orientation(rings);
        let span = Span { runs: (before, self.runs.len()), points, rings, orientation };
        self.layers.push(span);
        if self.kept > MAX_KEPT {
            return Err(RasterError::Memory { pixels: self.kept, limit: MAX_KEPT });
        }
        Ok(span)
    }

    /// Makes room for the colours beneath all runs.
    pub(crate) fn make_room(&mut self) {
        if self.under.len() < self.kept {
            self.under.resize(self.kept, [T::ZERO; 4]);
        }
    }

    /// Appends the sheet's runs.
    fn take_runs(&mut self, rule: FillRule, varies: bool, sheet: &mut Sheet<T>) {
        let kept = &mut self.kept;
        let mut windings = self.windings.len();
        let runs = &mut self.runs;
        sheet.drain(&mut self.windings, |piece| {
            let (start, len, at) = match piece {
                Piece::Solid { winding, .. } if coverage(rule, T::from_f64(f64::from(winding))) == T::ZERO => return,
                Piece::Solid { start, len, .. } => (start, len, SOLID),
                Piece::Edge { start, len } => {
                    windings += len;
                    (start, len, (windings - len) as u32)
                }
            };
            runs.push(Run { start: start as u32, len: len as u32, windings: at, under: *kept as u32 });
            *kept += if varies || at != SOLID { len } else { 0 };
        });
    }
}

fn add_ring<T: Scalar>(ring: &[[T; 2]], sheet: &mut Sheet<T>) {
    ring.windows(2).for_each(|pair| sheet.add(pair[0], pair[1]));
    if let (Some(first), Some(last)) = (ring.first(), ring.last()) {
        sheet.add(*last, *first);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn square(tape: &mut Tape<f64>, side: f64) -> (usize, usize) {
        let first = (tape.polygons.points.len(), tape.polygons.ends.len());
        tape.polygons.points.extend([[0.5, 0.5], [side, 0.5], [side, side], [0.5, side]]);
        tape.polygons.ends.push(tape.polygons.points.len());
        first
    }

    #[test]
    fn layers_follow_one_another() {
        let (mut tape, mut sheet) = (Tape::new(), Sheet::new(9, 9));
        for side in [3.0, 8.0] {
            let first = square(&mut tape, side);
            tape.push_layer(first, FillRule::NonZero, true, &mut sheet).unwrap();
        }
        let (one, two) = (tape.layers[0], tape.layers[1]);
        assert_eq!((one.runs.1, one.points.1, one.rings.1), (two.runs.0, two.points.0, two.rings.0));
        let covered: u32 = tape.runs.iter().map(|run| run.len).sum();
        assert_eq!(covered as usize, tape.kept);
        assert_eq!(tape.windings.iter().sum::<f64>() + solid_pixels(&tape), -(2.5 * 2.5 + 7.5 * 7.5));
    }

    #[test]
    fn nothing_is_kept_beneath_solid_runs_of_a_fixed_opacity() {
        let (mut tape, mut sheet) = (Tape::new(), Sheet::new(9, 9));
        let first = square(&mut tape, 7.5);
        tape.push_layer(first, FillRule::NonZero, false, &mut sheet).unwrap();
        assert_eq!(tape.kept, 28);
    }

    fn solid_pixels(tape: &Tape<f64>) -> f64 {
        -tape.runs.iter().filter(|run| run.windings == SOLID).map(|run| f64::from(run.len)).sum::<f64>()
    }
}
