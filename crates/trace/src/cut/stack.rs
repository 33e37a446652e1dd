//! The layers that a drawing is cut from.

use super::importance::keep_most_important;
use super::layer::{Layer, drawing};
use crate::picture::Canvas;

/// Maximum number of layers that a search begins with.
const MAX_LAYERS: usize = 3000;

/// Maximum size in bytes of the first drawing: bounds the work for large budgets.
const MAX_BYTES: usize = 150_000;

/// Size in bytes of the first drawing, if that is `surplus` times the budget.
pub(crate) fn start_bytes(budget: usize, surplus: f64) -> usize {
    ((budget as f64 * surplus) as usize).min(MAX_BYTES)
}

/// The layers on top of the background, without the least important ones if there are too many, and their size in
/// bytes. A layer that covers everything becomes the background.
pub(crate) fn stack(canvas: &Canvas<'_>, mut layers: Vec<Layer>) -> (Vec<Layer>, usize) {
    let background = Layer::background(&canvas.image);
    let all = background.area();
    let covered = layers.iter().rposition(|layer| layer.rings.len() == 1 && layer.area() == all);
    layers.drain(..covered.map_or(0, |index| index + 1));
    keep_most_important(&mut layers, MAX_LAYERS, canvas.size());
    layers.insert(0, background);
    let bytes = drawing(canvas.size(), &layers).byte_count();
    (layers, bytes)
}

#[cfg(test)]
mod tests {
    use image::RgbImage;
    use linocut_core::ByteBudget;

    use super::*;

    #[test]
    fn a_stack_lies_on_the_background() {
        let image = RgbImage::new(600, 300);
        let canvas = Canvas::new(&image, 384, ByteBudget::CONTEST).unwrap();
        assert_eq!(canvas.size(), (384, 192));
        let (layers, bytes) = stack(&canvas, Vec::new());
        assert_eq!((layers.len(), layers[0].area(), bytes), (1, 384 * 192, canvas.smallest().byte_count()));
    }

    #[test]
    fn what_is_covered_altogether_is_left_out() {
        let image = RgbImage::new(6, 6);
        let canvas = Canvas::new(&image, 6, ByteBudget::CONTEST).unwrap();
        assert_eq!(stack(&canvas, vec![Layer::background(&image); 3]).0.len(), 1);
    }

    #[test]
    fn the_start_is_bounded_for_large_budgets() {
        assert_eq!(start_bytes(usize::MAX / 2, 6.0), MAX_BYTES);
        assert_eq!(start_bytes(1000, 6.0), 6000);
    }
}
