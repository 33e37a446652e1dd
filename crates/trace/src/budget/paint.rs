//! The paints (colour and opacity) of all layers, and the colour of a stack of them.

use linocut_svg::Color;

use super::cost::{LINEAR_BYTES, RADIAL_BYTES};
use super::fade::{Fade, Falloff};
use super::ramp::{Course, Ramp, Way};
use super::space::Space;

/// The layers that cover a sample, one bit each; bit 0 is the background and always set.
pub(crate) type Mask = u128;

/// Maximum number of layers, including the background.
pub(crate) const MAX_LAYERS: usize = 128;

/// Red, green, blue, and transparency, which is 0 for all paints but the ground of a cut-out.
pub(crate) type Rgb = [i16; 4];

/// Full opacity in the fixed-point unit of [`Paint::alpha`].
pub(crate) const OPAQUE: i32 = 1000;

/// Colour and opacity of a layer.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Paint {
    pub(crate) color: Color,
    /// Opacity in thousandths, 1 to 1000.
    pub(crate) alpha: i32,
    /// Where the colour turns into another.
    pub(crate) ramp: Option<Ramp>,
    /// How the opacity changes with the place, for a paint of one colour; `alpha` is full then.
    pub(crate) fade: Option<Fade>,
}

impl Paint {
    pub(crate) const fn opaque(color: Color) -> Self {
        Self { color, alpha: OPAQUE, ramp: None, fade: None }
    }

    /// Of one colour with this fade.
    pub(crate) const fn fading(color: Color, fade: Fade) -> Self {
        Self { fade: Some(fade), ..Self::opaque(color) }
    }

    /// Bytes that a ramp or a fade takes more than one colour.
    pub(crate) fn ramp_bytes(self) -> i32 {
        if let Some(fade) = self.fade {
            return fade.bytes();
        }
        match self.ramp {
            None => 0,
            Some(Ramp { way: Way::Linear(_), .. }) => LINEAR_BYTES,
            Some(Ramp { way: Way::Radial(..), .. }) => RADIAL_BYTES,
        }
    }

    /// Whether colour and opacity are the same everywhere.
    pub(crate) const fn is_plain(self) -> bool {
        self.ramp.is_none() && self.fade.is_none()
    }

    pub(crate) const fn is_opaque(self) -> bool {
        self.alpha == OPAQUE && self.fade.is_none()
    }
}

/// A pixel by column and row.
pub(crate) type Place = (i32, i32);

/// How a colour changes with the place.
#[derive(Clone, Copy, Debug, Default)]
struct Slope {
    course: Course,
    /// The share of the way at which the second colour lies: a half, or 1 if that is the last.
    knot: f32,
    /// Change of the lanes from the first colour to the second, and from there to the last, per share of the way.
    rises: [[f32; 3]; 2],
}

/// The paints by layer, ready for compositing.
#[derive(Clone, Debug)]
pub(crate) struct Paints {
    space: Space,
    /// Units of the grid in a pixel.
    unit: i32,
    slopes: [Slope; MAX_LAYERS],
    /// Layers with a ramp.
    ramps: Mask,
    colors: [Rgb; MAX_LAYERS],
    falloffs: [Falloff; MAX_LAYERS],
    /// Layers with a fade.
    fades: Mask,
    /// Opacity by layer in 1/65536, where it is the same everywhere.
    alphas: [i32; MAX_LAYERS],
    opaque: Mask,
}

impl Paints {
    pub(crate) fn new(space: Space, unit: i32, paints: impl Iterator<Item = Paint>) -> Self {
        let mut all = Self {
            space,
            unit,
            slopes: [Slope::default(); MAX_LAYERS],
            ramps: 0,
            falloffs: [Falloff::default(); MAX_LAYERS],
            fades: 0,
            colors: [[0; 4]; MAX_LAYERS],
            alphas: [0; MAX_LAYERS],
            opaque: 0,
        };
        for (layer, paint) in paints.enumerate() {
            all.set(layer, paint);
        }
        all
    }

