//! What is drawn: the rows of a list, or a suite.

use linocut::batch::Row;
use linocut::suite::{Item, objects};

use super::{Arguments, Suite};
use crate::failure::Failed;
use crate::lists;

/// What is drawn.
pub(super) struct Task {
    pub(super) rows: Vec<Row>,
    /// What the rows ask for, of a suite.
    pub(super) items: Vec<Item>,
}

impl Task {
    pub(super) fn of(arguments: &Arguments) -> Result<Self, Failed> {
        match (&arguments.descriptions, arguments.suite) {
            (Some(list), _) => Ok(Self { rows: lists::rows(list)?, items: Vec::new() }),
            (None, suite) => {
                let items = match suite {
                    Some(Suite::Objects) | None => objects(arguments.seed.seed, arguments.each.into()),
                };
                let row = |(at, item): (usize, &Item)| Row::new(format!("{at:03}"), item.description.as_str());
                Ok(Self { rows: items.iter().enumerate().map(row).collect(), items })
            }
        }
    }
}
