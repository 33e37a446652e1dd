//! Shows the road from a description to a drawing, a picture for each stage, as the pages of the docs have them.
//!
//! ```text
//! cargo run --release -p linocut-language --example road -- MODEL FOLDER
//! ```
//!
//! Arguments: a model's folder or GGUF file; a folder for the pictures, which must exist. Says on the terminal what each shows. Of 400 drawings the
//! six that paint most are shown, and the one that is most like what the composer makes of the description is chosen: a stand-in for the
//! pipeline's score. What is mended and tidied is the composer's drawing, on a finer grid, with words around it and cut off.

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;
use std::fmt::Write as _;
use std::fs;
use std::path::Path;

use image::{RgbImage, imageops};
use linocut_collage::Collage;
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task};
use linocut_finish::Tidy;
use linocut_language::constraint::Constraint;
use linocut_language::model::{Asking, LanguageModel, Sampling, Written, mend};
use linocut_nn::place::Placement;
use linocut_raster::{composite, encode_png, ssim};
use linocut_svg::{Drawing, Svg, rasterize};

const DESCRIPTION: &str = "a red circle on a blue background";
const BUDGET: ByteBudget = ByteBudget::new(900);
const SEEDS: u64 = 400;
const SHOWN: usize = 6;
/// Side of a drawing in a sheet, and the gap between two, in px.
const CELL: u32 = 112;
const GAP: u32 = 8;
/// The text that is mended breaks off behind so many parts of one more.
const BREAK: usize = 4;
/// How much finer the grid of that text is than the composer's.
const FINER: u32 = 10;

fn main() -> Result<(), Box<dyn Error>> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [name, folder] = &arguments[..] else { return Err("usage: road MODEL FOLDER".into()) };
    let folder = Path::new(folder);
    let by_lot = Sampling { temperature: 1.0, ..Sampling::GREEDY };
    let model = LanguageModel::open(name.as_str(), &Placement::default())?.with_sampling(by_lot);
    let messages = Asking::Instruction.messages(DESCRIPTION, BUDGET);
    let prompt = model.chat().render(&messages)?;
    fs::write(folder.join("1-prompt.svg"), page(&prompt.lines().flat_map(wrapped).collect::<Vec<_>>()))?;
    let tokens = model.chat().encode(&prompt, false)?;
    fs::write(folder.join("2-tokens.svg"), tokens_page(&model, &tokens)?)?;
    println!("1, 2: a prompt of {} bytes is {} tokens", prompt.len(), tokens.len());
    fs::write(folder.join("3-mask.svg"), masks_page(&model)?)?;

    let seeds: Vec<u64> = (0..SEEDS).collect();
    let mut written = model.write(&messages, BUDGET, &seeds, &Stop::never(), |_| {})?;
    // Coordinates have up to seven digits; what lies that far away no renderer takes.
    written.retain(|written| Svg::new(&written.svg).is_ok_and(|svg| picture(&svg).is_ok()));
    println!("4: {} of {SEEDS} drawings under the mask can be rendered", written.len());
    if written.is_empty() {
        return Err("no drawing can be rendered".into());
    }
    let ink = |written: &Written| {
        let seen = Svg::new(&written.svg).ok().and_then(|svg| picture(&svg).ok());
        seen.map_or(0, |seen| seen.pixels().filter(|pixel| pixel.0 != [255; 3]).count())
    };
    written.sort_by_cached_key(|written| std::cmp::Reverse(ink(written)));
    println!(
        "   {} of them paint a pixel that is not white",
        written.iter().filter(|written| ink(written) > 0).count()
    );
    written.truncate(SHOWN);
    let bytes: Vec<usize> = written.iter().map(|written| written.svg.len()).collect();
    println!("   those shown take {bytes:?} bytes");
    let pictures = written.iter().map(|written| picture(&Svg::new(&written.svg)?)).collect::<Result<Vec<_>, _>>()?;
    save(folder, "4-drawings.png", &pictures)?;

    save(folder, "5-mended-tidied.png", &mended()?)?;
    let chosen = chosen(&written)?;
    println!("6: drawing {} of {SHOWN} is most like the composer's", chosen + 1);
    save(folder, "6-chosen.png", &pictures[chosen..=chosen])
}

/// The composer's drawing, what is mended of its text on a finer grid that breaks off, and that tidied.
fn mended() -> Result<[RgbImage; 3], Box<dyn Error>> {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    let whole = composed(BUDGET)?;
    let fine = whole.on_grid(whole.width * FINER, whole.height * FINER).write().to_string();
    let text = format!("Here it is:\n{}", &fine[..fine.len() * BREAK / (BREAK + 1)]);
    let mended = mend(&text, ByteBudget::CONTEST)?;
    let drawing = Drawing::parse(&mended.svg)?;
    let tidied = Tidy.tidy(drawing, &task)?;
    println!("5: {} bytes of {}: {}", text.len(), fine.len(), mended.changes.join(", "));
    println!("   mended {} bytes, tidied {}", mended.svg.len(), tidied.byte_count());
    Ok([picture(&whole.write())?, picture(&Svg::new(&mended.svg)?)?, picture(&tidied.write())?])
}

fn composed(budget: ByteBudget) -> Result<Drawing, Box<dyn Error>> {
    let stop = Stop::never();
    Ok(Collage::default().draw(&Prompt::new(DESCRIPTION, 7), &Task::new(budget, &stop))?)
}

/// Which is most like the composer's picture of the description.
fn chosen(written: &[Written]) -> Result<usize, Box<dyn Error>> {
    let composed = picture(&composed(BUDGET)?.write())?;
    let mut best = (0, f64::MIN);
    for (at, written) in written.iter().enumerate() {
        let likeness = ssim(&picture(&Svg::new(&written.svg)?)?, &composed)?;
        if likeness > best.1 {
            best = (at, likeness);
        }
    }
    Ok(best.0)
}

