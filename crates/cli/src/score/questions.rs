//! Questions about drawings, from a CSV with a line for each.

use std::path::Path;

use linocut::score::contest::metric::{Quiz, parse_choices, question};

use crate::failure::Failed;

/// A row that nothing is asked about.
pub(super) fn none(id: &str, description: &str) -> Quiz {
    Quiz { id: id.to_owned(), description: description.to_owned(), questions: Vec::new() }
}

/// The rows of a CSV, each with its questions.
pub(super) fn read(path: &Path) -> Result<Vec<Quiz>, Failed> {
    let mut quizzes: Vec<Quiz> = Vec::new();
    let mut reader = csv::Reader::from_path(path)?;
    for line in reader.deserialize() {
        let (id, description, text, choices, answer): (String, String, String, String, String) = line?;
        let place = quizzes.iter().position(|quiz| quiz.id == id).unwrap_or(quizzes.len());
        if place == quizzes.len() {
            quizzes.push(none(&id, &description));
        }
        let asked = parse_choices(&choices).and_then(|choices| question(&text, choices, &answer));
        quizzes[place].questions.push(asked.map_err(|error| format!("row {id}, `{text}`: {error}"))?);
    }
    Ok(quizzes)
}
