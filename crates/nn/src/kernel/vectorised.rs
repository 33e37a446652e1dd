//! Code compiled for several instruction sets, chosen at run time.

/// Runs plain Rust compiled for the widest vectors that the processor has. What it calls must be inlined.
#[inline]
pub(crate) fn vectorised<R>(run: impl FnOnce() -> R) -> R {
    pulp::Arch::new().dispatch(run)
}
