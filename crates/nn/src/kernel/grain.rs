//! How much work is worth a thread.

/// Numbers read or written below which waking another thread costs more than it saves.
const GRAIN: usize = 1 << 15;

/// Fewest pieces that go to a thread together, each of so many numbers.
pub(super) fn grain(numbers: usize) -> usize {
    GRAIN.div_ceil(numbers.max(1))
}
