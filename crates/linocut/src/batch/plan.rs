//! Plans a batch: which rows are still to be drawn.

use std::collections::{HashMap, HashSet};

use super::file_name::{file_name, folded};
use super::results::Finished;
use super::row::{Row, RowError};
use crate::run_log::Record;

/// A row to draw, and the name of its file.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct Job<'a> {
    pub(super) row: &'a Row,
    pub(super) file: String,
}

/// What becomes of the rows.
#[derive(Debug, Default)]
pub(super) struct Plan<'a> {
    /// To draw, in order.
    pub(super) jobs: Vec<Job<'a>>,
    /// Rows that cannot be drawn, to be said so first.
    pub(super) refused: Vec<Record>,
    /// Number of rows that were finished before.
    pub(super) finished: usize,
}

impl Plan<'_> {
    /// Number of different rows.
    pub(super) fn rows(&self) -> usize {
        self.jobs.len() + self.refused.len() + self.finished
    }
}

/// Looks at every row once: an id with the same description is the same row. Rows that are in the log already are
/// finished, in whatever order.
pub(super) fn plan<'a>(rows: &'a [Row], log: &'a [Finished]) -> Plan<'a> {
    let done: HashSet<(&str, &str)> = log.iter().map(|row| (&*row.id, &*row.description)).collect();
    let drawn = log.iter().filter(|row| row.file.is_some());
    let mut owners: HashMap<String, &str> = drawn.map(|row| (folded(&row.id), &*row.id)).collect();
    let mut seen = HashSet::new();
    let mut plan = Plan::default();
    for row in rows {
        let key = (&*row.id, &*row.description);
        if !seen.insert(key) {
            continue;
        }
        if done.contains(&key) {
            plan.finished += 1;
        } else {
            match job(row, &mut owners) {
                Ok(job) => plan.jobs.push(job),
                Err(error) => plan.refused.push(Record::failed(row, error)),
            }
        }
    }
    plan
}

/// A row that can be drawn, and that now owns its id.
fn job<'a>(row: &'a Row, owners: &mut HashMap<String, &'a str>) -> Result<Job<'a>, RowError> {
    if let Some(error) = &row.error {
        return Err(error.clone());
    }
    let file = file_name(&row.id)?;
    let (id, folded) = (row.id.clone(), folded(&row.id));
    match owners.get(&folded) {
        Some(&other) if other == row.id => Err(RowError::DuplicateId { id }),
        Some(&other) => Err(RowError::Case { id, other: other.to_owned() }),
        None => {
            owners.insert(folded, &row.id);
            Ok(Job { row, file })
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::list::LineError;

    fn finished(id: &str, description: &str, file: Option<&str>) -> Finished {
        Finished { id: id.to_owned(), description: description.to_owned(), file: file.map(str::to_owned) }
    }

    fn jobs<'a>(plan: &Plan<'a>) -> Vec<&'a str> {
        plan.jobs.iter().map(|job| job.row.id.as_str()).collect()
    }

    fn errors(plan: &Plan<'_>) -> Vec<String> {
        plan.refused.iter().map(|record| record.error.clone().unwrap()).collect()
    }

    #[test]
    fn equal_rows_count_once() {
        let rows = [Row::new("a", "x"), Row::new("b", "x"), Row::new("a", "x")];
        let plan = plan(&rows, &[]);
        assert_eq!((jobs(&plan), plan.rows()), (vec!["a", "b"], 2));
    }

    #[test]
    fn one_id_has_one_description() {
        let rows = [Row::new("a", "x"), Row::new("a", "y"), Row::new("A", "x"), Row::new("b", "")];
        let plan = plan(&rows, &[]);
        assert_eq!(jobs(&plan), ["a", "b"]);
        let expected = ["id `a` has another description already", "id `A` differs from id `a` in nothing but case"];
        assert_eq!(errors(&plan), expected);
        assert_eq!(plan.refused[0].description, "y");
    }

    #[test]
    fn finished_rows_are_recognised_in_any_order() {
        let log = [finished("b", "y", Some("b.svg")), finished("a", "other", None), finished("c", "z", None)];
        let rows = [Row::new("a", "x"), Row::new("c", "z"), Row::new("B", "y"), Row::new("b", "y"), Row::new("b", "z")];
        let plan = plan(&rows, &log);
        assert_eq!((jobs(&plan), plan.finished, plan.rows()), (vec!["a"], 2, 5));
        let expected = ["id `B` differs from id `b` in nothing but case", "id `b` has another description already"];
        assert_eq!(errors(&plan), expected);
    }

    #[test]
    fn rows_that_cannot_be_drawn_own_no_id() {
        let bad = Row { error: Some(LineError::Quote { line: 3 }.into()), ..Row::new("a", "") };
        let rows = [bad, Row::new("a", "x"), Row::new("../a", "x")];
        let plan = plan(&rows, &[]);
        assert_eq!(jobs(&plan), ["a"]);
        assert_eq!(errors(&plan)[0], "line 3 opens a quote that is never closed");
        assert!(errors(&plan)[1].starts_with("id `../a` has the character '/'"));
    }
}
