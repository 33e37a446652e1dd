//! The composer as a generator and as a drawer.

use image::{RgbImage, buffer::ConvertBuffer};
use linocut_core::{Draw, Generate, Prompt, StageError, Stop, Task, Told};
use linocut_svg::{Drawing, rasterize};

use crate::budget::detail::fitted;
use crate::composition::{Composition, compose};
use crate::error::CollageError;

/// Sides that a picture may have, in pixels.
const SIDES: std::ops::RangeInclusive<u32> = 16..=4096;

/// Composes pictures from bundled art and drawn scenery: no model, no download, any text.
///
/// Words that mean nothing to it are left out and named ([`Composition::unused_words`]); a text without a known word
/// gives a landscape. The same prompt gives the same picture.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Collage {
    /// Side of generated pictures in pixels, 16 to 4096. Default: 768.
    pub side: u32,
}

impl Default for Collage {
    fn default() -> Self {
        Self { side: 768 }
    }
}

impl Collage {
    /// The picture of a prompt in full detail, with the words that it uses and the sources of its art.
    ///
    /// # Errors
    ///
    /// [`CollageError::Archive`] or [`CollageError::Picture`] if the bundled art is damaged.
    pub fn compose(&self, prompt: &Prompt) -> Result<Composition, CollageError> {
        compose(prompt)
    }

    /// The picture of a prompt as pixels: [`Collage::side`] x [`Collage::side`], 8-bit sRGB.
    ///
    /// # Errors
    ///
    /// [`CollageError::Side`] for a side out of range, [`CollageError::Stopped`] if `stop` asks for an end first, else as
    /// [`Collage::compose`].
    pub fn picture(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, CollageError> {
        self.picture_told(prompt, stop).map(|told| told.made)
    }

    fn picture_told(&self, prompt: &Prompt, stop: &Stop) -> Result<Told<RgbImage>, CollageError> {
        if !SIDES.contains(&self.side) {
            return Err(CollageError::Side { side: self.side });
        }
        let Composition { drawing, unused_words, .. } = self.compose(prompt)?;
        if stop.requested() {
            return Err(CollageError::Stopped);
        }
        Ok(Told { made: rasterize(&drawing.write(), self.side, self.side)?.convert(), unused_words })
    }

    /// The picture of a prompt as shapes that take at most `task.budget` bytes as SVG: gradients are flattened, outlines
    /// simplified and small shapes left out, level by level, until it fits. `task.image` and `task.seed` are not used:
    /// the prompt's seed gives the same scene as [`Collage::picture`].
    ///
    /// # Errors
    ///
    /// [`CollageError::BudgetTooSmall`] if not even the background fits, [`CollageError::Stopped`] if `task.stop` asks
    /// for an end first, else as [`Collage::compose`].
    pub fn drawing(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, CollageError> {
        self.drawing_told(prompt, task).map(|told| told.made)
    }

    fn drawing_told(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Told<Drawing>, CollageError> {
        let Composition { drawing, unused_words, .. } = self.compose(prompt)?;
        if task.stop.requested() {
            return Err(CollageError::Stopped);
        }
        Ok(Told { made: fitted(&drawing, task.budget)?, unused_words })
    }
}

impl Generate for Collage {
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
        Ok(self.picture(prompt, stop)?)
    }

    fn generate_told(&self, prompt: &Prompt, stop: &Stop) -> Result<Told<RgbImage>, StageError> {
        Ok(self.picture_told(prompt, stop)?)
    }
}

impl Draw for Collage {
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
        Ok(self.drawing(prompt, task)?)
    }

    fn draw_told(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Told<Drawing>, StageError> {
        Ok(self.drawing_told(prompt, task)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use linocut_core::ByteBudget;
    use proptest::prelude::*;

    const TEXTS: [&str; 5] = [
        "a purple forest at dusk",
        "a cat",
        "khaki triangles and azure crescents",
        "gray wool coat with a faux fur collar",
        "🐘 on a beach",
    ];

    #[test]
    fn the_same_prompt_gives_the_same_picture() {
        for text in TEXTS {
            let of = |seed| compose(&Prompt::new(text, seed)).unwrap();
            assert_eq!(of(3), of(3));
        }
        assert_ne!(compose(&Prompt::new("a meadow", 1)).unwrap(), compose(&Prompt::new("a meadow", 2)).unwrap());
    }

    #[test]
    fn any_text_gives_a_picture_and_names_what_it_did_not_use() {
        let long = "lorem ipsum ".repeat(9_000);
        for text in [
            "",
            " ",
            "qzx",
            "紫の森の夕暮れ",
            "<svg onload='x'>&amp;</svg>",
            "🦄🌈 ☃️",
            "\u{0}\u{202e}",
            "1 2 3 %$#",
            &long,
        ] {
            let composition = compose(&Prompt::new(text, 1)).unwrap();
            assert!(!composition.drawing.shapes.is_empty(), "{text}");
        }
        let (prompt, stop) = (Prompt::new("a serene cat in the qzx", 0), Stop::never());
        let collage = Collage { side: 64 };
        assert_eq!(collage.generate_told(&prompt, &stop).unwrap().unused_words, ["serene", "qzx"]);
        let task = Task::new(ByteBudget::CONTEST, &stop);
        assert_eq!(collage.draw_told(&prompt, &task).unwrap().unused_words, ["serene", "qzx"]);
    }

    #[test]
    fn drawings_never_exceed_the_budget() {
        let stop = Stop::never();
        for text in TEXTS {
            for bytes in [400, 3_000, 10_000, 60_000] {
                let drawing =
                    Collage::default().draw(&Prompt::new(text, 5), &Task::new(ByteBudget::new(bytes), &stop)).unwrap();
                assert!(drawing.byte_count() <= bytes, "{text}: {} > {bytes}", drawing.byte_count());
            }
        }
    }

    #[test]
    fn pictures_have_the_side_asked_for() {
        let picture = |side| Collage { side }.generate(&Prompt::new("a red kite", 1), &Stop::never());
        assert_eq!(picture(64).unwrap().dimensions(), (64, 64));
        assert!(picture(8).unwrap_err().to_string().contains("8 px"));
    }

    #[test]
    fn a_cancelled_stop_is_an_error() {
        let stop = Stop::never();
        stop.cancel();
        assert!(matches!(Collage::default().picture(&Prompt::new("a cat", 1), &stop), Err(CollageError::Stopped)));
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(24))]

        #[test]
        fn every_word_is_used_or_named(words in prop::collection::vec("cat|red|forest|night|two|on|in|stars|qzx|silk|dress|🐘|[a-zé]{1,9}", 0..9)) {
            let composition = compose(&Prompt::new(words.join(" "), 3)).unwrap();
            let known = |word: &String| composition.used_words.contains(word) || composition.unused_words.contains(word);
            let content = words.iter().filter(|word| !crate::read::lexicon::is_stop(word));
            prop_assert!(content.clone().all(known), "{composition:?}");
            prop_assert!(composition.used_words.iter().all(|word| !composition.unused_words.contains(word)));
        }
    }
}
