//! The whole of the contest's metric, with tiny random-weight networks in folders laid out like the published ones.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

mod published;

use std::fs;
use std::path::Path;

use image::RgbImage;
use linocut_core::{Prompt, Question, Score, Subject};
use linocut_score::aesthetic::ClipAesthetic;
use linocut_score::contest::defence::defended;
use linocut_score::contest::metric::{Entry, Metric, MetricError, Quiz};
use linocut_score::contest::{ContestScore, Formula, Judges, Part, Parts, Recipe};
use linocut_score::paligemma::{PaliGemma, PaliGemmaOptions};
use linocut_score::select::Tournament;
use linocut_score::{Device, METRIC_SIDE, MetricRenderer, OpenError};
use linocut_svg::Svg;

const PRESETS: [Recipe; 6] =
    [Recipe::DEPLOYED, Recipe::FIRST, Recipe::SECOND, Recipe::HARMONIC, Recipe::RANKING, Recipe::YES_NO];

fn judges(models: &Path) -> Judges {
    Judges::open(models, &Part::ALL, &Device::Cpu).unwrap()
}

fn metric(models: &Path, recipe: Recipe) -> Metric<'static> {
    Metric::new(ContestScore { recipe, judges: judges(models) })
}

fn question(text: &str, choices: &[&str], answer: usize) -> Question {
    Question { text: text.to_owned(), choices: choices.iter().map(|choice| (*choice).to_owned()).collect(), answer }
}

