//! What looks at the pictures: the judge, which picks descriptions, OCR, and PaliGemma, which answers a suite's questions.

use std::sync::Arc;

use image::RgbImage;
use linocut::Prompt;
use linocut::core::derive_seed;
use linocut::score::contest::YesNo;
use linocut::score::contest::defence::{RandomState, ocr_branch};
use linocut::score::{Judge, PpOcrScore, Reader};
use linocut::suite::Item;

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
    /// What answers questions.
    asked: Option<Arc<dyn YesNo + Send + Sync>>,
}

impl Lookers {
    pub(super) fn new(descriptions: Vec<String>, asked: Option<Arc<dyn YesNo + Send + Sync>>) -> Result<Self, Failed> {
        Ok(Self { ocr: PpOcrScore::new(Reader::embedded()?), judge: Judge::embedded()?, descriptions, asked })
    }

    /// Whether the judge finds the description the likeliest of eight, the others given by a suite or drawn by the prompt's seed; 1 / n if
    /// n of them are equally likely, as texts are to it that differ in the order of their words.
    pub(super) fn matched(&self, image: &RgbImage, prompt: &Prompt, item: Option<&Item>) -> Result<f64, Failed> {
        let seen = self.judge.embed_picture(image)?;
        let fit =
            |text: &str| Ok::<_, Failed>(self.judge.embed_text(text)?.map_or(0.5, |text| self.judge.fit(&seen, &text)));
        let own = fit(&prompt.text)?;
        let others = match item {
            Some(item) => item.others.iter().map(String::as_str).collect(),
            None => self.others(prompt),
        };
        let others = others.into_iter().map(fit).collect::<Result<Vec<_>, _>>()?;
        let equal = others.iter().filter(|other| **other == own).count();
        Ok(if others.iter().any(|other| *other > own) { 0.0 } else { 1.0 / (1 + equal) as f64 })
    }

    /// Whether all questions of a suite's item are answered with yes, if there is something to answer them.
    pub(super) fn affirmed(&self, image: &RgbImage, item: &Item) -> Result<Option<bool>, Failed> {
        let Some(asked) = &self.asked else { return Ok(None) };
        let prompts: Vec<String> =
            item.questions.iter().map(|question| format!("<image>answer en {question}")).collect();
        Ok(Some(asked.yes(image, &prompts)?.into_iter().all(|yes| yes > 0.5)))
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
