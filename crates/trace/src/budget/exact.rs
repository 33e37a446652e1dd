//! What layers cover of each pixel by area, and what a pixel shows by it.
//!
//! Four samples a pixel are quick, but an outline that is right for them need not be smooth: a renderer with exact coverage shows it
//! as it is. So the last part of the search counts areas. Of each layer they are sums over its outlines, all taken as winding in the
//! same direction, folded by parity: 1 is inside, 2 is a hole again. That is exact as long as the outlines of a layer do not cross
//! within a pixel. A pixel then shows its layers on each other, each as if what it covers were spread evenly, which is what renderers
//! do.

use super::area::WHOLE;
use super::band::{Band, CELL, Toggled, Tools};
use super::coverage::Coverage;
use super::paint::{MAX_LAYERS, Mask, Paints, Place, Rgb, top};

/// Most numbers that the areas of a picture may take: 64 MiB.
const MOST: usize = 1 << 25;
/// Layers that may be added before the areas are entered anew.
const SPARE: usize = 16;
/// Light that reaches no further layer.
const DARK: f32 = 1.0 / 1024.0;

/// The areas of all layers in all pixels.
#[derive(Clone, Debug)]
pub(crate) struct Areas {
    /// Layers, the background among them.
    layers: usize,
    /// Sums in 1/256 px, pixel by pixel, by layer.
    sums: Vec<i16>,
    /// Layers that cover something, by pixel.
    present: Vec<Mask>,
}

/// The areas of some rows.
#[derive(Debug)]
pub(crate) struct Shares<'a> {
    layers: usize,
    sums: &'a mut [i16],
    present: &'a mut [Mask],
}

impl Shares<'_> {
    /// Renumbers the layers: `places[old]` is the new number, never a larger one, `None` for layers that cover nothing.
    pub(crate) fn renumber(&mut self, places: &[Option<u8>]) {
        for (sums, present) in self.sums.chunks_exact_mut(self.layers).zip(self.present.iter_mut()) {
            let (mut rest, mut moved) = (*present, 0);
            while rest != 0 {
                let old = rest.trailing_zeros() as usize;
                rest &= rest - 1;
                let sum = std::mem::take(&mut sums[old]);
                // Rounding leaves something of polygons that were tried in layers of their own.
                if let Some(new) = places.get(old).copied().flatten() {
                    sums[usize::from(new)] = sum;
                    moved |= 1 << new;
                }
            }
            *present = moved;
        }
    }
}

impl Areas {
    /// Of a picture of so many pixels without polygons, with room for more layers; `None` if they would take too much memory.
    pub(crate) fn new(pixels: usize, layers: usize) -> Option<Self> {
        let layers = (layers + SPARE).min(MAX_LAYERS);
        let fits = pixels * layers <= MOST;
        fits.then(|| Self { layers, sums: vec![0; pixels * layers], present: vec![0; pixels] })
    }

    /// Whether a sweep may add layers to so many.
    pub(crate) const fn has_room(&self, layers: usize) -> bool {
        self.layers == MAX_LAYERS || layers + SPARE / 4 <= self.layers
    }

    pub(crate) fn shares(&mut self) -> Shares<'_> {
        Shares { layers: self.layers, sums: &mut self.sums, present: &mut self.present }
    }
}

impl Coverage {
    /// Enters a polygon in the areas of its layer.
    pub(crate) fn enter(&mut self, tools: &mut Tools, layer: usize, toggled: Toggled<'_>) {
        let (width, Some(areas)) = (self.size().0, &mut self.areas) else { return };
        let mut shares = areas.shares();
        let sign = if toggled.adds { 1 } else { -1 };
        tools.areas.load(toggled.outline);
        for row in tools.areas.rows() {
            tools.areas.take_row(row, |x, area| shares.add(row as usize * width + x, layer, sign * area));
        }
    }

    /// Shares of the layers in a pixel from the top down; what is left is the background's.
    pub(crate) fn exact_shares(
        &self,
        pixel: usize,
        (paints, place): (&Paints, Place),
        add: &mut impl FnMut(usize, f64),
    ) {
        let Some(Areas { layers, sums, present }) = &self.areas else { return };
        let (sums, mut rest, mut light) = (&sums[pixel * layers..][..*layers], present[pixel], 1.0);
        while rest != 0 && light > DARK {
            let layer = usize::from(top(rest));
            rest &= !(1 << layer);
            let share = light * covered(sums[layer]) * paints.alpha(layer, place);
            if share == 0.0 {
                continue;
            }
            add(layer, f64::from(share));
            light -= share;
        }
        add(0, f64::from(light));
    }
}

