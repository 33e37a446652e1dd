//! The pipeline: from a description to the best valid SVG of many candidates.

mod boxed;
mod candidate;
mod last_resort;
mod options;
mod run;
mod standard;
mod timings;

pub use boxed::{BoxDraw, BoxGenerate, BoxRender, BoxRewrite, BoxScore, BoxTrace};
pub use candidate::{Candidate, Failure, Maker, Origin, Outcome};
pub use options::{PipelineError, PipelineOptions};
pub use standard::{COMPOSER, standard_score};
pub use timings::Timings;

use linocut_core::{Draw, Generate, Prompt, Render, Rewrite, Score, Stop, Trace};

/// A stage with the name by which results refer to it.
#[derive(Clone, Debug)]
pub struct Named<T> {
    /// Name, for example `contours`.
    pub name: String,
    /// The stage.
    pub stage: T,
}

impl<T> Named<T> {
    /// A stage under a name.
    pub fn new(name: impl Into<String>, stage: T) -> Self {
        Self { name: name.into(), stage }
    }
}

/// Makes many candidates for a description, scores each and keeps the best.
///
/// For each of [`PipelineOptions::candidates`] seeds, each generator makes one picture, every tracer traces it and every
/// drawer draws the description itself. Each drawing goes through the rewrites, is written, checked, rendered and scored.
/// All that is done at [`Effort::Draft`](linocut_core::Effort); the best [`PipelineOptions::finalists`] are then made
/// again at full effort, and the best of all wins.
///
/// The type parameters default to boxes, for stages that are chosen at run time; with concrete types the same code is
/// compiled for them.
///
/// ```
/// use linocut::{Pipeline, PipelineOptions, Prompt, Stop};
///
/// let options = PipelineOptions { candidates: 1, ..PipelineOptions::default() };
/// let outcome = Pipeline { options, ..Pipeline::standard() }.run(&Prompt::new("a red boat", 7), &Stop::never())?;
/// assert!(outcome.best().svg.byte_count() <= 10_000);
/// # Ok::<(), linocut::PipelineError>(())
/// ```
#[derive(Clone, Debug)]
pub struct Pipeline<G = BoxGenerate, D = BoxDraw, T = BoxTrace, W = BoxRewrite, R = BoxRender, S = BoxScore> {
    /// What makes the pictures that are traced. Several compete.
    pub generators: Vec<Named<G>>,
    /// What draws descriptions without a picture. A drawer's candidates are compared with the picture of the same seed by the
    /// generator of the drawer's name, if there is one; else nothing is lost between picture and drawing.
    pub drawers: Vec<Named<D>>,
    /// What traces pictures. Each picture goes through all of them.
    pub tracers: Vec<Named<T>>,
    /// What changes drawings before they are written, in order. Their reserved bytes are kept free.
    pub rewrites: Vec<W>,
    /// What draws an SVG for scoring.
    pub renderer: R,
    /// What candidates are compared by.
    pub score: S,
    /// How many candidates, how many bytes, how long.
    pub options: PipelineOptions,
}

impl<G, D, T, W, R, S> Pipeline<G, D, T, W, R, S>
where
    G: Generate + Sync,
    D: Draw + Sync,
    T: Trace + Sync,
    W: Rewrite + Sync,
    R: Render + Sync,
    S: Score + Sync,
{
    /// The best valid SVG for a description, with all the candidates that it was chosen from.
    ///
    /// A stage that fails costs its candidate, not the run: see [`Outcome::failures`]. If no candidate is left, or there
    /// was no time for one, a plain last-resort drawing is returned, so a valid SVG always comes back.
    ///
    /// Without a time limit the result depends on nothing but the prompt and the options, whatever the number of threads.
    ///
    /// # Errors
    ///
    /// [`PipelineError`] for options out of range and for a budget that is too small even for the last-resort drawing.
    pub fn run(&self, prompt: &Prompt, stop: &Stop) -> Result<Outcome, PipelineError> {
        self.run_watched(prompt, stop, |_| {})
    }

    /// Like [`Pipeline::run`], but calls `watch` with every candidate as soon as it is scored, in no fixed order and from several
    /// threads. A finalist is told twice: as a draft, and made again at full effort, which replaces the draft unless it scores less.
    ///
    /// # Errors
    ///
    /// Those of [`Pipeline::run`].
    pub fn run_watched(
        &self,
        prompt: &Prompt,
        stop: &Stop,
        watch: impl Fn(&Candidate) + Sync,
    ) -> Result<Outcome, PipelineError> {
        run::run(self, prompt, stop, &watch)
    }
}
