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

/// An error and its causes in one line, `what: cause: cause's cause`. A cause that the text so far tells already is left out.
#[must_use]
pub fn with_causes(error: &dyn Error) -> String {
    let mut text = error.to_string();
    let mut next = error.source();
    while let Some(cause) = next {
        let said = cause.to_string();
        if !text.contains(&said) {
            text = format!("{text}: {said}");
        }
        next = cause.source();
    }
    text
}

#[cfg(test)]
mod tests {
    use std::io;

    use super::*;

    #[derive(Debug)]
    struct Outer(&'static str, io::Error);

    impl fmt::Display for Outer {
        fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
            f.write_str(self.0)
        }
    }

    impl Error for Outer {
        fn source(&self) -> Option<&(dyn Error + 'static)> {
            Some(&self.1)
        }
    }

    #[test]
    fn causes_follow_in_one_line_and_none_is_told_twice() {
        let outer = |text| with_causes(&Outer(text, io::Error::other("too small")));
        assert_eq!(outer("cannot read a.svg"), "cannot read a.svg: too small");
        assert_eq!(outer("row `a`: too small"), "row `a`: too small");
    }

    #[test]
    fn says_the_stage_and_the_cause_once() {
        let error = StageError::new("trace", "budget of 3 bytes is too small");
        assert_eq!(error.to_string(), "trace: budget of 3 bytes is too small");
        assert!(Error::source(&error).is_none());
    }
}
