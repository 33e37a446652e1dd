//! PaliGemma 2 on a tiny checkpoint: files, batches, answers and errors.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

use image::RgbImage;
use linocut_core::Question;
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;
use linocut_nn::weights::{Weights, WeightsError};
use linocut_score::contest;
use linocut_score::contest::metric::ChoicesError;
use linocut_score::paligemma::{
    PaliGemma, PaliGemmaConfig, PaliGemmaError, PaliGemmaJudge, PaliGemmaModel, PaliGemmaOptions, YesNo,
};

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score/paligemma2")
}

fn open(linear_kind: LinearKind, batch: usize) -> PaliGemma {
    let place = Placement { linear_kind, ..Placement::default() };
    PaliGemma::open(folder(), &PaliGemmaOptions { batch, place }).unwrap()
}

fn picture() -> RgbImage {
    RgbImage::from_fn(70, 50, |x, y| [(x * 3) as u8, (y * 5) as u8, (x * y) as u8].into())
}

fn question(text: &str, choices: &[&str], answer: usize) -> Question {
    Question { text: text.into(), choices: choices.iter().map(|choice| (*choice).to_owned()).collect(), answer }
}

fn questions() -> Vec<Question> {
    vec![
        question("What is it?", &["a cat", "a dog", "a tree"], 1),
        question("Where is the small red house with the long garden?", &["left", "right"], 0),
        question("So?", &["x"; 26], 3),
    ]
}

fn nearly_equal(a: &[f64], b: &[f64], tolerance: f64) -> bool {
    a.len() == b.len() && a.iter().zip(b).all(|(a, b)| (a - b).abs() < tolerance)
}

#[test]
fn one_padded_batch_answers_as_prompts_alone_do() {
    let (together, alone) = (open(LinearKind::Stored, 8), open(LinearKind::Stored, 1));
    let (seen_together, seen_alone) = (together.look(&picture()).unwrap(), alone.look(&picture()).unwrap());
    let answers = together.choices(&seen_together, &questions()).unwrap();
    for (a, b) in answers.iter().zip(alone.choices(&seen_alone, &questions()).unwrap()) {
        assert!(nearly_equal(a, &b, 1e-5), "{a:?} {b:?}");
        assert!((a.iter().sum::<f64>() - 1.0).abs() < 1e-9);
    }
    assert_eq!(answers.iter().map(Vec::len).collect::<Vec<_>>(), [3, 2, 26]);
}

#[test]
fn both_forms_of_yes_are_probabilities_and_differ() {
    let model = open(LinearKind::Stored, 8);
    let seen = model.look(&picture()).unwrap();
    let descriptions = ["a cat", "a very long description of the sea"];
    let intended = model.portrays(&seen, &descriptions, YesNo::Intended).unwrap();
    let deployed = model.portrays(&seen, &descriptions, YesNo::Deployed).unwrap();
    assert!(intended.iter().chain(&deployed).all(|value| (0.0..=1.0).contains(value)));
    assert!(!nearly_equal(&intended, &deployed, 1e-6));
}

#[test]
fn reading_ends_and_drops_special_tokens() {
    let model = open(LinearKind::Stored, 1);
    let text = model.read(&model.look(&picture()).unwrap()).unwrap();
    assert!(!text.contains("<bos>") && !text.contains("<image>"));
}

#[test]
fn every_kind_of_weights_answers_nearly_the_same() {
    let exact = open(LinearKind::Stored, 8);
    let expected = exact.choices(&exact.look(&picture()).unwrap(), &questions()[..1]).unwrap();
    for (weights, tolerance) in [(LinearKind::Nf4, 0.3), (LinearKind::Q4K, 0.05), (LinearKind::Q8_0, 0.05)] {
        let model = open(weights, 8);
        let got = model.choices(&model.look(&picture()).unwrap(), &questions()[..1]).unwrap();
        assert!(nearly_equal(&got[0], &expected[0], tolerance), "{weights:?}: {got:?} {expected:?}");
    }
}

