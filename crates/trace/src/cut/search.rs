//! The search that `VTracer` and `Contours` share: a detailed start for each setting, cut to the budget; least error
//! wins.

use linocut_core::{Effort, Task};
use linocut_svg::Drawing;

use super::bisect::bisect;
use super::layer::Layer;
use super::prune::{Fitted, prune};
use super::stack::{stack, start_bytes};
use crate::error::{TraceError, in_range};
use crate::picture::Canvas;

/// The settings and the amount of work of a search.
#[derive(Clone, Debug)]
pub(crate) struct Search {
    /// Name of the stage, for progress.
    pub(crate) stage: &'static str,
    /// Settings to start from, at least one.
    pub(crate) settings: Vec<u32>,
    /// Further settings, for pictures whose best drawing leaves half of its budget unused although it is not exact.
    pub(crate) finer: &'static [u32],
    /// Maximum number of starts for each setting.
    pub(crate) trials: u32,
    /// Number of starts per setting, those closest to the desired size, that are cut to the budget.
    pub(crate) finalists: u32,
    /// Range of the bisected parameter; larger values mean fewer bytes.
    pub(crate) range: (i32, i32),
    /// Size of a start as a multiple of the budget.
    pub(crate) surplus: f64,
    /// Share of the bytes that a round may cut.
    pub(crate) round: f64,
}

impl Search {
    /// The work for an effort: all of `full`; for a draft its first setting, two trials and rounds of a fifth.
    pub(crate) fn for_effort(full: Self, effort: Effort) -> Self {
        match effort {
            Effort::Full => full,
            Effort::Draft => Self {
                settings: full.settings.into_iter().take(1).collect(),
                finer: &[],
                trials: full.trials.min(2),
                finalists: 1,
                round: full.round.max(0.2),
                ..full
            },
        }
    }

    /// Longer side of the grid: half for a draft.
    pub(crate) fn grid(&self, full: u32, effort: Effort) -> u32 {
        match effort {
            Effort::Full => full,
            Effort::Draft => full.div_ceil(2),
        }
    }

    /// Checks the options that both tracers have.
    pub(crate) fn check(&self, grid: u32) -> Result<(), TraceError> {
        in_range("grid", grid, 8.0..=1024.0, "8 to 1024 px")?;
        in_range("trials", self.trials, 1.0..=32.0, "1 to 32")?;
        in_range("finalists", self.finalists, 1.0..=32.0, "1 to 32")?;
        in_range("surplus", self.surplus, 1.0..=20.0, "1 to 20 times the budget")?;
        in_range("round", self.round, 0.005..=1.0, "0.005 to 1 of the bytes")
    }

    /// Finds the best drawing. `start` makes layers, bottom first, in one or more ways from a setting and the bisected
    /// parameter; if it makes none, the search of this setting ends.
    pub(crate) fn run<E>(
        &self,
        canvas: &Canvas<'_>,
        task: &Task<'_>,
        mut start: impl FnMut(u32, i32) -> Result<Vec<Vec<Layer>>, E>,
    ) -> Result<Drawing, E> {
        let mut best: Option<Fitted> = None;
        let usual = self.settings.iter().map(|setting| (*setting, self.trials));
        // Enough to bisect the whole range.
        let finer =
            self.finer.iter().map(|setting| (*setting, u32::BITS - (self.range.1 - self.range.0).leading_zeros() + 1));
        for (index, (setting, trials)) in usual.chain(finer).enumerate() {
            let is_further = index >= self.settings.len();
            if task.stop.requested() || (is_further && best.as_ref().is_some_and(|best| uses_its_bytes(best, canvas))) {
                break;
            }
            let target = start_bytes(canvas.budget, self.surplus);
            let found = bisect(self.range, target, trials, |value| {
                Ok(start(setting, value)?.into_iter().map(|layers| stack(canvas, layers)).collect())
            })?;
            for layers in found.into_iter().take(self.finalists as usize) {
                let fitted = prune(&canvas.image, layers, canvas.budget, self.round, task.stop);
                best = [best, fitted].into_iter().flatten().min_by_key(|fitted| fitted.error);
            }
            task.stop.report(self.stage, ((index + 1) as f32 / self.settings.len() as f32).min(1.0));
        }
        Ok(canvas.never_blank(best.map_or_else(|| canvas.smallest(), |fitted| fitted.drawing)))
    }
}

/// Whether a drawing is exact or takes at least half of its budget.
fn uses_its_bytes(fitted: &Fitted, canvas: &Canvas<'_>) -> bool {
    fitted.error == 0 || 2 * fitted.drawing.byte_count() >= canvas.budget
}

#[cfg(test)]
mod tests {
    use std::convert::Infallible;

    use image::RgbImage;
    use linocut_core::{ByteBudget, Stop};

    use super::*;

    fn search() -> Search {
        let settings = vec![7, 8];
        Search {
            stage: "test",
            settings,
            finer: &[],
            trials: 3,
            finalists: 2,
            range: (0, 99),
            surplus: 2.0,
            round: 0.1,
        }
    }

    /// Settings of all starts that a search asks for.
    fn asked(search: &Search, stop: &Stop) -> Vec<u32> {
        let image = RgbImage::new(9, 9);
        let task = Task::new(ByteBudget::CONTEST, stop);
        let canvas = Canvas::new(&image, 384, task.budget).unwrap();
        let mut asked = Vec::new();
        let drawing: Result<_, Infallible> = search.run(&canvas, &task, |setting, _| {
            asked.push(setting);
            Ok(vec![Vec::new()])
        });
        assert_eq!(drawing.unwrap().shapes.len(), 1);
        asked
    }

    #[test]
    fn each_setting_has_its_trials_and_a_draft_has_two() {
        assert_eq!(asked(&search(), &Stop::never()), [7, 7, 7, 8, 8, 8]);
        assert_eq!(asked(&Search::for_effort(search(), Effort::Draft), &Stop::never()), [7, 7]);
    }

    #[test]
    fn nothing_is_asked_after_the_stop() {
        let stop = Stop::never();
        stop.cancel();
        assert!(asked(&search(), &stop).is_empty());
    }

    #[test]
    fn ranges_are_checked() {
        assert!(search().check(384).is_ok());
        assert!(search().check(2000).is_err());
        assert!(Search { round: 0.0, ..search() }.check(384).is_err());
        assert!(Search { finalists: 0, ..search() }.check(384).is_err());
    }
}
