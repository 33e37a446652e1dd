//! The grammar of OmniSVG's tokens: whatever is taken of what it allows becomes a valid drawing within budget and tokens.

#![expect(clippy::unwrap_used, reason = "what cannot be begun fails the test")]

use std::ops::Range;

use linocut_constraints::{Profile, check};
use linocut_core::ByteBudget;
use linocut_language::constraint::ConstraintError;
use linocut_language::omnisvg::{Layout, Model, TokenGuide, decode};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// As small as a layout of tests may be, with few places and colours.
const SMALL: Layout = Layout {
    base: 50,
    side: 12,
    colors: 34,
    parameter_offset: 196,
    parameters: 20,
    begin: 298,
    end: 299,
    vocabulary: 300,
};

/// A token out of a range drawn by lot; the end only if nothing else may come, unless `ends`.
fn lot(allowed: &[Range<u32>], end: u32, ends: bool, random: &mut Pcg64Mcg) -> u32 {
    let others: Vec<&Range<u32>> = allowed.iter().filter(|range| ends || range.start != end).collect();
    let from = if others.is_empty() { &allowed[0] } else { others[random.random_range(0..others.len())] };
    random.random_range(from.clone())
}

/// Draws by lot to the end: the tokens, and the guide.
fn drawn(layout: Layout, budget: usize, tokens: usize, seed: u64, ends: bool) -> (Vec<u32>, TokenGuide) {
    let mut guide = TokenGuide::new(layout, ByteBudget::new(budget), tokens).unwrap();
    let (mut taken, mut random) = (Vec::new(), Pcg64Mcg::seed_from_u64(seed));
    while !guide.has_ended() {
        let token = lot(&guide.allowed(), layout.end, ends, &mut random);
        guide.take(token).unwrap();
        taken.push(token);
        assert!(guide.bytes() <= budget && taken.len() <= tokens + 1);
    }
    (taken, guide)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(200))]

    /// Valid, within the budget, not empty, and what the codec reads in the tokens.
    #[test]
    fn whatever_is_taken_is_a_drawing(budget in 120_usize..1_500, tokens in 6_usize..600, seed: u64, ends: bool, kind in 0..3) {
        let layout = [SMALL, Model::B4.layout(), Model::B8.layout()][kind as usize];
        let (taken, guide) = drawn(layout, budget, tokens, seed, ends);
        let drawing = guide.drawing();
        prop_assert!(!drawing.shapes.is_empty());
        prop_assert!(drawing.byte_count() <= budget);
        prop_assert!(check(drawing.write().as_str(), &Profile::CONTEST).is_ok());
        prop_assert_eq!(drawing, &decode(&taken, layout).drawing().unwrap());
    }

    /// A budget is spent where nothing ends the drawing before.
    #[test]
    fn a_budget_is_spent(budget in 300_usize..3_000, seed: u64) {
        let (_, guide) = drawn(Model::B4.layout(), budget, 10_000, seed, false);
        prop_assert!(guide.drawing().byte_count() * 5 >= budget * 4, "{} of {budget}", guide.drawing().byte_count());
    }

    /// An end at any moment leaves the paths that are whole.
    #[test]
    fn an_end_may_come_at_any_moment(seed: u64, at in 0_usize..200) {
        let layout = Model::B8.layout();
        let mut guide = TokenGuide::new(layout, ByteBudget::new(800), 1_000).unwrap();
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        for _ in 0..at {
            if guide.has_ended() {
                break;
            }
            let token = lot(&guide.allowed(), layout.end, false, &mut random);
            guide.take(token).unwrap();
        }
        guide.finish();
        prop_assert!(guide.has_ended() && guide.allowed().is_empty());
        prop_assert!(guide.drawing().byte_count() <= 800);
    }
}

#[test]
fn what_is_not_allowed_is_refused_and_changes_nothing() {
    let layout = Model::B4.layout();
    let mut guide = TokenGuide::new(layout, ByteBudget::new(500), 100).unwrap();
    let (movement, line, red) = (layout.base + 3, layout.base + 4, layout.base + 40_013 + 0xf00);
    for token in [line, red, layout.end, 17, layout.base + 8, u32::MAX] {
        assert_eq!(guide.take(token), Err(ConstraintError::Token { token, at: guide.bytes() }));
    }
    let place = |x: u32, y: u32| layout.base + 8 + 200 * y + x;
    for token in [layout.begin, movement, place(0, 0), place(10, 10), line, place(100, 10), line, place(55, 90), red] {
        guide.take(token).unwrap();
    }
    assert!(guide.take(layout.begin).is_err());
    guide.take(layout.end).unwrap();
    assert!(guide.take(movement).is_err());
    assert!(
        guide.drawing().write().as_str().contains("fill=\"red\"") || guide.drawing().write().as_str().contains("#f00")
    );
}

#[test]
fn budgets_that_hold_no_path_are_named() {
    let error = |budget, tokens| TokenGuide::new(SMALL, ByteBudget::new(budget), tokens).unwrap_err();
    assert!(matches!(error(100, 100), ConstraintError::Budget { actual: 100, least: 110..=120 }));
    assert!(matches!(error(500, 5), ConstraintError::Tokens { actual: 5, least: 6 }));
}
