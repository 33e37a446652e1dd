//! What may be written under the mask is valid and within the budget, and whatever our writer writes may be written.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use image::RgbImage;
use linocut_collage::Collage;
use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task};
use linocut_language::constraint::{Constraint, ConstraintError, Guide, Vocabulary};
use linocut_svg::{
    Arc, Color, Drawing, FillRule, Geometry, Gradient, GradientGeometry, GradientStop, LineCap, LineJoin, Matrix,
    Opacity, Paint, Path, Point, Segment, Shape, Spread, Stroke, Subpath, Svg,
};
use proptest::prelude::*;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;
use tokenizers::Tokenizer;

/// The tokenizers of three families: bytes as characters, the same with numbers in threes, and pieces with `▁`.
const FAMILIES: [(&str, usize); 3] = [("qwen2.5", 408), ("llama", 405), ("gemma2", 460)];

fn tokenizer(family: &str) -> Tokenizer {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../fixtures/language");
    Tokenizer::from_file(format!("{folder}/{family}/tokenizer.json")).unwrap()
}

fn constraint(family: &str, size: usize) -> Constraint {
    let tokenizer = tokenizer(family);
    let end = ["<|im_end|>", "<|eot_id|>", "<eos>"].iter().find_map(|end| tokenizer.token_to_id(end)).unwrap();
    Constraint::new(Vocabulary::of_tokenizer(&tokenizer, size, &[end]).unwrap()).unwrap()
}

/// How a model that knows nothing chooses.
#[derive(Clone, Copy, Debug)]
enum Taste {
    /// Every token alike.
    Uniform,
    /// Each token with a weight of its own, many times as large for some as for others.
    Skewed,
    /// The longest of a few.
    Long,
    /// Every token alike, but never the end while there is something else.
    Endless,
}

fn choose(guide: &mut Guide<'_>, constraint: &Constraint, taste: Taste, random: &mut Pcg64Mcg, weights: &[f32]) -> u32 {
    let allowed: Vec<u32> = guide.mask().iter().collect();
    assert!(!allowed.is_empty(), "nothing is allowed after `{}`", guide.text());
    let any = |random: &mut Pcg64Mcg| allowed[random.random_range(0..allowed.len())];
    match taste {
        Taste::Uniform => any(random),
        Taste::Long => {
            let few: Vec<u32> = (0..4).map(|_| any(random)).collect();
            few.into_iter().max_by_key(|token| constraint.vocabulary().bytes(*token).len()).unwrap()
        }
        Taste::Skewed => {
            let sum: f32 = allowed.iter().map(|token| weights[*token as usize]).sum();
            let mut at = random.random_range(0.0..1.0) * sum;
            let found = allowed.iter().find(|token| {
                at -= weights[**token as usize];
                at <= 0.0
            });
            *found.unwrap_or(&allowed[0])
        }
        Taste::Endless => {
            // A slash behind `<` closes what is open; without it, nothing ends.
            let closes = |token: &u32| {
                let mut text = guide.text().as_bytes().to_vec();
                text.extend_from_slice(constraint.vocabulary().bytes(*token));
                text.ends_with(b"</") || text.windows(3).rev().take(12).any(|part| part == b"</s")
            };
            let others: Vec<u32> = allowed.iter().copied().filter(|token| !closes(token)).collect();
            if others.is_empty() { any(random) } else { others[random.random_range(0..others.len())] }
        }
    }
}

fn sample(constraint: &Constraint, budget: usize, taste: Taste, seed: u64) -> String {
    let mut random = Pcg64Mcg::seed_from_u64(seed);
    let weights: Vec<f32> =
        (0..constraint.vocabulary().len()).map(|_| random.random_range(0.0_f32..6.0).exp()).collect();
    let mut guide = constraint.begin(ByteBudget::new(budget)).unwrap();
    for _ in 0..=budget {
        let token = choose(&mut guide, constraint, taste, &mut random, &weights);
        guide.take(token).unwrap();
        if guide.has_ended() {
            return guide.text().to_owned();
        }
    }
    panic!("no end after {budget} tokens: `{}`", guide.text());
}

fn assert_valid(text: &str, budget: usize) {
    assert!(text.len() <= budget, "{} of {budget} bytes", text.len());
    check(text, &Profile::CONTEST).unwrap_or_else(|error| panic!("{error}: {text}"));
    Svg::new(text).unwrap();
}

