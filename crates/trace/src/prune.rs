//! Drawings that fit: whatever costs the least error per byte goes, until the budget holds.
//!
//! Three things can go: a vertex, a ring, and the element of a layer whose rings move into another layer of nearly the same
//! colour. What each adds to the squared error follows exactly from the two topmost layers of each pixel, as long as
//! only one goes; a round takes the cheapest few per cent of the bytes and then looks again.

use image::RgbImage;
use linocut_core::Stop;
use linocut_svg::{Color, Drawing, Point};

use crate::cover::{Cover, Visible, channels, squared_error, total_error, visible};
use crate::join::joins;
use crate::layer::{Layer, Ring, drawing};
use crate::price::{edge_bytes, element_bytes, ring_bytes};
use crate::span::polygon_spans;

/// Most rounds before everything that is too much goes at once.
const MAX_ROUNDS: usize = 200;

/// What can go.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cut {
    /// Vertex of a ring of a layer.
    Vertex { layer: usize, ring: usize, vertex: usize },
    /// Ring of a layer.
    Ring { layer: usize, ring: usize },
    /// The rings of `from` move to the place and element of `into`.
    Join { from: usize, into: usize },
}

/// A cut with what it adds to the squared error and the bytes that it saves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) cut: Cut,
    pub(crate) error: i64,
    pub(crate) bytes: usize,
}

impl Offer {
    fn price(&self) -> f64 {
        self.error as f64 / self.bytes.max(1) as f64
    }
}

/// A drawing with its squared error.
#[derive(Clone, Debug)]
pub(crate) struct Fitted {
    pub(crate) drawing: Drawing,
    pub(crate) error: i64,
}

/// Cuts until the drawing fits `budget` bytes. The first layer must cover the picture; it stays. `step` is the share of the
/// bytes that one round may cut, 0 to 1. `None` when the background alone does not fit.
pub(crate) fn prune(image: &RgbImage, layers: Vec<Layer>, budget: usize, step: f64, stop: &Stop) -> Option<Fitted> {
    let mut scene = Scene { image, layers, price: 0.0 };
    for round in 0.. {
        let cover = scene.settle();
        let drawing = drawing(image.dimensions(), &scene.layers);
        let bytes = drawing.byte_count();
        if bytes <= budget {
            return Some(Fitted { error: total_error(&cover, image, &scene.layers), drawing });
        }
        if scene.layers.len() == 1 {
            return None;
        }
        let hurry = round >= MAX_ROUNDS || stop.requested();
        let most = if hurry { bytes } else { (bytes as f64 * step).ceil() as usize };
        scene.cut(&cover, most.min(bytes - budget));
    }
    None
}

struct Scene<'a> {
    image: &'a RgbImage,
    layers: Vec<Layer>,
    /// Error per byte of the dearest cut so far.
    price: f64,
}

impl Scene<'_> {
    /// Gives each layer the mean colour of what shows of it.
    fn settle(&mut self) -> Cover {
        let cover = Cover::paint(self.image.dimensions(), &self.layers);
        let shown = visible(&cover, self.image, self.layers.len());
        for (layer, shown) in self.layers.iter_mut().zip(&shown) {
            layer.color = best_color(shown, self.price).unwrap_or(layer.color);
        }
        cover
    }

    /// Makes the cheapest cuts that together save about so many bytes, at least one.
    fn cut(&mut self, cover: &Cover, bytes: usize) {
        let mut offers = self.offers(cover);
        offers.sort_by(|a, b| a.price().total_cmp(&b.price()));
        let mut plan = Plan::new(&self.layers);
        let mut saved = 0;
        for offer in &offers {
            if saved >= bytes {
                break;
            }
            if plan.accept(offer.cut, &self.layers) {
                saved += offer.bytes;
                self.price = self.price.max(offer.price());
            }
        }
        plan.carry_out(&mut self.layers, self.image.dimensions());
    }

    fn offers(&self, cover: &Cover) -> Vec<Offer> {
        let view = View::new(self.image, cover, &self.layers);
        let mut offers = joins(&view, self.price);
        for (index, layer) in self.layers.iter().enumerate().skip(1) {
            for (ring_index, ring) in layer.rings.iter().enumerate() {
                offers.push(ring_offer(&view, index, ring_index, ring));
                vertex_offers(&view, index, ring_index, ring, &mut offers);
            }
        }
        offers
    }
}

/// The mean colour, or the nearest that has a three-digit spelling where the bytes saved are worth it.
fn best_color(shown: &Visible, price: f64) -> Option<Color> {
    let mean = shown.mean()?;
    let short = |channel: u8| (u16::from(channel) + 8) / 17 * 17;
    let near = Color::new(short(mean.r) as u8, short(mean.g) as u8, short(mean.b) as u8);
    let saved = mean.to_string().len().saturating_sub(near.to_string().len());
    let error = shown.count as f64 * squared_error(channels(mean), channels(near)) as f64;
    Some(if error < price * saved as f64 { near } else { mean })
}