/// The share of a pixel that is covered, 0 to 1, by the sum of areas.
#[inline]
fn covered(sum: i16) -> f32 {
    let turn = 2 * WHOLE;
    let sum = sum.abs() % turn;
    f32::from(sum.min(turn - sum)) / f32::from(WHOLE)
}

impl<'a> Shares<'a> {
    pub(crate) fn split(self, pixels: usize) -> (Self, Self) {
        let (sums, sums_below) = self.sums.split_at_mut(pixels * self.layers);
        let (present, present_below) = self.present.split_at_mut(pixels);
        let layers = self.layers;
        (Self { layers, sums, present }, Self { layers, sums: sums_below, present: present_below })
    }

    fn add(&mut self, pixel: usize, layer: usize, more: i16) {
        let sum = &mut self.sums[pixel * self.layers + layer];
        *sum += more;
        let bit = 1 << layer;
        self.present[pixel] = if *sum == 0 { self.present[pixel] & !bit } else { self.present[pixel] | bit };
    }

    /// Four times what a pixel shows if the sum of one layer were larger by `more`.
    #[inline]
    fn shade(&self, pixel: usize, (changed, more): (usize, i16), (paints, place): (&Paints, Place)) -> Rgb {
        let sums = &self.sums[pixel * self.layers..][..self.layers];
        let mut rest = self.present[pixel] | 1 << changed;
        let (mut light, mut shade) = (1.0_f32, [0.0_f32; 4]);
        let mut add = |layer: usize, share: f32| {
            let color = paints.color::<true>(layer, place);
            shade.iter_mut().zip(color).for_each(|(sum, v)| *sum += share * f32::from(v));
        };
        rest &= !1;
        while rest != 0 {
            let layer = usize::from(top(rest));
            rest &= !(1 << layer);
            let sum = if layer == changed { sums[layer] + more } else { sums[layer] };
            let share = light * covered(sum) * paints.alpha(layer, place);
            if share > 0.0 {
                add(layer, share);
                light -= share;
                if light < DARK {
                    break;
                }
            }
        }
        if light >= DARK {
            add(0, light);
        }
        // Truncation rounds down where nothing is negative.
        shade.map(|v| (4.0 * v + 8192.5) as i16 - 8192)
    }
}

impl Band<'_> {
    /// Change of the error if a layer covered more or less by a polygon.
    pub(crate) fn try_share(&self, tools: &mut Tools, paints: &Paints, layer: usize, toggled: Toggled<'_>) -> f64 {
        let Some(shares) = self.shares.as_ref().filter(|shares| layer < shares.layers) else { return 0.0 };
        let Tools { areas, cells, .. } = tools;
        areas.load(toggled.outline);
        let sign = if toggled.adds { 1 } else { -1 };
        let coarse = !self.sums.is_empty();
        let mut reach = (usize::MAX, 0);
        let mut change = 0.0;
        for row in areas.rows() {
            if coarse && (row as usize).is_multiple_of(CELL) && reach.0 < reach.1 {
                change += self.flush(cells, row - 1, reach);
                reach = (usize::MAX, 0);
            }
            let start = (row - self.rows.start) as usize * self.width;
            areas.take_row(row, |x, area| {
                let pixel = start + x;
                let new = shares.shade(pixel, (layer, sign * area), (paints, (x as i32, row)));
                let (r, target) = (self.residuals[pixel], self.targets[pixel]);
                let mut gain = 0;
                for lane in 0..4 {
                    let old = 4 * target[lane] - r[lane];
                    let d = i32::from(new[lane]) - i32::from(old);
                    gain += d * (d - 2 * i32::from(r[lane]));
                    if coarse {
                        cells[x / CELL][lane] += d;
                    }
                }
                change += f64::from(gain) * f64::from(self.weights[pixel]);
                if coarse {
                    reach = (reach.0.min(x), reach.1.max(x + 1));
                }
            });
        }
        if coarse && reach.0 < reach.1 {
            change += self.flush(cells, areas.rows().end - 1, reach);
        }
        change
    }

    /// Has a layer cover more or less by a polygon, where areas count.
    pub(crate) fn share(&mut self, tools: &mut Tools, paints: &Paints, layer: usize, toggled: Toggled<'_>) {
        let Some(shares) = self.shares.as_mut().filter(|shares| layer < shares.layers) else { return };
        let areas = &mut tools.areas;
        areas.load(toggled.outline);
        let sign = if toggled.adds { 1 } else { -1 };
        for row in areas.rows() {
            let start = (row - self.rows.start) as usize * self.width;
            let cells = (row - self.rows.start) as usize / CELL * self.width.div_ceil(CELL);
            areas.take_row(row, |x, area| {
                let pixel = start + x;
                let new = shares.shade(pixel, (layer, sign * area), (paints, (x as i32, row)));
                shares.add(pixel, layer, sign * area);
                for lane in 0..4 {
                    let residual = 4 * self.targets[pixel][lane] - new[lane];
                    let d = residual - std::mem::replace(&mut self.residuals[pixel][lane], residual);
                    if let Some(cell) = self.sums.get_mut(cells + x / CELL) {
                        cell[lane] += i32::from(d);
                    }
                }
            });
        }
    }

    /// Four times what a pixel shows, where areas count.
    #[inline]
    pub(crate) fn exact_shade(&self, pixel: usize, paints: &Paints, place: Place) -> Option<Rgb> {
        self.shares.as_ref().map(|shares| shares.shade(pixel, (0, 0), (paints, place)))
    }

    /// The layers that cover some of a pixel, where areas count.
    #[inline]
    pub(crate) fn present(&self, pixel: usize) -> Mask {
        self.shares.as_ref().map_or(0, |shares| shares.present[pixel])
    }

    /// Layers that there may be.
    pub(crate) fn most_layers(&self) -> usize {
        self.shares.as_ref().map_or(MAX_LAYERS, |shares| shares.layers)
    }
}

