//! What a drawing is and how it came about, as text or JSON.

use std::fmt;
use std::path::{Path, PathBuf};

use linocut::Outcome;
use linocut::collage::Credit;
use serde::Serialize;

use crate::named_values::NamedValues;
use crate::outputs::Output;

/// Most words that a line of text names.
const WORDS: usize = 12;

/// The files that were written.
#[derive(Serialize)]
pub(super) struct Written {
    pub(super) svg: PathBuf,
    pub(super) picture: PathBuf,
    pub(super) candidates: PathBuf,
}

impl Written {
    /// The SVG and the pictures beside it.
    pub(super) fn beside(svg: &Path) -> Self {
        Self {
            svg: svg.to_path_buf(),
            picture: svg.with_extension("png"),
            candidates: svg.with_extension("candidates.png"),
        }
    }

    pub(super) fn outputs(&self) -> [Output<'_>; 3] {
        [("SVG", &self.svg), ("picture", &self.picture), ("sheet of candidates", &self.candidates)]
    }
}

/// A work that the drawing shows.
#[derive(Serialize)]
pub(super) struct Credited {
    title: &'static str,
    author: &'static str,
    licence: &'static str,
    url: &'static str,
}

impl From<Credit> for Credited {
    fn from(credit: Credit) -> Self {
        let Credit { title, author, url, license } = credit;
        Self { title, author, licence: license, url }
    }
}

/// A candidate that could not be made.
#[derive(Serialize)]
struct Failed {
    origin: String,
    error: String,
}

/// What the best candidate is, and what it was chosen from.
#[derive(Serialize)]
pub(super) struct Report {
    files: Written,
    bytes: usize,
    score: f64,
    scores: NamedValues,
    candidates: usize,
    origin: String,
    seconds: f64,
    /// Whether Ctrl-C or the time limit ended the run.
    cut_short: bool,
    unused_words: Vec<String>,
    failures: Vec<Failed>,
    /// The art in the drawing, if that was asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    credits: Option<Vec<Credited>>,
    #[serde(skip)]
    interrupted: bool,
}

impl Report {
    pub(super) fn new(outcome: &Outcome, files: Written, credits: Option<Vec<Credited>>, interrupted: bool) -> Self {
        let best = outcome.best();
        let failed = |failure: &linocut::pipeline::Failure| Failed {
            origin: failure.origin.to_string(),
            error: failure.error.to_string(),
        };
        Self {
            files,
            bytes: best.svg.byte_count(),
            score: best.scores.total,
            scores: NamedValues(best.scores.parts.clone()),
            candidates: outcome.candidates.len(),
            origin: best.origin.to_string(),
            seconds: outcome.elapsed.as_secs_f64(),
            cut_short: outcome.cut_short,
            unused_words: best.unused_words.clone(),
            failures: outcome.failures.iter().map(failed).collect(),
            credits,
            interrupted,
        }
    }
}

impl fmt::Display for Report {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for path in [&self.files.svg, &self.files.picture, &self.files.candidates] {
            writeln!(f, "wrote {}", path.display())?;
        }
        for Failed { origin, error } in &self.failures {
            writeln!(f, "no candidate from {origin}: {error}")?;
        }
        if !self.unused_words.is_empty() {
            writeln!(f, "not shown: {}", first_words(&self.unused_words))?;
        }
        if self.interrupted {
            writeln!(f, "cut short: the best of what was finished")?;
        }
        let Self { bytes, score, candidates, origin, seconds, .. } = self;
        write!(f, "{bytes} bytes, score {score:.3}, best of {candidates} candidates ({origin}), {seconds:.1} s")?;
        let Some(credits) = &self.credits else { return Ok(()) };
        if credits.is_empty() {
            write!(f, "\nno bundled art")?;
        }
        for Credited { title, author, licence, url } in credits {
            write!(f, "\nart: {title} by {author} ({licence}), {url}")?;
        }
        Ok(())
    }
}

/// The first words of a list, and how many more there are.
fn first_words(words: &[String]) -> String {
    let shown = words.iter().take(WORDS).cloned().collect::<Vec<_>>().join(", ");
    if words.len() > WORDS { format!("{shown} and {} more", words.len() - WORDS) } else { shown }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn long_lists_of_words_are_cut() {
        let words: Vec<String> = (0..14).map(|word| word.to_string()).collect();
        assert_eq!(first_words(&words[..2]), "0, 1");
        assert!(first_words(&words).ends_with("10, 11 and 2 more"));
    }
}
