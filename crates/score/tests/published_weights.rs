//! The contest's metric with its published weights, where these are installed.

#![cfg(feature = "neural")]

use std::path::PathBuf;

use linocut_core::Question;
use linocut_score::Device;
use linocut_score::contest::metric::{Entry, Metric, Quiz};
use linocut_score::contest::{ContestScore, Judges, Part, Recipe};

const DRAWINGS: [(&str, &str); 3] = [
    ("a grey afternoon", "<rect width=\"384\" height=\"384\" fill=\"#888\"/>"),
    (
        "a red disc above the sea",
        "<rect width=\"384\" height=\"384\" fill=\"#9cf\"/><rect y=\"250\" width=\"384\" height=\"134\" fill=\"#136\"/>\
         <circle cx=\"190\" cy=\"130\" r=\"70\" fill=\"#d22\"/>",
    ),
    (
        "a green hill under a yellow sun",
        "<rect width=\"384\" height=\"384\" fill=\"#bdf\"/><circle cx=\"300\" cy=\"80\" r=\"45\" fill=\"#fd3\"/>\
         <ellipse cx=\"180\" cy=\"400\" rx=\"260\" ry=\"170\" fill=\"#3a4\"/>",
    ),
];

fn entry((index, (description, shapes)): (usize, (&str, &str))) -> Entry {
    let choices = DRAWINGS.map(|(description, _)| description.to_owned()).to_vec();
    let question = Question { text: "What does the picture show?".to_owned(), choices, answer: index };
    Entry {
        quiz: Quiz { id: index.to_string(), description: description.to_owned(), questions: vec![question] },
        svg: format!("<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 384 384\">{shapes}</svg>"),
    }
}

#[test]
#[ignore = "needs openai/clip-vit-large-patch14, its aesthetic head and google/paligemma2-10b-mix-448 in $LINOCUT_MODELS"]
fn three_drawings_get_the_scores_of_the_deployed_metric() {
    let models = PathBuf::from(std::env::var_os("LINOCUT_MODELS").expect("LINOCUT_MODELS names a folder"));
    let parts = [Part::Vqa, Part::Aesthetic, Part::Text];
    let judges = Judges::open(models.as_path(), &parts, &Device::Cpu).expect("the published files");
    let entries: Vec<Entry> = DRAWINGS.into_iter().enumerate().map(entry).collect();
    let table = Metric::new(ContestScore { recipe: Recipe::DEPLOYED, judges: judges.clone() })
        .run(&entries)
        .expect("three scores");
    println!("{table}");
    assert!(table.rows.iter().all(|row| (0.0..=1.0).contains(&row.scores.total)));
    for (index, right) in table.rows.iter().enumerate() {
        for other in (0..DRAWINGS.len()).filter(|other| *other != index) {
            // The same drawing under another's description and question.
            let wrong = Entry { svg: entries[index].svg.clone(), ..entry((other, DRAWINGS[other])) };
            let wrong = Metric::new(ContestScore { recipe: Recipe::DEPLOYED, judges: judges.clone() }).run(&[wrong]);
            let wrong = wrong.expect("a score").rows[0].scores.total;
            assert!(
                right.scores.total > wrong,
                "drawing {index}: {} under its own, {wrong} under {other}",
                right.scores.total
            );
        }
    }
}
