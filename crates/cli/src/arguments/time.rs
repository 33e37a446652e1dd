//! How long something may take.

use std::time::Duration;

use clap::Args;

#[derive(Args)]
pub(crate) struct TimeArguments {
    /// Time limit in seconds; results then vary from run to run. Without it, the amount of work is fixed
    #[arg(long, value_name = "T", value_parser = seconds)]
    pub(crate) seconds: Option<Duration>,
}

/// A number of seconds, with or without a fraction.
pub(crate) fn seconds(text: &str) -> Result<Duration, String> {
    let seconds: f64 = text.parse().map_err(|_| format!("`{text}` is not a number of seconds"))?;
    Duration::try_from_secs_f64(seconds).map_err(|_| format!("{text} s is outside what a clock can measure"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn seconds_may_have_a_fraction() {
        assert_eq!(seconds("1.5"), Ok(Duration::from_millis(1500)));
    }

    #[test]
    fn refuses_what_is_no_time() {
        for text in ["", "soon", "-1", "nan", "1e99"] {
            assert!(seconds(text).is_err(), "{text}");
        }
    }
}
