//! Long token lists cut to the length that an encoder takes.

use super::tokenizer::ClipTokenizer;

/// Tokens in rows of `length`, each begun, ended and padded, at least `rows` of them.
pub(super) fn chunks(tokens: &[u32], rows: usize, length: usize, tokenizer: &ClipTokenizer) -> Vec<Vec<u32>> {
    let mut cut: Vec<&[u32]> = tokens.chunks(room(length)).collect();
    cut.resize(cut.len().max(rows), &[]);
    let row = |part: &&[u32]| {
        let mut row = vec![tokenizer.begin()];
        row.extend_from_slice(part);
        row.push(tokenizer.end());
        row.resize(length, tokenizer.pad());
        row
    };
    cut.iter().map(row).collect()
}

/// Rows that so many tokens fill, at least one.
pub(super) fn rows_for(tokens: usize, length: usize) -> usize {
    tokens.div_ceil(room(length)).max(1)
}

/// Tokens between begin and end.
pub(super) fn room(length: usize) -> usize {
    length.saturating_sub(2).max(1)
}