#[cfg(test)]
mod tests {
    use image::{DynamicImage, Rgb as Pixel, RgbImage};
    use linocut_raster::psnr;
    use linocut_svg::{Color, rasterize};
    use proptest::prelude::*;

    use super::super::chain::Terms;
    use super::super::objective::Measure;
    use super::super::paint::Paint;
    use super::super::ramp::{Ramp, Way};
    use super::super::ring::{Change, Ring};
    use super::super::space::Space;
    use super::super::state::{Layer, State};
    use super::super::sweep::{Moves, Shares};
    use super::*;
    use linocut_svg::Point;

    fn image() -> RgbImage {
        RgbImage::from_fn(40, 36, |x, y| Pixel([(x * 6) as u8, (y * 7) as u8, ((x * y) % 251) as u8]))
    }

    fn paint(hex: u32, alpha: i32) -> Paint {
        Paint { alpha, ..Paint::opaque(Color::from_hex(hex)) }
    }

    fn rings() -> impl Strategy<Value = Vec<Ring>> {
        let point = (0..=40_i32, 0..=36_i32).prop_map(|(x, y)| Point::new(x, y));
        prop::collection::vec(prop::collection::vec(point, 3..6).prop_map(Ring::new), 1..6)
    }

    /// One polygon in each of some layers, the second of which is translucent.
    fn state(measure: Measure, rings: &[Ring]) -> State {
        let paints = [paint(0xc03020, 1000), paint(0x20a060, 400), paint(0xf0e0a0, 1000), paint(0x203080, 700)];
        let layers = rings
            .iter()
            .zip(paints.into_iter().cycle())
            .map(|(ring, paint)| Layer { paint, rings: vec![ring.clone()] });
        let mut state = State::new(&image(), measure, Color::from_hex(0x8090a0), layers.collect());
        state.count_areas();
        state
    }

    proptest! {
        #[test]
        fn a_renderer_shows_what_the_search_sees(rings in rings()) {
            let state = state(Measure::plain(vec![1.0; 1440]), &rings);
            let seen = state.coverage.picture(Space::default());
            let shown = DynamicImage::ImageRgba8(rasterize(&state.drawing().write(), 40, 36).unwrap()).to_rgb8();
            // Polygons that cross themselves differ where they do, and the renderer counts 4 x 16 samples.
            prop_assert!(psnr(&seen, &shown).unwrap() > 34.0, "{}", psnr(&seen, &shown).unwrap());
        }

        #[test]
        fn a_tried_change_tells_what_the_change_does(rings in rings(), more in rings()) {
            let weights: Vec<f32> = (0..1440).map(|i| 0.5 + (i % 7) as f32 / 6.0).collect();
            for measure in [Measure::plain(weights.clone()), Measure { weights, cells: 2.0, space: Space::opponent(3.5, 1.0) }] {
                let mut state = state(measure, &rings);
                for ring in &more {
                    state.layers[1].rings.push(ring.clone());
                    let last = state.layers[1].rings.len() - 1;
                    state.toggle_ring(1, last, Change::Added);
                    let before = state.coverage.error();
                    let told = state.try_without(1, last);
                    state.toggle_ring(1, last, Change::Taken);
                    let after = state.coverage.error();
                    prop_assert!((after - before - told).abs() <= 1e-5 * before.max(1e6), "{} {}", after - before, told);
                    state.toggle_ring(1, last, Change::Added);
                }
                let shown = state.coverage.residuals().to_vec();
                state.coverage.repaint(&state.paints);
                prop_assert_eq!(&shown[..], state.coverage.residuals());
            }
        }
    }

