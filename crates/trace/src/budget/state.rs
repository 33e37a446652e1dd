//! The drawing under search: its layers, their coverage of the picture, its error and its bytes.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::{Color, Drawing, FillRule, Geometry, Opacity, Paint as Fill, Path, Point, Shape};

use super::band::Tools;
use super::cells::repeated;
use super::coverage::Coverage;
use super::curve::Unit;
use super::exact::Areas;
use super::fade::Fade;
use super::objective::Measure;
use super::paint::{MAX_LAYERS, Paint, Paints};
use super::ring::{Change, MIN_VERTICES, Ring};
use super::round::Ellipse;
use super::search::Drawn;
use super::start::rectangle;
use crate::picture::{CutOut, GROUND};

/// Pixels that a pass over the picture visits between two polls of the stop.
pub(crate) const POLLED: usize = 1 << 14;

/// Share of pixels that equal their neighbours from which a picture is flat art.
const FLAT_ART: f64 = 0.7;

/// Polygons of one paint at one place in the paint order.
#[derive(Clone, PartialEq, Debug)]
pub(crate) struct Layer {
    pub(crate) paint: Paint,
    pub(crate) rings: Vec<Ring>,
}

/// Strokes that lie over all layers and that the search does not change.
#[derive(Clone, Debug)]
pub(crate) struct Over {
    pub(crate) shapes: Vec<Shape>,
    /// The unit of the strokes, and of the drawing if there are any.
    pub(crate) unit: Unit,
}

impl Default for Over {
    fn default() -> Self {
        Self { shapes: Vec::new(), unit: Unit::HALF }
    }
}

impl Over {
    /// Layers on a grid of this size and unit as a drawing with these strokes on top.
    pub(crate) fn drawing(&self, size: (i32, i32), unit: Unit, layers: &[Layer]) -> Drawing {
        let factor = self.unit.per_pixel() / unit.per_pixel();
        if self.shapes.is_empty() || factor < 2 {
            let mut drawing = drawing(size, layers);
            drawing.shapes.extend(self.shapes.iter().cloned());
            return drawing;
        }
        let mut layers = layers.to_vec();
        layers.iter_mut().for_each(Layer::halve_unit);
        self.drawing((2 * size.0, 2 * size.1), self.unit, &layers)
    }
}

impl Layer {
    /// Takes half the unit for the unit of the grid.
    fn halve_unit(&mut self) {
        for ring in &mut self.rings {
            ring.points.iter_mut().for_each(|p| *p = Point::new(2 * p.x, 2 * p.y));
            ring.round = ring.round.map(Ellipse::halved);
        }
        self.paint.ramp = self.paint.ramp.map(|ramp| ramp.halved());
        self.paint.fade = self.paint.fade.map(Fade::halved);
    }
}

/// Layers over a background, and their coverage of a picture.
#[derive(Clone, Debug)]
pub(crate) struct State {
    /// The first is the background; its polygon stays. Without one, the picture is a cut-out, and nothing is drawn there.
    pub(crate) layers: Vec<Layer>,
    pub(crate) paints: Paints,
    pub(crate) coverage: Coverage,
    pub(crate) tools: Tools,
    /// Width and height of the grid in its units.
    pub(crate) size: (i32, i32),
    pub(crate) unit: Unit,
    /// What lies over the layers.
    pub(crate) over: Over,
    /// Whether the picture is flat art, which is worth curves on half pixels.
    pub(crate) is_flat: bool,
    /// Error in the unit of the coverage.
    pub(crate) error: f64,
    /// Bytes of the SVG.
    pub(crate) bytes: i32,
    /// Polled by every move, which then ends early; the state stays consistent.
    pub(crate) stop: Stop,
}

impl State {
    #[cfg(test)]
    pub(crate) fn new(image: &RgbImage, measure: Measure, background: Color, layers: Vec<Layer>) -> Self {
        Self::heeding(&Stop::never(), image, measure, Unit::PIXEL, Paint::opaque(background), layers)
    }

