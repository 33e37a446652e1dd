//! One run: drafts on several threads, then the finalists, then the choice.

use std::ops::Range;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Instant;

use image::RgbImage;
use linocut_constraints::{Profile, check_svg};
use linocut_core::{
    ByteBudget, Draw, Effort, Generate, Prompt, Render, Rewrite, Score, Scores, StageError, Stop, Subject, Task, Told,
    Trace, derive_seed,
};
use linocut_svg::Drawing;

use super::candidate::{Candidate, Failure, Maker, Origin, Outcome, best_of, rank};
use super::timings::Timings;
use super::{Named, Pipeline, PipelineError, last_resort};

/// Name under which a run reports its progress.
const PROGRESS: &str = "candidates";

pub(super) fn run<G, D, T, W, R, S>(
    pipeline: &Pipeline<G, D, T, W, R, S>,
    prompt: &Prompt,
    stop: &Stop,
    watch: &Watch<'_>,
) -> Result<Outcome, PipelineError>
where
    G: Generate + Sync,
    D: Draw + Sync,
    T: Trace + Sync,
    W: Rewrite + Sync,
    R: Render + Sync,
    S: Score + Sync,
{
    pipeline.options.validate()?;
    distinct(&pipeline.generators)?;
    distinct(&pipeline.tracers)?;
    distinct(&pipeline.drawers)?;
    let start = Instant::now();
    let stop = pipeline.options.time.map_or_else(|| stop.clone(), |time| stop.within(time));
    let (profile, done) = (pipeline.options.limits(), AtomicUsize::new(0));
    let run = Run { pipeline, prompt, stop: &stop, watch, profile, done };
    // Made first, so that a budget too small for anything is known before any work.
    let resort = last_resort::drawing(prompt, ByteBudget::new(run.profile.max_bytes))?;
    let mut found = run.drafts();
    run.complete_finalists(&mut found);
    if found.candidates.is_empty() {
        run.fall_back(resort, &mut found)?;
    }
    let best = best_of(&found.candidates);
    let Found { candidates, failures, timings, cut_short } = found;
    Ok(Outcome { candidates, best, failures, cut_short, timings, elapsed: start.elapsed() })
}

fn distinct<T>(stages: &[Named<T>]) -> Result<(), PipelineError> {
    let twice = |(i, stage): &(usize, &Named<T>)| stages[..*i].iter().any(|other| other.name == stage.name);
    match stages.iter().enumerate().find(twice) {
        Some((_, stage)) => Err(PipelineError::DuplicateName { name: stage.name.clone() }),
        None => Ok(()),
    }
}

/// What has been made so far.
#[derive(Default)]
struct Found {
    candidates: Vec<Candidate>,
    failures: Vec<Failure>,
    timings: Timings,
    cut_short: bool,
}

impl Found {
    fn add(&mut self, origin: &Origin, result: Result<Candidate, StageError>) {
        match result {
            Ok(candidate) => self.candidates.push(candidate),
            Err(error) => self.failures.push(Failure { origin: origin.clone(), error }),
        }
    }

    fn merge(&mut self, other: Self) {
        self.candidates.extend(other.candidates);
        self.failures.extend(other.failures);
        self.timings.add_all(&other.timings);
        self.cut_short |= other.cut_short;
    }
}

/// What one candidate is made from.
struct Work<'a> {
    origin: Origin,
    effort: Effort,
    picture: Option<&'a Arc<RgbImage>>,
    unused_words: Vec<String>,
}

/// A picture, or why there is none.
type Generated = Result<Told<RgbImage>, StageError>;
/// The picture that is there already, if any, by a generator's place in the pipeline and the number of a seed.
type Given<'a> = dyn Fn(usize, usize) -> Option<Generated> + Sync + 'a;
/// What is told of each candidate as it is made.
pub(super) type Watch<'a> = dyn Fn(&Candidate) + Sync + 'a;

struct Run<'a, G, D, T, W, R, S> {
    pipeline: &'a Pipeline<G, D, T, W, R, S>,
    prompt: &'a Prompt,
    stop: &'a Stop,
    watch: &'a Watch<'a>,
    profile: Profile,
    /// Candidates done, for progress.
    done: AtomicUsize,
}