    #[test]
    fn errors_stay_true_while_moves_turn_outlines_inside_out() {
        let slivers = (0..12).map(|i| {
            let (x, y) = (3 * i % 30, 7 * i % 30);
            Ring::new([(x, y), (x + 6, y + 1), (x + 1, y + 2)].map(|(x, y)| Point::new(x, y)).to_vec())
        });
        let layer = Layer { paint: paint(0xf0e0a0, 1000), rings: slivers.collect() };
        let measure = Measure::plain(vec![1.0; 1440]);
        let mut state = State::new(&image(), measure, Color::from_hex(0x8090a0), vec![layer]);
        state.count_areas();
        let mut turned = 0;
        for seed in 0..8 {
            let mut terms = Terms::new(1.0, 1000);
            terms.heat = 1e5;
            let moves = Moves { vertices: true, ..Moves::default() };
            state.sweep(&mut terms, moves, Shares { bands: 1, threads: 1 }, seed);
            turned += state.layers[1].rings.iter().filter(|ring| ring.is_turned()).count();
            state.unturn();
            state.settle();
        }
        let told = state.coverage.error();
        state.coverage.areas = None;
        state.count_areas();
        assert!(turned > 0 && (state.error / told - 1.0).abs() < 1e-3, "{turned} turned, {told} is {}", state.error);
    }

    #[test]
    fn polygons_of_a_layer_meet_without_a_seam() {
        // Two triangles, one the other way round, share the diagonal of a square.
        let ring = |points: [(i32, i32); 3]| Ring::new(points.map(|(x, y)| Point::new(x, y)).to_vec());
        let halves = vec![ring([(3, 3), (30, 3), (30, 29)]), ring([(3, 3), (3, 29), (30, 29)])];
        let layer = Layer { paint: paint(0xffffff, 1000), rings: halves };
        let mut state = State::new(&image(), Measure::plain(vec![1.0; 1440]), Color::BLACK, vec![layer]);
        state.count_areas();
        let seen = state.coverage.picture(Space::default());
        for y in 3..29 {
            for x in 3..30 {
                assert!(seen.get_pixel(x, y).0[0] >= 253, "{x} {y} {:?}", seen.get_pixel(x, y));
            }
        }
    }

    #[test]
    fn ramps_are_seen_as_well() {
        let way = Way::Linear([Point::new(0, 0), Point::new(40, 0)]);
        let ramp = Ramp { way, middle: None, last: Color::WHITE };
        let ring = Ring::new([(0, 0), (40, 0), (40, 36), (5, 36)].map(|(x, y)| Point::new(x, y)).to_vec());
        let layer = Layer { paint: Paint { ramp: Some(ramp), ..paint(0x000000, 1000) }, rings: vec![ring] };
        let mut state = State::new(&image(), Measure::plain(vec![1.0; 1440]), Color::BLACK, vec![layer]);
        state.count_areas();
        let seen = state.coverage.picture(Space::default());
        let shown = DynamicImage::ImageRgba8(rasterize(&state.drawing().write(), 40, 36).unwrap()).to_rgb8();
        assert!(psnr(&seen, &shown).unwrap() > 45.0, "{}", psnr(&seen, &shown).unwrap());
    }

    #[test]
    fn layers_are_renumbered_with_what_they_cover() {
        let ring = |x: i32| Ring::new([(x, 2), (x + 9, 3), (x + 4, 20)].map(|(x, y)| Point::new(x, y)).to_vec());
        let mut state = state(Measure::plain(vec![1.0; 1440]), &[ring(2), ring(14), ring(26)]);
        state.toggle_ring(2, 0, Change::Taken);
        state.layers[2].rings.clear();
        let before = state.coverage.residuals().to_vec();
        state.compact();
        state.coverage.repaint(&state.paints);
        assert_eq!(before, state.coverage.residuals());
        assert_eq!(state.layers.len(), 3);
    }

    #[test]
    fn pictures_whose_areas_would_take_too_much_memory_have_none() {
        assert!(Areas::new(384 * 384, 100).is_some());
        assert!(Areas::new(1024 * 1024, 100).is_none());
        assert!(Areas::new(100, 20).unwrap().has_room(32) && !Areas::new(100, 20).unwrap().has_room(35));
    }
}
