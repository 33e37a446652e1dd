//! Options of OCR: what counts as text, size limits, threads.

use std::ops::RangeInclusive;

/// How pictures are read, and which lines count as text.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ReaderOptions {
    /// The least confidence of a line that counts as text, 0 to 1. Default: 0.9.
    pub least_confidence: f32,
    /// The least number of letters and digits in a line that counts as text. Default: 2.
    pub least_alphanumerics: usize,
    /// Pictures with a longer side are reduced to this one before lines are detected, px, 32 to 4,096. Time and memory
    /// grow with its square. Default: 960.
    pub longest_side: u32,
    /// The most boxes that are read; if there are more, those of the largest regions. Default: 64.
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
