//! The same code for processors with wider vectors.

/// Calls `run`, compiled for AVX2 where the processor has it: plain x86-64 has no product of vectors of 32-bit numbers. What `run`
/// calls must be inlined.
#[inline]
pub(super) fn widest<R>(run: impl FnOnce() -> R) -> R {
    #[cfg(target_arch = "x86_64")]
    if std::is_x86_feature_detected!("avx2") {
        #[expect(unsafe_code, reason = "a function for AVX2 may not run without it")]
        // SAFETY: the processor was just asked.
        return unsafe { with_avx2(run) };
    }
    run()
}

#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2")]
fn with_avx2<R>(run: impl FnOnce() -> R) -> R {
    run()
}
