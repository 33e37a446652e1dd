//! Puts the rows of a run in order and gives each one its seed.

use thiserror::Error;

use super::check_question;
use super::choices::ChoicesError;
use super::entry::Entry;
use crate::contest::defence::RowSeeds;

/// A row and the seed of its defences.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Planned<'a> {
    /// The row.
    pub entry: &'a Entry,
    /// Its `group_seed`.
    pub seed: u32,
}

/// Rows in ascending order of their ids, each with its seed.
///
/// Ids compare as text, by code point, as pandas compares a column of strings. (pandas would read a column of digits
/// only as numbers; the contest's ids are not of that kind.)
pub(super) fn plan(entries: &[Entry]) -> Result<Vec<Planned<'_>>, PlanError> {
    let mut sorted: Vec<&Entry> = entries.iter().collect();
    sorted.sort_by(|a, b| a.quiz.id.cmp(&b.quiz.id));
    if let Some(pair) = sorted.windows(2).find(|pair| pair[0].quiz.id == pair[1].quiz.id) {
        return Err(PlanError::DoubleId { id: pair[0].quiz.id.clone() });
    }
    match sorted.first() {
        None => return Err(PlanError::NoRows),
        Some(first) if first.quiz.id.is_empty() => return Err(PlanError::MissingId),
        Some(_) => {}
    }
    sorted.iter().try_for_each(|entry| check_questions(entry))?;
    Ok(sorted.into_iter().zip(RowSeeds::default()).map(|(entry, seed)| Planned { entry, seed }).collect())
}

fn check_questions(entry: &Entry) -> Result<(), PlanError> {
    entry.quiz.questions.iter().enumerate().try_for_each(|(index, question)| {
        let wrong = |source| PlanError::Question { id: entry.quiz.id.clone(), number: index + 1, source };
        check_question(question).map_err(wrong)
    })
}

/// Why rows cannot be scored.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum PlanError {
    /// There are no rows.
    #[error("no rows")]
    NoRows,
    /// A row has an empty id.
    #[error("a row has no id")]
    MissingId,
    /// Two rows have the same id.
    #[error("two rows have the id `{id}`")]
    DoubleId {
        /// The id.
        id: String,
    },
    /// A question cannot be asked.
    #[error("row `{id}`, question {number}: {source}")]
    Question {
        /// Id of the row.
        id: String,
        /// Number of the question in its row, from 1.
        number: usize,
        /// What is wrong with it.
        source: ChoicesError,
    },
}

#[cfg(test)]
mod tests {
    use linocut_core::Question;

    use super::super::entry::Quiz;
    use super::*;

    fn entry(id: &str, questions: Vec<Question>) -> Entry {
        let quiz = Quiz { id: id.to_owned(), description: String::new(), questions };
        Entry { svg: String::new(), quiz }
    }

    #[test]
    fn rows_are_in_the_order_of_their_ids_as_text_and_have_the_seeds_of_the_deployed_metric() {
        let entries = ["é", "b", "10", "9", "B"].map(|id| entry(id, Vec::new()));
        let planned = plan(&entries).unwrap();
        assert_eq!(
            planned.iter().map(|row| row.entry.quiz.id.as_str()).collect::<Vec<_>>(),
            ["10", "9", "B", "b", "é"]
        );
        let seeds = [209_652_396, 398_764_591, 924_231_285, 1_478_610_112, 441_365_315];
        assert_eq!(planned.iter().map(|row| row.seed).collect::<Vec<_>>(), seeds);
    }

    #[test]
    fn missing_and_double_ids_are_errors() {
        assert_eq!(plan(&[]), Err(PlanError::NoRows));
        assert_eq!(plan(&[entry("a", Vec::new()), entry("", Vec::new())]), Err(PlanError::MissingId));
        let double = [entry("a", Vec::new()), entry("b", Vec::new()), entry("a", Vec::new())];
        assert_eq!(plan(&double), Err(PlanError::DoubleId { id: "a".to_owned() }));
    }

    #[test]
    fn a_question_without_its_answer_names_the_row() {
        let asked = |answer| Question { text: "?".to_owned(), choices: vec!["yes".to_owned()], answer };
        let error = plan(&[entry("a", Vec::new()), entry("b", vec![asked(0), asked(1)])]).unwrap_err();
        assert_eq!(error.to_string(), "row `b`, question 2: answer is choice 1 (from 0) of 1");
    }
}
