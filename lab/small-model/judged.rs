//! What the embedded judge thinks of a small model's pictures of captions: fit, and how often the caption is the nearest of eight.
//!
//! ```text
//! judged MODEL CAPTIONS OUT [steps=N] [guidance=G] [solver=ddim|multistep] [limit=N] [seed=N]
//! ```
//!
//! MODEL is `linocut-small`, a folder in the layout of diffusers, `composer`, or a folder of pictures as an earlier OUT. Each line of CAPTIONS is a caption, whose seven rivals
//! are the next lines, or a row of `held_out/viewers.tsv`: kind, caption, seven rivals. OUT gets the pictures, numbered from 0.

use std::collections::BTreeMap;
use std::error::Error;
use std::fs;
use std::io::{Write, stdout};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use image::RgbImage;
use linocut_collage::Collage;
use linocut_core::{Generate, Prompt, StageError, Stop};
use linocut_diffusion::ModelFolder;
use linocut_diffusion::denoise::DenoiseOptions;
use linocut_diffusion::entry::Entry;
use linocut_diffusion::family::Family;
use linocut_diffusion::hub::Places;
use linocut_diffusion::sampler::{FinalSigma, Method, Multistep, Sampler, SigmaCurve, Solver};
use linocut_score::Judge;

/// Captions among which the judge chooses.
const CHOICE: usize = 8;

fn main() -> Result<(), Box<dyn Error>> {
    let all: Vec<String> = std::env::args().skip(1).collect();
    let (named, places): (Vec<&String>, Vec<&String>) = all.iter().partition(|argument| argument.contains('='));
    let named: BTreeMap<&str, &str> = named.into_iter().filter_map(|argument| argument.split_once('=')).collect();
    let [model, captions, out] = places[..] else { return Err("usage: judged MODEL CAPTIONS OUT [name=value]".into()) };
    let number = |name: &str, usual: f64| named.get(name).map_or(Ok(usual), |value| value.parse::<f64>());
    let rows = rows(&fs::read_to_string(captions)?, number("limit", f64::INFINITY)? as usize);
    let generator = generator(model, &named)?;
    let (judge, seed, out) = (Judge::embedded()?, number("seed", 1.0)? as u64, PathBuf::from(out));
    fs::create_dir_all(&out)?;
    let (mut fits, mut times, mut first) = (Vec::new(), Vec::new(), 0);
    for (at, row) in rows.iter().enumerate() {
        let start = Instant::now();
        let image = generator.generate(&Prompt::new(row[0].as_str(), seed + at as u64), &Stop::default())?;
        times.push(start.elapsed());
        image.save(out.join(format!("{at:03}.png")))?;
        let seen = judge.embed_picture(&image)?;
        let texts = row.iter().map(|text| judge.embed_text(text)).collect::<Result<Vec<_>, _>>()?;
        let fit: Vec<f64> = texts.iter().map(|text| text.as_ref().map_or(0.0, |text| judge.fit(&seen, text))).collect();
        first += usize::from(fit[1..].iter().all(|rival| *rival < fit[0]));
        fits.push(fit[0]);
    }
    times.sort();
    let mut table = fs::File::create(out.join("fits.tsv"))?;
    for (row, fit) in rows.iter().zip(&fits) {
        writeln!(table, "{fit:.4}\t{}", row[0])?;
    }
    let count = fits.len().max(1);
    let median = times.get(times.len() / 2).copied().unwrap_or(Duration::ZERO);
    let mean = fits.iter().sum::<f64>() / count as f64;
    let share = 100.0 * first as f64 / count as f64;
    writeln!(
        stdout(),
        "{model}: {count} captions, fit {mean:.3}, nearest of {CHOICE} {share:.1} %, median {median:.2?}"
    )?;
    Ok(())
}

/// A caption and its rivals in each row.
fn rows(text: &str, limit: usize) -> Vec<Vec<String>> {
    let lines: Vec<&str> = text.lines().filter(|line| !line.is_empty()).collect();
    let rivals = |at: usize| (0..CHOICE).map(|next| lines[(at + next) % lines.len()].to_owned()).collect();
    let row = |(at, line): (usize, &&str)| {
        if line.contains('\t') { line.split('\t').skip(1).map(str::to_owned).collect() } else { rivals(at) }
    };
    lines.iter().enumerate().take(limit).map(row).collect()
}

fn generator(model: &str, named: &BTreeMap<&str, &str>) -> Result<Box<dyn Generate>, Box<dyn Error>> {
    if model == "composer" {
        return Ok(Box::new(Collage::default()));
    }
    if Path::new(model).join("000.png").exists() {
        let first_seed = named.get("seed").map_or(Ok(1), |seed| seed.parse())?;
        return Ok(Box::new(Drawn { folder: model.into(), first_seed }));
    }
    let (folder, family, mut options) = if Path::new(model).is_dir() {
        let family = Family::of_folder(model)?;
        (ModelFolder::new(model), family, DenoiseOptions::of_folder(model, family)?)
    } else {
        let entry = Entry::named(model)?;
        let folder = ModelFolder::of_located(entry.locate(&Places::of_environment())?, entry);
        (folder, entry.family, DenoiseOptions::of_entry(entry))
    };
    if let Some(steps) = named.get("steps") {
        options.steps = steps.parse()?;
    }
    if let Some(guidance) = named.get("guidance") {
        options.guidance = guidance.parse()?;
    }
    let opened = folder.opened(&[])?.sampler(options.sampler.clone())?;
    let method = match named.get("solver") {
        Some(&"multistep") => MULTISTEP,
        Some(&"ddim") => Method::Ddim { eta: 0.0, ends_clean: true, clip: None },
        Some(other) => return Err(format!("solver `{other}`, expected ddim or multistep").into()),
        None => opened.method,
    };
    options.sampler = Some(Sampler { method, ..opened });
    Ok(Box::new(family.open(&folder, None, options)?))
}

/// Pictures that are there already, numbered from 0.
struct Drawn {
    folder: PathBuf,
    first_seed: u64,
}

impl Generate for Drawn {
    fn generate(&self, prompt: &Prompt, _: &Stop) -> Result<RgbImage, StageError> {
        let file = self.folder.join(format!("{:03}.png", prompt.seed - self.first_seed));
        let picture =
            image::open(&file).map_err(|error| StageError::new("read", format!("{}: {error}", file.display())))?;
        Ok(picture.into_rgb8())
    }
}

const MULTISTEP: Method = Method::Multistep(Multistep {
    solver: Solver { stochastic: false, heun: false },
    order: 2,
    lower_order_final: true,
    euler_at_final: false,
    curve: SigmaCurve::Timesteps,
    final_sigma: FinalSigma::Zero,
});
