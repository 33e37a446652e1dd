//! Descriptions of simple flat pictures, from a closed grammar.

use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const COLORS: &[&str] = &[
    "red",
    "blue",
    "green",
    "yellow",
    "orange",
    "purple",
    "pink",
    "white",
    "black",
    "brown",
    "gray",
    "teal",
    "cyan",
    "gold",
    "navy",
    "lime",
    "turquoise",
    "beige",
];
const SHAPES: &[(&str, &str)] = &[
    ("circle", "circles"),
    ("square", "squares"),
    ("triangle", "triangles"),
    ("rectangle", "rectangles"),
    ("star", "stars"),
    ("heart", "hearts"),
    ("hexagon", "hexagons"),
    ("diamond", "diamonds"),
    ("crescent", "crescents"),
    ("pentagon", "pentagons"),
];
const NUMBERS: &[&str] = &["two", "three", "four", "five"];
const PLACES: &[&str] =
    &["sea", "lake", "beach", "desert", "forest", "meadow", "mountain", "hill", "valley", "field", "island", "river"];
const TIMES: &[&str] = &["at dusk", "at night", "at dawn", "at sunset", "in winter", "in autumn", "under a starry sky"];
const THINGS: &[&str] = &[
    "apple", "balloon", "kite", "sailboat", "moon", "cloud", "tree", "flower", "key", "bell", "cup", "umbrella",
    "fish", "leaf", "mushroom", "book", "candle", "crown", "bottle", "lemon", "house", "lamp", "envelope", "flag",
];

/// Draws words by lot.
struct Words(Pcg64Mcg);

impl Words {
    fn of<T: Copy>(&mut self, list: &[T]) -> T {
        list[self.0.random_range(0..list.len())]
    }

    /// Two colours that differ.
    fn colors(&mut self) -> (&'static str, &'static str) {
        let first = self.of(COLORS);
        loop {
            let second = self.of(COLORS);
            if second != first {
                return (first, second);
            }
        }
    }

    fn geometry(&mut self) -> String {
        let ((first, second), (shape, shapes), (other, _)) = (self.colors(), self.of(SHAPES), self.of(SHAPES));
        match self.0.random_range(0..6_u8) {
            0 | 1 => format!("a {}{first} {shape} on a {second} background", self.of(&["", "", "large ", "small "])),
            2 => {
                let number = self.of(NUMBERS);
                format!("{number} {first} {shapes} {}", self.of(&["in a row", "in a circle", "in a column"]))
            }
            3 => format!("{} {first} {shapes} on a {second} background", self.of(NUMBERS)),
            4 => format!("{first} {shapes} around a {second} {other}"),
            _ => {
                let place = self.of(&["above", "below", "beside", "inside", "next to"]);
                format!("a {first} {shape} {place} a {second} {other}")
            }
        }
    }

    fn scene(&mut self) -> String {
        let ((first, second), place) = (self.colors(), self.of(PLACES));
        match self.0.random_range(0..4_u8) {
            0 => format!("a {first} sunset over the {place}"),
            1 => format!("a {first} {place} under a {second} sky"),
            2 => format!("a {first} {place} {}", self.of(TIMES)),
            _ => format!("a {place} {}", self.of(TIMES)),
        }
    }

    fn thing(&mut self) -> String {
        let ((first, second), thing) = (self.colors(), self.of(THINGS));
        match self.0.random_range(0..3_u8) {
            0 => format!("a {first} {thing}"),
            _ => format!("a {first} {thing} on a {second} background"),
        }
    }
}

/// Descriptions of simple pictures by lot, such as "three yellow stars in a row", "a teal lake at dusk" and "a red kite on a white
/// background": shapes, landscapes and things. The same seed gives the same list; a description may come twice.
#[must_use]
pub fn descriptions(count: usize, seed: u64) -> Vec<String> {
    let mut words = Words(Pcg64Mcg::seed_from_u64(seed));
    let one = |_| {
        let text = match words.0.random_range(0..20_u8) {
            0..10 => words.geometry(),
            10..15 => words.scene(),
            _ => words.thing(),
        };
        with_articles(&text)
    };
    (0..count).map(one).collect()
}

/// "a" before a vowel becomes "an".
fn with_articles(text: &str) -> String {
    let words: Vec<&str> = text.split(' ').collect();
    let article = |(at, word): (usize, &&str)| {
        let next = words.get(at + 1).unwrap_or(&"");
        if *word == "a" && next.starts_with(['a', 'e', 'i', 'o', 'u']) { "an".to_owned() } else { (*word).to_owned() }
    };
    words.iter().enumerate().map(article).collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_seed_gives_the_same_descriptions_and_another_gives_others() {
        assert_eq!(descriptions(50, 3), descriptions(50, 3));
        assert_ne!(descriptions(50, 3), descriptions(50, 4));
    }

    #[test]
    fn articles_fit() {
        assert_eq!(with_articles("a orange star above a red umbrella"), "an orange star above a red umbrella");
        assert!(descriptions(500, 7).iter().all(|text| !text.contains("a orange") && text.len() > 5));
    }
}
