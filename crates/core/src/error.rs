//! The error type that all stages share.

use std::borrow::Cow;
use std::error::Error;
use std::fmt;

/// An error of a stage, with the stage's name.
#[derive(Debug)]
pub struct StageError {
    /// Name of the stage, for example `trace`.
    pub stage: Cow<'static, str>,
    /// The stage's own error.
    pub source: Box<dyn Error + Send + Sync>,
}

impl StageError {
    /// Wraps a stage's own error.
    pub fn new(stage: impl Into<Cow<'static, str>>, source: impl Into<Box<dyn Error + Send + Sync>>) -> Self {
        Self { stage: stage.into(), source: source.into() }
    }
}

impl fmt::Display for StageError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: {}", self.stage, self.source)
    }
}

impl Error for StageError {
    fn source(&self) -> Option<&(dyn Error + 'static)> {
        self.source.source()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn says_the_stage_and_the_cause_once() {
        let error = StageError::new("trace", "budget of 3 bytes is too small");
        assert_eq!(error.to_string(), "trace: budget of 3 bytes is too small");
        assert!(Error::source(&error).is_none());
    }
}
