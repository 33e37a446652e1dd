//! What the embedded judge thinks of drawings of descriptions: fit, and how often the description is the nearest of eight.
//!
//! ```text
//! drawings_judged FILE [TABLE]
//! ```
//!
//! FILE has JSON lines of `description` and `svg`, as `write` and `pairs` of `linocut-language` give them; several of one description follow
//! each other. Rivals of a description are the seven that come next. TABLE gets a line for each drawing: its fit, and whether its description
//! is the nearest, in the order of FILE.

use std::error::Error;
use std::fs;
use std::io::{Write, stdout};

use image::RgbImage;
use linocut_raster::drop_alpha;
use linocut_score::Judge;
use linocut_svg::{Svg, rasterize};
use serde_json::Value;

/// Descriptions among which the judge chooses.
const CHOICE: usize = 8;
/// Side of the pictures that the judge sees, px.
const SIDE: u32 = 256;

struct Row {
    description: String,
    svg: String,
}

/// A description's drawing as the judge sees it.
struct Judged {
    fit: f64,
    is_nearest: bool,
}

fn main() -> Result<(), Box<dyn Error>> {
    let mut arguments = std::env::args().skip(1);
    let file = arguments.next().ok_or("usage: drawings_judged FILE [TABLE]")?;
    let mut table = arguments.next().map(fs::File::create).transpose()?;
    let text = fs::read_to_string(file)?;
    let rows = text.lines().map(row).collect::<Result<Vec<_>, _>>()?;
    let groups: Vec<&[Row]> = rows.chunk_by(|a, b| a.description == b.description).collect();
    let judge = Judge::embedded()?;
    let (mut first, mut best) = (Vec::new(), Vec::new());
    for (at, group) in groups.iter().enumerate() {
        let texts: Vec<&str> =
            (0..CHOICE).map(|other| groups[(at + other) % groups.len()][0].description.as_str()).collect();
        let mut drawings = group.iter().map(|row| judged(&judge, &row.svg, &texts)).collect::<Result<Vec<_>, _>>()?;
        if let Some(table) = &mut table {
            for Judged { fit, is_nearest } in &drawings {
                writeln!(table, "{fit:.4}\t{is_nearest}")?;
            }
        }
        let found = (0..drawings.len()).max_by(|&a, &b| drawings[a].fit.total_cmp(&drawings[b].fit));
        let found = found.ok_or("a description has no drawing")?;
        first.push(Judged { ..drawings[0] });
        best.push(drawings.swap_remove(found));
    }
    say("first drawing", &mut first)?;
    say("best drawing by the judge", &mut best)
}

fn row(line: &str) -> Result<Row, Box<dyn Error>> {
    let value: Value = serde_json::from_str(line)?;
    let field = |name: &str| value[name].as_str().map(str::to_owned).ok_or_else(|| format!("no `{name}` in {line}"));
    Ok(Row { description: field("description")?, svg: field("svg")? })
}

fn judged(judge: &Judge, svg: &str, texts: &[&str]) -> Result<Judged, Box<dyn Error>> {
    let image: RgbImage = drop_alpha(&rasterize(&Svg::new(svg)?, SIDE, SIDE)?);
    let seen = judge.embed_picture(&image)?;
    let fit = |text: &&str| Ok(judge.embed_text(text)?.map_or(0.0, |text| judge.fit(&seen, &text)));
    let fits = texts.iter().map(fit).collect::<Result<Vec<f64>, Box<dyn Error>>>()?;
    Ok(Judged { fit: fits[0], is_nearest: fits[1..].iter().all(|rival| *rival < fits[0]) })
}

fn say(name: &str, judged: &mut [Judged]) -> Result<(), Box<dyn Error>> {
    judged.sort_by(|a, b| a.fit.total_cmp(&b.fit));
    let count = judged.len().max(1);
    let nearest = judged.iter().filter(|drawing| drawing.is_nearest).count();
    let mean = judged.iter().map(|drawing| drawing.fit).sum::<f64>() / count as f64;
    let median = judged.get(judged.len() / 2).map_or(0.0, |drawing| drawing.fit);
    let share = 100.0 * nearest as f64 / count as f64;
    writeln!(stdout(), "{name}: fit {mean:.4} (median {median:.4}), nearest {nearest} of {count} ({share:.1} %)")?;
    Ok(())
}