#[test]
fn whatever_is_sampled_is_valid_and_within_the_budget() {
    let budgets = [300, 301, 337, 500, 1000, 2500, 5000, 10_000];
    for (family, size) in FAMILIES {
        let constraint = constraint(family, size);
        for (taste, rounds) in [(Taste::Uniform, 6), (Taste::Skewed, 6), (Taste::Long, 4), (Taste::Endless, 1)] {
            for (budget, seed) in budgets.into_iter().flat_map(|budget| (0..rounds).map(move |seed| (budget, seed))) {
                let text = sample(&constraint, budget, taste, seed);
                assert_valid(&text, budget);
                if matches!(taste, Taste::Endless) {
                    assert!(10 * text.len() >= 8 * budget, "{family} {budget}: only {} bytes: {text}", text.len());
                }
            }
        }
    }
}

/// Every token of a text is allowed, with exactly as many bytes as it has.
fn assert_written(constraint: &Constraint, tokenizer: &Tokenizer, text: &str) {
    let mut guide = constraint.begin(ByteBudget::new(text.len())).unwrap();
    for token in tokenizer.encode(text, false).unwrap().get_ids() {
        assert!(guide.mask().allows(*token), "token {token} after `{}`: {text}", guide.text());
        guide.take(*token).unwrap();
    }
    assert_eq!((guide.text(), guide.is_whole(), guide.left()), (text, true, 0));
}

#[test]
fn whatever_the_composer_draws_can_be_written() {
    let descriptions = include_str!("../../../lab/descriptions/descriptions.csv").lines().skip(1);
    let families: Vec<_> = FAMILIES.map(|(family, size)| (constraint(family, size), tokenizer(family))).into();
    let stop = Stop::never();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    for (at, line) in descriptions.enumerate() {
        let drawing = Collage::default()
            .draw(&Prompt::new(line.splitn(3, ',').last().unwrap_or_default(), at as u64), &task)
            .unwrap();
        for drawing in [drawing.compact(), drawing] {
            let text = drawing.write().into_string();
            let (constraint, tokenizer) = &families[at % families.len()];
            assert_written(constraint, tokenizer, &text);
        }
    }
}

#[test]
fn whatever_the_tracer_draws_can_be_written() {
    let shade = |x: u32, y: u32| {
        [(x * 3 % 256) as u8, (y * 2 % 256) as u8, if (x / 30 + y / 20).is_multiple_of(2) { 200 } else { 40 }]
    };
    let image = RgbImage::from_fn(160, 120, |x, y| shade(x, y).into());
    let text = linocut_trace::trace(&image, 3000).unwrap().write().into_string();
    for (family, size) in FAMILIES {
        assert_written(&constraint(family, size), &tokenizer(family), &text);
    }
}

#[test]
fn vocabularies_and_budgets_that_cannot_be_are_named() {
    let bytes = || (0..=255_u8).map(|byte| vec![byte]).collect::<Vec<_>>();
    let error = |tokens: Vec<Vec<u8>>, ends: Vec<u32>| Constraint::new(Vocabulary::new(tokens, ends)).unwrap_err();
    assert_eq!(error(bytes(), vec![]), ConstraintError::MissingEnd);
    assert_eq!(error(bytes(), vec![900]), ConstraintError::MissingEnd);
    let mut without = bytes();
    without[usize::from(b'<')] = b"<<".to_vec();
    assert_eq!(error(without, vec![0]), ConstraintError::MissingByte { byte: b'<' });
    let constraint = Constraint::new(Vocabulary::new(bytes(), vec![0])).unwrap();
    let small = constraint.begin(ByteBudget::new(63)).unwrap_err();
    assert_eq!(small.to_string(), "a budget of 63 bytes, at least 64 are needed for an empty drawing");
    let mut guide = constraint.begin(ByteBudget::new(64)).unwrap();
    assert_eq!(guide.take(u32::from(b'a')), Err(ConstraintError::Token { token: 97, at: 0 }));
    assert_eq!(guide.mask().iter().collect::<Vec<_>>(), [u32::from(b'<')]);
}

fn points() -> impl Strategy<Value = Point> {
    (-9_999..9_999_i32, -9_999..9_999_i32).prop_map(|(x, y)| Point::new(x, y))
}

