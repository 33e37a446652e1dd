//! The pipeline's promises, with small stages of our own.

use std::time::Duration;

use image::RgbImage;
use linocut::pipeline::{BoxDraw, BoxGenerate, BoxRewrite, BoxTrace};
use linocut::score::{Fidelity, MetricRenderer};
use linocut::svg::{Color, Geometry, Shape};
use linocut::{
    ByteBudget, Drawing, Effort, FromFn, Maker, Named, Pipeline, PipelineError, PipelineOptions, Profile, Prompt,
    Rewrite, Scores, StageError, Stop, Subject, Task, check,
};

/// Top red, bottom of a grey that depends on the seed.
fn picture(prompt: &Prompt, _: &Stop) -> Result<RgbImage, StageError> {
    let grey = (prompt.seed % 200) as u8;
    Ok(RgbImage::from_fn(64, 64, |_, y| image::Rgb(if y < 32 { [200, 30, 30] } else { [grey; 3] })))
}

fn flat(color: Color) -> Drawing {
    let mut drawing = Drawing::new(64, 64);
    drawing.shapes.push(Shape::filled(Geometry::rect(0, 0, 64, 64), color));
    drawing
}

/// Two halves at full effort, one colour as a draft.
fn halves(image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
    let mut drawing = flat((*image.get_pixel(5, 5)).into());
    if task.effort == Effort::Full {
        drawing.shapes.push(Shape::filled(Geometry::rect(0, 32, 64, 32), Color::from(*image.get_pixel(5, 60))));
    }
    Ok(drawing)
}

fn broken(_: &RgbImage, _: &Task<'_>) -> Result<Drawing, StageError> {
    Err(StageError::new("broken", "out of ink"))
}

fn pipeline(tracers: Vec<Named<BoxTrace>>) -> Pipeline {
    let generator: BoxGenerate = Box::new(FromFn(picture));
    Pipeline {
        generators: vec![Named::new("picture", generator)],
        drawers: Vec::new(),
        tracers,
        rewrites: Vec::new(),
        renderer: Box::new(MetricRenderer),
        score: Box::new(Fidelity::default()),
        options: PipelineOptions { candidates: 3, jobs: 2, ..PipelineOptions::default() },
    }
}

