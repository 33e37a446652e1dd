//! How a subcommand ends when no error ends it, and the exit code of that.

use std::process::ExitCode;

use linocut::batch::Row;

/// Exit code of a process that Ctrl-C ended, by convention 128 and the number of the signal.
pub(crate) const INTERRUPTED: u8 = 130;

/// Exit code where arguments are wrong or nothing of the input can be read.
pub(crate) const UNREAD: u8 = 2;

/// What `--help` says of exit codes.
pub(crate) const EXIT_CODES: &str = "\
Exit codes:
  0    Done
  1    The work failed or found something: an invalid SVG, a row that could not be drawn
  2    The arguments are wrong, or nothing of a list could be read
  130  Cut short by Ctrl-C; what was finished by then is written";

/// How a subcommand ended.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Ending {
    /// All was done.
    Done,
    /// All was done, and something is wrong with what was looked at.
    Found,
    /// Nothing of the input could be read.
    Unread,
    /// Ctrl-C came first.
    CutShort,
}

impl Ending {
    /// [`Self::Unread`] if nothing could be read of any row, [`Self::Found`] if one failed, unless the work was cut short.
    pub(crate) fn of_rows(self, rows: &[Row], failed: bool) -> Self {
        if self == Self::Done && rows.iter().all(|row| row.error.is_some()) {
            Self::Unread
        } else {
            self.with_found(failed)
        }
    }

    /// [`Self::Found`] if anything was, unless the work was cut short.
    pub(crate) fn with_found(self, found: bool) -> Self {
        if self == Self::Done && found { Self::Found } else { self }
    }
}

impl From<Ending> for ExitCode {
    fn from(ending: Ending) -> Self {
        match ending {
            Ending::Done => Self::SUCCESS,
            Ending::Found => Self::FAILURE,
            Ending::Unread => Self::from(UNREAD),
            Ending::CutShort => Self::from(INTERRUPTED),
        }
    }
}
