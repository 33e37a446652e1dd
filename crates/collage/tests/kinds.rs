//! Kinds of descriptions, ten of each, kept as sheets of pictures: `fixtures/collage/snapshots/kinds-*.png`.

#![expect(clippy::unwrap_used, reason = "what fails to draw fails the test")]

use image::RgbImage;
use image::imageops::replace;
use linocut_collage::Collage;
use linocut_core::{Prompt, Stop};
use linocut_testing::{Tolerance, assert_picture};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/collage/snapshots");
/// Side of a picture and pictures in a row of a sheet.
const SIDE: u32 = 96;
const COLUMNS: u32 = 5;

/// Draws ten descriptions, all words of which are to be seen or heeded but these.
fn assert_kind(name: &str, descriptions: [&str; 10], unused: &[&str]) {
    let collage = Collage { side: SIDE };
    let mut sheet = RgbImage::new(COLUMNS * SIDE, 10 / COLUMNS * SIDE);
    let mut left_out = Vec::new();
    for (place, description) in (0..).zip(descriptions) {
        let prompt = Prompt::new(description, 0);
        left_out.extend(collage.compose(&prompt).unwrap().unused_words);
        let picture = collage.picture(&prompt, &Stop::never()).unwrap();
        replace(&mut sheet, &picture, i64::from(place % COLUMNS * SIDE), i64::from(place / COLUMNS * SIDE));
    }
    assert_eq!(left_out, unused);
    assert_picture(&sheet, FOLDER, &format!("kinds-{name}"), Tolerance::ROUNDING);
}

#[test]
fn things_in_bowls_baskets_and_boxes() {
    let descriptions = [
        "a bowl of cherries",
        "a bowl of strawberries",
        "a basket of apples",
        "a basket full of eggs",
        "a bucket of fish",
        "a bucket filled with shells",
        "a box of chocolates",
        "a blue box of pencils",
        "a jar of cookies",
        "a tray of cupcakes",
    ];
    assert_kind("held", descriptions, &[]);
}

#[test]
fn stacks_and_piles() {
    let descriptions = [
        "a stack of old books",
        "a stack of pancakes",
        "a stack of three hats",
        "a pile of oranges",
        "a pile of logs",
        "a heap of coins",
        "a pile of pumpkins",
        "a heap of stones",
        "a stack of cubes",
        "a pile of gifts",
    ];
    assert_kind("piled", descriptions, &[]);
}

#[test]
fn pairs() {
    let descriptions = [
        "a pair of boots",
        "a pair of shoes",
        "a pair of scissors",
        "a pair of glasses",
        "a pair of swans",
        "a pair of dice",
        "a pair of candles",
        "a pair of rabbits",
        "a pair of socks",
        "a pair of cubes",
    ];
    assert_kind("paired", descriptions, &[]);
}

#[test]
fn bunches() {
    let descriptions = [
        "a bunch of bananas",
        "a bunch of carrots",
        "a bunch of keys",
        "a bunch of roses",
        "a bunch of tulips",
        "a bunch of grapes",
        "a bunch of balloons",
        "a bunch of feathers",
        "a cluster of mushrooms",
        "a bunch of sunflowers",
    ];
    assert_kind("bunched", descriptions, &[]);
}

#[test]
fn things_on_things() {
    let descriptions = [
        "a cat on a blue sofa",
        "a hen standing on a fence",
        "a bird on a branch",
        "a dog on a bed",
        "an owl on a tree",
        "a bear on a rock",
        "a teddy bear on a chair",
        "a duck on a house",
        "a lizard on a cactus",
        "a frog on a mushroom",
    ];
    assert_kind("resting", descriptions, &["lizard"]);
}

#[test]
fn figures_on_figures() {
    let descriptions = [
        "a small red square on a large yellow circle",
        "a blue triangle on a green square",
        "a white star on a red circle",
        "an orange heart on a purple diamond",
        "a black cross on a white square",
        "a pink crescent on a teal ellipse",
        "a silver hexagon on a gold star",
        "a green ring on a brown rectangle",
        "a yellow octagon on a navy triangle",
        "a tiny white circle on a big black heart",
    ];
    assert_kind("figures-on-figures", descriptions, &[]);
}

#[test]
fn what_is_denied() {
    let descriptions = [
        "an empty street with no cars",
        "a field, no trees",
        "a tree without leaves",
        "a beach with no boats and no people",
        "a night sky with no stars",
        "a moonless night over hills",
        "a house without windows",
        "a cloudless sky over a meadow",
        "a garden without flowers",
        "a treeless plain",
    ];
    assert_kind("denied", descriptions, &["empty", "windows"]);
}
