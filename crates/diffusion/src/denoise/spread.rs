//! One model on several cards.

use std::sync::atomic::{AtomicUsize, Ordering};

use image::RgbImage;
use linocut_core::{Generate, Prompt, StageError, Stop};

/// The same model on several devices, which share the pictures that are asked for: each takes every so manieth of a batch, at the same
/// time.
#[derive(Debug)]
pub struct Spread<G> {
    models: Vec<G>,
    next: AtomicUsize,
}

impl<G: Generate + Sync> Spread<G> {
    /// The models, one for each device; nothing if there are none.
    #[must_use]
    pub fn new(models: Vec<G>) -> Option<Self> {
        (!models.is_empty()).then(|| Self { models, next: AtomicUsize::new(0) })
    }
}

impl<G: Generate + Sync> Generate for Spread<G> {
    /// By the device whose turn it is.
    fn generate(&self, prompt: &Prompt, stop: &Stop) -> Result<RgbImage, StageError> {
        let turn = self.next.fetch_add(1, Ordering::Relaxed) % self.models.len();
        self.models[turn].generate(prompt, stop)
    }

    fn generate_batch(&self, prompts: &[Prompt], stop: &Stop) -> Vec<Result<RgbImage, StageError>> {
        let count = self.models.len();
        let share = |at: usize| -> Vec<Prompt> { prompts.iter().skip(at).step_by(count).cloned().collect() };
        let drawn: Vec<_> = std::thread::scope(|scope| {
            let running = self.models.iter().enumerate().map(|(at, model)| {
                let prompts = share(at);
                scope.spawn(move || model.generate_batch(&prompts, stop))
            });
            let running: Vec<_> = running.collect();
            running.into_iter().map(|thread| thread.join().unwrap_or_default()).collect()
        });
        let mut drawn: Vec<_> = drawn.into_iter().map(Vec::into_iter).collect();
        let missing = || Err(StageError::new("diffusion", "a device ended without an answer"));
        (0..prompts.len()).map(|at| drawn[at % count].next().unwrap_or_else(missing)).collect()
    }

    fn batch(&self) -> usize {
        let together = self.models.iter().map(Generate::batch).max().unwrap_or(1);
        together.saturating_mul(self.models.len())
    }
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    /// Paints its number and the prompt's seed.
    struct Painter(u8);

    impl Generate for Painter {
        fn generate(&self, prompt: &Prompt, _stop: &Stop) -> Result<RgbImage, StageError> {
            match prompt.seed {
                13 => Err(StageError::new("painter", "no thirteen")),
                seed => Ok(RgbImage::from_pixel(1, 1, Rgb([self.0, seed as u8, 0]))),
            }
        }
    }

    #[test]
    fn pictures_come_back_in_the_order_in_which_they_were_asked_for() {
        let spread = Spread::new(vec![Painter(1), Painter(2)]).unwrap();
        let prompts: Vec<Prompt> = [5, 6, 13, 8, 9].into_iter().map(|seed| Prompt::new("x", seed)).collect();
        let drawn = spread.generate_batch(&prompts, &Stop::never());
        let pixels: Vec<_> =
            drawn.iter().map(|picture| picture.as_ref().ok().map(|picture| picture.get_pixel(0, 0).0)).collect();
        assert_eq!(pixels, [Some([1, 5, 0]), Some([2, 6, 0]), None, Some([2, 8, 0]), Some([1, 9, 0])]);
        assert_eq!(spread.batch(), 2);
        assert_eq!(spread.generate(&prompts[0], &Stop::never()).unwrap().get_pixel(0, 0).0[0], 1);
        assert_eq!(spread.generate(&prompts[0], &Stop::never()).unwrap().get_pixel(0, 0).0[0], 2);
    }

    #[test]
    fn no_model_is_no_spread() {
        assert!(Spread::<Painter>::new(Vec::new()).is_none());
    }
}