/// A picture, its layers and who covers what.
pub(crate) struct View<'a> {
    pub(crate) image: &'a RgbImage,
    pub(crate) cover: &'a Cover,
    pub(crate) layers: &'a [Layer],
    pub(crate) colors: Vec<[u8; 3]>,
}

impl<'a> View<'a> {
    fn new(image: &'a RgbImage, cover: &'a Cover, layers: &'a [Layer]) -> Self {
        Self { image, cover, layers, colors: layers.iter().map(|layer| channels(layer.color)).collect() }
    }

    /// The picture's colour at a place.
    pub(crate) fn target(&self, at: usize) -> [u8; 3] {
        let raw = self.image.as_raw();
        [raw[3 * at], raw[3 * at + 1], raw[3 * at + 2]]
    }

    /// What the error grows by when `to` shows at a place instead of `from`.
    pub(crate) fn change(&self, at: usize, from: u16, to: u16) -> i64 {
        let target = self.target(at);
        squared_error(self.colors[usize::from(to)], target) - squared_error(self.colors[usize::from(from)], target)
    }
}

fn ring_offer(view: &View<'_>, layer: usize, index: usize, ring: &Ring) -> Offer {
    let mut error = 0;
    for at in ring.spans.iter().flat_map(|span| span.range(view.cover.width)) {
        let top = view.cover.top[at];
        if usize::from(top) == layer {
            error += view.change(at, top, view.cover.second[at]);
        }
    }
    let alone = view.layers[layer].rings.len() == 1;
    let element = if alone { element_bytes(view.layers[layer].color) } else { 0 };
    Offer { cut: Cut::Ring { layer, ring: index }, error, bytes: ring_bytes(&ring.points) + element }
}

fn vertex_offers(view: &View<'_>, layer: usize, ring_index: usize, ring: &Ring, offers: &mut Vec<Offer>) {
    let count = ring.points.len();
    if count < 4 {
        return;
    }
    for vertex in 0..count {
        let corner =
            [ring.points[(vertex + count - 1) % count], ring.points[vertex], ring.points[(vertex + 1) % count]];
        let [a, v, b] = corner;
        let bytes = (edge_bytes(a, v) + edge_bytes(v, b)).saturating_sub(edge_bytes(a, b));
        let error = corner_error(view, layer as u16, corner);
        offers.push(Offer { cut: Cut::Vertex { layer, ring: ring_index, vertex }, error, bytes });
    }
}

/// What the error grows by when the triangle at a vertex is cut off, or filled in where the vertex is a dent.
fn corner_error(view: &View<'_>, layer: u16, [a, v, b]: [Point; 3]) -> i64 {
    let cross = (i64::from(v.x) - i64::from(a.x)) * (i64::from(b.y) - i64::from(v.y))
        - (i64::from(v.y) - i64::from(a.y)) * (i64::from(b.x) - i64::from(v.x));
    let (width, height) = view.image.dimensions();
    let spans = if cross == 0 { Vec::new() } else { polygon_spans(&[a, v, b], width, height) };
    let mut error = 0;
    for at in spans.iter().flat_map(|span| span.range(width)) {
        let top = view.cover.top[at];
        if cross > 0 && top == layer {
            error += view.change(at, top, view.cover.second[at]);
        } else if cross < 0 && top < layer {
            error += view.change(at, top, layer);
        }
    }
    error
}

/// Cuts that do not get in each other's way.
struct Plan {
    /// Per layer and ring, which vertices go.
    vertices: Vec<Vec<Vec<bool>>>,
    /// Per layer and ring, whether all of it goes.
    rings: Vec<Vec<bool>>,
    joins: Vec<(usize, usize)>,
    /// Per layer, whether it takes part in a join.
    joined: Vec<bool>,
}

impl Plan {
    fn new(layers: &[Layer]) -> Self {
        Self {
            vertices: layers.iter().map(|l| l.rings.iter().map(|r| vec![false; r.points.len()]).collect()).collect(),
            rings: layers.iter().map(|l| vec![false; l.rings.len()]).collect(),
            joins: Vec::new(),
            joined: vec![false; layers.len()],
        }
    }

    /// Takes a cut into the plan unless another stands against it.
    fn accept(&mut self, cut: Cut, layers: &[Layer]) -> bool {
        match cut {
            Cut::Ring { layer, ring } => !std::mem::replace(&mut self.rings[layer][ring], true),
            Cut::Join { from, into } => {
                let free = !self.joined[from] && !self.joined[into];
                if free {
                    self.joins.push((from, into));
                    (self.joined[from], self.joined[into]) = (true, true);
                }
                free
            }
            Cut::Vertex { layer, ring, vertex } => {
                let count = layers[layer].rings[ring].points.len();
                let marks = &mut self.vertices[layer][ring];
                let free = !self.rings[layer][ring]
                    && !marks[(vertex + count - 1) % count]
                    && !marks[(vertex + 1) % count]
                    && count - marks.iter().filter(|mark| **mark).count() > 3;
                marks[vertex] |= free;
                free
            }
        }
    }