/// A drawing on white.
fn picture(svg: &Svg) -> Result<RgbImage, Box<dyn Error>> {
    Ok(composite(&rasterize(svg, CELL, CELL)?, [255; 3].into()))
}

/// Pictures side by side.
fn save(folder: &Path, name: &str, pictures: &[RgbImage]) -> Result<(), Box<dyn Error>> {
    let width = (CELL + GAP) * pictures.len() as u32 + GAP;
    let mut sheet = RgbImage::from_pixel(width, CELL + 2 * GAP, [214, 216, 220].into());
    for (picture, at) in pictures.iter().zip(0_i64..) {
        imageops::replace(&mut sheet, picture, i64::from(GAP) + at * i64::from(CELL + GAP), i64::from(GAP));
    }
    Ok(fs::write(folder.join(name), encode_png(&sheet)?)?)
}

/// Pieces of a line of at most 84 characters, cut between words.
fn wrapped(line: &str) -> Vec<String> {
    let mut lines = vec![String::new()];
    for word in line.split(' ') {
        let last = lines.last_mut().map_or(0, |line| line.len());
        if last > 0 && last + 1 + word.len() > 84 {
            lines.push(String::new());
        }
        if let Some(line) = lines.last_mut() {
            let space = if line.is_empty() { "" } else { " " };
            *line += &format!("{space}{word}");
        }
    }
    lines
}

fn escaped(text: &str) -> String {
    let visible: String = text.chars().map(|c| if c == '\n' { '⏎' } else { c }).collect();
    visible.replace('&', "&amp;").replace('<', "&lt;").replace(' ', "\u{a0}")
}

fn root(width: u32, height: u32) -> String {
    format!(
        r##"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {width} {height}" width="{width}" height="{height}" font-family="monospace" font-size="13"><rect width="{width}" height="{height}" fill="#fbfbf9"/>"##
    )
}

/// Lines of text.
fn page(lines: &[String]) -> String {
    let mut svg = root(720, 18 * lines.len() as u32 + 16);
    for (line, y) in lines.iter().zip((24..).step_by(18)) {
        let _ = write!(svg, r##"<text x="12" y="{y}" fill="#223">{}</text>"##, escaped(line));
    }
    svg + "</svg>\n"
}

/// Tokens in coloured boxes, row by row; at most four rows.
fn tokens_page(model: &LanguageModel, tokens: &[u32]) -> Result<String, Box<dyn Error>> {
    const ROWS: u32 = 4;
    const COLOURS: [&str; 4] = ["#dbe7f6", "#f6e6d3", "#e0f0dc", "#efdff2"];
    let (mut body, mut x, mut row, mut shown) = (String::new(), 12, 0, 0);
    for (at, token) in tokens.iter().enumerate() {
        let text = model.chat().decode(&[*token], false)?;
        let width = 8 * text.chars().count().max(3) as u32 + 8;
        if x + width > 708 {
            (x, row) = (12, row + 1);
        }
        if row == ROWS {
            break;
        }
        let (y, fill) = (12 + 36 * row, COLOURS[at % COLOURS.len()]);
        let _ = write!(
            body,
            r##"<rect x="{x}" y="{y}" width="{width}" height="30" rx="4" fill="{fill}"/><text x="{}" y="{}" fill="#223">{}</text><text x="{}" y="{}" font-size="9" fill="#667">{token}</text>"##,
            x + 4,
            y + 14,
            escaped(&text),
            x + 4,
            y + 26
        );
        (x, shown) = (x + width + 4, at + 1);
    }
    println!("2: the first {shown} tokens are shown");
    Ok(root(720, 36 * row.min(ROWS - 1) + 54) + &body + "</svg>\n")
}

/// The vocabulary as cells, row by row, for three texts; what is allowed is dark.
fn masks_page(model: &LanguageModel) -> Result<String, Box<dyn Error>> {
    const COLUMNS: u32 = 24;
    const SIDE: u32 = 9;
    let size = model.config().vocabulary;
    let constraint = Constraint::new(model.chat().vocabulary(size)?)?;
    let height = SIDE * (size as u32).div_ceil(COLUMNS);
    let mut svg = root(720, height + 60);
    let start = "<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 99 99\">";
    for (at, body) in ["", "<circle fill=\"#", "<path d=\"m1 1"].into_iter().enumerate() {
        let mut guide = constraint.begin(BUDGET)?;
        for byte in start.bytes().chain(body.bytes()) {
            let token = (0..size as u32).find(|token| constraint.vocabulary().bytes(*token) == [byte]);
            guide.take(token.ok_or("a byte of a drawing is no token")?)?;
        }
        let mask = guide.mask();
        let left = 12 + 236 * at as u32;
        let mut cells = String::new();
        for token in mask.iter() {
            let (x, y) = (left + SIDE * (token % COLUMNS), 12 + SIDE * (token / COLUMNS));
            let _ = write!(cells, "M{x} {y}h8v8h-8z");
        }
        let count = mask.iter().count();
        let _ = write!(
            svg,
            r##"<rect x="{left}" y="12" width="{}" height="{height}" fill="#e4e4e0"/><path d="{cells}" fill="#20609a"/><text x="{left}" y="{}" fill="#223">{}</text><text x="{left}" y="{}" fill="#667">{count} of {size} allowed</text>"##,
            COLUMNS * SIDE,
            height + 30,
            escaped(if body.is_empty() { "behind the root" } else { body }),
            height + 48
        );
        println!("3: `{body}`: {count} of {size} tokens are allowed");
    }
    Ok(svg + "</svg>\n")
}
