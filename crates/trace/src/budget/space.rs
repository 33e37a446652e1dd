//! The colour space in which errors are squared.

use linocut_svg::Color;

use super::paint::Rgb;
use crate::picture::GROUND;

/// Lanes of a colour: red, green, blue, or luma and two differences of colour, each times its weight; and transparency.
///
/// # Transparency
///
/// A cut-out looks like `p + (1 - a) b` over a background `b`, where `p` is its colour times its opacity `a`. Squared errors
/// over black and over white have the mean `u^2 + v^2`, where `u` is the error over the grey half way and `v` half of white times
/// the error of `1 - a`, in every channel. So a cut-out is searched over grey, with `1 - a` in the fourth lane: what is drawn has 0
/// there, and the empty ground has [`clear`](Self::clear).
///
/// By that error alone, grey along the edge of something white would be better than white, and would show over white. So layers
/// take the colours that the picture has without its opacity ([`straight`](Self::straight)), and the error decides where they lie.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(crate) struct Space {
    /// Weights of luma and of the differences of colour; `None` for red, green and blue.
    weights: Option<[f64; 2]>,
    /// The fourth lane of what is wholly transparent; 0 for pictures that have no transparent parts.
    clear: i16,
}

/// Shares of red, green and blue in luma.
const LUMA: [f64; 3] = [0.299, 0.587, 0.114];

impl Space {
    /// Luma with this weight, and differences of colour with another.
    pub(crate) const fn opponent(luma: f64, chroma: f64) -> Self {
        Self { weights: Some([luma, chroma]), clear: 0 }
    }

    /// The space for a picture with transparent parts.
    pub(crate) fn with_transparency(self) -> Self {
        let luma = self.weights.map_or(libm::sqrt(3.0), |[luma, _]| luma);
        Self { clear: (luma * 255.0 / 2.0).round() as i16, ..self }
    }

    /// The fourth lane of what is wholly transparent.
    pub(crate) const fn clear(&self) -> i16 {
        self.clear
    }

    /// The lanes of red, green and blue.
    pub(crate) fn lanes(&self, rgb: [f64; 3]) -> [f64; 3] {
        let Some([luma, chroma]) = self.weights else { return rgb };
        let y: f64 = rgb.iter().zip(LUMA).map(|(v, share)| v * share).sum();
        [luma * y, chroma * (rgb[0] - y), chroma * (rgb[2] - y)]
    }

    /// Red, green and blue of lanes.
    pub(crate) fn rgb(&self, lanes: [f64; 3]) -> [f64; 3] {
        let Some([luma, chroma]) = self.weights else { return lanes };
        let y = lanes[0] / luma;
        let (r, b) = (lanes[1] / chroma + y, lanes[2] / chroma + y);
        [r, (y - LUMA[0] * r - LUMA[2] * b) / LUMA[1], b]
    }

    /// The nearest lanes of a colour that can be shown.
    pub(crate) fn shown(&self, lanes: [f64; 3]) -> [f64; 3] {
        match self.weights {
            Some(_) => self.lanes(self.rgb(lanes).map(|v| v.clamp(0.0, 255.0))),
            None => lanes.map(|v| v.clamp(0.0, 255.0)),
        }
    }

    /// Of what looks like these lanes over the ground of a cut-out: the lanes of its colour without opacity, and its opacity, 0 to 1.
    pub(crate) fn straight(&self, lanes: Rgb) -> ([f64; 3], f64) {
        let opacity = 1.0 - f64::from(lanes[3]) / f64::from(self.clear.max(1));
        let ground = self.whole([GROUND; 3]).map(f64::from);
        let color = |i: usize| ground[i] + (f64::from(lanes[i]) - ground[i]) / opacity.max(1.0 / 255.0);
        (self.shown(std::array::from_fn(color)), opacity)
    }

    /// Lanes as a colour.
    pub(crate) fn color(&self, lanes: [f64; 3]) -> Color {
        let [r, g, b] = self.rgb(lanes).map(|v| v.round() as u8);
        Color::new(r, g, b)
    }

    /// Whole lanes of 8-bit levels.
    pub(crate) fn whole(&self, [r, g, b]: [u8; 3]) -> Rgb {
        let [a, b, c] = self.lanes([r, g, b].map(f64::from)).map(|v| v.round() as i16);
        [a, b, c, 0]
    }

    /// The lanes of a colour, as they are counted.
    pub(crate) fn of(&self, color: Color) -> [f64; 3] {
        let [a, b, c, _] = self.whole([color.r, color.g, color.b]).map(f64::from);
        [a, b, c]
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        #[test]
        fn a_colour_is_found_again_in_its_lanes(r in any::<u8>(), g in any::<u8>(), b in any::<u8>()) {
            let color = Color::new(r, g, b);
            for space in [Space::default(), Space::opponent(3.46, 1.0)] {
                let lanes = space.lanes([r, g, b].map(f64::from));
                prop_assert_eq!(space.color(lanes), color);
                prop_assert!(lanes.iter().zip(space.of(color)).all(|(exact, whole)| (exact - whole).abs() <= 0.5));
                prop_assert!(space.shown(lanes).iter().zip(lanes).all(|(shown, lane)| (shown - lane).abs() < 1e-9));
            }
        }
    }

    #[test]
    fn colours_are_told_from_their_opacity() {
        for space in [Space::default(), Space::opponent(3.46, 1.0)].map(Space::with_transparency) {
            // Half of (228, 28, 128) over the ground.
            let [a, b, c, _] = space.whole([178, 78, 128]);
            let (color, opacity) = space.straight([a, b, c, space.clear() / 2]);
            assert!((opacity - 0.5).abs() < 0.01, "{opacity}");
            let rgb = space.rgb(color);
            assert!(rgb.iter().zip([228.0, 28.0, 128.0]).all(|(a, b)| (a - b).abs() < 3.0), "{rgb:?}");
        }
    }

    #[test]
    fn luma_counts_more_than_colour() {
        let space = Space::opponent(2.0 * 3.0_f64.sqrt(), 1.0);
        let squared = |rgb| space.lanes(rgb).iter().map(|v| v * v).sum::<f64>() / 4.0;
        assert!((squared([10.0; 3]) - 300.0).abs() < 1e-9);
        // The same squared difference of red, green and blue without luma.
        assert!(squared([12.0, -8.9, 8.7]) < 100.0);
    }

    #[test]
    fn what_cannot_be_shown_is_moved_to_what_can() {
        let space = Space::opponent(3.46, 1.0);
        let shown = space.rgb(space.shown(space.lanes([300.0, 90.0, -20.0])));
        assert!(shown.iter().zip([255.0, 90.0, 0.0]).all(|(a, b)| (a - b).abs() < 1e-9));
    }
}