fn tracer(name: &str, stage: fn(&RgbImage, &Task<'_>) -> Result<Drawing, StageError>) -> Named<BoxTrace> {
    Named::new(name, Box::new(FromFn(stage)))
}

#[test]
fn the_best_drafts_are_finished_at_full_effort() {
    let outcome = pipeline(vec![tracer("halves", halves)]).run(&Prompt::new("", 3), &Stop::never()).unwrap();
    let finished = outcome.candidates.iter().filter(|candidate| candidate.effort == Effort::Full).count();
    assert_eq!((outcome.candidates.len(), finished), (3, 2));
    assert_eq!(outcome.best().effort, Effort::Full);
    assert!(outcome.best().scores.total > 0.9 && !outcome.cut_short);
}

#[test]
fn every_candidate_is_told_as_it_is_made() {
    let told = std::sync::Mutex::new(Vec::new());
    let watch = |candidate: &linocut::Candidate| {
        told.lock().unwrap().push((candidate.origin.index, candidate.effort == Effort::Full));
    };
    let pipeline = pipeline(vec![tracer("halves", halves)]);
    let outcome = pipeline.run_watched(&Prompt::new("", 3), &Stop::never(), watch).unwrap();
    let mut told = told.into_inner().unwrap();
    assert!(told[..3].iter().all(|(_, full)| !full), "drafts first: {told:?}");
    told.sort_unstable();
    let finished = outcome.candidates.iter().filter(|candidate| candidate.effort == Effort::Full);
    let expected = (0..3).map(|index| (index, false)).chain(finished.map(|candidate| (candidate.origin.index, true)));
    let mut expected: Vec<_> = expected.collect();
    expected.sort_unstable();
    assert_eq!(told, expected);
}

#[test]
fn the_last_resort_is_told_too() {
    let told = std::sync::Mutex::new(Vec::new());
    let watch = |candidate: &linocut::Candidate| told.lock().unwrap().push(candidate.origin.maker.clone());
    let pipeline = pipeline(vec![tracer("broken", broken)]);
    pipeline.run_watched(&Prompt::new("a boat", 0), &Stop::never(), watch).unwrap();
    assert_eq!(*told.lock().unwrap(), [Maker::LastResort]);
}

#[test]
fn a_failing_stage_costs_only_its_candidates() {
    let outcome = pipeline(vec![tracer("broken", broken), tracer("halves", halves)]);
    let outcome = outcome.run(&Prompt::new("", 0), &Stop::never()).unwrap();
    assert_eq!((outcome.candidates.len(), outcome.failures.len()), (3, 3));
    assert_eq!(outcome.failures[0].error.to_string(), "broken: out of ink");
    assert_eq!(outcome.failures[0].origin.maker, Maker::Tracer("broken".to_owned()));
}

#[test]
fn when_all_else_fails_there_is_a_last_resort() {
    let outcome = pipeline(vec![tracer("broken", broken)]).run(&Prompt::new("a boat", 0), &Stop::never()).unwrap();
    assert_eq!(outcome.best().origin.maker, Maker::LastResort);
    assert!(check(outcome.best().svg.as_str(), &Profile::CONTEST).is_ok());
}

#[test]
fn no_time_is_enough_for_a_valid_picture() {
    let mut pipeline = pipeline(vec![tracer("halves", halves)]);
    pipeline.options.time = Some(Duration::ZERO);
    let outcome = pipeline.run(&Prompt::new("a boat", 0), &Stop::never()).unwrap();
    assert!(outcome.cut_short && outcome.best().origin.maker == Maker::LastResort);
}

#[test]
fn rewrites_find_their_bytes_kept_free() {
    struct Watermark;
    impl Rewrite for Watermark {
        fn rewrite(&self, mut drawing: Drawing, task: &Task<'_>) -> Result<Drawing, StageError> {
            drawing.shapes.push(Shape::filled(Geometry::rect(1, 1, 2, 2), Color::WHITE));
            assert!(task.budget.fits(drawing.byte_count()));
            Ok(drawing)
        }

        fn reserve(&self) -> usize {
            60
        }
    }
    fn fills(image: &RgbImage, task: &Task<'_>) -> Result<Drawing, StageError> {
        let mut drawing = halves(image, task)?;
        while task.budget.fits(drawing.byte_count()) {
            drawing.shapes.push(Shape::filled(Geometry::rect(3, 3, 5, 5), Color::BLACK));
        }
        drawing.shapes.pop();
        Ok(drawing)
    }
    let rewrite = || -> BoxRewrite { Box::new(Watermark) };
    for bytes in [300, 1000, 1001] {
        let mut pipeline = pipeline(vec![tracer("fills", fills)]);
        pipeline.rewrites = vec![rewrite(), rewrite()];
        pipeline.options.budget = ByteBudget::new(bytes);
        let outcome = pipeline.run(&Prompt::default(), &Stop::never()).unwrap();
        assert!(outcome.failures.is_empty(), "{:?}", outcome.failures);
        assert!(outcome.best().svg.byte_count() <= bytes);
    }
}

#[test]
fn a_tracer_that_breaks_its_budget_is_refused() {
    let fat = |_: &RgbImage, _: &Task<'_>| {
        Ok(Drawing { shapes: vec![flat(Color::WHITE).shapes[0].clone(); 300], ..flat(Color::WHITE) })
    };
    let mut pipeline = pipeline(vec![Named::new("fat", Box::new(FromFn(fat)))]);
    pipeline.options.budget = ByteBudget::new(500);
    let outcome = pipeline.run(&Prompt::default(), &Stop::never()).unwrap();
    assert_eq!(outcome.best().origin.maker, Maker::LastResort);
    assert!(outcome.failures[0].error.to_string().contains("at most 500 are allowed"), "{}", outcome.failures[0].error);
}