fn entries() -> Vec<Entry> {
    let drawing = |id: &str, color: &str, asked: Vec<Question>| Entry {
        svg: format!(r#"<svg viewBox="0 0 9 9"><path d="M0 0H9L3 9Z" fill="{color}"/><circle r="3"/></svg>"#),
        quiz: Quiz { id: id.to_owned(), description: format!("w5 {color} w9"), questions: asked },
    };
    vec![
        drawing(
            "b",
            "teal",
            vec![question("How many?", &["1", "2", "3"], 2), question("Is it night?", &["yes", "no"], 1)],
        ),
        drawing("a", "red", vec![question("Which colour has the large shape?", &["red", "blue"], 0)]),
        drawing("c", "gold", vec![question("What?", &["a", "b", "c", "d"], 3); 4]),
    ]
}

/// Parts of a row by their letters.
fn parts(scores: &linocut_core::Scores) -> Parts {
    let part = |part: Part| scores.part(part.name());
    Parts {
        vqa: part(Part::Vqa),
        aesthetic: part(Part::Aesthetic),
        text: part(Part::Text),
        similarity: part(Part::Similarity),
    }
}

#[test]
fn the_rows_of_every_preset_are_the_formula_of_their_parts() {
    let models = published::models();
    let judges = judges(models.path());
    for recipe in PRESETS {
        let formula = recipe.formula;
        let table = Metric::new(ContestScore { recipe, judges: judges.clone() }).run(&entries()[..2]).unwrap();
        for row in &table.rows {
            let parts = parts(&row.scores);
            assert_eq!(parts.known().map(|(part, _)| part).collect::<Vec<_>>(), formula.needs());
            for (part, value) in parts.known() {
                let least = if part == Part::Similarity { -1.0 } else { 0.0 };
                assert!((least..=1.0).contains(&value), "{part} of row {}: {value}", row.id);
            }
            assert_eq!(row.scores.total, formula.combine(&parts).unwrap());
        }
        let totals: Vec<f64> = table.rows.iter().map(|row| row.scores.total).collect();
        assert!((table.mean - totals.iter().sum::<f64>() / 2.0).abs() < 1e-15);
        assert!(formula.rule != Formula::DEPLOYED.rule || totals.iter().all(|total| *total > 0.0), "{totals:?}");
    }
}

#[test]
fn judges_opened_again_give_the_same_table_in_whatever_order_rows_come() {
    let models = published::models();
    let mut entries = entries();
    let table = metric(models.path(), Recipe::DEPLOYED).run(&entries).unwrap();
    entries.reverse();
    assert_eq!(metric(models.path(), Recipe::DEPLOYED).run(&entries).unwrap(), table);
    assert_eq!(table.rows.iter().map(|row| row.id.as_str()).collect::<Vec<_>>(), ["a", "b", "c"]);
    assert_ne!(table.rows[0].scores, table.rows[1].scores);
}

#[test]
fn parts_are_what_each_network_says_of_the_picture_it_is_shown() {
    let models = published::models();
    let table = metric(models.path(), Recipe::DEPLOYED).run(&entries()).unwrap();
    let (row, entry) = (&table.rows[1], &entries()[0]);
    assert_eq!((row.id.as_str(), row.seed), ("b", 398_764_591));
    let drawn = MetricRenderer.picture(&Svg::new(&entry.svg).unwrap(), METRIC_SIDE, METRIC_SIDE).unwrap();
    let views = defended(&drawn, row.seed).unwrap();

    let model = models.path().join("google/paligemma2-10b-mix-448");
    let model = PaliGemma::open(model, &PaliGemmaOptions::default()).unwrap();
    let choices = model.choices(&model.look(&views.defended).unwrap(), &entry.quiz.questions).unwrap();
    assert!((row.scores.part("V").unwrap() - (choices[0][2] + choices[1][1]) / 2.0).abs() < 1e-12);
    let text = model.read(&model.look(&views.ocr).unwrap()).unwrap();
    assert_eq!(row.scores.part("O"), Some(Formula::DEPLOYED.text_score(text.chars().count())));

    let head = models.path().join(Part::Aesthetic.published_files()[1]);
    let clip = ClipAesthetic::load(models.path().join("openai/clip-vit-large-patch14"), head, &Device::Cpu).unwrap();
    assert_eq!(row.scores.part("A"), Some(clip.rate(&[&views.defended]).unwrap()[0] / 10.0));
}

#[test]
fn a_tournament_of_networks_ranks_all_by_two_and_the_best_by_the_third() {
    let models = published::models();
    let score = |recipe| ContestScore { recipe, judges: judges(models.path()) };
    let tournament = Tournament { first: score(Recipe::RANKING), second: score(Recipe::YES_NO), finalists: 3 };
    let picture =
        |at: u32| RgbImage::from_fn(64, 48, |x, y| [(x * at) as u8, (y * (7 - at)) as u8, 40 * at as u8].into());
    let pictures: Vec<RgbImage> = (1..7).map(picture).collect();
    let prompt = Prompt::new("w3 w8", 0);
    let subject = |image| Subject { seed: 5, ..Subject::new(image, &prompt) };
    let candidates: Vec<Subject<'_>> = pictures.iter().map(subject).collect();
    let ranking = tournament.rank(&candidates).unwrap();
    assert!(ranking.failures.is_empty());
    let (finalists, rest) = ranking.ranked.split_at(3);
    let first = |index: usize| tournament.first.score(&candidates[index]).unwrap().total;
    let second = |index: usize| tournament.second.score(&candidates[index]).unwrap().total;
    assert!(finalists.is_sorted_by(|a, b| second(a.index) >= second(b.index)));
    assert!(rest.is_sorted_by(|a, b| first(a.index) >= first(b.index)));
    assert!(finalists.iter().all(|finalist| first(finalist.index) >= first(rest[0].index)));
    assert!(
        finalists
            .iter()
            .all(|finalist| finalist.second.as_ref().map(|found| found.total) == Some(second(finalist.index)))
    );
    assert_ne!(second(finalists[0].index), second(finalists[2].index));
    let again = tournament.rank(&candidates).unwrap();
    assert_eq!(again.ranked, ranking.ranked);
}

#[test]
fn what_a_network_refuses_names_the_row() {
    let models = published::models();
    let metric = metric(models.path(), Recipe::DEPLOYED);
    let error = |change: fn(&mut Entry)| {
        let mut entries = entries();
        change(&mut entries[0]);
        metric.run(&entries).unwrap_err()
    };
    let long = error(|entry| entry.quiz.questions[0].text = "why ".repeat(3000));
    assert!(matches!(&long, MetricError::Score { id, .. } if id == "b"));
    assert!(long.to_string().starts_with("row `b`: score: the prompt has 12"), "{long}");
    let unasked = error(|entry| entry.quiz.questions.clear());
    assert_eq!(unasked.to_string(), "row `b`: no questions");
    let answer = error(|entry| entry.quiz.questions[1].answer = 9);
    assert_eq!(answer.to_string(), "row `b`, question 2: answer is choice 9 (from 0) of 2");
}

#[test]
fn a_file_that_is_missing_or_of_another_model_is_named() {
    let models = published::models();
    let open = |part| Judges::open(models.path(), &[part], &Device::Cpu).unwrap_err();
    fs::remove_file(models.path().join(Part::Aesthetic.published_files()[1])).unwrap();
    let error = open(Part::Aesthetic);
    assert!(matches!(error, OpenError::Tower(_)) && error.to_string().contains("linearMSE.pth"), "{error}");
    let paligemma = models.path().join("google/paligemma2-10b-mix-448");
    fs::remove_file(paligemma.join("model-00002-of-00002.safetensors")).unwrap();
    let error = open(Part::Vqa);
    assert!(error.to_string().contains("model-00002-of-00002.safetensors"), "{error}");
    let siglip = models.path().join("google/siglip-so400m-patch14-384/config.json");
    fs::copy(published::fixture("clip").join("config.json"), siglip).unwrap();
    let error = open(Part::Similarity).to_string();
    assert!(error.contains("siglip-so400m-patch14-384") && error.contains("clip, expected siglip"), "{error}");
}

#[test]
fn candidates_are_ranked_where_the_networks_are() {
    let (models, nothing) = (published::models(), tempfile::tempdir().unwrap());
    assert!(ContestScore::ranking(nothing.path(), &Device::Cpu).unwrap().is_none());
    let ranking = ContestScore::ranking(models.path(), &Device::Cpu).unwrap().unwrap();
    let image = RgbImage::from_fn(40, 30, |x, y| image::Rgb([x as u8, y as u8, 7]));
    let prompt = Prompt::new("w5 w9", 3);
    let subject = Subject { seed: 3, ..Subject::new(&image, &prompt) };
    let scores = ranking.score(&subject).unwrap();
    let parts = parts(&scores);
    assert_eq!(parts.known().map(|(part, _)| part).collect::<Vec<_>>(), [Part::Aesthetic, Part::Similarity]);
    assert_eq!(scores.total, (parts.aesthetic.unwrap() * parts.similarity.unwrap()).max(0.0));
}
