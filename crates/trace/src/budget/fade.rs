//! Fades: paints of one colour whose opacity changes along a line or out from a centre, as soft edges, shadows and glows do.

use linocut_svg::{Color, Gradient, GradientStop, Matrix, Opacity, Spread};

use super::paint::Place;
use super::ramp::{Course, Way};

/// Maximum number of stops.
pub(crate) const MOST_STOPS: usize = 8;

/// The definition of a gradient without its stops, and the reference to it.
const DEFINITION_BYTES: i32 = 85;
/// `<stop offset=".5" stop-color="#fff" stop-opacity=".5"/>`.
pub(crate) const STOP_BYTES: i32 = 54;

/// Opacity by place. It is the same before the first stop and after the last.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Fade {
    pub(crate) way: Way,
    count: u8,
    /// Share of the way and opacity, in thousandths.
    stops: [(u16, u16); MOST_STOPS],
}

impl Fade {
    /// `None` unless there are two to [`MOST_STOPS`] stops by rising share of the way.
    pub(crate) fn new(way: Way, stops: &[(u16, u16)]) -> Option<Self> {
        let rises = stops.windows(2).all(|pair| pair[0].0 < pair[1].0);
        let fits = (2..=MOST_STOPS).contains(&stops.len()) && stops.iter().all(|stop| stop.0 <= 1000 && stop.1 <= 1000);
        let mut all = [(0, 0); MOST_STOPS];
        all.iter_mut().zip(stops).for_each(|(to, from)| *to = *from);
        (rises && fits).then_some(Self { way, count: stops.len() as u8, stops: all })
    }

    /// Share of the way and opacity of each stop, in thousandths.
    pub(crate) fn stops(&self) -> &[(u16, u16)] {
        &self.stops[..usize::from(self.count)]
    }

    /// Bytes that it takes more than one colour.
    pub(crate) fn bytes(&self) -> i32 {
        DEFINITION_BYTES + STOP_BYTES * i32::from(self.count)
    }

    /// The gradient of this colour.
    pub(crate) fn gradient(&self, color: Color) -> Gradient {
        let stop = |&(offset, opacity): &(u16, u16)| GradientStop {
            offset,
            color,
            opacity: Opacity::from_thousandths(opacity),
        };
        let stops = self.stops().iter().map(stop).collect();
        Gradient { geometry: self.way.geometry(), transform: Matrix::IDENTITY, spread: Spread::Pad, stops }
    }

    /// The fade and its colour in a gradient of one colour that is not opaque everywhere; `None` for any other.
    pub(crate) fn of_gradient(gradient: &Gradient) -> Option<(Color, Self)> {
        let color = gradient.stops.first()?.color;
        let plain = gradient.transform == Matrix::IDENTITY && gradient.spread == Spread::Pad;
        let stops: Vec<(u16, u16)> =
            gradient.stops.iter().map(|stop| (stop.offset, stop.opacity.thousandths())).collect();
        let fade = Self::new(Way::of(&gradient.geometry)?, &stops)?;
        let fades = stops.iter().any(|stop| stop.1 < 1000) && gradient.stops.iter().all(|stop| stop.color == color);
        (plain && fades).then_some((color, fade))
    }

    /// The same on a grid of units half as large.
    pub(crate) fn halved(self) -> Self {
        self.along(self.way.halved())
    }

    /// The same along another line or circle.
    pub(crate) fn along(self, way: Way) -> Self {
        Self { way, ..self }
    }
}

/// A fade ready for compositing.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Falloff {
    course: Course,
    /// Opacity at the first stop, in 1/65536.
    first: f32,
    /// Where the slope of the opacity changes, and by how much.
    bends: [(f32, f32); MOST_STOPS],
}

impl Falloff {
    /// With so many units in a pixel.
    pub(crate) fn new(fade: &Fade, unit: i32) -> Self {
        let scale = |thousandths: u16| f32::from(thousandths) / 1000.0;
        let stops = fade.stops();
        let mut bends = [(1.0, 0.0); MOST_STOPS];
        let mut before = 0.0;
        for (i, bend) in bends.iter_mut().enumerate().take(stops.len()) {
            let slope = stops.get(i + 1).map_or(0.0, |next| {
                65_536.0 * (scale(next.1) - scale(stops[i].1)) / (scale(next.0) - scale(stops[i].0))
            });
            *bend = (scale(stops[i].0), slope - before);
            before = slope;
        }
        let first = 65_536.0 * stops.first().map_or(1.0, |stop| scale(stop.1));
        Self { course: Course::new(fade.way, unit), first, bends }
    }

