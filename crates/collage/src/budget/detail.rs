//! Levels of detail: the same picture in fewer and fewer bytes.

use linocut_core::ByteBudget;
use linocut_svg::{Color, Drawing, Geometry, Paint, Shape};

use crate::budget::fit::fewer_points;
use crate::error::CollageError;

/// What a level keeps.
#[derive(Clone, Copy, PartialEq, Debug)]
struct Level {
    /// Units from side to side.
    grid: u32,
    /// Whether gradients stay; otherwise they become their mean colour.
    gradients: bool,
    /// Least extent of a shape (root of width times height of its box; of a line, of its length times its width), as a share of the side.
    least: f64,
    /// How far outlines may move, in units of the grid; 0 keeps them.
    tolerance: f64,
}

/// From full detail to the plainest.
const LEVELS: [Level; 8] = [
    Level { grid: 1536, gradients: true, least: 0.0, tolerance: 0.0 },
    Level { grid: 768, gradients: true, least: 0.004, tolerance: 0.0 },
    Level { grid: 768, gradients: false, least: 0.006, tolerance: 0.6 },
    Level { grid: 384, gradients: false, least: 0.01, tolerance: 0.5 },
    Level { grid: 384, gradients: false, least: 0.016, tolerance: 0.9 },
    Level { grid: 384, gradients: false, least: 0.026, tolerance: 1.6 },
    Level { grid: 384, gradients: false, least: 0.045, tolerance: 3.0 },
    Level { grid: 192, gradients: false, least: 0.08, tolerance: 3.0 },
];

/// The drawing at the finest level that fits; where none does, the plainest without its smallest shapes.
pub(crate) fn fitted(full: &Drawing, budget: ByteBudget) -> Result<Drawing, CollageError> {
    let mut plainest = full.clone();
    for level in &LEVELS {
        let drawing = at_level(full, level);
        if budget.fits(drawing.byte_count()) {
            return Ok(drawing);
        }
        plainest = drawing;
    }
    largest(plainest, budget)
}

fn at_level(full: &Drawing, level: &Level) -> Drawing {
    let least = level.least * f64::from(full.width);
    let kept: Vec<Shape> = full.shapes.iter().filter(|shape| extent(shape) >= least).cloned().collect();
    let drawing = Drawing { shapes: kept, ..Drawing::new(full.width, full.height) };
    let mut drawing = if level.grid == full.width { drawing } else { drawing.on_grid(level.grid, level.grid) };
    if !level.gradients {
        drawing.shapes = drawing.shapes.into_iter().map(Shape::flattened).collect();
    }
    if level.tolerance > 0.0 {
        drawing.shapes.iter_mut().for_each(|shape| simplify(shape, level.tolerance));
    }
    drawing
}

/// Root of the area of a shape's box. What has a stroke alone counts by about what the stroke covers, so that an outline goes before
/// what it surrounds.
fn extent(shape: &Shape) -> f64 {
    let Some((left, top, right, bottom)) = shape.geometry.bounds() else { return 0.0 };
    let stroke = f64::from(shape.stroke.as_ref().map_or(0, |stroke| stroke.width));
    let side = |from: i32, to: i32| f64::from(to) - f64::from(from) + stroke;
    let (width, height) = (side(left, right), side(top, bottom));
    let area = if shape.fill.is_none() { (width + height) * stroke } else { width * height };
    area.max(0.0).sqrt()
}

/// Replaces a path by one with fewer points, if there is one within the tolerance.
fn simplify(shape: &mut Shape, tolerance: f64) {
    let Geometry::Path(path) = &shape.geometry else { return };
    if let Some(fewer) = fewer_points(path, tolerance) {
        shape.geometry = Geometry::Path(fewer);
    }
}

