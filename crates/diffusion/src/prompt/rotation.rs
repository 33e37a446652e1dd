//! Styles that the candidates of a run take in turns.

use linocut_core::derive_seed;

use super::style::{Style, styles};

/// Candidates of a run among which a seed is looked for.
const CANDIDATES: u64 = 10_000;

/// Styles that the candidates of a run take in turns: candidate `i` takes style `i mod n`.
///
/// A generator sees of a candidate its seed only, which [`derive_seed`] makes of the run's seed and `i`; here `i` is found again. A
/// seed that belongs to none of the first 10,000 candidates takes style `seed mod n`.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub struct Rotation {
    /// The styles, in the order of their turns. Default: none, descriptions stay as they are typed.
    pub styles: Vec<Style>,
    /// Seed of the run. Default: 0.
    pub seed: u64,
}

impl Rotation {
    /// One style for all candidates.
    #[must_use]
    pub fn always(style: Style) -> Self {
        Self { styles: vec![style], seed: 0 }
    }

    /// All of [`styles`], beginning with this one; it alone if it is not among them.
    #[must_use]
    pub fn beginning_with(first: Style, seed: u64) -> Self {
        let mut turns = styles().to_vec();
        match turns.iter().position(|style| *style == first) {
            Some(place) => turns.rotate_left(place),
            None => turns = vec![first],
        }
        Self { styles: turns, seed }
    }

    /// The style of the candidate with this seed; [`Style::PLAIN`] without styles.
    #[must_use]
    pub fn style(&self, seed: u64) -> Style {
        let count = self.styles.len() as u64;
        if count <= 1 {
            return self.styles.first().copied().unwrap_or(Style::PLAIN);
        }
        let candidate = (0..CANDIDATES).find(|index| derive_seed(self.seed, *index) == seed);
        self.styles[(candidate.unwrap_or(seed) % count) as usize]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn candidates_take_turns_and_begin_with_their_own_style() {
        let rotation = Rotation::beginning_with(Style::named("cartoon").unwrap(), 42);
        let names: Vec<&str> = (0..6).map(|index| rotation.style(derive_seed(42, index)).name).collect();
        assert_eq!(names, ["cartoon", "poster", "paper-cut", "childrens-book", "flat", "cartoon"]);
    }

    #[test]
    fn a_seed_of_no_candidate_still_has_a_style() {
        let rotation = Rotation::beginning_with(Style::named("flat").unwrap(), 42);
        assert_eq!(rotation.style(43), styles()[3]);
    }

    #[test]
    fn one_style_is_for_all_and_none_is_plain() {
        let poster = Style::named("poster").unwrap();
        assert!((0..9).all(|seed| Rotation::always(poster).style(seed) == poster));
        assert_eq!(Rotation::beginning_with(Style::PLAIN, 1), Rotation { seed: 1, ..Rotation::always(Style::PLAIN) });
        assert_eq!(Rotation::default().style(7), Style::PLAIN);
    }
}
