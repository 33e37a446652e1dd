//! The six traits of the pipeline's stages: generate, draw, trace, rewrite, render, score.

use std::sync::Arc;

use image::RgbImage;
use linocut_svg::{Drawing, Svg};

use crate::error::StageError;
use crate::prompt::Prompt;
use crate::scores::Scores;
use crate::stop::Stop;
use crate::task::{Subject, Task};

/// A picture or a drawing, and the words of its description that it does not show.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Told<T> {
    /// The picture or drawing.
    pub made: T,
    /// Words as typed, in order.
    pub unused_words: Vec<String>,
}

impl<T> Told<T> {
    /// What shows every word, as far as is known.
    pub const fn of(made: T) -> Self {
        Self { made, unused_words: Vec::new() }
    }
}

/// Generates a picture from a description.
pub trait Generate {
    /// Generates one picture. The same prompt gives the same picture.
    ///
    /// # Errors
    ///
    /// [`StageError`] when no picture can be generated or `stop` ends the work before there is one.
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError>;

    /// Generates one picture for each prompt, in order; an error affects only its own picture.
    fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
        prompts.iter().map(|prompt| self.generate(prompt, stop)).collect()
    }

    /// How many pictures it is best asked for at a time: with more, [`Generate::generate_batch`] is no faster. Default: 1.
    fn batch(&self) -> usize {
        1
    }

    /// Generates one picture, and tells which words of the description it does not show; none if that is not known.
    ///
    /// # Errors
    ///
    /// As [`Generate::generate`].
    fn generate_told(&self, prompt: &Prompt, stop: &Stop) -> Result<Told<RgbImage>, StageError> {
        self.generate(prompt, stop).map(Told::of)
    }
}

/// Draws a description as shapes, without a picture in between.
pub trait Draw {
    /// Draws the description in at most `task.budget` bytes.
    ///
    /// # Errors
    ///
    /// [`StageError`] when no drawing fits the budget or the description cannot be drawn.
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError>;

    /// Draws the description, and tells which words of it the drawing does not show; none if that is not known.
    ///
    /// # Errors
    ///
    /// As [`Draw::draw`].
    fn draw_told(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Told<Drawing>, StageError> {
        self.draw(prompt, task).map(Told::of)
    }
}

/// Traces a picture: turns it into a drawing that looks like it.
pub trait Trace {
    /// Traces the picture in at most `task.budget` bytes.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the budget is too small for any drawing.
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError>;
}

/// Rewrites a drawing, for example to add a border.
pub trait Rewrite {
    /// Returns the changed drawing, at most [`Rewrite::reserve`] bytes longer and at most `task.budget` bytes long.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the change does not fit the budget.
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError>;

    /// The most bytes that the change may add to a drawing's SVG; they are kept free for it.
    fn reserve(&self) -> usize {
        0
    }
}

/// Renders SVG text to pixels.
pub trait Render {
    /// Renders a picture of `width` x `height` pixels.
    ///
    /// # Errors
    ///
    /// [`StageError`] for an SVG that cannot be rendered, or a size out of range.
    fn render(&self, svg: &Svg, width: u32, height: u32) -> Result<RgbImage, StageError>;
}

/// Scores a picture.
pub trait Score {
    /// Scores one picture.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the subject lacks what the score needs.
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError>;

    /// Scores each picture, in order; an error affects only its own picture.
    fn score_batch(&self, subjects: &[Subject<'_>]) -> Vec<Result<Scores, StageError>> {
        subjects.iter().map(|subject| self.score(subject)).collect()
    }
}

/// Implements the traits for a pointer type by forwarding every call.
macro_rules! forward {
    ($pointer:ty) => {
        impl<T: Generate + ?Sized> Generate for $pointer {
            fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
                (**self).generate(prompt, stop)
            }

            fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
                (**self).generate_batch(prompts, stop)
            }

            fn generate_told(&self, prompt: &Prompt, stop: &Stop) -> Result<Told<RgbImage>, StageError> {
                (**self).generate_told(prompt, stop)
            }

            fn batch(&self) -> usize {
                (**self).batch()
            }
        }

        impl<T: Draw + ?Sized> Draw for $pointer {
            fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
                (**self).draw(prompt, task)
            }

            fn draw_told(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Told<Drawing>, StageError> {
                (**self).draw_told(prompt, task)
            }
        }

        impl<T: Trace + ?Sized> Trace for $pointer {
            fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
                (**self).trace(image, task)
            }
        }

        impl<T: Rewrite + ?Sized> Rewrite for $pointer {
            fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
                (**self).rewrite(drawing, task)
            }

            fn reserve(&self) -> usize {
                (**self).reserve()
            }
        }

        impl<T: Render + ?Sized> Render for $pointer {
            fn render(&self, svg: &Svg, width: u32, height: u32) -> Result<RgbImage, StageError> {
                (**self).render(svg, width, height)
            }
        }

        impl<T: Score + ?Sized> Score for $pointer {
            fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError> {
                (**self).score(subject)
            }

            fn score_batch(&self, subjects: &[Subject<'_>]) -> Vec<Result<Scores, StageError>> {
                (**self).score_batch(subjects)
            }
        }
    };
}

forward!(&T);
forward!(Box<T>);
forward!(Arc<T>);

#[cfg(test)]
mod tests {
    use super::*;
    use crate::budget::ByteBudget;

    struct Reserving;

    impl Rewrite for Reserving {
        fn rewrite(&self, drawing: Drawing, _: &Task<'_>) -> Result<Drawing, StageError> {
            Ok(drawing)
        }

        fn reserve(&self) -> usize {
            17
        }
    }

    fn reserve_of(rewrite: impl Rewrite) -> usize {
        rewrite.reserve()
    }

    #[test]
    fn pointers_forward_provided_methods_too() {
        let boxed: Box<dyn Rewrite + Send + Sync> = Box::new(Reserving);
        assert_eq!((reserve_of(&boxed), reserve_of(boxed), reserve_of(Arc::new(Reserving))), (17, 17, 17));
    }

    #[test]
    fn all_traits_are_object_safe() {
        fn takes<T: ?Sized>() {}
        takes::<dyn Generate>();
        takes::<dyn Draw>();
        takes::<dyn Trace>();
        takes::<dyn Rewrite>();
        takes::<dyn Render>();
        takes::<dyn Score>();
        let stop = Stop::never();
        let task = Task::new(ByteBudget::CONTEST, &stop);
        assert!(Reserving.rewrite(Drawing::new(1, 1), &task).is_ok());
    }
}
