//! The paints (colour and opacity) of all layers, and the colour of a stack of them.

use linocut_svg::Color;

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
}

impl Paint {
    pub(crate) const fn opaque(color: Color) -> Self {
        Self { color, alpha: OPAQUE }
    }

    pub(crate) const fn is_opaque(self) -> bool {
        self.alpha == OPAQUE
    }
}

/// The paints by layer, ready for compositing.
#[derive(Clone, Debug)]
pub(crate) struct Paints {
    space: Space,
    colors: [Rgb; MAX_LAYERS],
    /// Opacity by layer in 1/65536.
    alphas: [i32; MAX_LAYERS],
    opaque: Mask,
}

impl Paints {
    pub(crate) fn new(space: Space, paints: impl Iterator<Item = Paint>) -> Self {
        let mut all = Self { space, colors: [[0; 4]; MAX_LAYERS], alphas: [0; MAX_LAYERS], opaque: 0 };
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
    }

    pub(crate) fn space(&self) -> Space {
        self.space
    }

    /// The topmost opaque layer.
    #[inline]
    pub(crate) fn top_opaque(&self, mask: Mask) -> u8 {
        top(mask & self.opaque)
    }

    #[inline]
    pub(crate) fn is_opaque(&self, layer: usize) -> bool {
        self.opaque >> (layer & (MAX_LAYERS - 1)) & 1 == 1
    }

    #[inline]
    pub(crate) fn color(&self, layer: usize) -> Rgb {
        self.colors[layer & (MAX_LAYERS - 1)]
    }

    /// The colour of a layer over another colour.
    #[inline]
    pub(crate) fn over(&self, below: Rgb, layer: usize) -> Rgb {
        let color = self.color(layer);
        if self.opaque >> layer & 1 == 1 {
            return color;
        }
        let alpha = self.alphas[layer & (MAX_LAYERS - 1)];
        std::array::from_fn(|i| {
            let (below, color) = (i32::from(below[i]), i32::from(color[i]));
            (below + (((color - below) * alpha + 32_768) >> 16)) as i16
        })
    }

    /// The colour of a stack of layers.
    #[inline]
    pub(crate) fn shade(&self, mask: Mask) -> Rgb {
        let base = usize::from(self.top_opaque(mask));
        let mut shade = self.color(base);
        let mut above = (mask >> base) & !1;
        while above != 0 {
            let layer = base + above.trailing_zeros() as usize;
            shade = self.over(shade, layer);
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