impl<G, D, T, W, R, S> Run<'_, G, D, T, W, R, S>
where
    G: Generate + Sync,
    D: Draw + Sync,
    T: Trace + Sync,
    W: Rewrite + Sync,
    R: Render + Sync,
    S: Score + Sync,
{
    /// All seeds at draft effort, on several threads; the order of results is that of the seeds. Of generators that are best asked for
    /// several pictures at a time, these are generated together before they are traced.
    fn drafts(&self) -> Found {
        let seeds = self.pipeline.options.candidates;
        let together = self.pipeline.generators.iter().map(|generator| generator.stage.batch()).max().unwrap_or(1);
        if together <= 1 {
            return self.drafts_of_seeds(0..seeds, &|_, _| None);
        }
        let mut all = Found::default();
        for first in (0..seeds).step_by(together) {
            let range = first..seeds.min(first.saturating_add(together));
            let generators = self.pipeline.generators.iter();
            let pictures: Vec<_> =
                generators.map(|generator| self.pictures(&generator.stage, range.clone(), &mut all.timings)).collect();
            let given = |which: usize, index: usize| pictures[which].get(index - first)?.lock().ok()?.take();
            all.merge(self.drafts_of_seeds(range, &given));
        }
        all
    }

    /// The pictures of some seeds, generated together; none by a generator that is best asked for one at a time.
    fn pictures(&self, generator: &G, seeds: Range<usize>, timings: &mut Timings) -> Vec<Mutex<Option<Generated>>> {
        if generator.batch() <= 1 {
            return Vec::new();
        }
        let prompts: Vec<Prompt> = seeds.map(|index| self.prompt_of(index)).collect();
        let pictures = timings.measure("generate", || generator.generate_batch(&prompts, self.stop));
        pictures.into_iter().map(|picture| Mutex::new(Some(picture.map(Told::of)))).collect()
    }

    fn prompt_of(&self, index: usize) -> Prompt {
        self.prompt.with_seed(derive_seed(self.prompt.seed, index as u64))
    }

    /// Some seeds on several threads.
    fn drafts_of_seeds(&self, seeds: Range<usize>, given: &Given<'_>) -> Found {
        let results = self.shared_out(seeds, |index| self.drafts_of_seed(index, given));
        results.into_iter().fold(Found::default(), |mut all, found| {
            all.merge(found);
            all
        })
    }

    /// What `work` gives for each number, in order, several at a time.
    fn shared_out<O: Send>(&self, numbers: Range<usize>, work: impl Fn(usize) -> O + Sync) -> Vec<O> {
        let (next, count) = (AtomicUsize::new(numbers.start), numbers.len());
        let worker = || {
            let mut mine = Vec::new();
            loop {
                let number = next.fetch_add(1, Ordering::Relaxed);
                if number >= numbers.end {
                    return mine;
                }
                mine.push((number, work(number)));
            }
        };
        let mut results: Vec<(usize, O)> = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..self.pipeline.options.jobs.min(count)).map(|_| scope.spawn(worker)).collect();
            // A stage that panics is a bug of that stage: it goes on here.
            workers
                .into_iter()
                .flat_map(|w| w.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)))
                .collect()
        });
        results.sort_by_key(|(number, _)| *number);
        results.into_iter().map(|(_, result)| result).collect()
    }

    fn drafts_of_seed(&self, index: usize, given: &Given<'_>) -> Found {
        let mut found = Found::default();
        if self.stop.requested() {
            found.cut_short = true;
            return found;
        }
        let prompt = self.prompt_of(index);
        let Pipeline { generators, tracers, drawers, .. } = self.pipeline;
        let several = generators.len() > 1;
        let origin = |maker, which: usize| {
            let generator = generators.get(which).filter(|_| several).map(|generator| generator.name.clone());
            Origin { maker, generator, index, seed: prompt.seed }
        };
        let mut pictures = Vec::new();
        for (which, generator) in generators.iter().enumerate() {
            let begun = given(which, index);
            let picture = self.picture(&generator.stage, &prompt, begun, &origin(Maker::Generator, which), &mut found);
            for tracer in tracers {
                if let Some(Told { made, unused_words }) = &picture {
                    let origin = origin(Maker::Tracer(tracer.name.clone()), which);
                    self.draft(origin, Some(made), unused_words.clone(), &mut found);
                }
            }
            pictures.push(picture);
        }
        for drawer in drawers {
            let own = generators.iter().position(|generator| generator.name == drawer.name);
            let picture = own.and_then(|own| pictures.get(own)).and_then(Option::as_ref).map(|told| &told.made);
            let origin = origin(Maker::Drawer(drawer.name.clone()), own.unwrap_or(usize::MAX));
            self.draft(origin, picture, Vec::new(), &mut found);
        }
        found
    }

    fn draft(&self, origin: Origin, picture: Option<&Arc<RgbImage>>, unused_words: Vec<String>, found: &mut Found) {
        if self.stop.requested() {
            found.cut_short = true;
            return;
        }
        let work = Work { origin: origin.clone(), effort: Effort::Draft, picture, unused_words };
        let result = self.candidate(work, &mut found.timings).inspect(self.watch);
        found.add(&origin, result);
        self.report();
    }

    /// The picture that is given, or one that is generated now.
    fn picture(
        &self,
        generator: &G,
        prompt: &Prompt,
        given: Option<Generated>,
        origin: &Origin,
        found: &mut Found,
    ) -> Option<Told<Arc<RgbImage>>> {
        let generated =
            given.unwrap_or_else(|| found.timings.measure("generate", || generator.generate_told(prompt, self.stop)));
        match generated {
            Ok(Told { made, unused_words }) => Some(Told { made: Arc::new(made), unused_words }),
            Err(error) => {
                found.failures.push(Failure { origin: origin.clone(), error });
                None
            }
        }
    }

    /// Makes the best drafts again at full effort, several at a time; the better of draft and final stays.
    fn complete_finalists(&self, found: &mut Found) {
        let mut order: Vec<usize> = (0..found.candidates.len()).collect();
        let total = |index: usize| rank(&found.candidates[index].scores);
        order.sort_by(|&a, &b| total(b).total_cmp(&total(a)));
        order.truncate(self.pipeline.options.finalists);
        let drafts = &found.candidates;
        let finals = self.shared_out(0..order.len(), |place| self.finished(&drafts[order[place]]));
        for (index, (result, timings)) in order.into_iter().zip(finals) {
            found.timings.add_all(&timings);
            let draft = &mut found.candidates[index];
            match result {
                None => found.cut_short = true,
                Some(Ok(finished)) if rank(&finished.scores) >= rank(&draft.scores) => *draft = finished,
                Some(Ok(_)) => {}
                Some(Err(error)) => found.failures.push(Failure { origin: draft.origin.clone(), error }),
            }
        }
    }

    /// A draft made again at full effort, and how long that took; nothing if there is no time left.
    fn finished(&self, draft: &Candidate) -> (Option<Result<Candidate, StageError>>, Timings) {
        let mut timings = Timings::default();
        if self.stop.requested() {
            return (None, timings);
        }
        let (origin, picture) = (draft.origin.clone(), draft.picture.as_ref());
        // A drawer tells them again.
        let is_drawn = matches!(origin.maker, Maker::Drawer(_));
        let unused_words = if is_drawn { Vec::new() } else { draft.unused_words.clone() };
        let work = Work { origin, effort: Effort::Full, picture, unused_words };
        let result = self.candidate(work, &mut timings).inspect(self.watch);
        self.report();
        (Some(result), timings)
    }

    fn fall_back(&self, drawing: Drawing, found: &mut Found) -> Result<(), PipelineError> {
        let origin = Origin { maker: Maker::LastResort, generator: None, index: 0, seed: self.prompt.seed };
        let unused_words = self.prompt.content_words();
        let work = Work { origin: origin.clone(), effort: Effort::Draft, picture: None, unused_words };
        let rendered = self.rendered(drawing, work, &mut found.timings);
        let mut candidate = rendered.map_err(PipelineError::LastResort)?;
        // It shows no picture that it could be close to. Where the score needs one, it counts as the worst.
        match self.scores(&candidate, &mut found.timings) {
            Ok(scores) => candidate.scores = scores,
            Err(error) => found.failures.push(Failure { origin, error }),
        }
        (self.watch)(&candidate);
        found.candidates.push(candidate);
        Ok(())
    }

    fn candidate(&self, mut work: Work<'_>, timings: &mut Timings) -> Result<Candidate, StageError> {
        let Told { made: drawing, unused_words } = self.drawing(&work, timings)?;
        work.unused_words.extend(unused_words);
        let drawing = self.rewritten(drawing, &work, timings)?;
        self.judged(drawing, work, timings)
    }

    /// A drawing, and the words that it leaves out of those that its picture shows.
    fn drawing(&self, work: &Work<'_>, timings: &mut Timings) -> Result<Told<Drawing>, StageError> {
        let reserved: usize = self.pipeline.rewrites.iter().map(Rewrite::reserve).sum();
        let task = self.task(work, reserved);
        let prompt = self.prompt.with_seed(work.origin.seed);
        match (&work.origin.maker, work.picture) {
            (Maker::Tracer(name), Some(picture)) => {
                let tracer = self.pipeline.tracers.iter().find(|tracer| tracer.name == *name);
                let tracer = tracer.ok_or_else(|| StageError::new("trace", format!("no tracer `{name}`")))?;
                timings.measure("trace", || tracer.stage.trace(picture, &task)).map(Told::of)
            }
            (Maker::Drawer(name), _) => {
                let drawer = self.pipeline.drawers.iter().find(|drawer| drawer.name == *name);
                let drawer = drawer.ok_or_else(|| StageError::new("draw", format!("no drawer `{name}`")))?;
                timings.measure("draw", || drawer.stage.draw_told(&prompt, &task))
            }
            _ => Err(StageError::new("trace", "there is no picture to trace")),
        }
    }

    /// Each rewrite gets the budget less what the later ones reserve.
    fn rewritten(&self, drawing: Drawing, work: &Work<'_>, timings: &mut Timings) -> Result<Drawing, StageError> {
        let rewrites = &self.pipeline.rewrites;
        rewrites.iter().enumerate().try_fold(drawing, |drawing, (index, rewrite)| {
            let later: usize = rewrites[index + 1..].iter().map(Rewrite::reserve).sum();
            timings.measure("finish", || rewrite.rewrite(drawing, &self.task(work, later)))
        })
    }

    fn task<'t>(&'t self, work: &'t Work<'_>, reserved: usize) -> Task<'t> {
        Task {
            image: work.picture.map(AsRef::as_ref),
            budget: ByteBudget::new(self.profile.max_bytes).less(reserved),
            seed: work.origin.seed,
            effort: work.effort,
            stop: self.stop,
        }
    }

    /// Writes, checks, renders and scores a drawing.
    fn judged(&self, drawing: Drawing, work: Work<'_>, timings: &mut Timings) -> Result<Candidate, StageError> {
        let candidate = self.rendered(drawing, work, timings)?;
        let scores = self.scores(&candidate, timings)?;
        Ok(Candidate { scores, ..candidate })
    }

    /// Writes, checks and renders a drawing; its score is still 0.
    fn rendered(&self, drawing: Drawing, work: Work<'_>, timings: &mut Timings) -> Result<Candidate, StageError> {
        let Work { origin, effort, picture, unused_words } = work;
        let svg = timings.measure("write", || drawing.write());
        let svg = timings.measure("check", || check_svg(&svg, &self.profile));
        let svg = svg.map_err(|error| StageError::new("check", error))?;
        let side = self.pipeline.options.side;
        let image = timings.measure("render", || self.pipeline.renderer.render(svg.svg(), side, side))?;
        let scores = Scores { total: 0.0, parts: Vec::new() };
        Ok(Candidate { origin, effort, svg, drawing, image, picture: picture.cloned(), unused_words, scores })
    }

    fn scores(&self, candidate: &Candidate, timings: &mut Timings) -> Result<Scores, StageError> {
        // What is drawn without a picture is as it was meant.
        let is_drawn = matches!(candidate.origin.maker, Maker::Drawer(_));
        let own = is_drawn.then_some(&candidate.image);
        let subject = Subject {
            drawing: Some(&candidate.drawing),
            source: candidate.picture.as_deref().or(own),
            unused_words: &candidate.unused_words,
            seed: candidate.origin.seed,
            ..Subject::new(&candidate.image, self.prompt)
        };
        timings.measure("score", || self.pipeline.score.score(&subject))
    }

    fn report(&self) {
        let Pipeline { generators, tracers, drawers, options, .. } = self.pipeline;
        let each = generators.len() * tracers.len() + drawers.len();
        let all = (each * options.candidates + options.finalists.min(each * options.candidates)).max(1);
        let done = self.done.fetch_add(1, Ordering::Relaxed) + 1;
        self.stop.report(PROGRESS, (done as f32 / all as f32).min(1.0));
    }
}
