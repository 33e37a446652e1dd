//! What painting a path costs: the pixels that its fill and stroke cover, and the dashes of the stroke.

use resvg::tiny_skia::{Path as Outline, PathSegment, Point};
use usvg::{Paint, Path, Rect, Stroke, Transform};

use super::budget::{Budget, Canvas, Checked, excess};
use crate::bounds::BoundError;

/// Farthest coordinate from the picture's corner, in pixels. tiny-skia 0.12 panics from about 2^29 on and is slow from 2^22.
const MAX_COORDINATE: f32 = 1_048_576.0;

/// Most dashes of all strokes.
const MAX_DASHES: f64 = 100_000.0;

impl Budget {
    /// Spends what painting a path takes.
    pub(super) fn path(&mut self, path: &Path, transform: Transform, canvas: Canvas) -> Checked {
        if !path.is_visible() {
            return Ok(());
        }
        let segments = path.data().len() as f64;
        if let Some(fill) = path.fill() {
            let size = covered(path, path.data().bounds(), transform, canvas)?;
            self.paint(path, fill.paint(), size, segments, (transform, canvas))?;
        }
        if let Some(stroke) = path.stroke() {
            let dashes = self.dash(path, stroke)?;
            let size = covered(path, path.stroke_bounding_box(), transform, canvas)?;
            // An outline has two sides, and joins.
            self.paint(path, stroke.paint(), size, (segments + dashes) * 4.0, (transform, canvas))?;
        }
        Ok(())
    }

    /// The area, and each segment on each row.
    fn paint(
        &mut self,
        path: &Path,
        paint: &Paint,
        (width, height): (f64, f64),
        segments: f64,
        (transform, canvas): (Transform, Canvas),
    ) -> Checked {
        let each = match paint {
            Paint::Color(_) => 1.0,
            Paint::LinearGradient(_) | Paint::RadialGradient(_) => 4.0,
            Paint::Pattern(_) => 8.0,
        };
        self.work("path", path.id(), width * height * each + segments * height.max(1.0))?;
        if let Paint::Pattern(pattern) = paint { self.pattern(pattern, transform, canvas) } else { Ok(()) }
    }

    /// How many dashes a stroke has, at most.
    fn dash(&mut self, path: &Path, stroke: &Stroke) -> Result<f64, BoundError> {
        let Some(pattern) = stroke.dasharray() else { return Ok(0.0) };
        let period: f64 = pattern.iter().copied().map(f64::from).sum();
        let dashes = length(path.data()) / period * (pattern.len() as f64 / 2.0);
        self.dashes += if dashes.is_finite() { dashes } else { f64::MAX };
        if self.dashes > MAX_DASHES {
            return Err(excess("path", path.id(), "dashes", self.dashes, MAX_DASHES));
        }
        Ok(dashes)
    }
}

/// Width and height in pixels of what a path covers of the canvas.
fn covered(path: &Path, bounds: Rect, transform: Transform, canvas: Canvas) -> Result<(f64, f64), BoundError> {
    let far = |actual: f32| excess("path", path.id(), "pixels from the corner", actual.into(), MAX_COORDINATE.into());
    let bounds = bounds.transform(transform).ok_or_else(|| far(f32::INFINITY))?;
    let most =
        [bounds.left(), bounds.top(), bounds.right(), bounds.bottom()].map(f32::abs).into_iter().fold(0.0, f32::max);
    if most > MAX_COORDINATE {
        return Err(far(most));
    }
    let side = |from: f32, to: f32, side: f64| (f64::from(to).min(side) - f64::from(from).max(0.0)).max(0.0) + 1.0;
    Ok((side(bounds.left(), bounds.right(), canvas.width), side(bounds.top(), bounds.bottom(), canvas.height)))
}

/// Length of the lines through all points of an outline, which is at least its own.
fn length(outline: &Outline) -> f64 {
    let (mut total, mut at, mut start) = (0.0, Point::zero(), Point::zero());
    let mut go = |to: Point| {
        total += f64::from(to.x - at.x).hypot(f64::from(to.y - at.y));
        at = to;
    };
    for segment in outline.segments() {
        match segment {
            PathSegment::MoveTo(to) => {
                go(to);
                start = to;
            }
            PathSegment::LineTo(to) => go(to),
            PathSegment::QuadTo(a, to) => [a, to].into_iter().for_each(&mut go),
            PathSegment::CubicTo(a, b, to) => [a, b, to].into_iter().for_each(&mut go),
            PathSegment::Close => go(start),
        }
    }
    total
}
