//! The last-resort drawing, used when there is no other: a horizon in two or three colours.

use linocut_core::{ByteBudget, Prompt, derive_seed};
use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

use super::options::PipelineError;

/// Sky, sun and land of each palette.
const PALETTES: [[u32; 3]; 4] = [
    [0x88ccee, 0xffeeaa, 0x558855],
    [0xffaa77, 0xffdd88, 0x664466],
    [0x223355, 0xeeeecc, 0x112233],
    [0xaaccdd, 0xffffff, 0xddeeff],
];

/// The richest of three plain drawings that fits.
pub(super) fn drawing(prompt: &Prompt, budget: ByteBudget) -> Result<Drawing, PipelineError> {
    let [sky, sun, land] = PALETTES[(derive_seed(prompt.seed, 1) % 4) as usize].map(Color::from_hex);
    let all = [
        Shape::filled(Geometry::rect(0, 0, 9, 9), sky),
        Shape::filled(Geometry::rect(0, 6, 9, 3), land),
        Shape::filled(Geometry::circle(Point::new(6, 3), 1), sun),
    ];
    let first = |count: usize| Drawing { shapes: all[..count].to_vec(), ..Drawing::new(9, 9) };
    let fitting = (1..=all.len()).rev().map(first).find(|drawing| budget.fits(drawing.byte_count()));
    fitting.ok_or_else(|| PipelineError::BudgetTooSmall { budget, needed: first(1).byte_count() })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fits_whatever_the_budget_allows() {
        for bytes in 110..400 {
            let budget = ByteBudget::new(bytes);
            assert!(drawing(&Prompt::default(), budget).unwrap().byte_count() <= bytes);
        }
    }

    #[test]
    fn says_what_the_plainest_drawing_takes() {
        let error = drawing(&Prompt::default(), ByteBudget::new(20)).unwrap_err();
        assert!(matches!(error, PipelineError::BudgetTooSmall { needed: 80..=110, .. }), "{error}");
    }
}
