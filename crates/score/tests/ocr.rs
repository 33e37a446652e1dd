//! OCR of whole pictures.
#![cfg(feature = "ocr")]

use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use image::RgbImage;
use linocut_core::{Prompt, Score, Subject};
use linocut_raster::{DecodeLimits, decode, drop_alpha};
use linocut_score::{PpOcrScore, Reader};

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::embedded().expect("the networks are part of the crate"));

fn fixtures() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/score")
}

fn picture(path: impl AsRef<Path>) -> RgbImage {
    let file = std::fs::read(fixtures().join(path)).expect("the fixture is there");
    drop_alpha(&decode(&file, &DecodeLimits::default()).expect("the fixture is a picture"))
}

#[test]
fn reads_capitals_small_letters_and_signs() {
    assert_eq!(READER.text(&picture("ocr/hello.png")).unwrap(), "HELLO");
    assert_eq!(READER.text(&picture("ocr/sale.png")).unwrap(), "SALE 50%\nopen until late");
}

#[test]
fn reads_slanted_and_turned_lines() {
    assert_eq!(READER.text(&picture("ocr/slanted.png")).unwrap(), "lighthouse");
    assert_eq!(READER.text(&picture("ocr/turned.png")).unwrap(), "MARKET");
}

#[test]
fn boxes_lie_around_the_words() {
    let lines = READER.read(&picture("ocr/hello.png")).unwrap();
    let word = lines.iter().find(|line| line.text == "HELLO").unwrap();
    let [left_top, _, right_bottom, _] = word.corners;
    // The capitals reach from (75, 106) to (290, 159).
    assert!((50.0..=75.0).contains(&left_top[0]) && (80.0..=106.0).contains(&left_top[1]), "{left_top:?}");
    assert!(
        (290.0..=315.0).contains(&right_bottom[0]) && (159.0..=185.0).contains(&right_bottom[1]),
        "{right_bottom:?}"
    );
}

#[test]
fn pictures_without_text_and_a_single_letter_have_no_text() {
    assert_eq!(READER.text(&picture("ocr/one_letter.png")).unwrap(), "");
    let drawings = std::fs::read_dir(fixtures().join("render")).unwrap().map(|entry| entry.unwrap().path());
    let pngs: Vec<PathBuf> = drawings.filter(|path| path.extension().is_some_and(|end| end == "png")).collect();
    assert!(pngs.len() >= 5);
    for path in pngs {
        assert_eq!(READER.text(&picture(&path)).unwrap(), "", "{}", path.display());
    }
}

#[test]
fn the_same_picture_reads_the_same_again() {
    let image = picture("ocr/sale.png");
    assert_eq!(READER.read(&image).unwrap(), Reader::embedded().unwrap().read(&image).unwrap());
}

#[test]
fn the_score_has_its_own_name_and_counts_characters() {
    let score = PpOcrScore::new(Reader::embedded().unwrap());
    let (image, prompt) = (picture("ocr/hello.png"), Prompt::new("a greeting", 0));
    let subject = Subject::new(&image, &prompt);
    let scores = score.score(&subject).unwrap();
    assert_eq!(scores.part("O"), None);
    assert!((scores.part("O(pp-ocr)").unwrap() - (-1_f64).exp()).abs() < 1e-12);
}