    /// A state on a grid of this unit that polls `stop`. When asked to stop, it takes no more polygons.
    pub(crate) fn heeding(
        stop: &Stop,
        image: &RgbImage,
        measure: Measure,
        unit: Unit,
        background: Paint,
        layers: Vec<Layer>,
    ) -> Self {
        let size = (image.width() as i32 * unit.per_pixel(), image.height() as i32 * unit.per_pixel());
        let base = Layer { paint: background, rings: vec![Ring::new(rectangle((0, 0), size))] };
        let layers: Vec<Layer> = std::iter::once(base).chain(layers).take(MAX_LAYERS).collect();
        let paints = Paints::new(measure.space, unit.per_pixel(), layers.iter().map(|layer| layer.paint));
        let coverage = Coverage::new(image, measure, &paints);
        let tools = Tools::new(image.width() as usize);
        let (is_flat, over, stop) = (is_flat_art(image), Over::default(), stop.clone());
        let mut state = Self { layers, paints, coverage, tools, size, unit, over, is_flat, error: 0.0, bytes: 0, stop };
        for index in 1..state.layers.len() {
            for ring in 0..state.layers[index].rings.len() {
                if state.stop.requested() {
                    state.layers[index].rings.truncate(ring);
                    break;
                }
                state.toggle_ring(index, ring, Change::Added);
            }
        }
        state.compact();
        state.recount();
        state
    }

    /// Layers of a cut-out, over nothing.
    pub(crate) fn of_cut_out(stop: &Stop, cut_out: &CutOut, measure: Measure, layers: Vec<Layer>) -> Self {
        let measure = Measure { space: measure.space.with_transparency(), ..measure };
        let ground = Paint::opaque(Color::new(GROUND, GROUND, GROUND));
        let mut state = Self::heeding(stop, cut_out.over_ground(), measure, Unit::PIXEL, ground, layers);
        state.layers[0].rings.clear();
        let clear = f32::from(state.paints.space().clear());
        let mut targets = state.coverage.targets().to_vec();
        for (target, opacity) in targets.iter_mut().zip(cut_out.opacity()) {
            target[3] = (clear * (1.0 - f32::from(*opacity) / 255.0)).round() as i16;
        }
        state.coverage.retarget(Some(targets), None, &state.paints);
        state.recount();
        state
    }

    /// Whether nothing is drawn where no layer lies.
    pub(crate) fn is_cut_out(&self) -> bool {
        self.layers[0].rings.is_empty()
    }

    pub(crate) fn recount(&mut self) {
        self.error = self.coverage.error();
        self.bytes = self.drawing().byte_count() as i32;
    }

    /// Rotates every polygon so that its text is shortest.
    pub(crate) fn settle(&mut self) {
        for ring in self.layers.iter_mut().skip(1).flat_map(|layer| &mut layer.rings) {
            if self.stop.requested() {
                return;
            }
            ring.settle();
        }
    }

    /// Gives a polygon to its layer's cover, or takes it away.
    pub(crate) fn toggle_ring(&mut self, layer: usize, ring: usize, change: Change) {
        let Self { layers, coverage, tools, paints, unit, .. } = self;
        layers[layer].rings[ring].toggled(*unit, change, tools, |toggled, tools| {
            coverage.band().toggle(tools, paints, layer, toggled);
        });
    }

    /// Change of the error without a polygon.
    pub(crate) fn try_without(&mut self, layer: usize, ring: usize) -> f64 {
        let Self { layers, coverage, tools, paints, unit, .. } = self;
        layers[layer].rings[ring].toggled(*unit, Change::Taken, tools, |toggled, tools| {
            coverage.band().try_toggle(tools, paints, layer, toggled)
        })
    }

    /// Counts areas from now on, as far as memory allows it, with room for more layers; says whether it has just begun to.
    pub(crate) fn count_areas(&mut self) -> bool {
        let ((width, height), layers) = (self.coverage.size(), self.layers.len());
        if self.coverage.areas.as_ref().is_some_and(|areas| areas.has_room(layers)) {
            return false;
        }
        let Some(areas) = Areas::new(width * height, layers) else { return false };
        let begins = self.coverage.areas.replace(areas).is_none();
        let Self { layers, coverage, tools, unit, .. } = self;
        for (index, layer) in layers.iter().enumerate().skip(1) {
            for ring in &layer.rings {
                ring.toggled(*unit, Change::Added, tools, |toggled, tools| coverage.enter(tools, index, toggled));
            }
        }
        self.coverage.repaint(&self.paints);
        self.recount();
        begins
    }

