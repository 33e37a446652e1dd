//! Long work: a progress bar on the terminal, and an end by Ctrl-C with what there is.

use std::fmt::Display;

use indicatif::{ProgressBar, ProgressStyle};
use linocut::Stop;

use crate::ending::{Ending, INTERRUPTED};
use crate::failure::{Failed, Failure};
use crate::printer::Printer;

/// Parts that the length of a bar is counted in where a stage reports a share.
const PARTS: u64 = 1000;

/// A bar on standard error, if that is a terminal, and a [`Stop`] that the first Ctrl-C requests. The second one ends the
/// process.
#[derive(Debug)]
pub(crate) struct Progress {
    stop: Stop,
    bar: ProgressBar,
}

impl Progress {
    /// Follows what one stage of the library reports.
    pub(crate) fn of_stage(stage: &'static str) -> Result<Self, Failed> {
        let progress = Self::of_items(PARTS)?;
        let bar = progress.bar.clone();
        let stop = progress.stop.listening(move |progress| {
            if progress.stage == stage {
                bar.set_position((f64::from(progress.done) * PARTS as f64) as u64);
            }
        });
        Ok(Self { stop, ..progress })
    }

    /// Counts items, see [`Self::advance`].
    pub(crate) fn of_items(count: u64) -> Result<Self, Failed> {
        let style = ProgressStyle::with_template("{bar:40.cyan} {percent:>3} %  {elapsed}, {eta} left")?;
        let (stop, bar) = (Stop::never(), ProgressBar::new(count).with_style(style));
        let (flag, shown) = (stop.clone(), bar.clone());
        ctrlc::set_handler(move || {
            if flag.requested() {
                std::process::exit(INTERRUPTED.into());
            }
            flag.cancel();
            shown.suspend(|| eprintln!("finishing with what there is; Ctrl-C again ends at once"));
        })?;
        Ok(Self { stop, bar })
    }

    /// When to stop.
    pub(crate) fn stop(&self) -> &Stop {
        &self.stop
    }

    /// Whether Ctrl-C was pressed.
    pub(crate) fn interrupted(&self) -> bool {
        self.stop.requested()
    }

    /// One more item is done.
    pub(crate) fn advance(&self) {
        self.bar.inc(1);
    }

    /// Prints a line of text above the bar.
    pub(crate) fn text(&self, printer: Printer, text: impl Display) -> Result<(), Failure> {
        self.bar.suspend(|| printer.text(text))
    }

    /// Takes the bar away; says whether all was done.
    pub(crate) fn finish(&self) -> Ending {
        self.bar.finish_and_clear();
        if self.interrupted() { Ending::CutShort } else { Ending::Done }
    }

    /// How work ends that was cut short before there was anything to write.
    pub(crate) fn finish_empty(&self, printer: Printer) -> Ending {
        self.bar.finish_and_clear();
        printer.note("cut short before anything was finished");
        Ending::CutShort
    }
}
