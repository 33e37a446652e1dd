//! The small SigLIP on pictures and captions of the composer that it has not seen.

#![cfg(feature = "small-siglip")]
#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::fs;
use std::path::Path;
use std::sync::Arc;

use image::RgbImage;
use linocut::collage::Collage;
use linocut::core::{Generate, Score, Subject};
use linocut::score::contest::{ContestScore, Judges, Recipe};
use linocut::score::siglip::{Likelihood, SiglipSimilarity};
use linocut::{Prompt, Stop};

/// Captions among which the right one is looked for.
const CHOICE: usize = 8;

/// The first held-out captions and their pictures.
fn held_out(count: usize) -> (Vec<String>, Vec<RgbImage>) {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../lab/small-model/held_out/judge.txt");
    let captions: Vec<String> = fs::read_to_string(file).unwrap().lines().take(count).map(str::to_owned).collect();
    let composer = Collage { side: 256 };
    let picture = |(seed, caption): (u64, &String)| {
        composer.generate(&Prompt::new(caption.as_str(), seed), &Stop::never()).unwrap()
    };
    let pictures = (0..).zip(&captions).map(picture).collect();
    (captions, pictures)
}

/// How many pictures are nearer to their caption than to the seven that follow it. Chance finds one of eight.
fn found(small: &SiglipSimilarity, pictures: &[RgbImage], captions: &[String]) -> usize {
    let pictures: Vec<&RgbImage> = pictures.iter().collect();
    let texts: Vec<&str> = captions.iter().map(String::as_str).collect();
    let rows = small.likelihoods(&pictures, &texts).unwrap();
    let is_found = |(at, row): (usize, &Vec<Likelihood>)| {
        let cosine = |other: usize| row[(at + other) % texts.len()].cosine;
        (1..CHOICE).all(|other| cosine(other) < cosine(0))
    };
    rows.iter().enumerate().filter(|row| is_found(*row)).count()
}

#[test]
fn it_finds_the_caption_of_a_picture_among_eight() {
    let (captions, pictures) = held_out(40);
    let found = found(&SiglipSimilarity::small().unwrap(), &pictures, &captions);
    println!("{found} of 40");
    assert!(found >= 28, "{found} of 40");
}

#[test]
#[ignore = "takes a minute; prints the figure of docs/results/small-scorers.md"]
fn among_two_hundred_captions() {
    let (captions, pictures) = held_out(200);
    let found = found(&SiglipSimilarity::small().unwrap(), &pictures, &captions);
    println!("{found} of 200");
    assert!(found >= 150, "{found} of 200");
}

#[test]
fn it_tells_colours_apart() {
    let composer = Collage { side: 256 };
    let small = SiglipSimilarity::small().unwrap();
    let colours = ["red", "green", "blue", "yellow", "purple", "orange"];
    let mut right = 0;
    for thing in ["circle", "coat", "car"] {
        let texts = colours.map(|colour| format!("a {colour} {thing}"));
        let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
        for (at, text) in texts.iter().enumerate() {
            let picture = composer.generate(&Prompt::new(*text, at as u64), &Stop::never()).unwrap();
            let row = &small.likelihoods(&[&picture], &texts).unwrap()[0];
            right += usize::from(row.iter().all(|other| other.cosine <= row[at].cosine));
        }
    }
    println!("{right} of 18");
    // Chance finds three.
    assert!(right >= 11, "{right} of 18");
}

#[test]
fn the_first_metric_needs_no_download() {
    let (captions, pictures) = held_out(20);
    let judges = Judges { similarity: Some(Arc::new(SiglipSimilarity::small().unwrap())), ..Judges::default() };
    let score = ContestScore { judges, recipe: Recipe::FIRST };
    let total =
        |picture: &RgbImage, text: &str| score.score(&Subject::new(picture, &Prompt::new(text, 0))).unwrap().total;
    let is_above = |at: &usize| total(&pictures[*at], &captions[*at]) > total(&pictures[*at], &captions[(at + 1) % 20]);
    let above = (0..20).filter(is_above).count();
    println!("{above} of 20");
    assert!(above >= 16, "{above} of 20");
}
