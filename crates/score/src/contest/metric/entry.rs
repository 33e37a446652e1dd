//! Matches drawings with the questions about them, by the row's id.

use linocut_core::Question;
use thiserror::Error;

/// A row without its drawing: the description and the questions about it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Quiz {
    /// The row's id.
    pub id: String,
    /// The description that was to be drawn.
    pub description: String,
    /// Questions about it.
    pub questions: Vec<Question>,
}

/// A row of the metric: a drawing and its quiz.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Entry {
    /// The drawing, as SVG text.
    pub svg: String,
    /// The description and the questions.
    pub quiz: Quiz,
}

/// Matches drawings, given as id and SVG text, with quizzes by id; the entries are in the order of the quizzes.
///
/// # Errors
///
/// [`JoinError`] for an id that occurs twice on one side, or on one side only. (The reference drops rows that are on
/// one side only.)
pub fn join(drawings: Vec<(String, String)>, quizzes: Vec<Quiz>) -> Result<Vec<Entry>, JoinError> {
    let mut drawings: Vec<(String, Option<String>)> = drawings.into_iter().map(|(id, svg)| (id, Some(svg))).collect();
    drawings.sort_by(|a, b| a.0.cmp(&b.0));
    if let Some(pair) = drawings.windows(2).find(|pair| pair[0].0 == pair[1].0) {
        return Err(JoinError::TwoDrawings { id: pair[0].0.clone() });
    }
    let mut entries = Vec::with_capacity(quizzes.len());
    for quiz in quizzes {
        let found = drawings.binary_search_by(|(id, _)| id.cmp(&quiz.id));
        let place = found.map_err(|_| JoinError::NoDrawing { id: quiz.id.clone() })?;
        let svg = drawings[place].1.take().ok_or_else(|| JoinError::TwoQuizzes { id: quiz.id.clone() })?;
        entries.push(Entry { svg, quiz });
    }
    match drawings.into_iter().find(|(_, svg)| svg.is_some()) {
        Some((id, _)) => Err(JoinError::NoQuiz { id }),
        None => Ok(entries),
    }
}

/// Why drawings and quizzes could not be matched.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum JoinError {
    /// Two drawings have the same id.
    #[error("two drawings have the id `{id}`")]
    TwoDrawings {
        /// The id.
        id: String,
    },
    /// Two rows of questions have the same id.
    #[error("two rows of questions have the id `{id}`")]
    TwoQuizzes {
        /// The id.
        id: String,
    },
    /// A row has no drawing.
    #[error("row `{id}` has no drawing")]
    NoDrawing {
        /// The id.
        id: String,
    },
    /// A drawing has no row of questions.
    #[error("drawing `{id}` has no row of questions")]
    NoQuiz {
        /// The id.
        id: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    fn joined(drawings: &[&str], quizzes: &[&str]) -> Result<Vec<Entry>, JoinError> {
        let drawing = |id: &&str| ((*id).to_owned(), format!("<{id}/>"));
        let quiz = |id: &&str| Quiz { id: (*id).to_owned(), description: String::new(), questions: Vec::new() };
        join(drawings.iter().map(drawing).collect(), quizzes.iter().map(quiz).collect())
    }

    #[test]
    fn drawings_are_found_by_id() {
        let entries = joined(&["b", "c", "a"], &["c", "a", "b"]).unwrap();
        assert!(entries.iter().all(|entry| entry.svg == format!("<{}/>", entry.quiz.id)));
        assert_eq!(entries[0].quiz.id, "c");
    }

    #[test]
    fn what_is_missing_is_named() {
        assert_eq!(joined(&["a"], &["a", "b"]), Err(JoinError::NoDrawing { id: "b".to_owned() }));
        assert_eq!(joined(&["a", "b"], &["a"]), Err(JoinError::NoQuiz { id: "b".to_owned() }));
    }

    #[test]
    fn what_is_double_is_named() {
        assert_eq!(joined(&["a", "a"], &["a"]), Err(JoinError::TwoDrawings { id: "a".to_owned() }));
        assert_eq!(joined(&["a"], &["a", "a"]), Err(JoinError::TwoQuizzes { id: "a".to_owned() }));
    }
}
