//! Runs a batch: rows on several threads, each written as soon as it is finished.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::{Mutex, MutexGuard, PoisonError};

use linocut_constraints::ValidSvg;
use linocut_core::{Prompt, Stop};

use super::clock::Clock;
use super::error::BatchError;
use super::folder::Folder;
use super::plan::{Job, Plan, plan};
use super::results::Results;
use super::row::Row;
use super::schedule::{Limits, Schedule, Turn};
use super::summary::{Summary, Tally};
use super::{Batch, BatchOptions};
use crate::pipeline::{Outcome, PipelineError};
use crate::run_log::{Record, seconds};

/// Name under which a batch reports its progress.
const PROGRESS: &str = "rows";

pub(super) fn run<C, D, L>(
    batch: &Batch<C>,
    rows: &[Row],
    draw: D,
    stop: &Stop,
    on_row: L,
) -> Result<Summary, BatchError>
where
    C: Clock,
    D: Fn(&Prompt, &Stop) -> Result<Outcome, PipelineError> + Sync,
    L: FnMut(&Record) + Send,
{
    let start = batch.clock.now();
    batch.options.validate()?;
    let folder = Folder::open(&batch.out)?;
    let (results, finished) = Results::open(&folder)?;
    let plan = plan(rows, &finished);
    let schedule = Schedule::new(limits(&batch.options), plan.jobs.len(), start);
    let state = State { results, schedule, on_row, tally: Tally::default(), error: None };
    let run = Run { batch, plan: &plan, folder: &folder, draw, stop, state: Mutex::new(state) };
    for record in &plan.refused {
        run.keep(&mut run.state(), record)?;
    }
    std::thread::scope(|scope| {
        for _ in 0..batch.options.jobs.min(plan.jobs.len()) {
            scope.spawn(|| run.work());
        }
    });
    let state = run.state.into_inner().unwrap_or_else(PoisonError::into_inner);
    let elapsed = batch.clock.now().saturating_sub(start);
    state.error.map_or_else(|| Ok(state.tally.summary(plan.rows(), plan.finished, elapsed)), Err)
}

const fn limits(options: &BatchOptions) -> Limits {
    let BatchOptions { jobs, time_each, time_total, reserve, .. } = *options;
    Limits { each: time_each, total: time_total, reserve, jobs }
}

/// What the threads share.
struct State<L> {
    results: Results,
    schedule: Schedule,
    on_row: L,
    tally: Tally,
    /// What ends the run, if anything does.
    error: Option<BatchError>,
}

struct Run<'a, C, D, L> {
    batch: &'a Batch<C>,
    plan: &'a Plan<'a>,
    folder: &'a Folder,
    draw: D,
    stop: &'a Stop,
    state: Mutex<State<L>>,
}

impl<C, D, L> Run<'_, C, D, L>
where
    C: Clock,
    D: Fn(&Prompt, &Stop) -> Result<Outcome, PipelineError> + Sync,
    L: FnMut(&Record) + Send,
{
    fn state(&self) -> MutexGuard<'_, State<L>> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Draws rows until there is none, or a reason to stop.
    fn work(&self) {
        while let Some(turn) = self.begin() {
            let job = &self.plan.jobs[turn.index];
            let Some((record, svg)) = self.drawn(job, &turn) else { return };
            if let Err(error) = self.end(job, &turn, record, svg) {
                self.state().error.get_or_insert(error);
            }
        }
    }

    fn begin(&self) -> Option<Turn> {
        let mut state = self.state();
        if self.stop.requested() || state.error.is_some() {
            return None;
        }
        state.schedule.begin(self.batch.clock.now())
    }

    /// What becomes of a row; `None` if it was cut short because the whole run is to stop.
    fn drawn(&self, job: &Job<'_>, turn: &Turn) -> Option<(Record, Option<ValidSvg>)> {
        let stop = turn.time.map_or_else(|| self.stop.clone(), |time| self.stop.within(time));
        let prompt = Prompt::new(job.row.description.as_str(), self.batch.options.seed);
        // A panic is a bug of some stage: it costs this row, which the next run would meet again.
        let made = catch_unwind(AssertUnwindSafe(|| {
            (self.draw)(&prompt, &stop).map(|outcome| Record::drawn(job.row, &job.file, outcome))
        }));
        let (record, svg) = match made {
            Ok(Ok((record, svg))) => (record, Some(svg)),
            Ok(Err(error)) => (Record::failed(job.row, error), None),
            Err(panic) => (Record::failed(job.row, format!("panicked: {}", message(&*panic))), None),
        };
        let whole = svg.is_some() && !record.cut_short;
        (whole || !self.stop.requested()).then_some((record, svg))
    }

    fn end(&self, job: &Job<'_>, turn: &Turn, record: Record, svg: Option<ValidSvg>) -> Result<(), BatchError> {
        if let Some(svg) = svg {
            self.folder.write(&job.file, svg.as_str().as_bytes())?;
        }
        let elapsed = self.batch.clock.now().saturating_sub(turn.start);
        let record = Record { seconds: Some(seconds(elapsed.as_secs_f64())), ..record };
        let mut state = self.state();
        self.keep(&mut state, &record)?;
        state.schedule.end(turn, self.batch.clock.now());
        Ok(())
    }

    /// Writes a row down and tells of it.
    fn keep(&self, state: &mut State<L>, record: &Record) -> Result<(), BatchError> {
        state.results.append(record, self.folder)?;
        state.tally.add(record);
        (state.on_row)(record);
        let finished = self.plan.finished + state.tally.rows();
        self.stop.report(PROGRESS, finished as f32 / self.plan.rows() as f32);
        Ok(())
    }
}

/// What a panic says.
fn message(panic: &(dyn Any + Send)) -> &str {
    let text = panic.downcast_ref::<String>().map(String::as_str);
    text.or_else(|| panic.downcast_ref::<&str>().copied()).unwrap_or("for no stated reason")
}
