//! Whatever a model of random weights wants to write, under the mask it is a valid drawing within the budget, and it ends.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::path::Path;

use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Stop};
use linocut_language::model::{Asking, LanguageModel, ModelError, Sampling, mend};
use linocut_nn::place::Placement;

/// Writes `count` samples for each budget; gives the mean share of the budget that was spent, and how many the model ended before it was.
fn samples(model: &LanguageModel, budgets: &[usize], count: u64) -> Vec<(f64, usize)> {
    let question = Asking::Description.messages("a red circle on a blue background", ByteBudget::CONTEST);
    let of_budget = |bytes: &usize| {
        let seeds: Vec<u64> = (0..count).map(|seed| 1000 * *bytes as u64 + seed).collect();
        let written = model.write(&question, ByteBudget::new(*bytes), &seeds, &Stop::never(), |_| {}).unwrap();
        assert_eq!(written.len(), seeds.len());
        for sample in &written {
            assert!(sample.svg.len() <= *bytes && sample.svg.ends_with("</svg>") && !sample.is_cut);
            check(&sample.svg, &Profile::CONTEST).unwrap();
        }
        let share = |sample: &linocut_language::model::Written| sample.svg.len() as f64 / *bytes as f64;
        let mean = written.iter().map(share).sum::<f64>() / written.len() as f64;
        (mean, written.iter().filter(|sample| share(sample) < 0.8).count())
    };
    budgets.iter().map(of_budget).collect()
}

fn twin() -> LanguageModel {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/language/qwen2.5");
    let by_lot = Sampling { temperature: 1.0, ..Sampling::GREEDY };
    LanguageModel::open(folder, &Placement::default()).unwrap().with_sampling(by_lot)
}

#[test]
fn samples_of_random_weights_are_valid_and_end_within_the_budget() {
    samples(&twin(), &[300, 700], 8);
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

/// `cargo test --release -p linocut-language --test samples -- --ignored --nocapture`; `SAMPLES` says how many for
/// each of five budgets, by default 400.
#[test]
#[ignore = "takes long"]
fn two_thousand_samples() {
    let count = std::env::var("SAMPLES").map_or(400, |text| text.parse().unwrap());
    let budgets = [300, 1000, 2500, 5000, 10_000];
    let report = |name: &str, model: &LanguageModel| {
        for (bytes, (share, ended)) in budgets.iter().zip(samples(model, &budgets, count)) {
            println!("{name}, {bytes} bytes: {count} valid, {:.1} % spent, {ended} ended below 80 %", 100.0 * share);
        }
    };
    report("twin", &twin());
}