#[test]
fn an_error_of_the_last_resort_keeps_its_causes() {
    let broken = FromFn(|_: &linocut::svg::Svg, _: u32, _: u32| {
        Err::<RgbImage, _>(StageError::new("render", std::io::Error::other("no paper")))
    });
    let Pipeline { generators, drawers, tracers, rewrites, score, options, .. } = pipeline(Vec::new());
    let pipeline = Pipeline { generators, drawers, tracers, rewrites, renderer: broken, score, options };
    let error = pipeline.run(&Prompt::default(), &Stop::never()).unwrap_err();
    let cause = std::error::Error::source(&error).unwrap();
    assert!(cause.is::<StageError>() && cause.to_string() == "render: no paper", "{cause}");
}

#[test]
fn a_last_resort_that_cannot_be_scored_comes_back_with_the_reason() {
    let broken =
        FromFn(|_: &Subject<'_>| Err::<Scores, _>(StageError::new("score", std::io::Error::other("no ruler"))));
    let Pipeline { generators, drawers, tracers, rewrites, renderer, options, .. } = pipeline(Vec::new());
    let pipeline = Pipeline { generators, drawers, tracers, rewrites, renderer, score: broken, options };
    let outcome = pipeline.run(&Prompt::default(), &Stop::never()).unwrap();
    assert_eq!((&outcome.best().origin.maker, outcome.best().scores.total), (&Maker::LastResort, 0.0));
    let reasons: Vec<String> = outcome.failures.iter().map(|failure| failure.error.to_string()).collect();
    assert!(reasons.iter().any(|reason| reason == "score: no ruler"), "{reasons:?}");
}

#[test]
fn options_out_of_range_are_named() {
    let run =
        |options| Pipeline { options, ..pipeline(Vec::new()) }.run(&Prompt::default(), &Stop::never()).unwrap_err();
    let none = run(PipelineOptions { candidates: 0, ..PipelineOptions::default() });
    assert_eq!(none.to_string(), "option `candidates` is 0, expected 1 to 10000");
    let tiny = run(PipelineOptions { budget: ByteBudget::new(50), ..PipelineOptions::default() });
    assert!(matches!(tiny, PipelineError::BudgetTooSmall { .. }));
    let twice = pipeline(vec![tracer("a", halves), tracer("a", broken)]).run(&Prompt::default(), &Stop::never());
    assert!(matches!(twice, Err(PipelineError::DuplicateName { .. })));
}

#[test]
fn stages_may_be_concrete_types() {
    type Nothing = FromFn<fn(&Prompt, &Task<'_>) -> Result<Drawing, StageError>>;
    let pipeline: Pipeline<_, Nothing, _, BoxRewrite, _, _> = Pipeline {
        generators: vec![Named::new("picture", FromFn(picture))],
        drawers: Vec::new(),
        tracers: vec![Named::new("halves", FromFn(halves))],
        rewrites: Vec::new(),
        renderer: MetricRenderer,
        score: Fidelity::default(),
        options: PipelineOptions { candidates: 1, ..PipelineOptions::default() },
    };
    assert_eq!(pipeline.run(&Prompt::default(), &Stop::never()).unwrap().candidates.len(), 1);
}

#[test]
fn a_draft_whose_score_is_not_a_number_is_replaced_by_a_result_that_has_one() {
    let score: linocut::pipeline::BoxScore = Box::new(FromFn(|subject: &Subject<'_>| {
        let shapes = subject.drawing.map_or(0, |drawing| drawing.shapes.len());
        let total = if shapes == 1 { f64::NAN } else { shapes as f64 };
        Ok::<_, StageError>(Scores { total, ..Scores::default() })
    }));
    let pipeline = Pipeline { score, ..pipeline(vec![tracer("halves", halves)]) };
    let outcome = pipeline.run(&Prompt::new("", 3), &Stop::never()).unwrap();
    assert_eq!(outcome.best().scores.total.to_bits(), 2.0_f64.to_bits());
}

#[test]
fn drafts_whose_score_is_not_a_number_are_the_last_to_be_finished() {
    let first = linocut::core::derive_seed(3, 0);
    let options = PipelineOptions { candidates: 3, finalists: 2, ..PipelineOptions::default() };
    let score: linocut::pipeline::BoxScore = Box::new(FromFn(move |subject: &Subject<'_>| {
        let total = if subject.seed == first { f64::NAN } else { 1.0 };
        Ok::<_, StageError>(Scores { total, ..Scores::default() })
    }));
    let pipeline = Pipeline { score, options, ..pipeline(vec![tracer("halves", halves)]) };
    let outcome = pipeline.run(&Prompt::new("", 3), &Stop::never()).unwrap();
    let efforts: Vec<Effort> = outcome.candidates.iter().map(|candidate| candidate.effort).collect();
    assert_eq!(efforts, [Effort::Draft, Effort::Full, Effort::Full]);
    assert_ne!(outcome.best, 0);
}

