//! What a sanitised file may ask of a renderer.

/// Most elements that are drawn, each as often as `use`, markers and patterns repeat it.
pub const MAX_NODES: usize = 100_000;

/// Most levels of elements, those included that `use` and other references lead to.
pub const MAX_DEPTH: usize = 1_000;

/// Largest number, either sign: beyond it, `f32` no longer tells neighbouring integers apart.
pub const MAX_NUMBER: f64 = 16_777_216.0;

/// Largest number with a unit that multiplies (`em`, `ex`, `%`), either sign.
pub const MAX_RELATIVE: f64 = 10_000.0;

/// Longest side of the picture, in pixels.
pub const MAX_SIDE: f64 = 8192.0;

/// Most bytes of attribute values that are kept, where the profile allows no more: what is kept is copied.
pub(crate) const MAX_KEPT: usize = 4 << 20;

/// Most changes that are listed.
pub(crate) const MAX_CHANGES: usize = 10_000;