    pub(crate) fn set(&mut self, layer: usize, paint: Paint) {
        self.colors[layer] = self.space.whole([paint.color.r, paint.color.g, paint.color.b]);
        if layer == 0 {
            self.colors[0][3] = self.space.clear();
        }
        self.alphas[layer] = (paint.alpha * 65_536 + 500) / 1000;
        let bit = 1 << layer;
        self.opaque = if paint.is_opaque() { self.opaque | bit } else { self.opaque & !bit };
        self.ramps &= !bit;
        self.fades &= !bit;
        if let Some(fade) = &paint.fade {
            self.falloffs[layer] = Falloff::new(fade, self.unit);
            self.fades |= bit;
        }
        if let Some(ramp) = &paint.ramp {
            let lanes = |color: Color| self.space.whole([color.r, color.g, color.b]);
            let (first, last, knot) =
                (self.colors[layer], lanes(ramp.last), if ramp.middle.is_some() { 0.5 } else { 1.0 });
            let second = ramp.middle.map_or(last, lanes);
            let rise = |from: Rgb, to: Rgb, share: f32| std::array::from_fn(|i| f32::from(to[i] - from[i]) / share);
            let rises = [rise(first, second, knot), rise(second, last, 0.5)];
            self.slopes[layer] = Slope { course: Course::new(ramp.way, self.unit), knot, rises };
            self.ramps |= bit;
        }
    }

    /// Whether any layer has a ramp or a fade.
    pub(crate) fn has_ramps(&self) -> bool {
        self.ramps | self.fades != 0
    }

    pub(crate) fn space(&self) -> Space {
        self.space
    }

    /// The topmost opaque layer.
    #[inline]
    pub(crate) fn top_opaque(&self, mask: Mask) -> u8 {
        top(mask & self.opaque)
    }

    /// The opacity of a layer in a pixel, 0 to 1.
    #[inline]
    pub(crate) fn alpha(&self, layer: usize, place: Place) -> f32 {
        self.fixed_alpha::<true>(layer, place) as f32 / 65_536.0
    }

    /// The opacity of a layer in a pixel in 1/65536; `RAMPS` is whether any layer has a fade.
    #[inline]
    fn fixed_alpha<const RAMPS: bool>(&self, layer: usize, place: Place) -> i32 {
        let layer = layer & (MAX_LAYERS - 1);
        if RAMPS && self.fades >> layer & 1 == 1 { self.falloffs[layer].at(place) } else { self.alphas[layer] }
    }

    #[inline]
    pub(crate) fn is_opaque(&self, layer: usize) -> bool {
        self.opaque >> (layer & (MAX_LAYERS - 1)) & 1 == 1
    }

    /// The colour of a layer in a pixel; `RAMPS` is whether any layer has a ramp or a fade.
    #[inline]
    pub(crate) fn color<const RAMPS: bool>(&self, layer: usize, place: Place) -> Rgb {
        let layer = layer & (MAX_LAYERS - 1);
        let color = self.colors[layer];
        if RAMPS && self.ramps >> layer & 1 == 1 {
            let Slope { course, knot, rises: [rise, further] } = &self.slopes[layer];
            let share = course.at(place);
            let (near, far) = (share.min(*knot), (share - knot).max(0.0));
            // Truncation rounds down where nothing is negative.
            let lane = |i: usize| color[i] + ((near * rise[i] + far * further[i] + 4096.5) as i16 - 4096);
            return [lane(0), lane(1), lane(2), color[3]];
        }
        color
    }

    /// The colour of a layer over another colour.
    #[inline]
    pub(crate) fn over<const RAMPS: bool>(&self, below: Rgb, layer: usize, place: Place) -> Rgb {
        let color = self.color::<RAMPS>(layer, place);
        if self.opaque >> layer & 1 == 1 {
            return color;
        }
        let alpha = self.fixed_alpha::<RAMPS>(layer, place);
        std::array::from_fn(|i| {
            let (below, color) = (i32::from(below[i]), i32::from(color[i]));
            (below + (((color - below) * alpha + 32_768) >> 16)) as i16
        })
    }

    /// The colour of a stack of layers.
    #[inline]
    pub(crate) fn shade<const RAMPS: bool>(&self, mask: Mask, place: Place) -> Rgb {
        let base = usize::from(self.top_opaque(mask));
        let mut shade = self.color::<RAMPS>(base, place);
        let mut above = (mask >> base) & !1;
        while above != 0 {
            let layer = base + above.trailing_zeros() as usize;
            shade = self.over::<RAMPS>(shade, layer, place);
            above &= above - 1;
        }
        shade
    }
}

/// The highest layer of a mask; 0 for none.
#[inline]
pub(crate) fn top(mask: Mask) -> u8 {
    (127 - (mask | 1).leading_zeros()) as u8
}