fn geometries() -> impl Strategy<Value = Geometry> {
    let arc = (0..999_i32, 0..999_i32, -180..180_i32, any::<[bool; 2]>(), points());
    let segment = prop_oneof![
        points().prop_map(Segment::Line),
        (points(), points()).prop_map(|(a, to)| Segment::Quadratic(a, to)),
        (points(), points(), points()).prop_map(|(a, b, to)| Segment::Cubic(a, b, to)),
        arc.prop_map(|(rx, ry, rotation, [large, sweep], to)| Segment::Arc(Arc { rx, ry, rotation, large, sweep, to })),
    ];
    let subpath = (points(), prop::collection::vec(segment, 0..6), any::<bool>())
        .prop_map(|(start, segments, closed)| Subpath { start, segments, closed });
    let path = prop::collection::vec(subpath, 0..3).prop_map(|subpaths| Geometry::Path(Path::from(subpaths)));
    let size = || 0..9_999_i32;
    let rect = (points(), size(), size(), size());
    prop_oneof![
        path,
        rect.prop_map(|(at, width, height, radius)| Geometry::Rect { x: at.x, y: at.y, width, height, radius }),
        (points(), size()).prop_map(|(center, radius)| Geometry::Circle { center, radius }),
        (points(), size(), size()).prop_map(|(center, rx, ry)| Geometry::Ellipse { center, rx, ry }),
    ]
}

fn paints() -> impl Strategy<Value = Paint> {
    let stop = (0..=1000_u16, 0..0x0100_0000_u32, 0..=1000_u16).prop_map(|(offset, hex, opacity)| GradientStop {
        offset,
        color: Color::from_hex(hex),
        opacity: Opacity::from_thousandths(opacity),
    });
    let line = (points(), points()).prop_map(|(from, to)| GradientGeometry::Linear { from, to });
    let circle = (points(), 0..999_i32, points()).prop_map(|(center, radius, focus)| GradientGeometry::Radial {
        center,
        radius,
        focus,
    });
    let matrix = (any::<[i16; 4]>(), any::<[i16; 2]>())
        .prop_map(|(a, b)| Matrix { linear: a.map(i32::from), translation: b.map(i32::from) });
    let spread = prop_oneof![Just(Spread::Pad), Just(Spread::Reflect), Just(Spread::Repeat)];
    let gradient = (prop_oneof![line, circle], matrix, spread, prop::collection::vec(stop, 0..4));
    prop_oneof![
        (0..0x0100_0000_u32).prop_map(|hex| Paint::Solid(Color::from_hex(hex))),
        gradient.prop_map(|(geometry, transform, spread, stops)| {
            Paint::Gradient(Box::new(Gradient { geometry, transform, spread, stops }))
        }),
    ]
}

fn shapes() -> impl Strategy<Value = Shape> {
    let stroke = (paints(), 0..99_i32, 0..9_usize).prop_map(|(paint, width, kind)| Stroke {
        paint,
        width,
        cap: [LineCap::Butt, LineCap::Round, LineCap::Square][kind % 3],
        join: [LineJoin::Miter, LineJoin::Round, LineJoin::Bevel][kind / 3],
    });
    let rule = prop_oneof![Just(FillRule::NonZero), Just(FillRule::EvenOdd)];
    let opacity = (0..=1000_u16).prop_map(Opacity::from_thousandths);
    (geometries(), prop::option::of(paints()), rule, prop::option::of(stroke), opacity)
        .prop_map(|(geometry, fill, fill_rule, stroke, opacity)| Shape { geometry, fill, fill_rule, stroke, opacity })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// With random tokens of random pieces of drawings beside the bytes, and any budget.
    #[test]
    fn any_vocabulary_writes_valid_drawings(
        pieces in prop::collection::vec(r#"[ -~]{2,6}|"/>|</g>|</svg>|<g|fill="|url\(#|<path d="m|><stop offset="\.|"/></linearGradient>"#, 0..80),
        budget in 64_usize..700,
        seed: u64,
    ) {
        let mut tokens: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
        tokens.extend(pieces.into_iter().map(String::into_bytes));
        let end = tokens.len() as u32;
        tokens.push(Vec::new());
        let constraint = Constraint::new(Vocabulary::new(tokens, vec![end])).unwrap();
        for taste in [Taste::Uniform, Taste::Skewed, Taste::Long] {
            assert_valid(&sample(&constraint, budget, taste, seed), budget);
        }
    }
    /// Whatever shapes a drawing has, its text can be written byte by byte, with no byte to spare.
    #[test]
    fn any_drawing_can_be_written(shapes in prop::collection::vec(shapes(), 0..8), width in 1..99_999_u32, height in 1..99_999_u32) {
        let text = Drawing { width, height, shapes }.write().into_string();
        let tokens: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).chain([Vec::new()]).collect();
        let constraint = Constraint::new(Vocabulary::new(tokens, vec![256])).unwrap();
        let mut guide = constraint.begin(ByteBudget::new(text.len())).unwrap();
        for byte in text.bytes() {
            prop_assert!(guide.mask().allows(u32::from(byte)), "`{}` after `{}`", char::from(byte), guide.text());
            guide.take(u32::from(byte)).unwrap();
        }
        prop_assert!(guide.is_whole() && guide.left() == 0);
    }
}
