//! The small PaliGemma on pictures of the composer that it has not seen, asked what it has not been asked.

#![cfg(feature = "small-paligemma")]
#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use image::RgbImage;
use linocut::collage::Collage;
use linocut::core::{Generate, Question};
use linocut::score::paligemma::{PaliGemma, YesNo};
use linocut::{Prompt, Stop};

/// A question or a description with its choices and the right one.
struct Exercise {
    caption: usize,
    kind: String,
    text: String,
    choices: Vec<String>,
    answer: usize,
}

fn lab(file: &str) -> String {
    fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab").join(file)).unwrap()
}

/// What is asked about the first held-out captions.
fn exercises(captions: usize) -> Vec<Exercise> {
    let parse = |line: &str| {
        let [caption, kind, text, choices, right] = line.split('\t').collect::<Vec<_>>().try_into().ok()?;
        let choices: Vec<String> = choices.split('|').map(str::to_owned).collect();
        let answer = choices.iter().position(|choice| choice == right)?;
        Some(Exercise { caption: caption.parse().ok()?, kind: kind.to_owned(), text: text.to_owned(), choices, answer })
    };
    let all: Vec<Exercise> = lab("small-scorers/held_out.tsv").lines().map(|line| parse(line).unwrap()).collect();
    all.into_iter().filter(|one| one.caption < captions).collect()
}

/// Pictures of the first held-out captions.
fn pictures(count: usize) -> Vec<RgbImage> {
    let composer = Collage { side: 256 };
    let captions = lab("small-model/held_out/judge.txt");
    let draw = |(seed, caption): (u64, &str)| composer.generate(&Prompt::new(caption, seed), &Stop::never()).unwrap();
    (0..).zip(captions.lines().take(count)).map(draw).collect()
}

/// How many answers of each kind are right, and how many there are.
fn answered(captions: usize) -> BTreeMap<String, (usize, usize)> {
    let small = PaliGemma::small().unwrap();
    let looked: Vec<_> = pictures(captions).iter().map(|picture| small.look(picture).unwrap()).collect();
    let mut counts = BTreeMap::new();
    for one in exercises(captions) {
        let seen = &looked[one.caption];
        let is_right = if one.kind.starts_with("portrays") {
            let yes = small.portrays(seen, &[&one.text], YesNo::Intended).unwrap()[0];
            (yes > 0.5) == (one.choices[one.answer] == "yes")
        } else {
            let question = Question { text: one.text, choices: one.choices, answer: one.answer };
            let shares = small.choices(seen, &[question]).unwrap().remove(0);
            shares.iter().all(|share| *share <= shares[one.answer])
        };
        let count: &mut (usize, usize) = counts.entry(one.kind).or_default();
        *count = (count.0 + usize::from(is_right), count.1 + 1);
    }
    counts
}

/// Share of right answers among the kinds that begin and end so.
fn share(counts: &BTreeMap<String, (usize, usize)>, start: &str, end: &str) -> f64 {
    let chosen = counts.iter().filter(|(kind, _)| kind.starts_with(start) && kind.ends_with(end));
    let (right, all) = chosen.fold((0, 0), |sums, (_, count)| (sums.0 + count.0, sums.1 + count.1));
    right as f64 / all.max(1) as f64
}

#[test]
fn it_answers_about_pictures_that_it_has_not_seen() {
    let counts = answered(30);
    // Chance is a half and a quarter.
    for (start, end, least) in [("portrays", "", 0.6), ("colour", "2 choices", 0.6), ("colour", "4 choices", 0.35)] {
        let share = share(&counts, start, end);
        assert!(share >= least, "{start} {end}: {share}");
    }
}

#[test]
#[ignore = "takes half a minute; prints the figures of docs/results/small-scorers.md"]
fn on_two_hundred_captions() {
    let counts = answered(200);
    for (kind, (right, all)) in &counts {
        println!("{kind}: {right} of {all}");
    }
    for (start, end, least) in [("portrays", "", 0.7), ("colour", "2 choices", 0.75), ("colour", "4 choices", 0.6)] {
        let share = share(&counts, start, end);
        assert!(share >= least, "{start} {end}: {share}");
    }
}

/// The contest's score with both small networks: V by a question and by yes or no, S by likeness, of a right and a wrong description.
#[cfg(feature = "small-siglip")]
#[test]
fn the_contests_score_needs_no_download() {
    use std::sync::Arc;

    use linocut::core::{Score, Subject};
    use linocut::score::contest::{ContestScore, Judges, Recipe};
    use linocut::score::paligemma::PaliGemmaJudge;
    use linocut::score::siglip::SiglipSimilarity;

    let judge = Arc::new(PaliGemmaJudge::new(PaliGemma::small().unwrap(), YesNo::Intended));
    let judges = Judges {
        answer: Some(judge.clone()),
        yes_no: Some(judge),
        similarity: Some(Arc::new(SiglipSimilarity::small().unwrap())),
        ..Judges::default()
    };
    let captions = lab("small-model/held_out/judge.txt");
    let captions: Vec<&str> = captions.lines().take(20).collect();
    for (name, recipe, least) in [("similarity", Recipe::FIRST, 16), ("yes or no", Recipe::YES_NO, 14)] {
        let score = ContestScore { judges: judges.clone(), recipe };
        assert!(score.missing().is_empty());
        let total = |picture, text| score.score(&Subject::new(picture, &Prompt::new(text, 0))).unwrap().total;
        let pictures = pictures(captions.len());
        let is_above = |at: &usize| {
            let wrong = captions[(at + 1) % captions.len()];
            total(&pictures[*at], captions[*at]) > total(&pictures[*at], wrong)
        };
        let above = (0..captions.len()).filter(is_above).count();
        println!("{name}: the right description above the wrong one for {above} of {}", captions.len());
        assert!(above >= least, "{name}: {above}");
    }
}
