//! What a search begins with: areas of the picture grouped by colour as layers, and soft shapes.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::Color;

use super::adopt::Adopted;
use super::graph::Saving;
use super::options::BudgetTracer;
use super::paint::Paint;
use super::ring::Ring;
use super::schedule::Pace;
use super::segment::{Segments, segment};
use super::soft::{Lanes, Soft, take_out};
use super::space::Space;
use super::start;
use super::state::Layer;
use crate::picture::CutOut;

impl BudgetTracer {
    /// The initial layers; `None` when asked to stop before there are any.
    pub(super) fn start(&self, image: &RgbImage, budget: i32, pace: &Pace) -> Option<Adopted> {
        let mut segments = self.segments(image, budget, pace)?;
        let (soft, rest) = self.soft(image, None, segments.price, pace.stop());
        let rest = rest.map(|(rest, _)| rest);
        if let Some(rest) = &rest {
            segments = self.segments(rest, budget, pace)?;
        }
        let image = rest.as_ref().unwrap_or(image);
        if self.ramps {
            segments.shade(image, SAVING, pace.stop());
        }
        let mut layers = start_layers(image, &segments, budget, pace)?;
        // What soft shapes lie on is the background: most of it was uncovered by taking them out.
        let ground = soft.first().map(|soft| soft.ground.map(|level| level.round().clamp(0.0, 255.0) as u8));
        let Some([r, g, b, _]) = ground else { return Some(Adopted::over_background(layers, image.dimensions())) };
        let ground = Color::new(r, g, b);
        if layers.first().is_some_and(|layer| is_ground(layer, [r, g, b].map(f32::from))) {
            layers.remove(0);
        }
        Some(Adopted { background: Some(Paint::opaque(ground)), layers: with_soft(layers, soft) })
    }

    /// The soft shapes that are worth their bytes at this price, and what is left of the picture and of its opacity where there are any.
    pub(super) fn soft(
        &self,
        image: &RgbImage,
        opacity: Option<&[u8]>,
        price: f64,
        stop: &Stop,
    ) -> (Vec<Soft>, Option<Rest>) {
        if !self.fades.are_for(opacity.is_some()) {
            return (Vec::new(), None);
        }
        let mut lanes = Lanes::of(image, opacity);
        let found = take_out(&mut lanes, DEARER * price, stop);
        let rest = (!found.is_empty()).then(|| lanes.rest());
        (found, rest)
    }

    /// The areas of the start of a cut-out; `None` when asked to stop.
    pub(super) fn cut_out_segments(&self, cut_out: &CutOut, budget: i32, pace: &Pace) -> Option<Segments> {
        let mut segments = self.segments(&cut_out.over_key(), budget, pace)?;
        segments.clear(&cut_out.straight(), cut_out.opacity());
        Some(segments)
    }

    /// The areas of the start; `None` when asked to stop.
    fn segments(&self, image: &RgbImage, budget: i32, pace: &Pace) -> Option<Segments> {
        let areas = (budget / BYTES_PER_AREA).clamp(4, MAX_AREAS) as usize;
        let mut segments = segment(image, areas, SAVING, self.threads(), pace.stop())?;
        segments.sharpen(image, 2, pace.stop());
        Some(segments)
    }
}

/// Areas grouped by colour as layers; `None` when asked to stop.
pub(super) fn start_layers(image: &RgbImage, segments: &Segments, budget: i32, pace: &Pace) -> Option<Vec<Layer>> {
    let colors = (FEWEST_COLORS + budget / BYTES_PER_COLOR).min(MOST_COLORS) as usize;
    let drafts = start::layers(image, segments, colors, SURPLUS * budget, pace.stop())?;
    Some(drafts.into_iter().map(layer).collect())
}

/// An initial layer as an opaque layer of the search.
pub(crate) fn layer(draft: start::Draft) -> Layer {
    let [r, g, b] = draft.color.map(|v| v.round() as u8);
    let flat = Paint::opaque(Color::new(r, g, b));
    let paint = draft.ramp.map_or(flat, |ramp| ramp.paint(Space::default(), 1));
    Layer { paint, rings: draft.rings }
}

/// A picture and its opacity by pixel.
type Rest = (RgbImage, Vec<u8>);

/// Layers with soft shapes, each above the lowest layer of about the colour of its ground, or at the bottom over nothing.
pub(super) fn with_soft(mut layers: Vec<Layer>, soft: Vec<Soft>) -> Vec<Layer> {
    for Soft { ground, parts } in soft {
        let [r, g, b, clear] = ground;
        let below = layers.iter().position(|layer| clear < 1.0 && is_ground(layer, [r, g, b]));
        let mut at = below.map_or(0, |below| below + 1);
        // Soft shapes of one ground keep their order.
        while layers.get(at).is_some_and(|layer| layer.paint.fade.is_some()) {
            at += 1;
        }
        for (paint, ring) in parts {
            layers.insert(at, Layer { paint, rings: vec![Ring::new(ring)] });
            at += 1;
        }
    }
    layers
}

/// Whether a layer is opaque and of about this colour.
fn is_ground(layer: &Layer, levels: [f32; 3]) -> bool {
    let Color { r, g, b } = layer.paint.color;
    let near = |(a, b): (u8, f32)| (f32::from(a) - b).abs() < NEAR_GROUND;
    layer.paint.is_opaque() && layer.paint.is_plain() && [r, g, b].into_iter().zip(levels).all(near)
}

/// Difference in a channel up to which a layer has the colour of a soft shape's ground.
const NEAR_GROUND: f32 = 16.0;
/// Price of a byte of soft shapes as a multiple of what the last merge of areas paid.
const DEARER: f64 = 1.5;
/// Bytes that merging two areas of the start saves.
const SAVING: Saving = Saving { shape: 28.0, boundary: 2.0 };
/// Size of the start as a multiple of the budget.
const SURPLUS: i32 = 4;
/// Bytes of the budget for each area of the start.
const BYTES_PER_AREA: i32 = 30;
/// Maximum number of areas of the start.
const MAX_AREAS: i32 = 2500;
/// Number of colours of the start for the smallest budget, and the maximum for any.
const FEWEST_COLORS: i32 = 8;
const MOST_COLORS: i32 = 110;
/// Bytes of the budget for each further colour of the start.
const BYTES_PER_COLOR: i32 = 300;
