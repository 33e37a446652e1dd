//! The table of scores that a run of the contest's metric returns.

use std::fmt;

use linocut_core::Scores;

/// The scores of a row.
#[derive(Clone, PartialEq, Debug)]
pub struct TableRow {
    /// The row's id.
    pub id: String,
    /// The seed of its defences.
    pub seed: u32,
    /// Its total and parts.
    pub scores: Scores,
}

/// The scores of all rows, in ascending order of their ids, and their mean.
///
/// Displayed as lines of columns: id, total, parts.
#[derive(Clone, PartialEq, Debug)]
pub struct Table {
    /// The rows, at least one.
    pub rows: Vec<TableRow>,
    /// Mean of the totals: the score of the run.
    pub mean: f64,
}

impl Table {
    pub(super) fn new(rows: Vec<TableRow>) -> Self {
        let mean = rows.iter().map(|row| row.scores.total).sum::<f64>() / rows.len() as f64;
        Self { rows, mean }
    }
}

impl fmt::Display for Table {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let width = self.rows.iter().map(|row| row.id.chars().count()).max().unwrap_or(0).max(4);
        for TableRow { id, scores, .. } in &self.rows {
            write!(f, "{id:width$} {:8.4}", scores.total)?;
            scores.parts.iter().try_for_each(|(name, value)| write!(f, "  {name} {value:.4}"))?;
            writeln!(f)?;
        }
        writeln!(f, "{:width$} {:8.4}", "mean", self.mean)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_table_is_lines_of_columns() {
        let row = |id: &str, total| TableRow { id: id.to_owned(), seed: 1, scores: Scores::single("V", total) };
        let table = Table::new(vec![row("a", 0.5), row("longer", 1.0)]);
        assert_eq!(table.to_string(), "a        0.5000  V 0.5000\nlonger   1.0000  V 1.0000\nmean     0.7500\n");
    }
}
