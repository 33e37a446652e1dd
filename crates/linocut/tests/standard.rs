//! The standard pipeline on real descriptions.

use image::RgbImage;
use linocut::pipeline::{BoxGenerate, Named};
use linocut::{ByteBudget, FromFn, Maker, Pipeline, PipelineOptions, Profile, Prompt, Stop, check};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

fn standard(candidates: usize, jobs: usize) -> Pipeline {
    let standard = Pipeline::standard();
    Pipeline { options: PipelineOptions { candidates, jobs, ..standard.options }, ..standard }
}

#[test]
fn same_seed_same_bytes_with_any_number_of_threads() {
    let run = |jobs| standard(2, jobs).run(&Prompt::new("a red boat on the sea", 5), &Stop::never()).unwrap();
    let (one, again, two) = (run(1), run(1), run(2));
    let texts = |outcome: &linocut::Outcome| -> Vec<String> {
        outcome.candidates.iter().map(|candidate| candidate.svg.as_str().to_owned()).collect()
    };
    assert_eq!(texts(&one), texts(&again));
    assert_eq!(texts(&one), texts(&two));
    assert_eq!(one.best, two.best);
}

#[test]
fn anything_typed_becomes_a_valid_picture() {
    let noise: String =
        (0..10_000_u32).filter_map(|i| char::from_u32(i.wrapping_mul(2_654_435_761) % 0x2000 + 1)).collect();
    let texts = ["", "海辺の灯台", "🦊🌲 fox & tree", "<svg onload='x()'>&amp;]]></svg>", noise.as_str()];
    for text in texts {
        let outcome = standard(1, 2).run(&Prompt::new(text, 1), &Stop::never()).unwrap();
        assert!(outcome.failures.iter().all(|failure| matches!(failure.origin.maker, Maker::Drawer(_))));
        assert!(check(outcome.best().svg.as_str(), &Profile::CONTEST).is_ok());
    }
}

#[cfg(feature = "vtracer")]
#[test]
fn which_tracer_wins_depends_on_the_picture() {
    use linocut::pipeline::{BoxGenerate, BoxTrace, Named};
    use linocut::trace::{Contours, VTracer};

    let winner = |generate: fn(u32, u32) -> [u8; 3]| {
        let picture = RgbImage::from_fn(256, 256, |x, y| image::Rgb(generate(x, y)));
        let generator: BoxGenerate = Box::new(FromFn(move |_: &Prompt, _: &Stop| Ok(picture.clone())));
        let tracers: Vec<Named<BoxTrace>> =
            vec![Named::new("vtracer", Box::<VTracer>::default()), Named::new("contours", Box::<Contours>::default())];
        let pipeline = Pipeline {
            generators: vec![Named::new("picture", generator)],
            drawers: Vec::new(),
            tracers,
            ..standard(1, 1)
        };
        pipeline.run(&Prompt::default(), &Stop::never()).unwrap().best().origin.maker.clone()
    };
    let rings = |x: u32, y: u32| {
        let distance = f64::from(x.abs_diff(128).pow(2) + y.abs_diff(128).pow(2)).sqrt();
        if ((distance / 12.0) as u32).is_multiple_of(2) { [230, 60, 40] } else { [250, 240, 220] }
    };
    let gradient = |x: u32, y: u32| [x as u8, y as u8, ((x + y) / 2) as u8];
    assert_ne!(winner(rings), winner(gradient));
}

/// A flat, striped or noisy picture of any size; sides are spread evenly over the orders of magnitude.
fn any_picture(random: &mut Pcg64Mcg) -> RgbImage {
    let [width, height] = [(); 2].map(|()| (random.random_range(0.0..7.6_f64).exp() as u32).clamp(1, 2000));
    let (kind, seed) = (random.random_range(0..3), random.random::<u32>() | 1);
    let noise = |x: u32, y: u32| (x * 7919 + y * 104_729).wrapping_mul(seed).wrapping_mul(2_654_435_761).to_be_bytes();
    RgbImage::from_fn(width, height, |x, y| {
        let [r, g, b, _] = match kind {
            0 => noise(1, 0),
            1 => noise(x / 9, 0),
            _ => noise(x, y),
        };
        image::Rgb([r, g, b])
    })
}

#[test]
fn no_output_exceeds_the_budget_or_breaks_a_rule() {
    for seed in 0..16 {
        let mut random = Pcg64Mcg::seed_from_u64(seed);
        let (picture, bytes) = (any_picture(&mut random), random.random_range(200..50_000));
        let generator: BoxGenerate = Box::new(FromFn(move |_: &Prompt, _: &Stop| Ok(picture.clone())));
        let mut pipeline =
            Pipeline { generators: vec![Named::new("picture", generator)], drawers: Vec::new(), ..standard(1, 1) };
        let profile = Profile { max_bytes: bytes, ..Profile::CONTEST };
        pipeline.options = PipelineOptions {
            budget: ByteBudget::new(bytes),
            profile: profile.clone(),
            finalists: 0,
            ..pipeline.options
        };
        let outcome = pipeline.run(&Prompt::default(), &Stop::never()).unwrap();
        assert!(outcome.failures.is_empty(), "seed {seed}: {:?}", outcome.failures);
        for candidate in &outcome.candidates {
            assert!(check(candidate.svg.as_str(), &profile).is_ok(), "seed {seed}");
        }
    }
}

#[test]
fn without_a_candidate_the_last_resort_comes_back() {
    let fails = FromFn(|_: &Prompt, _: &Stop| -> Result<RgbImage, linocut::core::StageError> {
        Err(linocut::core::StageError::new("generate", "out of paint"))
    });
    let generators = vec![Named::new("broken", Box::new(fails) as BoxGenerate)];
    let pipeline = Pipeline { generators, drawers: Vec::new(), ..standard(1, 1) };
    let outcome = pipeline.run(&Prompt::new("a disc", 1), &Stop::never()).unwrap();
    assert_eq!((outcome.candidates.len(), &outcome.best().origin.maker), (1, &Maker::LastResort));
    assert!(outcome.failures[0].error.to_string().contains("out of paint"));
    assert!(check(outcome.best().svg.as_str(), &Profile::CONTEST).is_ok());
}
