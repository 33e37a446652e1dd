//! Laws of both tracers: no drawing over its budget, the same seed gives the same bytes.

use image::{Rgb, RgbImage};
use linocut_core::{ByteBudget, Effort, StageError, Stop, Task, Trace};
use linocut_trace::{Contours, TraceError, VTracer};
use proptest::prelude::*;

/// One of a few kinds of picture.
fn picture(width: u32, height: u32, kind: u8, seed: u32) -> RgbImage {
    let noise = |x: u32, y: u32| {
        let mut h = x.wrapping_mul(0x9e37_79b9) ^ y.wrapping_mul(0x85eb_ca6b) ^ seed;
        h = (h ^ (h >> 15)).wrapping_mul(0x2c1b_3c6d);
        h ^ (h >> 13)
    };
    RgbImage::from_fn(width, height, |x, y| {
        let hash = match kind {
            0 => seed,
            1 => noise(x, y),
            2 => noise(x / 3, 0),
            3 => noise(0, y),
            4 => noise(x / 40, y / 40),
            _ => return Rgb([(x * 255 / width) as u8, (y * 255 / height) as u8, seed as u8]),
        };
        let [r, g, b, _] = hash.to_le_bytes();
        Rgb([r, g, b])
    })
}

fn tracers() -> [Box<dyn Trace>; 2] {
    [Box::new(VTracer::default()), Box::new(Contours::default())]
}

fn side() -> impl Strategy<Value = u32> {
    prop_oneof![1_u32..8, 8_u32..300, 300_u32..2001]
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn a_draft_never_exceeds_the_budget(
        (width, height, kind, seed) in (side(), side(), 0_u8..6, any::<u32>()),
        budget in prop_oneof![200_usize..2_000, 2_000_usize..50_000],
    ) {
        let image = picture(width, height, kind, seed);
        let stop = Stop::never();
        let task = Task { effort: Effort::Draft, ..Task::new(ByteBudget::new(budget), &stop) };
        for tracer in tracers() {
            let drawing = tracer.trace(&image, &task).unwrap();
            prop_assert!(drawing.byte_count() <= budget, "{} > {budget}", drawing.byte_count());
            prop_assert_eq!(drawing.write().as_str().len(), drawing.byte_count());
            prop_assert!(drawing.width <= width && drawing.height <= height);
        }
    }

    #[test]
    fn tiny_budgets_are_met_or_refused(budget in 0_usize..200, kind in 0_u8..6) {
        let image = picture(60, 40, kind, 7);
        let stop = Stop::never();
        for tracer in tracers() {
            match tracer.trace(&image, &Task::new(ByteBudget::new(budget), &stop)) {
                Ok(drawing) => prop_assert!(drawing.byte_count() <= budget),
                Err(StageError { source, .. }) => match source.downcast_ref() {
                    Some(TraceError::BudgetTooSmall { needed, .. }) => prop_assert!(*needed > budget),
                    _ => prop_assert!(false, "{source}"),
                },
            }
        }
    }
}

#[test]
fn full_effort_keeps_the_budget_on_a_large_picture() {
    let image = picture(2000, 1200, 4, 3);
    let stop = Stop::never();
    for tracer in tracers() {
        let drawing = tracer.trace(&image, &Task::new(ByteBudget::new(3_000), &stop)).unwrap();
        assert_eq!((drawing.width, drawing.height), (384, 230));
        assert!((2_000..=3_000).contains(&drawing.byte_count()), "{}", drawing.byte_count());
    }
}

#[test]
fn the_same_seed_gives_the_same_bytes() {
    let image = picture(200, 150, 4, 9);
    let stop = Stop::never();
    let task = Task { seed: 11, ..Task::new(ByteBudget::new(2_000), &stop) };
    for tracer in tracers() {
        assert_eq!(tracer.trace(&image, &task).unwrap().write(), tracer.trace(&image, &task).unwrap().write());
    }
}

#[test]
fn a_stopped_trace_still_covers_the_picture_within_the_budget() {
    let image = picture(300, 300, 1, 5);
    let stop = Stop::never();
    stop.cancel();
    for tracer in tracers() {
        let drawing = tracer.trace(&image, &Task::new(ByteBudget::new(500), &stop)).unwrap();
        assert!(!drawing.shapes.is_empty() && drawing.byte_count() <= 500);
    }
}

#[test]
fn errors_name_the_stage_and_the_cause() {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    for (tracer, name) in tracers().iter().zip(["vtracer", "contours"]) {
        let error = tracer.trace(&RgbImage::new(0, 3), &task).unwrap_err();
        assert_eq!(error.to_string(), format!("{name}: picture of 0 x 3 px has no pixels"));
    }
}
