//! What the renderer and the reader of foreign SVGs take a file to mean, against librsvg and CairoSVG: `fixtures/svg/corpus`.

#![cfg(all(feature = "foreign", feature = "render"))]
#![expect(clippy::unwrap_used, reason = "a test may panic")]

use std::fmt::Write as _;

use image::{Rgb, RgbImage, RgbaImage};
use linocut_svg::{Drawing, Svg, rasterize, read_foreign};
use serde::Deserialize;

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/svg/corpus");
/// Side of a tile, and tiles in a row of the pictures.
const SIDE: u32 = 48;
const COLUMNS: u32 = 20;
/// Units of the reader's grid in a pixel.
const FINER: u32 = 16;
/// Levels beyond those around a pixel that count as off, and pixels that may be off.
const LEVELS: u8 = 12;
const PIXELS: usize = 8;
/// Pixels by which the reader's rounding may be off.
const ROUNDED: usize = 20;

/// Files that are drawn otherwise than librsvg and CairoSVG draw them, although those agree.
const OTHERWISE: [(&str, &str); 14] = [
    ("colour/lab", "CSS 4 has the colour; they paint black"),
    ("colour/oklch", "CSS 4 has the colour; they paint black"),
    ("dash/dots", "the dot at the very end of the line is missing"),
    ("dash/square-dots", "the dot at the very end of the line is missing"),
    ("dash/dots-and-dashes", "they leave out dots between dashes"),
    ("dot/square", "SVG has a square there; they paint nothing"),
    ("thin/slanted", "a hairline is a little fainter"),
    ("thin/rect", "an area thinner than a pixel is a little darker"),
    ("transform/root", "SVG 2 lets the root have a transform"),
    ("sheet/not", "the selector is not read"),
    ("sheet/last-child", "the selector is not read"),
    ("linear/no-length", "SVG paints the last stop's colour"),
    ("radial/zero", "SVG paints the last stop's colour"),
    ("xml/doctype", "`Svg` has no document type; the reader takes it"),
];

#[derive(Deserialize)]
struct File {
    name: String,
    svg: String,
}

/// What was made of a file.
struct Row {
    name: String,
    goldens_agree: bool,
    drawn: &'static str,
    read: &'static str,
    lost: String,
}