    /// Opacity at the middle of a pixel, in 1/65536.
    #[inline]
    pub(crate) fn at(&self, place: Place) -> i32 {
        let share = self.course.at(place);
        let sum = self.bends.iter().fold(self.first, |sum, (from, bend)| sum + bend * (share - from).max(0.0));
        (sum.clamp(0.0, 65_536.0) + 0.5) as i32
    }
}

#[cfg(test)]
mod tests {
    use linocut_svg::Point;
    use proptest::prelude::*;

    use super::*;

    fn ways() -> impl Strategy<Value = Way> {
        let point = || (-20..80_i32, -20..80_i32).prop_map(|(x, y)| Point::new(x, y));
        prop_oneof![
            (point(), point()).prop_filter("a line", |(a, b)| a != b).prop_map(|(a, b)| Way::Linear([a, b])),
            (point(), 1..90_i32).prop_map(|(center, radius)| Way::Radial(center, radius)),
        ]
    }

    fn fades() -> impl Strategy<Value = Fade> {
        let stops = prop::collection::btree_map(0..=1000_u16, 0..=1000_u16, 2..=MOST_STOPS);
        (ways(), stops).prop_map(|(way, stops)| Fade::new(way, &stops.into_iter().collect::<Vec<_>>()).unwrap())
    }

    proptest! {
        #[test]
        fn a_fade_is_found_again_in_its_gradient(fade in fades(), hex in 0..0x100_0000_u32) {
            let color = Color::from_hex(hex);
            prop_assert_eq!(Fade::of_gradient(&fade.gradient(color)), Some((color, fade)));
        }

        #[test]
        fn opacity_runs_straight_from_stop_to_stop(fade in fades(), x in 0..60_i32, y in 0..60_i32) {
            let share = 1000.0 * Course::new(fade.way, 1).at((x, y));
            let stops: Vec<(f32, f32)> = fade.stops().iter().map(|s| (f32::from(s.0), f32::from(s.1))).collect();
            let pair = stops.windows(2).find(|pair| (pair[0].0..=pair[1].0).contains(&share));
            let wanted = match pair {
                Some(pair) => pair[0].1 + (share - pair[0].0) / (pair[1].0 - pair[0].0) * (pair[1].1 - pair[0].1),
                None if share < stops[0].0 => stops[0].1,
                None => stops[stops.len() - 1].1,
            };
            let found = Falloff::new(&fade, 1).at((x, y)) as f32 / 65.536;
            prop_assert!((found - wanted).abs() < 1.0, "{} for {}", found, wanted);
        }
    }

    #[test]
    fn stops_must_rise_and_be_two_to_eight() {
        let way = Way::Radial(Point::new(5, 5), 9);
        assert!(Fade::new(way, &[(0, 1000), (1000, 0)]).is_some());
        for wrong in [&[(0, 1000)][..], &[(500, 1000), (500, 0)], &[(0, 1001), (9, 0)], &[(0, 5), (1001, 0)]] {
            assert_eq!(Fade::new(way, wrong), None);
        }
        let many: Vec<(u16, u16)> = (0..9).map(|i| (i * 100, i)).collect();
        assert_eq!(Fade::new(way, &many), None);
    }

    #[test]
    fn gradients_of_several_colours_or_without_transparency_are_no_fades() {
        let fade = Fade::new(Way::Radial(Point::new(5, 5), 9), &[(0, 1000), (1000, 0)]).unwrap();
        let mut gradient = fade.gradient(Color::WHITE);
        gradient.stops[1].color = Color::BLACK;
        assert_eq!(Fade::of_gradient(&gradient), None);
        gradient.stops[1] = GradientStop { offset: 1000, ..gradient.stops[0] };
        assert_eq!(Fade::of_gradient(&gradient), None);
        gradient.stops.clear();
        assert_eq!(Fade::of_gradient(&gradient), None);
    }
}
