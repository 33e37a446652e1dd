//! What the examples share: arguments in, one clear line out.

use std::error::Error;
use std::process::ExitCode;
use std::time::Duration;

use clap::Parser;
use clap::error::ErrorKind;
use indicatif::{ProgressBar, ProgressStyle};
use linocut::Stop;

/// Parses the arguments and runs the program. Bad arguments print one line and exit with code 2, errors with code 1.
pub(crate) fn main<A: Parser>(run: impl FnOnce(A) -> Result<(), Box<dyn Error>>) -> ExitCode {
    let failed = match A::try_parse() {
        Ok(arguments) => match run(arguments) {
            Ok(()) => return ExitCode::SUCCESS,
            Err(error) => (format!("error: {error}"), 1),
        },
        Err(error) if matches!(error.kind(), ErrorKind::DisplayHelp | ErrorKind::DisplayVersion) => {
            print!("{error}");
            return ExitCode::SUCCESS;
        }
        Err(error) => (one_line(&error.to_string()), 2),
    };
    eprintln!("{}", failed.0);
    ExitCode::from(failed.1)
}

/// The first paragraph of a message as one line.
fn one_line(message: &str) -> String {
    message.lines().take_while(|line| !line.trim().is_empty()).map(str::trim).collect::<Vec<_>>().join(" ")
}

/// A number of seconds.
#[allow(dead_code, reason = "not every example has a time limit")]
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is no number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("{text} s is outside what a clock can measure"))
}

/// A stop with a progress bar on the terminal that follows one stage.
#[allow(dead_code, reason = "not every example takes long")]
pub(crate) fn with_progress(stage: &'static str) -> Result<(Stop, ProgressBar), Box<dyn Error>> {
    let style = ProgressStyle::with_template("{bar:40.cyan} {percent:>3} %  {elapsed}")?;
    let bar = ProgressBar::new(1000).with_style(style);
    let shown = bar.clone();
    let stop = Stop::never().listening(move |progress| {
        if progress.stage == stage {
            shown.set_position((progress.done * 1000.0) as u64);
        }
    });
    Ok((stop, bar))
}

/// The pipeline, judged by the contest's networks if `$LINOCUT_MODELS` has them.
#[allow(dead_code, reason = "not every example makes pictures")]
#[cfg(feature = "neural")]
pub(crate) fn judged(pipeline: linocut::Pipeline) -> Result<linocut::Pipeline, Box<dyn Error>> {
    use linocut::score::{Device, contest::ContestScore};

    let Some(models) = std::env::var_os("LINOCUT_MODELS") else { return Ok(pipeline) };
    Ok(match ContestScore::ranking(std::path::Path::new(&models), &Device::Cpu)? {
        Some(ranking) => linocut::Pipeline { score: Box::new(ranking), ..pipeline },
        None => pipeline,
    })
}

/// The pipeline: judges with weights are in builds with feature `neural`.
#[allow(dead_code, reason = "not every example makes pictures")]
#[cfg(not(feature = "neural"))]
pub(crate) fn judged(pipeline: linocut::Pipeline) -> Result<linocut::Pipeline, Box<dyn Error>> {
    Ok(pipeline)
}