/// The largest shapes, in paint order, as many as fit.
fn largest(drawing: Drawing, budget: ByteBudget) -> Result<Drawing, CollageError> {
    let mut order: Vec<usize> = (0..drawing.shapes.len()).collect();
    order.sort_by(|&a, &b| extent(&drawing.shapes[b]).total_cmp(&extent(&drawing.shapes[a])).then(a.cmp(&b)));
    let with = |count: usize| {
        let mut chosen = order[..count].to_vec();
        chosen.sort_unstable();
        Drawing {
            shapes: chosen.into_iter().map(|i| drawing.shapes[i].clone()).collect(),
            ..Drawing::new(drawing.width, drawing.height)
        }
    };
    let (mut fits, mut too_many) = (0, order.len() + 1);
    while fits + 1 < too_many {
        let middle = usize::midpoint(fits, too_many);
        if budget.fits(with(middle).byte_count()) { fits = middle } else { too_many = middle }
    }
    if fits > 0 {
        return Ok(with(fits));
    }
    let blank = blank(&drawing);
    match budget.fits(blank.byte_count()) {
        true => Ok(blank),
        false => Err(CollageError::BudgetTooSmall { budget: budget.bytes(), needed: blank.byte_count() }),
    }
}

/// One rectangle in the colour of the ground.
fn blank(drawing: &Drawing) -> Drawing {
    let (width, height) = (drawing.width, drawing.height);
    let color = drawing.shapes.iter().find_map(|shape| shape.fill.as_ref()).map_or(Color::WHITE, Paint::mean_color);
    let ground = Shape::filled(Geometry::rect(0, 0, width as i32, height as i32), color);
    Drawing { shapes: vec![ground], ..Drawing::new(width, height) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linocut_svg::{LineCap, LineJoin, Point, Stroke};

    fn rings() -> Drawing {
        let mut drawing = Drawing::new(1536, 1536);
        for i in 0..60 {
            let rim = crate::paint::sketch::regular(30, (768.0, 768.0), 760.0 - 12.0 * f64::from(i), 0.0);
            drawing
                .shapes
                .push(Shape::filled(crate::paint::sketch::smooth(&rim, true), Color::new(i as u8 * 4, 90, 30)));
        }
        drawing
    }

    #[test]
    fn never_exceeds_the_budget() {
        for bytes in [200, 600, 2000, 10_000, 1_000_000] {
            assert!(fitted(&rings(), ByteBudget::new(bytes)).unwrap().byte_count() <= bytes, "{bytes}");
        }
    }

    #[test]
    fn a_large_budget_keeps_everything() {
        assert_eq!(fitted(&rings(), ByteBudget::new(1 << 20)).unwrap(), rings());
    }

    #[test]
    fn too_small_a_budget_is_an_error() {
        assert!(matches!(fitted(&rings(), ByteBudget::new(20)), Err(CollageError::BudgetTooSmall { budget: 20, .. })));
    }

    #[test]
    fn outlines_go_before_what_they_surround() {
        let mut drawing = Drawing::new(1536, 1536);
        let black = Stroke { paint: Color::BLACK.into(), width: 8, cap: LineCap::Round, join: LineJoin::Round };
        for i in 0..8 {
            let rim = crate::paint::sketch::regular(9, (160.0 + 170.0 * f64::from(i), 768.0), 70.0, f64::from(i));
            let shape = Shape::filled(crate::paint::sketch::polygon(&rim), Color::new(200, 30, 90));
            let outline = Shape { fill: None, stroke: Some(black.clone()), ..shape.clone() };
            drawing.shapes.extend([shape, outline]);
        }
        let bytes = drawing.on_grid(192, 192).byte_count();
        let fewer = fitted(&drawing, ByteBudget::new(bytes * 2 / 3)).unwrap();
        let (filled, lines): (Vec<_>, Vec<_>) = fewer.shapes.iter().partition(|shape| shape.fill.is_some());
        assert!(lines.is_empty() || filled.len() == 8, "{} filled, {} outlines", filled.len(), lines.len());
        assert!(filled.len() > 4, "{} filled", filled.len());
    }

    #[test]
    fn tiny_shapes_go_first() {
        let mut drawing = rings();
        drawing.shapes.push(Shape::filled(Geometry::circle(Point::new(5, 5), 3), Color::WHITE));
        let drawing = fitted(&drawing, ByteBudget::new(20_000)).unwrap();
        assert!(drawing.shapes.iter().all(|shape| shape.fill != Some(Color::WHITE.into())));
    }
}
