//! The small writer that is part of the program, on descriptions of its grammar.

#![cfg(feature = "small-writer")]

use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Prompt, Stop};
use linocut_language::model::LanguageModel;
use linocut_nn::place::Placement;
use linocut_svg::{Color, Drawing, Paint};

/// Colours of fills, as the writer's names mean them.
const COLORS: [(&str, u32); 6] = [
    ("red", 0xff0000),
    ("blue", 0x0000ff),
    ("gold", 0xffd700),
    ("black", 0x000000),
    ("pink", 0xffc0cb),
    ("teal", 0x008080),
];
const SHAPES: [&str; 6] = ["circle", "star", "triangle", "heart", "diamond", "square"];

fn color(hex: u32) -> Color {
    Color::new((hex >> 16) as u8, (hex >> 8) as u8, hex as u8)
}

fn fills(drawing: &Drawing) -> Vec<Color> {
    drawing.shapes.iter().filter_map(|shape| shape.fill.as_ref().map(Paint::mean_color)).collect()
}

#[test]
fn grounds_and_shapes_have_the_colours_that_are_asked_for() {
    let model = LanguageModel::small(&Placement::default()).unwrap();
    let (mut grounds, mut shapes, mut count) = (0, 0, 0);
    for (at, (first, hex)) in COLORS.iter().enumerate() {
        for step in [1, 2, 4] {
            let (second, other) = COLORS[(at + step) % COLORS.len()];
            let text = format!("a {first} {} on a {second} background", SHAPES[(at + step) % SHAPES.len()]);
            let drawing = model.drawing(&Prompt::new(text, at as u64), ByteBudget::new(1500), &Stop::never()).unwrap();
            assert!(check(drawing.write().as_str(), &Profile::CONTEST).is_ok());
            let fills = fills(&drawing);
            count += 1;
            grounds += usize::from(fills.first() == Some(&color(other)));
            shapes += usize::from(fills.get(1) == Some(&color(*hex)));
        }
    }
    // By chance one of eighteen of each.
    assert!(grounds * 4 >= count * 3 && shapes * 4 >= count * 3, "{grounds} grounds and {shapes} shapes of {count}");
}

#[test]
fn a_seed_gives_the_same_drawing_and_any_text_gives_one_within_its_budget() {
    let model = LanguageModel::small(&Placement::default()).unwrap();
    let drawn = |text: &str, seed, bytes| {
        model.drawing(&Prompt::new(text, seed), ByteBudget::new(bytes), &Stop::never()).unwrap().write().to_string()
    };
    let text = "three green stars in a row";
    assert_eq!(drawn(text, 3, 900), drawn(text, 3, 900));
    for text in ["", "Ein roter Kreis vor blauem Grund", "赤い丸", "\u{1f98a}\u{1f98a}", "the sum of all fears"] {
        for bytes in [300, 1000] {
            assert!(drawn(text, 1, bytes).len() <= bytes, "{text}");
        }
    }
}
