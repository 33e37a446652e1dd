//! The table of scores, as text or JSON.

use std::fmt;
use std::path::{Path, PathBuf};

use linocut::score::contest::metric::Looked;
use serde::Serialize;

use super::Row;
use crate::named_values::NamedValues;

/// A row of the table.
#[derive(Serialize)]
struct Scored {
    id: String,
    total: Option<f64>,
    parts: NamedValues,
    /// The probability of the right answer to each question.
    answers: Vec<f64>,
    /// What OCR read, if it was asked.
    text: Option<String>,
}

/// The table, and where the page is.
#[derive(Serialize)]
pub(super) struct Report {
    rows: Vec<Scored>,
    /// Mean of the totals, if all are known.
    mean: Option<f64>,
    file: PathBuf,
    cut_short: bool,
}

impl Report {
    pub(super) fn new(rows: &[Row<'_>], file: &Path, cut_short: bool) -> Self {
        let sum: Option<f64> = rows.iter().map(|row| row.total).sum();
        Self {
            mean: sum.map(|sum| sum / rows.len() as f64),
            rows: rows.iter().map(Scored::from).collect(),
            file: file.to_path_buf(),
            cut_short,
        }
    }
}

impl From<&Row<'_>> for Scored {
    fn from(Row { entry, total, looked }: &Row<'_>) -> Self {
        let found = &looked.found;
        Self {
            id: entry.quiz.id.clone(),
            total: *total,
            parts: named(looked),
            answers: found.answers.clone(),
            text: found.text.clone(),
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.id.chars().count()).max().unwrap_or(0).max(4);
        for Scored { id, total, parts, text, .. } in &self.rows {
            write!(f, "{id:width$} {} {}", shown(*total), listed(parts))?;
            if let Some(text) = text {
                write!(f, "  read {text:?}")?;
            }
            writeln!(f)?;
        }
        writeln!(f, "{:width$} {}", "mean", shown(self.mean))?;
        if self.cut_short {
            writeln!(f, "cut short: only the rows above were scored")?;
        }
        write!(f, "wrote {}", self.file.display())
    }
}

/// A total to four places, or a dash.
pub(super) fn shown(total: Option<f64>) -> String {
    total.map_or_else(|| "     -".to_owned(), |total| format!("{total:.4}"))
}

/// The parts that are known.
pub(super) fn named(looked: &Looked) -> NamedValues {
    NamedValues(looked.found.named_parts().map(|(name, value)| (name.into(), value)).collect())
}

/// Figures with their names, a space before each.
pub(super) fn listed(parts: &NamedValues) -> String {
    parts.0.iter().map(|(name, value)| format!(" {name} {value:.4}")).collect()
}