fn files() -> Vec<File> {
    let text = std::fs::read_to_string(format!("{FOLDER}/corpus.jsonl")).unwrap();
    text.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn golden(name: &str) -> RgbImage {
    image::open(format!("{FOLDER}/{name}.png")).unwrap().to_rgb8()
}

fn tile(sheet: &RgbImage, index: u32) -> RgbImage {
    image::imageops::crop_imm(sheet, index % COLUMNS * SIDE, index / COLUMNS * SIDE, SIDE, SIDE).to_image()
}

fn on_white(image: &RgbaImage) -> RgbImage {
    RgbImage::from_fn(SIDE, SIDE, |x, y| {
        let [r, g, b, a] = image.get_pixel(x, y).0.map(u32::from);
        Rgb([r, g, b].map(|level| ((level * a + 255 * (255 - a) + 127) / 255) as u8))
    })
}

/// Pixels of either picture with a level beyond those around the same pixel of the other: edges may be softened differently.
fn off(a: &RgbImage, b: &RgbImage) -> usize {
    let near = |at: u32| at.saturating_sub(1)..=(at + 1).min(SIDE - 1);
    let beyond = |a: &RgbImage, b: &RgbImage, x: u32, y: u32, channel: usize| {
        let around = near(y).flat_map(|v| near(x).map(move |u| b.get_pixel(u, v).0[channel]));
        let (least, most) = around.fold((u8::MAX, 0), |(least, most), level| (least.min(level), most.max(level)));
        let own = a.get_pixel(x, y).0[channel];
        own < least.saturating_sub(LEVELS) || own > most.saturating_add(LEVELS)
    };
    let count = |a: &RgbImage, b: &RgbImage| {
        let pixels = (0..SIDE).flat_map(|y| (0..SIDE).map(move |x| (x, y)));
        pixels.filter(|&(x, y)| (0..3).any(|channel| beyond(a, b, x, y, channel))).count()
    };
    count(a, b).max(count(b, a))
}

fn rows() -> Vec<Row> {
    let (librsvg, cairosvg) = (golden("librsvg"), golden("cairosvg"));
    let row = |(index, file): (u32, File)| {
        let (theirs, others) = (tile(&librsvg, index), tile(&cairosvg, index));
        let svg = Svg::new(&file.svg).ok();
        let drawn = svg.and_then(|svg| rasterize(&svg, SIDE, SIDE).ok()).map(|picture| on_white(&picture));
        let foreign = read_foreign(&file.svg, SIDE * FINER).ok();
        let read = foreign.as_ref().map(|f| on_white(&rasterize(&f.drawing.write(), SIDE, SIDE).unwrap()));
        let lost = foreign.map(|foreign| foreign.lost.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "));
        let like = |golden: &RgbImage| drawn.as_ref().is_some_and(|drawn| off(drawn, golden) <= PIXELS);
        Row {
            name: file.name,
            goldens_agree: off(&theirs, &others) <= PIXELS,
            drawn: match (&drawn, like(&theirs), like(&others)) {
                (None, ..) => "refused",
                (_, true, true) => "both",
                (_, true, false) => "librsvg",
                (_, false, true) => "cairosvg",
                (_, false, false) => "neither",
            },
            read: match (&read, &drawn) {
                (None, _) => "refused",
                (Some(_), None) => "read",
                (Some(read), Some(drawn)) if off(read, drawn) <= ROUNDED => "same",
                _ => "other",
            },
            lost: lost.unwrap_or_default(),
        }
    };
    (0..).zip(files()).map(row).collect()
}

#[test]
fn files_mean_what_was_written_down() {
    let mut text = String::from("file\tdrawn as\tread as\tlost\n");
    for Row { name, drawn, read, lost, .. } in rows() {
        writeln!(text, "{name}\t{drawn}\t{read}\t{lost}").unwrap();
    }
    let path = format!("{FOLDER}/expected.tsv");
    if std::env::var_os("UPDATE").is_some() {
        std::fs::write(path, text).unwrap();
        return;
    }
    let expected = std::fs::read_to_string(path).unwrap();
    let changed: Vec<_> = text.lines().zip(expected.lines()).filter(|(now, before)| now != before).collect();
    assert!(changed.is_empty() && text.len() == expected.len(), "{changed:#?}");
}

#[test]
fn what_two_renderers_agree_on_is_drawn_so() {
    let others: Vec<String> =
        rows().into_iter().filter(|row| row.goldens_agree && row.drawn != "both").map(|row| row.name).collect();
    assert_eq!(others, OTHERWISE.map(|(name, _)| name));
}

#[test]
fn what_is_read_is_what_is_drawn_or_said_to_be_lost() {
    for Row { name, drawn, read, lost, .. } in rows() {
        let is_refused = drawn == "refused";
        assert!(read == "same" || is_refused || !lost.is_empty(), "{name} is drawn, but read otherwise without a word");
    }
}

#[test]
fn what_the_exact_reader_takes_is_what_is_drawn() {
    let mut taken = 0;
    for file in files() {
        let Ok(drawing) = Drawing::parse(&file.svg) else { continue };
        let draw = |svg: &Svg| on_white(&rasterize(svg, SIDE, SIDE).unwrap());
        let (ours, drawn) = (draw(&drawing.write()), draw(&Svg::new(&file.svg).unwrap()));
        assert!(off(&ours, &drawn) <= PIXELS, "{} is taken to mean something else: {}", file.name, file.svg);
        taken += 1;
    }
    assert!(taken > 40, "only {taken} files are taken");
}