#[test]
fn a_judge_answers_as_its_model_does() {
    let model = open(LinearKind::Stored, 8);
    let seen = model.look(&picture()).unwrap();
    let (all, text) = (model.choices(&seen, &questions()).unwrap(), model.read(&seen).unwrap());
    let prompts = ["Does <image> show text?".to_owned()];
    let yes = model.yes(&seen, &prompts, YesNo::Deployed).unwrap();
    let judge = PaliGemmaJudge::new(model, YesNo::Deployed);
    let right = contest::Answer::right_choices(&judge, &picture(), &questions()).unwrap();
    assert_eq!(right, [all[0][1], all[1][0], all[2][25]]);
    assert_eq!(contest::YesNo::yes(&judge, &picture(), &prompts).unwrap(), yes);
    assert_eq!(contest::Read::read(&judge, &picture()).unwrap(), text);
    let other = RgbImage::from_pixel(9, 9, [200, 10, 10].into());
    assert_ne!(contest::YesNo::yes(&judge, &other, &prompts).unwrap(), yes);
}

#[test]
fn bad_input_is_named() {
    let model = open(LinearKind::Stored, 8);
    assert!(matches!(model.look(&RgbImage::new(0, 0)), Err(PaliGemmaError::Pixels(_))));
    let seen = model.look(&picture()).unwrap();
    let ask = |question: Question| model.choices(&seen, &[question]).unwrap_err();
    assert!(matches!(ask(question("?", &[], 0)), PaliGemmaError::Question { source: ChoicesError::None, .. }));
    assert!(matches!(
        ask(question("?", &["x"; 27], 0)),
        PaliGemmaError::Question { source: ChoicesError::TooMany { count: 27 }, .. }
    ));
    assert!(matches!(
        ask(question("?", &["x"], 1)),
        PaliGemmaError::Question { source: ChoicesError::NoSuchChoice { .. }, .. }
    ));
    let two = ["<image> and <image>?".to_owned()];
    assert!(matches!(
        model.yes(&seen, &two, YesNo::Intended),
        Err(PaliGemmaError::ImageTokens { expected: 16, actual: 32 })
    ));
    let long = "very ".repeat(5_000);
    assert!(matches!(model.portrays(&seen, &[&long], YesNo::Intended), Err(PaliGemmaError::TooLong { .. })));
}

#[test]
fn broken_folders_are_named() {
    let copy = tempfile::tempdir().unwrap();
    let open = || PaliGemma::open(copy.path(), &PaliGemmaOptions::default()).unwrap_err();
    assert!(matches!(open(), PaliGemmaError::Read { file, .. } if file.ends_with("config.json")));
    for file in ["config.json", "tokenizer.json"] {
        fs::copy(folder().join(file), copy.path().join(file)).unwrap();
    }
    assert!(matches!(open(), PaliGemmaError::Weights(WeightsError::NoSingleFile { .. })));
    let weights = fs::read(folder().join("model.safetensors")).unwrap();
    fs::write(copy.path().join("model.safetensors"), &weights[..weights.len() - 100]).unwrap();
    assert!(matches!(open(), PaliGemmaError::Weights(WeightsError::Truncated { .. })));
    fs::write(copy.path().join("model.safetensors"), &weights).unwrap();
    let config = fs::read_to_string(folder().join("config.json")).unwrap();
    fs::write(
        copy.path().join("config.json"),
        config.replace("\"intermediate_size\": 48", "\"intermediate_size\": 64"),
    )
    .unwrap();
    assert!(matches!(open(), PaliGemmaError::Weights(WeightsError::ShapeMismatch { .. })));
    fs::write(copy.path().join("config.json"), config.replace("\"gemma2\"", "\"gemma\"")).unwrap();
    assert!(matches!(open(), PaliGemmaError::Config { .. }));
}

#[test]
fn asks_for_exactly_the_published_tensors() {
    for size in ["3b", "10b"] {
        let text = fs::read_to_string(folder().join(format!("manifest-{size}.json"))).unwrap();
        let manifest: serde_json::Value = serde_json::from_str(&text).unwrap();
        let config: PaliGemmaConfig = serde_json::from_value(manifest["config"].clone()).unwrap();
        let tensors: BTreeMap<String, Vec<usize>> = serde_json::from_value(manifest["tensors"].clone()).unwrap();
        let weights = Weights::blank(tensors.clone());
        PaliGemmaModel::load(&weights, &config).unwrap();
        assert_eq!(weights.asked(), tensors.into_iter().collect::<Vec<_>>());
        weights.finish(&[]).unwrap();
    }
}
