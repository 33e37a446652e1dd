//! A tournament in two rounds: ranks all candidates by one score, then the best few by another.

use std::cmp::Ordering;

use linocut_core::{Score, Scores, StageError, Subject};
use thiserror::Error;

/// Ranks all candidates by one score, then the best few of them by another.
///
/// Contestants ranked by aesthetic times SigLIP similarity, which are fast, and had the model for visual question
/// answering choose among the best few. For this, use a [`ContestScore`](crate::contest::ContestScore) with
/// [`Recipe::RANKING`](crate::contest::Recipe::RANKING) as the first score, and one with
/// [`Recipe::YES_NO`](crate::contest::Recipe::YES_NO) as the second.
///
/// Candidates of equal score stand in the order in which they were given; finalists of equal second score in the order
/// of the first.
#[derive(Clone, Copy, Debug)]
pub struct Tournament<F, S> {
    /// Scores every candidate.
    pub first: F,
    /// Scores the finalists.
    pub second: S,
    /// How many of the best are scored again; 0 leaves the order of the first score. Contestants had time for 3 to 8.
    pub finalists: usize,
}

/// A candidate and its scores.
#[derive(Clone, PartialEq, Debug)]
pub struct Ranked {
    /// Its index among the candidates.
    pub index: usize,
    /// Its scores in the first round.
    pub first: Scores,
    /// Its scores in the second round, if it was a finalist.
    pub second: Option<Scores>,
}

/// The candidates, best first, and those that could not be scored.
#[derive(Debug)]
pub struct Ranking {
    /// The candidates that were scored, best first: at least one. Finalists stand before all others.
    pub ranked: Vec<Ranked>,
    /// Index and error of those that could not be scored, or not again, in the order of their indices.
    pub failures: Vec<(usize, StageError)>,
}

impl Ranking {
    /// The best candidate.
    ///
    /// # Panics
    ///
    /// If [`Self::ranked`] was emptied.
    #[must_use]
    pub fn best(&self) -> &Ranked {
        &self.ranked[0]
    }
}

impl<F: Score, S: Score> Tournament<F, S> {
    /// Ranks the candidates. One that cannot be scored is a failure and ends nothing; a finalist that cannot be scored
    /// again stands behind the other finalists.
    ///
    /// # Errors
    ///
    /// [`TournamentError`] when there are no candidates or none can be scored.
    pub fn rank(&self, candidates: &[Subject<'_>]) -> Result<Ranking, TournamentError> {
        let mut failures = Vec::new();
        let mut ranked = Vec::new();
        for (index, scores) in self.first.score_batch(candidates).into_iter().enumerate() {
            match scores.and_then(numbered) {
                Ok(first) => ranked.push(Ranked { index, first, second: None }),
                Err(error) => failures.push((index, error)),
            }
        }
        ranked.sort_by(|a, b| descending(&a.first, &b.first));
        self.score_again(candidates, &mut ranked, &mut failures);
        failures.sort_by_key(|(index, _)| *index);
        if ranked.is_empty() {
            return Err(failures.into_iter().next().map_or(TournamentError::NoCandidates, TournamentError::AllFailed));
        }
        Ok(Ranking { ranked, failures })
    }

    fn score_again(&self, candidates: &[Subject<'_>], ranked: &mut [Ranked], failures: &mut Vec<(usize, StageError)>) {
        let finalists = self.finalists.min(ranked.len());
        let finalists = &mut ranked[..finalists];
        let subjects: Vec<Subject<'_>> = finalists.iter().map(|ranked| candidates[ranked.index]).collect();
        for (finalist, scores) in finalists.iter_mut().zip(self.second.score_batch(&subjects)) {
            match scores.and_then(numbered) {
                Ok(second) => finalist.second = Some(second),
                Err(error) => failures.push((finalist.index, error)),
            }
        }
        finalists.sort_by(|a, b| match (&a.second, &b.second) {
            (Some(a), Some(b)) => descending(a, b),
            (a, b) => b.is_some().cmp(&a.is_some()),
        });
    }
}

fn descending(a: &Scores, b: &Scores) -> Ordering {
    b.total.partial_cmp(&a.total).unwrap_or(Ordering::Equal)
}

/// The scores, if their total can be compared.
fn numbered(scores: Scores) -> Result<Scores, StageError> {
    if scores.total.is_nan() { Err(StageError::new("select", "the score is not a number")) } else { Ok(scores) }
}

/// Why candidates could not be ranked.
#[derive(Debug, Error)]
#[non_exhaustive]
pub enum TournamentError {
    /// There are no candidates.
    #[error("no candidates")]
    NoCandidates,
    /// None could be scored; this is the first failure.
    #[error("no candidate could be scored; candidate {}: {}", .0.0, .0.1)]
    AllFailed((usize, StageError)),
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use linocut_core::{FromFn, Prompt};

    use super::*;

    type Found = Result<Scores, StageError>;

    fn channel(subject: &Subject<'_>, channel: usize) -> Found {
        match subject.image.get_pixel(0, 0).0[channel] {
            255 => Err(StageError::new("mine", "no")),
            254 => Ok(Scores::single("x", f64::NAN)),
            value => Ok(Scores::single("x", f64::from(value))),
        }
    }

    fn rank(colors: &[[u8; 3]], finalists: usize) -> Result<(Vec<usize>, Ranking), TournamentError> {
        let images: Vec<RgbImage> = colors.iter().map(|&color| RgbImage::from_pixel(1, 1, Rgb(color))).collect();
        let prompt = Prompt::default();
        let subject = |image| Subject::new(image, &prompt);
        let first = FromFn(|subject: &Subject<'_>| channel(subject, 0));
        let second = FromFn(|subject: &Subject<'_>| channel(subject, 1));
        let ranking = Tournament { first, second, finalists }.rank(&images.iter().map(subject).collect::<Vec<_>>())?;
        Ok((ranking.ranked.iter().map(|ranked| ranked.index).collect(), ranking))
    }

    #[test]
    fn the_best_few_are_ranked_again() {
        let (order, ranking) = rank(&[[9, 1, 0], [8, 2, 0], [7, 9, 0], [1, 99, 0]], 3).unwrap();
        assert_eq!(order, [2, 1, 0, 3]);
        assert_eq!(ranking.best().second.as_ref().map(|scores| scores.total), Some(9.0));
        assert!(ranking.ranked[3].second.is_none());
    }

    #[test]
    fn ties_stand_in_the_order_of_candidates() {
        assert_eq!(rank(&[[5, 5, 0], [5, 5, 0], [6, 5, 0], [5, 5, 0]], 4).unwrap().0, [2, 0, 1, 3]);
        assert_eq!(rank(&[[5, 5, 0]; 3], 0).unwrap().0, [0, 1, 2]);
    }

    #[test]
    fn candidates_that_fail_are_reported_and_end_nothing() {
        let (order, ranking) = rank(&[[255, 0, 0], [9, 254, 0], [8, 3, 0], [254, 0, 0]], 2).unwrap();
        assert_eq!(order, [2, 1]);
        assert_eq!(ranking.failures.iter().map(|(index, _)| *index).collect::<Vec<_>>(), [0, 1, 3]);
    }

    #[test]
    fn nobody_to_rank_is_an_error() {
        assert!(matches!(rank(&[], 3), Err(TournamentError::NoCandidates)));
        let error = rank(&[[255, 0, 0], [254, 0, 0]], 3).unwrap_err();
        assert_eq!(error.to_string(), "no candidate could be scored; candidate 0: mine: no");
    }
}
