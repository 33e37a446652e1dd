//! Whatever a model of random weights wants to write, under the mask it is a valid drawing within the budget, and it ends.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::path::Path;

use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Stop};
use linocut_language::constraint::Constraint;
use linocut_language::model::{Asking, LanguageModel, ModelError, Sampling, mend};
use linocut_nn::place::Placement;

/// What became of the samples of one budget.
struct Report {
    /// Mean share of the budget that was spent.
    share: f64,
    /// How many the model ended itself.
    ended: usize,
    /// Shares of those that the budget ended, rising.
    full: Vec<f64>,
}

/// Writes `count` samples for each budget.
fn samples(model: &LanguageModel, budgets: &[usize], count: u64) -> Vec<Report> {
    let question = Asking::Description.messages("a red circle on a blue background", ByteBudget::CONTEST);
    let constraint = Constraint::new(model.chat().vocabulary(model.config().vocabulary).unwrap()).unwrap();
    let of_budget = |bytes: &usize| {
        let seeds: Vec<u64> = (0..count).map(|seed| 1000 * *bytes as u64 + seed).collect();
        let budget = ByteBudget::new(*bytes);
        let written = model.write(&question, budget, &seeds, &Stop::never(), |_| {}).unwrap();
        assert_eq!(written.len(), seeds.len());
        let mut report = Report { share: 0.0, ended: 0, full: Vec::new() };
        for sample in &written {
            assert!(sample.svg.len() <= *bytes && sample.svg.ends_with("</svg>") && !sample.is_cut);
            check(&sample.svg, &Profile::CONTEST).unwrap();
            let share = sample.svg.len() as f64 / *bytes as f64;
            report.share += share / count as f64;
            if has_choice(&constraint, &sample.svg, budget) {
                report.ended += 1;
            } else {
                report.full.push(share);
            }
        }
        report.full.sort_by(f64::total_cmp);
        report
    };
    budgets.iter().map(of_budget).collect()
}

/// Whether the mask still allowed something else where the text begins to end.
fn has_choice(constraint: &Constraint, svg: &str, budget: ByteBudget) -> bool {
    const END: &[u8] = b"</svg>";
    let vocabulary = constraint.vocabulary();
    let tokens = 0..vocabulary.len() as u32;
    let mut guide = constraint.begin(budget).unwrap();
    let token_of = |byte: u8| tokens.clone().find(|token| vocabulary.bytes(*token) == [byte]).unwrap();
    for byte in svg.bytes().take(svg.len() - END.len()) {
        guide.take(token_of(byte)).unwrap();
    }
    if guide.mask().iter().any(|token| !END.starts_with(vocabulary.bytes(token))) {
        return true;
    }
    // Where there are as many spaces as there may be, only `<` follows, and then whatever there is room for.
    guide.take(token_of(END[0])).unwrap();
    guide.mask().iter().any(|token| !END[1..].starts_with(vocabulary.bytes(token)))
}

fn twin() -> LanguageModel {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/language/qwen2.5");
    let by_lot = Sampling { temperature: 1.0, ..Sampling::GREEDY };
    LanguageModel::open(folder, &Placement::default()).unwrap().with_sampling(by_lot)
}

#[test]
fn samples_of_random_weights_are_valid_and_end_within_the_budget() {
    for report in samples(&twin(), &[300, 700], 8) {
        assert!(report.full.first().is_none_or(|share| *share >= 0.8), "{:?}", report.full);
    }
}

#[test]
fn without_the_mask_a_text_is_mended_or_refused() {
    let question = Asking::Description.messages("a red circle", ByteBudget::CONTEST);
    for seed in 0..4 {
        let write = || twin().write_freely(&question, 60, seed, &Stop::never(), |_| {}).unwrap();
        let text = write();
        assert_eq!(text, write());
        // Random weights know no SVG.
        assert!(matches!(mend(&text, ByteBudget::CONTEST), Err(ModelError::Unmendable { .. })), "{text}");
        let svg = format!("{text}<svg viewBox=\"0 0 9 9\"><rect width=\"9\" height=\"9\"/>");
        let mended = mend(&svg, ByteBudget::CONTEST).unwrap();
        check(&mended.svg, &Profile::CONTEST).unwrap();
        assert!(mended.changes.len() >= 2, "{mended:?}");
    }
}

/// `cargo test --release -p linocut-language --features small-writer --test samples -- --ignored --nocapture`; `SAMPLES` says how many for
/// each of five budgets, by default 400.
#[test]
#[ignore = "takes long"]
fn two_thousand_samples() {
    println!("{}", report("random weights", &twin()));
}

#[cfg(feature = "small-writer")]
#[test]
#[ignore = "takes long"]
fn two_thousand_samples_of_the_small_writer() {
    let by_lot = Sampling { temperature: 1.0, ..Sampling::GREEDY };
    let model = LanguageModel::small(&Placement::default()).unwrap().with_sampling(by_lot);
    println!("{}", report("small writer", &model));
}

/// A line for each budget.
fn report(name: &str, model: &LanguageModel) -> String {
    let count = std::env::var("SAMPLES").map_or(400, |text| text.parse().unwrap());
    let budgets = [300, 1000, 2500, 5000, 10_000];
    let line = |(bytes, Report { share, ended, full }): (&usize, Report)| {
        assert!(full.first().is_none_or(|share| *share >= 0.8));
        let percent = |share: f64| format!("{:.1} %", 100.0 * share);
        let mean = full.iter().sum::<f64>() / full.len() as f64;
        let of_full = full.first().map(|least| format!("spent {}, at least {}", percent(mean), percent(*least)));
        format!(
            "{name}, {bytes} bytes: {count} valid, {} spent; {ended} ended by the model, {} by the budget: {}",
            percent(share),
            full.len(),
            of_full.unwrap_or_default()
        )
    };
    budgets.iter().zip(samples(model, &budgets, count)).map(line).collect::<Vec<_>>().join("\n")
}
