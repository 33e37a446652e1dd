//! Options of OCR: thresholds, sizes and threads.

use std::ops::RangeInclusive;

/// What a reader looks for.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ReaderOptions {
    /// A line counts as text from this confidence on, 0 to 1. Default: 0.9.
    pub least_confidence: f32,
    /// A line counts as text if it has at least this many letters and digits. Default: 2.
    pub least_alphanumerics: usize,
    /// Pictures are reduced to this longer side before lines are looked for, px, 32 to 4,096. Time and memory grow with its square.
    /// Default: 960.
    pub longest_side: u32,
    /// The most boxes that are read; of more, those of the largest regions. Default: 64.
    pub most_lines: usize,
    /// Threads of the networks, at least 1. Default: 1.
    pub threads: usize,
}

impl Default for ReaderOptions {
    fn default() -> Self {
        Self { least_confidence: 0.9, least_alphanumerics: 2, longest_side: 960, most_lines: 64, threads: 1 }
    }
}

/// Bounds of [`ReaderOptions::longest_side`], px.
pub(super) const LONGEST_SIDES: RangeInclusive<u32> = 32..=4_096;
