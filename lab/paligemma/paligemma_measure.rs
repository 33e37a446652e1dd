//! Loads a PaliGemma 2 and measures what it is told to on the standard input; `lab/paligemma/measure.py` talks to it.
//!
//! `cargo run --release -p linocut-lab --features neural --bin paligemma_measure -- FOLDER nf4|stored|q4k|q8_0 [DEVICE f32|f16|bf16]`, then lines of `look`, `prefill N` (N prompts in one
//! pass), `separate N` (N prompts, each with its own look), `generate N` (N tokens), `row` (a look, four questions, a yes or no), `read`,
//! `logits` or `peak`. Answers are CPU seconds, on a card seconds of wall time, but for `logits` (numbers of one prompt) and `peak` (most memory ever resident, MB).

#![allow(clippy::print_stdout, reason = "examples talk to the terminal")]

use std::error::Error;
use std::fs;
use std::io::{BufRead, stdin};
use std::time::Instant;

use candle_core::Tensor;
use image::RgbImage;
use linocut_core::Question;
use linocut_nn::LinearKind;
use linocut_nn::place::Placement;
use linocut_score::paligemma::{PaliGemma, PaliGemmaConfig, PaliGemmaModel, PaliGemmaOptions, YesNo};

/// Text tokens behind the picture: about those of a question with four choices.
const TEXT: u32 = 60;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().collect();
    let (folder, kind, place) = match &arguments[1..] {
        [folder, kind] => (folder, kind, Placement::default()),
        [folder, kind, device, dtype] => (folder, kind, Placement::named(device.parse()?, Some(dtype.parse()?))?),
        _ => return Err("usage: paligemma_measure FOLDER KIND [DEVICE f32|f16|bf16]".into()),
    };
    let linear_kind = match kind.as_str() {
        "nf4" => LinearKind::Nf4,
        "q4k" => LinearKind::Q4K,
        "q8_0" => LinearKind::Q8_0,
        "stored" => LinearKind::Stored,
        _ => return Err("the kind is one of nf4, stored, q4k, q8_0".into()),
    };
    let clock = Clock { place: place.clone(), start: Instant::now() };
    let start = clock.seconds()?;
    let model = PaliGemma::open(folder, &PaliGemmaOptions { batch: 5, place: Placement { linear_kind, ..place } })?;
    println!("loaded {:.2} {}", clock.seconds()? - start, peak()?);
    for line in stdin().lock().lines() {
        let line = line?;
        let mut words = line.split_whitespace();
        let (command, count) = (words.next().unwrap_or(""), words.next().map_or(Ok(1), str::parse)?);
        match command {
            "peak" => println!("{}", peak()?),
            "logits" => {
                let network = model.model();
                let logits = network.next_logits(&look(network)?, &[prompt(network.config(), 0)])?.remove(0);
                println!("{}", logits.iter().map(f32::to_string).collect::<Vec<_>>().join(" "));
            }
            _ => {
                let start = clock.seconds()?;
                run(&model, command, count)?;
                println!("{:.3}", clock.seconds()? - start);
            }
        }
    }
    Ok(())
}

fn run(model: &PaliGemma, command: &str, count: usize) -> Result<(), Box<dyn Error>> {
    match command {
        "row" => row(model)?,
        "read" => drop(model.read(&model.look(&picture(model.model()))?)?),
        _ => run_network(model.model(), command, count)?,
    }
    Ok(())
}

/// What the metric asks about one picture, and what contestants asked besides.
fn row(model: &PaliGemma) -> Result<(), Box<dyn Error>> {
    let looked = model.look(&picture(model.model()))?;
    let choices = ["red", "green", "blue", "black"].map(str::to_owned).to_vec();
    let question = |text: &str| Question { text: text.to_owned(), choices: choices.clone(), answer: 1 };
    let questions =
        ["What colour is the sky?", "And the sea?", "And the sand?", "And the old boat on it?"].map(question);
    model.choices(&looked, &questions)?;
    model.portrays(&looked, &["an old boat on the sand by a calm sea"], YesNo::Deployed)?;
    Ok(())
}

fn run_network(model: &PaliGemmaModel, command: &str, count: usize) -> Result<(), Box<dyn Error>> {
    let prompts: Vec<Vec<u32>> = (0..count as u32).map(|index| prompt(model.config(), index)).collect();
    match command {
        "look" => drop(look(model)?),
        "prefill" => drop(model.next_logits(&look(model)?, &prompts)?),
        "separate" => {
            for prompt in prompts {
                model.next_logits(&look(model)?, &[prompt])?;
            }
        }
        "generate" => drop(model.generate(&look(model)?, &prompts[0], count)?),
        _ => return Err(format!("no command {command:?}").into()),
    }
    Ok(())
}

/// The picture's features.
fn look(model: &PaliGemmaModel) -> Result<Tensor, Box<dyn Error>> {
    Ok(model.image_features(&model.pixel_values(&picture(model))?)?)
}

fn picture(model: &PaliGemmaModel) -> RgbImage {
    let side = model.config().vision_config.image_size as u32;
    RgbImage::from_fn(side, side, |x, y| [x as u8, y as u8, (x * y / 97) as u8].into())
}

/// A prompt of some text; later ones are longer.
fn prompt(config: &PaliGemmaConfig, index: u32) -> Vec<u32> {
    let picture = vec![config.image_token_index; config.vision_config.patches()];
    let text = (0..TEXT + 3 * index).map(|at| 5 + at * 7 % 250);
    picture.into_iter().chain([config.bos_token_id]).chain(text).collect()
}

/// User and system time of this process; on a card the wall time, once its work is done.
struct Clock {
    place: Placement,
    start: Instant,
}

impl Clock {
    fn seconds(&self) -> Result<f64, Box<dyn Error>> {
        if self.place.device.is_cpu() {
            return cpu_seconds();
        }
        self.place.device.synchronize()?;
        Ok(self.start.elapsed().as_secs_f64())
    }
}

/// User and system time of this process.
fn cpu_seconds() -> Result<f64, Box<dyn Error>> {
    let stat = fs::read_to_string("/proc/self/stat")?;
    let fields: Vec<&str> = stat.rsplit(')').next().unwrap_or("").split_whitespace().collect();
    let ticks: f64 = fields[11].parse::<f64>()? + fields[12].parse::<f64>()?;
    Ok(ticks / 100.0)
}

/// The most memory ever resident, MB.
fn peak() -> Result<u64, Box<dyn Error>> {
    let status = fs::read_to_string("/proc/self/status")?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).ok_or("no VmHWM")?;
    Ok(line.trim().trim_end_matches(" kB").trim().parse::<u64>()? / 1000)
}
