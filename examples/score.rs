//! Scores an SVG against a description, by every score that needs no download. `cargo run --example score -- [SVG DESCRIPTION]`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;

use linocut::pipeline::standard_score;
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::{Drawing, Profile, Prompt, Score, Subject, check};

const SAMPLE: &str = r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><path fill="#8ce" d="M0 0h90v90H0z"/><path fill="#27a" d="M0 55h90v35H0z"/><path fill="#c22" d="M20 55h50l-9 15H30zM43 15v36h-20z"/></svg>"##;

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let text = arguments.next().map_or_else(|| Ok(SAMPLE.to_owned()), std::fs::read_to_string)?;
    let prompt = Prompt::new(arguments.next().unwrap_or_else(|| "a red boat on the sea".to_owned()), 0);
    let svg = check(&text, &Profile::CONTEST)?;
    let image = MetricRenderer.picture(svg.svg(), METRIC_SIDE, METRIC_SIDE)?;
    let drawing = Drawing::parse(&text).ok();
    let subject = Subject {
        image: &image,
        drawing: drawing.as_ref(),
        source: None,
        prompt: &prompt,
        questions: &[],
        unused_words: &[],
        seed: 0,
    };
    let mut score = standard_score();
    // Fidelity compares with the picture that an SVG was traced from, which there is none of here.
    score.weights.retain(|weight| weight.part != "fidelity");
    let scores = score.score(&subject)?;
    println!("score {:.3} for “{}”", scores.total, prompt.text);
    for (part, value) in &scores.parts {
        println!("  {part} {value:.3}");
    }
    Ok(())
}
