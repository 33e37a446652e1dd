//! Laws of finishing rewrites: never more bytes than reserved, always on top of the drawing.

use linocut_core::{ByteBudget, Rewrite, Stop, Task};
use linocut_finish::{Border, Decoy, Mark};
use linocut_svg::{Color, Drawing, FillRule, Geometry, Point, Shape};
use proptest::prelude::*;

fn shape() -> impl Strategy<Value = Shape> {
    (0..4000_i32, 0..4000_i32, 0..0xff_ffff_u32, any::<bool>()).prop_map(|(x, y, color, even)| {
        let corners = [Point::new(x, y), Point::new(y, 7), Point::new(3, x)];
        let fill_rule = if even { FillRule::EvenOdd } else { FillRule::NonZero };
        Shape { fill_rule, ..Shape::filled(Geometry::polygon(&corners), Color::from_hex(color)) }
    })
}

proptest! {
    #[test]
    fn rewrites_stay_within_what_they_reserve(
        (width, height) in (1..99_999_u32, 1..99_999_u32),
        shapes in prop::collection::vec(shape(), 0..6),
        even in any::<bool>(),
        share in 0.001..0.45_f32,
        steps in 1..=8_u32,
    ) {
        let mut drawing = Drawing { shapes, ..Drawing::new(width, height) };
        if even {
            drawing.shapes.iter_mut().for_each(|shape| shape.fill_rule = FillRule::EvenOdd);
        }
        let stop = Stop::never();
        let task = Task::new(ByteBudget::CONTEST, &stop);
        let border = Border { share, steps, color: Some(Color::from_hex(0x12_34_56)) };
        let decoy = |mark| Decoy { mark, ..Decoy::default() };
        let (rings, plus, letter) = (decoy(Mark::RINGS), decoy(Mark::PLUS), decoy(Mark::LETTER));
        let rewrites: [&dyn Rewrite; 4] = [&border, &rings, &plus, &letter];
        for rewrite in rewrites {
            let after = rewrite.rewrite(drawing.clone(), &task).unwrap();
            prop_assert!(after.byte_count() <= drawing.byte_count() + rewrite.reserve());
            prop_assert_eq!(&after.shapes[..drawing.shapes.len()], &drawing.shapes[..]);
        }
    }
}
