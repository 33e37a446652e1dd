//! Questions about drawings, from a CSV with a line for each.

use std::path::Path;

use linocut::list::{CsvRow, LineError, read_csv};
use linocut::score::contest::metric::{Quiz, parse_choices, question};

use crate::failure::{Failed, Failure};
use crate::files;

const COLUMNS: [&str; 5] = ["id", "description", "question", "choices", "answer"];

/// A row that nothing is asked about.
pub(super) fn none(id: &str, description: &str) -> Quiz {
    Quiz { id: id.to_owned(), description: description.to_owned(), questions: Vec::new() }
}

/// The rows of a CSV, each with its questions.
pub(super) fn read(path: &Path) -> Result<Vec<Quiz>, Failed> {
    let rows = read_csv(&files::read(path)?, &COLUMNS).map_err(Failure::inside(path))?;
    if rows.is_empty() {
        return Err(Failure::NoRows { path: path.to_path_buf() }.into());
    }
    let mut quizzes = Vec::new();
    for row in rows {
        add(row, &mut quizzes).map_err(Failure::inside(path))?;
    }
    Ok(quizzes)
}

fn add(row: CsvRow, quizzes: &mut Vec<Quiz>) -> Result<(), Failed> {
    let CsvRow { line, fields, error } = row;
    if let Some(error) = error {
        return Err(error.into());
    }
    let fields: Option<Vec<String>> = fields.into_iter().collect();
    let Some([id, description, text, choices, answer]) = fields.as_deref() else {
        return Err(LineError::Missing { line, field: "id" }.into());
    };
    let place = quizzes.iter().position(|quiz| quiz.id == *id).unwrap_or(quizzes.len());
    if place == quizzes.len() {
        quizzes.push(none(id, description));
    }
    let asked = parse_choices(choices).and_then(|choices| question(text, choices, answer));
    quizzes[place].questions.push(asked.map_err(|error| format!("line {line}, row {id}, `{text}`: {error}"))?);
    Ok(())
}
