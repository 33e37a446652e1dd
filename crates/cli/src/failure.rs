//! Why a subcommand failed, and how that reads in one line.

use std::error::Error;
use std::io;
use std::path::{Path, PathBuf};

use linocut::BatchError;
use linocut::list::ListError;

/// Any error that ends a subcommand with code 1.
pub(crate) type Failed = Box<dyn Error + Send + Sync>;

/// What the command itself has to say about a failure.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    /// A file or folder could not be used.
    #[error("cannot {action} {}", path.display())]
    Io {
        /// What was tried, for example `read`.
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// Why not.
        source: Failed,
    },
    /// What a file holds could not be used.
    #[error("{}", path.display())]
    In {
        /// The file.
        path: PathBuf,
        /// What is wrong with it.
        source: Failed,
    },
    /// Two files are one.
    #[error("{} would be both the {first} and the {second}", path.display())]
    Collision {
        /// The file.
        path: PathBuf,
        /// What it is already.
        first: &'static str,
        /// What it was to be as well.
        second: &'static str,
    },
    /// A list has no rows.
    #[error("{} has no rows", path.display())]
    NoRows {
        /// The list.
        path: PathBuf,
    },
    /// The build lacks what was asked for.
    #[cfg(not(all(
        feature = "small-model",
        feature = "small-siglip",
        feature = "small-writer",
        feature = "judge",
        feature = "ocr",
        feature = "language"
    )))]
    #[error("{what} is not in this build: build with `--features {feature}`")]
    Feature {
        /// What was asked for.
        what: &'static str,
        /// The features that have it.
        feature: &'static str,
    },
    /// What only the budget tracer does.
    #[error("`{option}` is not for the method {method}, expected the method budget")]
    OnlyBudget {
        /// The option that asks for it.
        option: &'static str,
        /// The tracer that was chosen.
        method: &'static str,
    },
    /// Standard output is closed.
    #[error("cannot write to standard output")]
    Output(#[from] io::Error),
}

impl Failure {
    /// An error of using a file as one that names it.
    pub(crate) fn io<E: Into<Failed>>(action: &'static str, path: &Path) -> impl FnOnce(E) -> Self {
        move |source| Self::Io { action, path: path.to_path_buf(), source: source.into() }
    }

    /// An error of a file's content as one that names the file.
    pub(crate) fn inside<E: Into<Failed>>(path: &Path) -> impl FnOnce(E) -> Self {
        move |source| Self::In { path: path.to_path_buf(), source: source.into() }
    }
}

/// Whether an error says that nothing of the input could be read, which has an exit code of its own.
pub(crate) fn is_unread(error: &(dyn Error + 'static)) -> bool {
    let mut next = Some(error);
    while let Some(error) = next {
        if error.is::<ListError>()
            || matches!(error.downcast_ref(), Some(Failure::NoRows { .. }))
            || matches!(error.downcast_ref(), Some(BatchError::Format { .. }))
        {
            return true;
        }
        next = error.source();
    }
    false
}

#[cfg(test)]
mod tests {
    use linocut::core::with_causes;

    use super::*;

    #[test]
    fn causes_follow_in_one_line() {
        let cause = io::Error::other("no such file");
        let error = Failure::io("read", Path::new("a.svg"))(Failure::inside(Path::new("b.svg"))(cause));
        assert_eq!(with_causes(&error), "cannot read a.svg: b.svg: no such file");
    }
}
