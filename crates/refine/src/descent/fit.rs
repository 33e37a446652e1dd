//! Brings a moved drawing back under its byte budget: shapes return to their old outlines, cheapest loss per byte first.

use linocut_svg::{Drawing, Prices, Shape};

/// Returns `moved` within `budget` bytes, or `None` where that cannot be reached. `before` is the same drawing before it
/// was moved, shape by shape.
///
/// Shapes whose outline takes more bytes than before get their old outline, line width and opacity back, in the order of
/// the loss that this adds for each byte saved. `loss` may return `None` to give up; then only bytes count. If that does not
/// suffice, all colours return too.
pub(crate) fn fit(
    moved: Drawing,
    before: &Drawing,
    budget: usize,
    mut loss: impl FnMut(&Drawing) -> Option<f64>,
) -> Option<Drawing> {
    let mut prices = Prices::new(moved);
    let bytes = prices.bytes();
    if bytes <= budget {
        return Some(prices.into_drawing());
    }
    if prices.drawing().shapes.len() != before.shapes.len() {
        return None;
    }
    let now = loss(prices.drawing());
    let mut offers = Vec::new();
    for (index, old) in before.shapes.iter().enumerate() {
        let kept = prices.replace(index, reverted(&prices.drawing().shapes[index], old));
        let saved = bytes.saturating_sub(prices.bytes());
        if saved > 0 {
            let added = now.and_then(|now| Some(loss(prices.drawing())? - now)).unwrap_or(0.0);
            offers.push((added / saved as f64, std::cmp::Reverse(saved), index));
        }
        prices.replace(index, kept);
    }
    offers.sort_by(|a, b| a.0.total_cmp(&b.0).then((a.1, a.2).cmp(&(b.1, b.2))));
    for (_, _, index) in offers {
        prices.replace(index, reverted(&prices.drawing().shapes[index], &before.shapes[index]));
        if prices.bytes() <= budget {
            return Some(prices.into_drawing());
        }
    }
    let mut moved = prices.into_drawing();
    for (shape, before) in moved.shapes.iter_mut().zip(&before.shapes) {
        shape.fill.clone_from(&before.fill);
        shape.stroke.clone_from(&before.stroke);
    }
    (moved.byte_count() <= budget).then_some(moved)
}

/// The shape with its old outline, line width and opacity.
fn reverted(shape: &Shape, before: &Shape) -> Shape {
    let mut shape = Shape { geometry: before.geometry.clone(), opacity: before.opacity, ..shape.clone() };
    if let (Some(stroke), Some(before)) = (&mut shape.stroke, &before.stroke) {
        stroke.width = before.width;
    }
    shape
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Geometry, Point};

    use super::*;

    fn drawing(xs: &[i32], color: Color) -> Drawing {
        let triangle = |x: i32| {
            Shape::filled(Geometry::polygon(&[Point::new(x, 0), Point::new(x + 3, 0), Point::new(1, 3)]), color)
        };
        Drawing { shapes: xs.iter().map(|x| triangle(*x)).collect(), ..Drawing::new(900, 9) }
    }

    #[test]
    fn the_shape_that_loses_least_for_its_bytes_returns() {
        let (before, moved) = (drawing(&[1, 2, 3], Color::BLACK), drawing(&[101, 202, 303], Color::BLACK));
        // Losing the second costs nothing.
        let loss = |drawing: &Drawing| {
            let kept = |index: usize| f64::from(u8::from(drawing.shapes[index] != moved.shapes[index]));
            Some(kept(0) + kept(2))
        };
        let fitted = fit(moved.clone(), &before, moved.byte_count() - 1, loss).unwrap();
        assert_eq!(fitted.shapes[1], before.shapes[1]);
        assert_eq!((&fitted.shapes[0], &fitted.shapes[2]), (&moved.shapes[0], &moved.shapes[2]));
    }

    #[test]
    fn colours_return_where_outlines_do_not_suffice() {
        let before = drawing(&[1, 2], Color::from_hex(0x112233));
        let moved = drawing(&[101, 202], Color::from_hex(0x123456));
        assert_eq!(fit(moved, &before, before.byte_count(), |_| None), Some(before));
    }

    #[test]
    fn what_cannot_fit_is_none() {
        let before = drawing(&[1, 2], Color::BLACK);
        let moved = drawing(&[101, 202], Color::BLACK);
        assert_eq!(fit(moved.clone(), &before, before.byte_count() - 1, |_| None), None);
        assert_eq!(fit(moved, &drawing(&[1], Color::BLACK), 20, |_| None), None);
    }

    #[test]
    fn thousands_of_shapes_are_priced_one_by_one() {
        let color = |index: i32| Color::from_hex(0x10_0000 + index as u32);
        let shapes = |offset: i32| {
            let square = |index: i32| Shape::filled(Geometry::rect(index * offset, 0, 9, 9), color(index));
            Drawing { shapes: (0..20_000).map(square).collect(), ..Drawing::new(900, 9) }
        };
        let (before, moved) = (shapes(1), shapes(1_000));
        let start = std::time::Instant::now();
        let fitted = fit(moved.clone(), &before, moved.byte_count() - 1_000, |_| None).unwrap();
        assert!(fitted.byte_count() <= moved.byte_count() - 1_000);
        // Counting the whole drawing for each shape takes minutes.
        assert!(start.elapsed() < std::time::Duration::from_secs(20), "{:?}", start.elapsed());
    }
}
