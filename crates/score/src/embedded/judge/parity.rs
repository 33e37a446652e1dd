//! Compares the judge with onnxruntime on the same files, and checks what it should know.

use image::RgbImage;
use linocut_core::{Prompt, Score, Subject};
use linocut_words::{DIMENSIONS, Vector};
use serde_json::Value;

use super::{Judge, JudgeError};

/// Names of the pictures, each of which is also its description.
const PICTURES: [&str; 3] = ["a-house-with-a-garden", "a-red-apple", "a-sailboat-on-a-blue-sea"];

fn picture(name: &str) -> RgbImage {
    let path = format!("{}/../../fixtures/score/judge/goldens/{name}.png", env!("CARGO_MANIFEST_DIR"));
    image::open(path).unwrap().to_rgb8()
}

/// What the script recorded: the picture's output and the text's direction.
fn golden(name: &str) -> (Vec<f32>, Vec<f32>) {
    let text = include_str!("../../../../../fixtures/score/judge/goldens/goldens.json");
    let all: Value = serde_json::from_str(text).unwrap();
    let numbers = |key: &str| {
        let values = all[name][key].as_array().unwrap();
        values.iter().map(|value| value.as_f64().unwrap() as f32).collect()
    };
    (numbers("picture"), numbers("text"))
}

fn direction(values: &[f32]) -> Vector {
    Vector::towards(values[..DIMENSIONS].try_into().unwrap())
}

fn score(judge: &Judge, image: &RgbImage, text: &str) -> f64 {
    let prompt = Prompt::new(text, 0);
    let subject = Subject::new(image, &prompt);
    judge.score(&subject).unwrap().part("judge").unwrap()
}

#[test]
fn pictures_and_texts_get_the_directions_of_the_reference() {
    let judge = Judge::embedded().unwrap();
    for name in PICTURES {
        let (seen, (picture_golden, text_golden)) = (judge.embed_picture(&picture(name)).unwrap(), golden(name));
        let text = judge.embed_text(&name.replace('-', " ")).unwrap().unwrap();
        assert!(seen.direction.cosine(&direction(&picture_golden)) > 0.999, "{name}");
        assert!(text.cosine(&direction(&text_golden)) > 0.9999, "{name}");
        let [usual, deviation] = [picture_golden[DIMENSIONS], picture_golden[DIMENSIONS + 1]];
        assert!((seen.usual - usual).abs() < 0.01 && (seen.deviation - deviation).abs() < 0.01, "{name}");
    }
}

#[test]
fn each_picture_fits_its_own_description_best() {
    let judge = Judge::embedded().unwrap();
    let texts = PICTURES.map(|name| judge.embed_text(&name.replace('-', " ")).unwrap().unwrap());
    for (own, name) in PICTURES.into_iter().enumerate() {
        let seen = judge.embed_picture(&picture(name)).unwrap();
        let fits = texts.map(|text| judge.fit(&seen, &text));
        assert!((0..3).all(|other| other == own || fits[other] < fits[own]), "{name}: {fits:?}");
    }
}

#[test]
fn the_score_is_the_same_every_time_and_within_its_range() {
    let (judge, again) = (Judge::embedded().unwrap(), Judge::embedded().unwrap());
    let image = picture(PICTURES[1]);
    for text in ["a red apple", "a purple forest at dusk", "khaki triangles", "lighthouse"] {
        let found = score(&judge, &image, text);
        assert!((0.0..=1.0).contains(&found) && found == score(&again, &image, text), "{text}: {found}");
    }
}

#[test]
fn a_text_without_a_known_word_is_as_likely_as_not() {
    let judge = Judge::embedded().unwrap();
    for text in ["", "the", "紫の森", "🦊", "<svg/>xyzzy", &"é".repeat(10_000)] {
        assert_eq!(score(&judge, &picture(PICTURES[1]), text), 0.5, "{text}");
        assert_eq!(judge.similarity(&picture(PICTURES[1]), text).unwrap(), None);
    }
    let long = "red apple ".repeat(10_000);
    assert!(judge.embed_text(&long).unwrap().is_some());
}

#[test]
fn a_picture_without_pixels_is_an_error_and_a_tiny_one_is_not() {
    let judge = Judge::embedded().unwrap();
    assert!(matches!(judge.embed_picture(&RgbImage::new(0, 4)), Err(JudgeError::NoPixels { size: (0, 4) })));
    for (width, height) in [(1, 1), (3, 700), (2_000, 2)] {
        assert!(judge.embed_picture(&RgbImage::new(width, height)).is_ok());
    }
}