#[test]
fn generators_compete_and_a_drawer_is_compared_with_the_picture_of_its_namesake() {
    let plain = |name: &str, level: u8| -> Named<BoxGenerate> {
        let picture = RgbImage::from_pixel(64, 64, [level; 3].into());
        Named::new(name, Box::new(FromFn(move |_: &Prompt, _: &Stop| Ok::<_, StageError>(picture.clone()))))
    };
    let drawer: BoxDraw = Box::new(FromFn(|_: &Prompt, task: &Task<'_>| {
        let level = task.image.map_or(0, |image| image.get_pixel(0, 0)[0]);
        Ok::<_, StageError>(flat(Color::from(image::Rgb([level; 3]))))
    }));
    let outcome = Pipeline {
        generators: vec![plain("dark", 10), plain("light", 240)],
        drawers: vec![Named::new("light", drawer)],
        ..pipeline(vec![tracer("halves", halves)])
    };
    let outcome = outcome.run(&Prompt::new("", 3), &Stop::never()).unwrap();
    let of_first = |candidate: &&linocut::Candidate| candidate.origin.index == 0;
    let origins: Vec<String> = outcome.candidates.iter().filter(of_first).map(|c| c.origin.to_string()).collect();
    assert_eq!(origins, ["dark, halves, seed 1", "light, halves, seed 1", "light, seed 1"]);
    let levels: Vec<u8> = outcome.candidates.iter().filter(of_first).map(|c| c.image.get_pixel(9, 9)[0]).collect();
    assert_eq!(levels, [10, 240, 240]);
}

#[test]
fn a_drawer_without_a_namesake_is_compared_with_what_it_drew() {
    let drawer: BoxDraw = Box::new(FromFn(|_: &Prompt, task: &Task<'_>| {
        let level = if task.image.is_some() { 0 } else { 200 };
        Ok::<_, StageError>(flat(Color::from(image::Rgb([level; 3]))))
    }));
    let score: linocut::pipeline::BoxScore = Box::new(FromFn(|subject: &Subject<'_>| {
        let total = if subject.source == Some(subject.image) { 1.0 } else { 0.5 };
        Ok::<_, StageError>(Scores { total, ..Scores::default() })
    }));
    let drawers = vec![Named::new("other", drawer)];
    let outcome = Pipeline { drawers, score, ..pipeline(vec![tracer("halves", halves)]) };
    let outcome = outcome.run(&Prompt::new("", 3), &Stop::never()).unwrap();
    let best = outcome.best();
    assert_eq!(best.origin.to_string(), "other, seed 1");
    assert_eq!((best.image.get_pixel(9, 9)[0], best.scores.total), (200, 1.0));
}

#[test]
fn a_generator_that_fails_leaves_the_others() {
    let broken: BoxGenerate =
        Box::new(FromFn(|_: &Prompt, _: &Stop| Err::<RgbImage, _>(StageError::new("generate", "no paper"))));
    let mut pipeline = pipeline(vec![tracer("halves", halves)]);
    pipeline.generators.insert(0, Named::new("broken", broken));
    let outcome = pipeline.run(&Prompt::new("", 3), &Stop::never()).unwrap();
    assert_eq!((outcome.candidates.len(), outcome.failures.len()), (3, 3));
    assert_eq!(outcome.failures[0].origin.to_string(), "broken, generator, seed 1");
}
