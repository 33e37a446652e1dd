//! A page of what the metric sees: a row for every SVG, as drawn, as rated and asked about, as read.

use image::RgbImage;
use linocut::report::{Cell, Sheet};

use super::Row;
use super::report::{listed, named, shown};
use crate::failure::Failed;

/// The page.
pub(super) fn page(rows: &[Row<'_>]) -> Result<RgbImage, Failed> {
    let rows = rows.iter().map(cells).collect();
    Ok(Sheet { heading: "What the metric sees".to_owned(), rows, side: 320 }.draw()?)
}

fn cells<'a>(Row { entry, total, looked }: &'a Row<'_>) -> Vec<Cell<'a>> {
    let (quiz, found, views) = (&entry.quiz, &looked.found, &looked.views);
    let cell = |image: &'a RgbImage, caption: [String; 3]| Cell {
        image,
        caption: caption.into_iter().filter(|line| !line.is_empty()).collect(),
        marked: false,
    };
    let score = format!("score {} {}", shown(*total).trim(), listed(&named(looked)));
    let answers: String = found.answers.iter().map(|answer| format!(" {answer:.2}")).collect();
    let answers = if answers.is_empty() { answers } else { format!("answers{answers}") };
    let text = found.text.as_ref().map_or_else(String::new, |text| format!("read {text:?}"));
    vec![
        cell(&looked.rendered, [quiz.id.clone(), quiz.description.clone(), score]),
        cell(&views.defended, ["defended".to_owned(), answers, String::new()]),
        cell(&views.ocr, ["to be read".to_owned(), text, String::new()]),
    ]
}
