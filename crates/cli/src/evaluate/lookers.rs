//! What looks at the pictures: the judge, which picks descriptions, and OCR.

use image::RgbImage;
use linocut::Prompt;
use linocut::core::derive_seed;
use linocut::score::contest::defence::{RandomState, ocr_branch};
use linocut::score::{Judge, PpOcrScore, Reader};

use super::evaluated::Text;
use crate::failure::Failed;

/// Descriptions beside its own that the judge picks among.
pub(super) const OTHERS: usize = 7;

/// What pictures are looked at with.
pub(super) struct Lookers {
    ocr: PpOcrScore,
    judge: Judge,
    /// Descriptions to pick from.
    descriptions: Vec<String>,
}

impl Lookers {
    pub(super) fn new(descriptions: Vec<String>) -> Result<Self, Failed> {
        Ok(Self { ocr: PpOcrScore::new(Reader::embedded()?), judge: Judge::embedded()?, descriptions })
    }

    /// Whether the judge finds the description the likeliest of eight, the others drawn by the prompt's seed.
    pub(super) fn matched(&self, image: &RgbImage, prompt: &Prompt) -> Result<bool, Failed> {
        let seen = self.judge.embed_picture(image)?;
        let fit =
            |text: &str| Ok::<_, Failed>(self.judge.embed_text(text)?.map_or(0.5, |text| self.judge.fit(&seen, &text)));
        let own = fit(&prompt.text)?;
        let others = self.others(prompt).into_iter().map(fit).collect::<Result<Vec<_>, _>>()?;
        Ok(others.into_iter().all(|other| other < own))
    }

    /// Other descriptions, each at most once.
    fn others(&self, prompt: &Prompt) -> Vec<&str> {
        let others: Vec<&str> =
            self.descriptions.iter().map(String::as_str).filter(|text| *text != prompt.text).collect();
        let mut drawn: Vec<usize> = Vec::with_capacity(OTHERS);
        for draw in 1.. {
            if drawn.len() == OTHERS.min(others.len()) {
                break;
            }
            let index = (derive_seed(prompt.seed, draw) % others.len() as u64) as usize;
            if !drawn.contains(&index) {
                drawn.push(index);
            }
        }
        drawn.into_iter().map(|index| others[index]).collect()
    }

    /// What OCR finds after the metric's defences.
    pub(super) fn text(&self, image: &RgbImage, seed: u64) -> Result<Text, Failed> {
        let seen = ocr_branch(image, &mut RandomState::new(seed as u32))?;
        let read = self.ocr.reader.text(&seen)?;
        Ok(Text { boxes: self.ocr.reader.boxes(&seen)?.len(), score: self.ocr.of_text(&read), read })
    }
}
