//! How many straight pieces each curve is flattened into.

use crate::raster::scene::contour::{Contour, Step};

/// Pieces for each root of a pixel of length: a quarter of a circle of 100 px then lies within 0.05 px.
const PER_ROOT: f32 = 2.0;

/// Fewest and most pieces for each curve.
const RANGE: (f32, f32) = (2.0, 64.0);

/// Pieces for each curve of these contours, by the longest of them as drawn with `scale` px a unit.
pub(crate) fn pieces(contours: &[Contour], points: &[[f32; 2]], scale: [f32; 2]) -> u16 {
    let longest = contours.iter().map(|contour| contour_length(contour, points)).fold(0.0, f32::max);
    let pixels = longest * scale[0].max(scale[1]);
    (PER_ROOT * pixels.sqrt()).ceil().clamp(RANGE.0, RANGE.1) as u16
}

/// An upper bound of the length of the longest curve; 0 without curves.
fn contour_length(contour: &Contour, points: &[[f32; 2]]) -> f32 {
    match contour {
        Contour::Path { start, steps, .. } => {
            let from = std::iter::once(*start).chain(steps.iter().map(Step::end));
            from.zip(steps).map(|(from, step)| step_length(from, step, points)).fold(0.0, f32::max)
        }
        Contour::Rect { radius: None, .. } => 0.0,
        Contour::Rect { radius: Some(extent), .. }
        | Contour::Circle { radius: extent, .. }
        | Contour::Ellipse { radii: extent, .. } => 2.0 * points[*extent][0].max(points[*extent][1]),
    }
}

fn step_length(from: usize, step: &Step, points: &[[f32; 2]]) -> f32 {
    let apart = |a: usize, b: usize| (points[a][0] - points[b][0]).hypot(points[a][1] - points[b][1]);
    match *step {
        Step::Line(_) => 0.0,
        Step::Quadratic(control, to) => apart(from, control) + apart(control, to),
        Step::Cubic(first, second, to) => apart(from, first) + apart(first, second) + apart(second, to),
        Step::Arc { to, radii, .. } => 3.0 * (2.0 * points[radii][0].max(points[radii][1])).max(apart(from, to)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn longer_curves_have_more_pieces() {
        let circle = [Contour::Circle { center: 0, radius: 1 }];
        let count = |radius: f32| pieces(&circle, &[[0.0, 0.0], [radius, 0.0]], [1.0; 2]);
        assert_eq!([0.1, 2.0, 50.0, 1e9].map(count), [2, 4, 20, 64]);
    }

    #[test]
    fn lines_need_none() {
        let path = Contour::Path { start: 0, steps: vec![Step::Line(1)], closed: true };
        assert_eq!(pieces(&[path], &[[0.0, 0.0], [1e6, 0.0]], [1.0; 2]), 2);
    }
}
