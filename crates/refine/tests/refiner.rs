//! Laws of the refiner on random drawings: never worse, never over the budget, the same every time.

#![allow(clippy::unwrap_used, reason = "tests may panic")]

use image::{Rgb, RgbImage};
use linocut_core::{ByteBudget, FromFn, Rewrite, Stop, Task};
use linocut_refine::{Edges, Objective, Picture, RefineError, Refiner};
use linocut_svg::{Color, Drawing, Geometry, LineCap, LineJoin, Opacity, Point, Shape, Stroke};
use proptest::prelude::*;

const QUICK: Refiner = Refiner {
    steps: 12,
    side: 32,
    point_rate: 0.3,
    color_rate: 3.0,
    opacity_rate: 0.02,
    edges: Edges::Upright,
    objective: Objective::Mse,
    background: Color::WHITE,
    settle: linocut_refine::Unsettled,
};

fn picture(seed: u32) -> RgbImage {
    RgbImage::from_fn(40, 40, |x, y| {
        let inside = (x as f32 - 18.0).hypot(y as f32 - (seed % 40) as f32) < 11.0;
        Rgb(if inside { [200, (seed * 7 % 250) as u8, 30] } else { [90, 150, (3 * x + y) as u8] })
    })
}

fn point() -> impl Strategy<Value = Point> {
    let coordinate = || prop_oneof![8 => -5..45_i32, 1 => any::<i32>()];
    (coordinate(), coordinate()).prop_map(|(x, y)| Point::new(x, y))
}

fn geometry() -> impl Strategy<Value = Geometry> {
    let extent = || prop_oneof![6 => 0..30_i32, 1 => any::<i32>()];
    prop_oneof![
        prop::collection::vec(point(), 0..7).prop_map(|points| Geometry::polygon(&points)),
        (point(), extent()).prop_map(|(center, radius)| Geometry::Circle { center, radius }),
        (point(), extent(), extent()).prop_map(|(center, rx, ry)| Geometry::Ellipse { center, rx, ry }),
        (point(), extent(), extent(), 0..9_i32).prop_map(|(at, width, height, radius)| Geometry::Rect {
            x: at.x,
            y: at.y,
            width,
            height,
            radius
        }),
    ]
}

fn shape() -> impl Strategy<Value = Shape> {
    let paint = (any::<u32>(), 0..1001_u16, prop::option::of(0..6_i32));
    (geometry(), paint).prop_map(|(geometry, (hex, opacity, width))| {
        let paint = Color::from_hex(hex).into();
        let stroke = width.map(|width| Stroke { paint, width, cap: LineCap::Square, join: LineJoin::Miter });
        let shape = Shape::filled(geometry, Color::from_hex(hex >> 3));
        Shape { stroke, ..shape.with_opacity(Opacity::from_thousandths(opacity)) }
    })
}

fn drawing() -> impl Strategy<Value = Drawing> {
    prop::collection::vec(shape(), 0..8).prop_map(|shapes| Drawing { shapes, ..Drawing::new(40, 36) })
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(48))]

    #[test]
    fn a_drawing_never_becomes_worse_or_too_long(drawing in drawing(), seed in 0..99_u32, slack in 0..3_usize) {
        let (stop, bytes) = (Stop::never(), drawing.byte_count() + slack);
        let task = Task::new(ByteBudget::new(bytes), &stop);
        let refined = QUICK.refine(&drawing, &picture(seed), &task).unwrap();
        prop_assert!(refined.after <= refined.before);
        prop_assert!(refined.drawing.byte_count() <= bytes);
        prop_assert_eq!(refined.drawing.shapes.len(), drawing.shapes.len());
        prop_assert_eq!(&QUICK.refine(&drawing, &picture(seed), &task).unwrap(), &refined);
    }
}

fn disc() -> Drawing {
    let circle = Geometry::circle(Point::new(20, 20), 9);
    Drawing { shapes: vec![Shape::filled(circle, Color::from_hex(0xcc5522))], ..Drawing::new(40, 40) }
}

#[test]
fn a_drawing_over_the_budget_is_an_error() {
    let stop = Stop::never();
    let error = QUICK.refine(&disc(), &picture(1), &Task::new(ByteBudget::new(50), &stop)).unwrap_err();
    assert!(matches!(error, RefineError::OverBudget { budget: 50, .. }));
}

#[test]
fn as_a_rewrite_it_needs_a_picture() {
    let (stop, image) = (Stop::never(), picture(20));
    let task = Task::new(ByteBudget::CONTEST, &stop);
    assert!(QUICK.rewrite(disc(), &task).is_err());
    let task = Task { image: Some(&image), ..task };
    assert_ne!(QUICK.rewrite(disc(), &task).unwrap(), disc());
}

#[test]
fn options_out_of_range_are_refused() {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    for refiner in [
        Refiner { side: 5, ..QUICK },
        Refiner { point_rate: f32::NAN, ..QUICK },
        Refiner { objective: Objective::Both(-1.0), ..QUICK },
    ] {
        assert!(matches!(refiner.refine(&disc(), &picture(1), &task), Err(RefineError::Option { .. })));
    }
}

#[test]
fn the_settling_step_may_change_anything_that_fits() {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::new(300), &stop);
    let add = |shape: Shape, count: usize| {
        FromFn(move |mut drawing: Drawing, _: &Task<'_>| {
            drawing.shapes.splice(0..0, vec![shape.clone(); count]);
            Ok(drawing)
        })
    };
    let ground = Shape::filled(Geometry::rect(0, 0, 40, 40), Color::new(90, 150, 80));
    let settled = QUICK.settled_by(add(ground.clone(), 1)).refine(&disc(), &picture(20), &task).unwrap();
    assert_eq!(settled.drawing.shapes[0], ground);
    let too_long = QUICK.settled_by(add(ground, 99)).refine(&disc(), &picture(20), &task).unwrap();
    assert_eq!(too_long.drawing, disc());
}

#[test]
fn the_settling_step_works_towards_the_same_picture() {
    let stop = Stop::never();
    let seen = std::sync::Mutex::new(None);
    let settle = FromFn(|drawing: Drawing, task: &Task<'_>| {
        *seen.lock().unwrap() = task.image.map(image::RgbImage::dimensions);
        Ok(drawing)
    });
    let image = picture(20);
    QUICK.settled_by(settle).refine(&disc(), &image, &Task::new(ByteBudget::new(300), &stop)).unwrap();
    assert_eq!(*seen.lock().unwrap(), Some(image.dimensions()));
}

#[test]
fn any_closure_is_a_loss() {
    let stop = Stop::never();
    // Nothing but red counts.
    let mut loss = |picture: &Picture, gradient: &mut Picture| {
        gradient.samples_mut().fill(0.0);
        gradient.plane_mut(0).fill(1.0);
        f64::from(picture.plane(0).iter().sum::<f32>())
    };
    let refined = QUICK.refine_with(&disc(), &mut loss, &Task::new(ByteBudget::CONTEST, &stop)).unwrap();
    let red = |drawing: &Drawing| drawing.shapes[0].fill.as_ref().unwrap().mean_color().r;
    assert!(refined.after < refined.before && red(&refined.drawing) < red(&disc()));
}

#[test]
fn similarity_can_be_the_objective() {
    let stop = Stop::never();
    let task = Task::new(ByteBudget::CONTEST, &stop);
    for objective in [Objective::Ssim, Objective::Both(0.1)] {
        let refined = Refiner { objective, ..QUICK }.refine(&disc(), &picture(20), &task).unwrap();
        assert!(refined.after < refined.before, "{objective:?}");
    }
}
