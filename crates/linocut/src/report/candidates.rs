//! A contact sheet of all candidates of a run.

use image::RgbImage;
use linocut_core::{Effort, Prompt, Scores};

use super::error::SheetError;
use super::sheet::{Cell, Sheet};
use crate::pipeline::{Candidate, Outcome};

/// Most seeds on a sheet; those beyond are left out unless the best is among them.
const MAX_ROWS: usize = 64;

/// All candidates of a run: one row per seed, with the generator's picture first and then the candidates made from it, each with its
/// origin, bytes and scores by part. The best is framed.
///
/// # Errors
///
/// [`SheetError`] as [`Sheet::draw`].
pub fn candidates_sheet(outcome: &Outcome, prompt: &Prompt) -> Result<RgbImage, SheetError> {
    let best = outcome.best();
    let rows = outcome.candidates.chunk_by(|a, b| a.origin.index == b.origin.index);
    let shown = rows.enumerate().filter(|(row, seed)| *row < MAX_ROWS || seed.iter().any(|c| std::ptr::eq(c, best)));
    let rows: Vec<Vec<Cell<'_>>> = shown.map(|(_, seed)| row(seed, best)).collect();
    Sheet { heading: format!("“{}”", prompt.text.trim()), rows, side: 224 }.draw()
}

fn row<'a>(seed: &'a [Candidate], best: &'a Candidate) -> Vec<Cell<'a>> {
    let picture = seed.iter().find_map(|candidate| candidate.picture.as_deref());
    let caption = |image: &RgbImage| {
        vec![
            format!("picture, seed {}", seed[0].origin.index + 1),
            format!("{} × {} px", image.width(), image.height()),
        ]
    };
    let picture = picture.map(|image| Cell { image, caption: caption(image), marked: false });
    picture.into_iter().chain(seed.iter().map(|candidate| cell(candidate, std::ptr::eq(candidate, best)))).collect()
}

fn cell(candidate: &Candidate, marked: bool) -> Cell<'_> {
    let work = match candidate.effort {
        Effort::Draft => "draft",
        Effort::Full => "finished",
    };
    let mut caption = vec![
        format!("{}, {work}", candidate.origin),
        format!("score {:.3}, {} bytes", candidate.scores.total, candidate.svg.byte_count()),
    ];
    caption.extend(parts(&candidate.scores));
    if !candidate.unused_words.is_empty() {
        caption.push(format!("not shown: {}", candidate.unused_words.join(", ")));
    }
    Cell { image: &candidate.image, caption, marked }
}

/// The parts of a score, two to a line, which is as many as fit.
fn parts(scores: &Scores) -> Vec<String> {
    let parts: Vec<String> = scores.parts.iter().map(|(name, value)| format!("{name} {value:.3}")).collect();
    parts.chunks(2).map(|line| line.join(", ")).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn all_parts_of_a_score_are_told() {
        let part = |name: &'static str| (name.into(), 0.5);
        let scores = Scores { total: 0.5, parts: vec![part("fidelity"), part("coverage"), part("judge")] };
        assert_eq!(parts(&scores), ["fidelity 0.500, coverage 0.500", "judge 0.500"]);
    }
}
