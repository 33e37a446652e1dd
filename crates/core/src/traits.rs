//! The six traits: each stage of the pipeline implements one of them.

use std::sync::Arc;

use image::RgbImage;
use linocut_svg::{Drawing, Svg};

use crate::error::StageError;
use crate::prompt::Prompt;
use crate::scores::Scores;
use crate::stop::Stop;
use crate::task::{Subject, Task};

/// Generates pictures from descriptions.
pub trait Generate {
    /// One picture for the prompt. The same prompt gives the same picture.
    ///
    /// # Errors
    ///
    /// [`StageError`] if no picture can be made, or if `stop` is requested before there is one.
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError>;

    /// One picture for each prompt, in order; an error ends only its own picture.
    fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
        prompts.iter().map(|prompt| self.generate(prompt, stop)).collect()
    }

    /// Words of the description that the picture does not show; empty when that is not known.
    fn unused_words(&self, _prompt: &Prompt) -> Vec<String> {
        Vec::new()
    }
}

/// Draws drawings from descriptions, without a picture in between.
pub trait Draw {
    /// One drawing of at most `task.budget` bytes.
    ///
    /// # Errors
    ///
    /// [`StageError`] when no drawing fits the budget or none can be made.
    fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError>;

    /// Words of the description that the drawing does not show; empty when that is not known.
    fn unused_words(&self, _prompt: &Prompt) -> Vec<String> {
        Vec::new()
    }
}

/// Traces pictures: makes drawings that look like them.
pub trait Trace {
    /// One drawing of at most `task.budget` bytes.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the budget is too small for any drawing.
    fn trace(&self, image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError>;
}

/// Rewrites drawings.
pub trait Rewrite {
    /// The changed drawing, at most [`Rewrite::reserve`] bytes longer and at most `task.budget` bytes long.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the change does not fit the budget.
    fn rewrite(&self, drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError>;

    /// The most bytes that the change may add to a drawing's SVG.
    fn reserve(&self) -> usize {
        0
    }
}

/// Renders SVG to pixels.
pub trait Render {
    /// A picture of `width` x `height` pixels.
    ///
    /// # Errors
    ///
    /// [`StageError`] for SVG that cannot be rendered or a size out of range.
    fn render(&self, svg: &Svg, width: u32, height: u32) -> Result<RgbImage, StageError>;
}

/// Scores pictures.
pub trait Score {
    /// The scores of one picture.
    ///
    /// # Errors
    ///
    /// [`StageError`] when the subject lacks what the score needs.
    fn score(&self, subject: &Subject<'_>) -> Result<Scores, StageError>;

    /// The scores of each picture, in order; an error ends only its own.
    fn score_batch(&self, subjects: &[Subject<'_>]) -> Vec<Result<Scores, StageError>> {
        subjects.iter().map(|subject| self.score(subject)).collect()
    }
}

/// Implements the traits for a pointer type by passing every call on.
macro_rules! pass_on {
    ($pointer:ty) => {
        impl<T: Generate + ?Sized> Generate for $pointer {
            fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
                (**self).generate(prompt, stop)
            }

            fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
                (**self).generate_batch(prompts, stop)
            }

            fn unused_words(&self, prompt: &Prompt) -> Vec<String> {
                (**self).unused_words(prompt)
            }
        }

        impl<T: Draw + ?Sized> Draw for $pointer {
            fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
                (**self).draw(prompt, task)
            }

            fn unused_words(&self, prompt: &Prompt) -> Vec<String> {
                (**self).unused_words(prompt)
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

pass_on!(&T);
pass_on!(Box<T>);
pass_on!(Arc<T>);

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
    fn pointers_pass_on_provided_methods_too() {
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
