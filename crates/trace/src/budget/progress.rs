//! What a trace tells while it runs.

use linocut_svg::Drawing;

use super::search::Reached;

/// Progress of a trace after a sweep, for [`BudgetTracer::trace_watched`](crate::BudgetTracer::trace_watched).
pub struct TraceProgress<'a> {
    pub(super) reached: &'a Reached<'a>,
}

impl std::fmt::Debug for TraceProgress<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut all = f.debug_struct("TraceProgress");
        all.field("sweep", &self.sweep()).field("bytes", &self.bytes()).field("error", &self.error());
        all.finish_non_exhaustive()
    }
}

impl TraceProgress<'_> {
    /// Number of sweeps done.
    #[must_use]
    pub const fn sweep(&self) -> u32 {
        self.reached.sweep
    }

    /// Share of the work done, 0 to 1.
    #[must_use]
    pub const fn done(&self) -> f64 {
        self.reached.progress
    }

    /// Bytes of the current drawing; may exceed the budget until the end.
    #[must_use]
    pub fn bytes(&self) -> usize {
        self.reached.state.bytes.max(0) as usize
    }

    /// Weighted mean squared error per channel against the current target of the search, in squared levels.
    #[must_use]
    pub fn error(&self) -> f64 {
        let (width, height) = self.reached.state.coverage.size();
        self.reached.state.error / (16.0 * 3.0 * (width * height) as f64)
    }

    /// The current drawing.
    #[must_use]
    pub fn preview(&self) -> Drawing {
        self.reached.state.drawing()
    }
}
