//! Limits of what an SVG may ask of a renderer: reading refuses what is beyond them, sanitising reduces it.

/// Most elements that are drawn, each as often as `use`, paint, markers, masks and clips repeat it.
pub const MAX_NODES: usize = 100_000;

/// Most levels of elements, including those that `use` and other references lead to.
pub const MAX_DEPTH: usize = 1_000;

/// Largest number, of either sign: beyond it, `f32` no longer tells neighbouring integers apart.
pub const MAX_NUMBER: f64 = 16_777_216.0;

/// Largest number with a unit that multiplies (`em`, `ex`, `%`), of either sign.
pub const MAX_RELATIVE: f64 = 10_000.0;
