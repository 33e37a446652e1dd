//! Whatever is typed, there is a picture and a list of what it does not show.

use linocut_collage::{Collage, Composition};
use linocut_core::Prompt;

/// Most words of a description that are looked at.
const MOST_WORDS: usize = 200;

fn composed(text: &str) -> Composition {
    Collage::default().compose(&Prompt::new(text, 3)).expect("any text gives a picture")
}

#[test]
fn every_script_gives_a_picture_and_names_its_words() {
    for text in [
        "фиолетовый лес в сумерках",
        "ένας φάρος πάνω από τη θάλασσα",
        "غابة أرجوانية عند الغسق",
        "יער סגול בשעת בין ערביים",
        "सांझ में बैंगनी जंगल",
        "ป่าสีม่วงยามพลบค่ำ",
        "夕暮れの紫の森",
        "黄昏时的紫色森林",
        "해질녘의 보라색 숲",
        "መሸ ላይ ሐምራዊ ጫካ",
        "una foresta viola al tramonto",
        "ein violetter Wald in der Dämmerung",
        "một khu rừng tím lúc hoàng hôn",
    ] {
        let composition = composed(text);
        assert!(!composition.drawing.shapes.is_empty(), "{text}");
        assert!(!composition.unused_words.is_empty(), "{text}");
        assert!(composition.unused_words.iter().all(|word| text.contains(word.as_str())), "{text}");
    }
}

#[test]
fn nothing_and_noise_give_a_picture() {
    for text in
        ["", " \n\t", "...", "\u{0}\u{1}\u{7f}", "\u{202e}\u{200b}\u{feff}", "<svg/>&amp;\"'", "%s{}$(x)", "🏳️‍🌈👩🏽‍🚒"]
    {
        assert!(!composed(text).drawing.shapes.is_empty(), "{text:?}");
    }
}

#[test]
fn a_hundred_kilobytes_of_anything_take_bounded_work() {
    for unit in [
        "x",
        "a cat and ",
        "森",
        "🐘",
        "red ",
        "the ",
        "a house in front of a tree between two ",
        "é\u{301}",
        "\u{202e}",
    ] {
        let text = unit.repeat(100_000_usize.div_ceil(unit.len()));
        let composition = composed(&text);
        assert!(!composition.drawing.shapes.is_empty(), "{unit}");
        assert!(composition.used_words.len() + composition.unused_words.len() <= MOST_WORDS, "{unit}");
    }
}
