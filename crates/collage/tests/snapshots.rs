//! What the composer draws, kept as pictures: `fixtures/collage/snapshots`.

#![expect(clippy::unwrap_used, reason = "what fails to draw fails the test")]

use image::DynamicImage;
use linocut_collage::Collage;
use linocut_core::{ByteBudget, Prompt, Stop, Task};
use linocut_svg::rasterize;
use linocut_testing::{Tolerance, assert_picture};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/collage/snapshots");
const SIDE: u32 = 192;

fn assert_drawn(name: &str, description: &str) {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::new(10_000), &stop);
    let drawing = Collage::default().drawing(&Prompt::new(description, 1), &task).unwrap();
    let picture = DynamicImage::from(rasterize(&drawing.write(), SIDE, SIDE).unwrap()).to_rgb8();
    assert_picture(&picture, FOLDER, name, Tolerance::ROUNDING);
}

#[test]
fn a_landscape() {
    assert_drawn("landscape", "snow-capped mountains behind a pine forest");
}

#[test]
fn water() {
    assert_drawn("water", "a sailboat on a calm lake at sunset");
}

#[test]
fn night() {
    assert_drawn("night", "a lighthouse under a starry night sky");
}

#[test]
fn a_village() {
    assert_drawn("village", "a village among green hills");
}

#[test]
fn an_object() {
    assert_drawn("object", "a red teapot on a wooden table");
}

#[test]
fn a_garment() {
    assert_drawn("garment", "a striped wool coat with gold buttons");
}

#[test]
fn geometry() {
    assert_drawn("geometry", "crimson rectangles forming a chaotic grid");
}

#[test]
fn colours_alone() {
    assert_drawn("abstract", "overlapping teal and orange circles");
}
