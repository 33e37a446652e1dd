//! Turns closures into stages.

use image::RgbImage;
use linocut_svg::{Drawing, Svg};

use crate::error::StageError;
use crate::prompt::Prompt;
use crate::scores::Scores;
use crate::stop::Stop;
use crate::task::{Subject, Task};
use crate::traits::{Draw, Generate, Render, Rewrite, Score, Trace};

/// A stage made of a closure with the signature of the trait's method.
///
/// As a [`Rewrite`] it reserves no bytes: a rewrite that adds bytes needs its own type.
#[derive(Clone, Copy, Debug)]
pub struct FromFn<F>(pub F);

impl<F: Fn(&Prompt, &Stop) -> Result<RgbImage, StageError>> Generate for FromFn<F> {
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
        (self.0)(prompt, stop)
    }
}

impl<F: Fn(&Prompt, &Task<'_>) -> Result<Drawing, StageError>> Draw for FromFn<F> {
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
        (self.0)(prompt, task)
    }
}

impl<F: Fn(&RgbImage, &Task<'_>) -> Result<Drawing, StageError>> Trace for FromFn<F> {
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        (self.0)(image, task)
    }
}

impl<F: Fn(Drawing, &Task<'_>) -> Result<Drawing, StageError>> Rewrite for FromFn<F> {
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
        (self.0)(drawing, task)
    }
}

impl<F: Fn(&Svg, u32, u32) -> Result<RgbImage, StageError>> Render for FromFn<F> {
    fn render(&self, svg: &Svg, width: u32, height: u32) -> Result<RgbImage, StageError> {
        (self.0)(svg, width, height)
    }
}

impl<F: Fn(&Subject<'_>) -> Result<Scores, StageError>> Score for FromFn<F> {
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
        (self.0)(subject)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::ByteBudget;

    #[test]
    fn a_closure_is_a_tracer() {
        let tracer = FromFn(|image: &RgbImage, _: &Task<'_>| Ok(Drawing::new(image.width(), image.height())));
        let stop = Stop::never();
        let drawing = tracer.trace(&RgbImage::new(3, 4), &Task::new(ByteBudget::CONTEST, &stop)).unwrap();
        assert_eq!((drawing.width, drawing.height), (3, 4));
    }

    #[test]
    fn errors_of_closures_pass_through() {
        let score = FromFn(|_: &Subject<'_>| Err::<Scores, _>(StageError::new("mine", "no")));
        let prompt = Prompt::default();
        let image = RgbImage::new(1, 1);
        let subject = Subject::new(&image, &prompt);
        assert_eq!(score.score(&subject).unwrap_err().to_string(), "mine: no");
        assert_eq!(score.score_batch(&[subject, subject]).len(), 2);
    }
}