    /// Has outlines that moves have turned inside out wind like all others, where areas count.
    pub(crate) fn unturn(&mut self) {
        for layer in 1..self.layers.len() {
            for ring in 0..self.layers[layer].rings.len() {
                if self.coverage.areas.is_some() && self.layers[layer].rings[ring].is_turned() {
                    self.toggle_ring(layer, ring, Change::Taken);
                    self.layers[layer].rings[ring].winds ^= true;
                    self.toggle_ring(layer, ring, Change::Added);
                }
            }
        }
    }

    /// Takes up a drawing that the search had before, where areas count.
    pub(crate) fn take_up(&mut self, drawn: &Drawn) {
        self.layers.clone_from(&drawn.layers);
        (self.size, self.unit) = (drawn.size, drawn.unit);
        self.mix();
        self.coverage.areas = None;
        self.count_areas();
    }

    /// Takes half a pixel for the unit of the grid; the drawing stays as it is.
    pub(crate) fn halve_unit(&mut self) {
        self.unit = Unit::HALF;
        self.size = (2 * self.size.0, 2 * self.size.1);
        self.layers.iter_mut().for_each(Layer::halve_unit);
        self.layers.iter_mut().flat_map(|layer| &mut layer.rings).for_each(|ring| ring.idle.fill(0));
        self.mix();
        self.recount();
    }

    /// Makes the paints ready for compositing again after those of layers have changed.
    pub(crate) fn mix(&mut self) {
        let paints = self.layers.iter().map(|layer| layer.paint);
        self.paints = Paints::new(self.paints.space(), self.unit.per_pixel(), paints);
    }

    /// Removes layers without polygons, and renumbers the rest.
    pub(crate) fn compact(&mut self) {
        if self.layers.iter().skip(1).all(|layer| !layer.rings.is_empty()) {
            return;
        }
        let mut next = 0_u8;
        let places: Vec<Option<u8>> = self
            .layers
            .iter()
            .enumerate()
            .map(|(i, layer)| {
                (i == 0 || !layer.rings.is_empty()).then(|| {
                    next += 1;
                    next - 1
                })
            })
            .collect();
        let mut index = 0;
        self.layers.retain(|layer| {
            index += 1;
            index == 1 || !layer.rings.is_empty()
        });
        self.mix();
        self.coverage.renumber(&places, &self.paints);
    }

    pub(crate) fn drawing(&self) -> Drawing {
        self.drawing_of(&self.layers)
    }

    /// The drawing with other layers.
    pub(crate) fn drawing_of(&self, layers: &[Layer]) -> Drawing {
        self.over.drawing(self.size, self.unit, layers)
    }
}

/// Whether a picture is flat art.
pub(crate) fn is_flat_art(image: &RgbImage) -> bool {
    repeated(image) >= FLAT_ART
}

/// Layers as a drawing on a grid of this size.
pub(crate) fn drawing(size: (i32, i32), layers: &[Layer]) -> Drawing {
    let shape = |layer: &Layer| {
        let rings = layer.rings.iter().filter(|ring| ring.points.len() >= MIN_VERTICES);
        let geometry = match &layer.rings[..] {
            [Ring { round: Some(ellipse), .. }] => ellipse.geometry(),
            _ => Geometry::Path(Path { subpaths: rings.filter_map(Ring::subpath).collect() }),
        };
        let Paint { color, ramp, fade, .. } = layer.paint;
        let gradient = fade.map(|fade| fade.gradient(color)).or_else(|| ramp.map(|ramp| ramp.gradient(color)));
        let fill = gradient.map_or(Fill::Solid(color), |gradient| Fill::Gradient(Box::new(gradient)));
        let shape = Shape::filled(geometry, color);
        let fill_rule = if matches!(shape.geometry, Geometry::Path(_)) { FillRule::EvenOdd } else { FillRule::NonZero };
        let shape = Shape { fill: Some(fill), fill_rule, ..shape };
        shape.with_opacity(Opacity::from_thousandths(layer.paint.alpha as u16))
    };
    let shapes = layers.iter().filter(|layer| !layer.rings.is_empty()).map(shape).collect();
    Drawing { shapes, ..Drawing::new(size.0 as u32, size.1 as u32) }
}
