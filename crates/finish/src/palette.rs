//! Sorts the colours of a drawing by brightness.

use linocut_svg::{Color, Drawing, Paint};

/// The distinct fill colours of a drawing, darkest first; gradients count as their mean colour.
pub(crate) fn by_brightness(drawing: &Drawing) -> Vec<Color> {
    let mut colors: Vec<Color> = drawing.shapes.iter().filter_map(|s| s.fill.as_ref()).map(Paint::mean_color).collect();
    colors.sort_by(|a, b| a.luma().total_cmp(&b.luma()).then(a.cmp(b)));
    colors.dedup();
    colors
}