    fn carry_out(self, layers: &mut Vec<Layer>, size: (u32, u32)) {
        for ((layer, vertices), rings) in layers.iter_mut().zip(self.vertices).zip(self.rings) {
            let old = std::mem::take(&mut layer.rings);
            let marked = old.into_iter().zip(vertices).zip(rings);
            layer.rings = marked.filter_map(|((ring, marks), gone)| thinned(ring, &marks, gone, size)).collect();
        }
        for (from, into) in self.joins {
            let rings = std::mem::take(&mut layers[from].rings);
            layers[into].rings.extend(rings);
        }
        layers.retain(|layer| !layer.rings.is_empty());
    }
}

fn thinned(ring: Ring, marks: &[bool], gone: bool, size: (u32, u32)) -> Option<Ring> {
    if gone {
        return None;
    }
    if !marks.contains(&true) {
        return Some(ring);
    }
    Ring::new(ring.points.iter().zip(marks).filter(|(_, mark)| !**mark).map(|(p, _)| *p).collect(), size)
}

#[cfg(test)]
mod tests {
    use image::Rgb;

    use super::*;

    const SIZE: (u32, u32) = (40, 40);

    fn ring(list: &[(i32, i32)]) -> Ring {
        Ring::new(list.iter().map(|&(x, y)| Point::new(x, y)).collect(), SIZE).unwrap()
    }

    fn square(x: i32, y: i32, side: i32) -> Ring {
        ring(&[(x, y), (x + side, y), (x + side, y + side), (x, y + side)])
    }

    /// A black picture with a white square, and layers for it and for a square that no pixel justifies.
    fn scene() -> (RgbImage, Vec<Layer>) {
        let image = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            Rgb([if (5..25).contains(&x) && (5..25).contains(&y) { 255 } else { 0 }; 3])
        });
        let layer = |ring| Layer { color: Color::WHITE, rings: vec![ring] };
        let layers = vec![Layer::background(&image), layer(square(5, 5, 20)), layer(square(30, 30, 7))];
        (image, layers)
    }

    #[test]
    fn what_costs_no_error_goes_first() {
        let (image, layers) = scene();
        let full = drawing(SIZE, &layers).byte_count();
        let fitted = prune(&image, layers, full - 25, 0.1, &Stop::never()).unwrap();
        assert_eq!((fitted.drawing.shapes.len(), fitted.error), (2, 0));
    }

    #[test]
    fn the_background_alone_is_the_last_thing_left() {
        let (image, layers) = scene();
        let alone = drawing(SIZE, &layers[..1]).byte_count();
        let fitted = prune(&image, layers.clone(), alone, 0.1, &Stop::never()).unwrap();
        assert_eq!(fitted.drawing.shapes.len(), 1);
        assert!(prune(&image, layers, alone - 20, 0.1, &Stop::never()).is_none());
    }

    #[test]
    fn a_vertex_is_priced_by_the_triangle_it_adds_or_removes() {
        let (image, mut layers) = scene();
        layers.truncate(2);
        layers[0].color = Color::BLACK;
        let cover = Cover::paint(SIZE, &layers);
        let view = View::new(&image, &cover, &layers);
        let error = |corner: [(i32, i32); 3]| corner_error(&view, 1, corner.map(|(x, y)| Point::new(x, y)));
        let half = polygon_spans(&[Point::new(5, 25), Point::new(5, 5), Point::new(25, 5)], SIZE.0, SIZE.1);
        let pixels: u32 = half.iter().map(|span| span.to - span.from).sum();
        assert_eq!(error([(5, 25), (5, 5), (25, 5)]), i64::from(pixels) * 3 * 255 * 255);
        assert_eq!(error([(5, 5), (10, 5), (25, 5)]), 0);
    }

    #[test]
    fn layers_of_one_colour_share_an_element() {
        let image = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            let inside = |left: u32| (left..left + 8).contains(&x) && (4..12).contains(&y);
            Rgb(if inside(2) || inside(20) { [200, 30, 40] } else { [10, 60, 90] })
        });
        let layer = |ring| Layer { color: Color::new(200, 30, 40), rings: vec![ring] };
        let layers = vec![Layer::background(&image), layer(square(2, 4, 8)), layer(square(20, 4, 8))];
        let full = drawing(SIZE, &layers).byte_count();
        let fitted = prune(&image, layers, full - 5, 0.2, &Stop::never()).unwrap();
        assert_eq!((fitted.drawing.shapes.len(), fitted.error), (2, 0));
    }

    #[test]
    fn three_digit_colours_are_taken_when_bytes_are_dear() {
        let shown = Visible { count: 10, sums: [180, 340, 500] };
        assert_eq!(best_color(&shown, 0.0), Some(Color::new(18, 34, 50)));
        assert_eq!(best_color(&shown, 1000.0), Some(Color::new(17, 34, 51)));
    }
}
