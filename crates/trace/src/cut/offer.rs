//! Lists the possible cuts of a drawing with the squared error that each adds and the bytes that it saves.

use image::RgbImage;
use linocut_svg::Point;

use super::cover::{Cover, channels, squared_error};
use super::join::joins;
use super::layer::{Layer, Ring};
use super::price::{edge_bytes, element_bytes, ring_bytes};
use crate::polygon::polygon_spans;

/// Something that can be cut.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Cut {
    /// Vertex of a ring of a layer.
    Vertex { layer: usize, ring: usize, vertex: usize },
    /// Ring of a layer.
    Ring { layer: usize, ring: usize },
    /// The rings of `from` move to the place and element of `into`.
    Join { from: usize, into: usize },
}

/// A cut with the squared error that it adds and the bytes that it saves.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Offer {
    pub(crate) cut: Cut,
    pub(crate) error: i64,
    pub(crate) bytes: usize,
}

impl Offer {
    /// Error per byte.
    pub(crate) fn price(&self) -> f64 {
        self.error as f64 / self.bytes.max(1) as f64
    }
}

/// A picture, the layers that draw it, and their coverage.
pub(crate) struct View<'a> {
    pub(crate) image: &'a RgbImage,
    pub(crate) cover: &'a Cover,
    pub(crate) layers: &'a [Layer],
    pub(crate) colors: Vec<[u8; 3]>,
}

impl<'a> View<'a> {
    pub(crate) fn new(image: &'a RgbImage, cover: &'a Cover, layers: &'a [Layer]) -> Self {
        Self { image, cover, layers, colors: layers.iter().map(|layer| channels(layer.color)).collect() }
    }

    /// The picture's colour at a place.
    pub(crate) fn target(&self, at: usize) -> [u8; 3] {
        let raw = self.image.as_raw();
        [raw[3 * at], raw[3 * at + 1], raw[3 * at + 2]]
    }

    /// Increase of the squared error when layer `to` shows at a place instead of `from`.
    pub(crate) fn change(&self, at: usize, from: u16, to: u16) -> i64 {
        let target = self.target(at);
        squared_error(self.colors[usize::from(to)], target) - squared_error(self.colors[usize::from(from)], target)
    }
}

/// All possible cuts. `price` is the error per byte of the most expensive cut so far; joins far above it are left out.
pub(crate) fn offers(view: &View<'_>, price: f64) -> Vec<Offer> {
    let mut offers = joins(view, price);
    for (index, layer) in view.layers.iter().enumerate().skip(1) {
        for (ring_index, ring) in layer.rings.iter().enumerate() {
            offers.push(ring_offer(view, index, ring_index, ring));
            vertex_offers(view, index, ring_index, ring, &mut offers);
        }
    }
    offers
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

/// Increase of the squared error when the triangle at a vertex is cut off, or filled in if the vertex is concave.
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

#[cfg(test)]
mod tests {
    use image::Rgb;
    use linocut_svg::Color;

    use super::*;

    const SIZE: (u32, u32) = (40, 40);

    /// A white square on black.
    fn scene() -> (RgbImage, Vec<Layer>) {
        let image = RgbImage::from_fn(SIZE.0, SIZE.1, |x, y| {
            Rgb([if (5..25).contains(&x) && (5..25).contains(&y) { 255 } else { 0 }; 3])
        });
        let corners = [(5, 5), (25, 5), (25, 25), (5, 25)].map(|(x, y)| Point::new(x, y)).to_vec();
        let square = Layer { color: Color::WHITE, rings: vec![Ring::new(corners, SIZE).unwrap()] };
        let black = Layer { color: Color::BLACK, ..Layer::background(&image) };
        (image, vec![black, square])
    }

    #[test]
    fn a_vertex_is_priced_by_the_triangle_it_adds_or_removes() {
        let (image, layers) = scene();
        let cover = Cover::paint(SIZE, &layers);
        let view = View::new(&image, &cover, &layers);
        let error = |corner: [(i32, i32); 3]| corner_error(&view, 1, corner.map(|(x, y)| Point::new(x, y)));
        let half = polygon_spans(&[Point::new(5, 25), Point::new(5, 5), Point::new(25, 5)], SIZE.0, SIZE.1);
        let pixels: u32 = half.iter().map(|span| span.to - span.from).sum();
        assert_eq!(error([(5, 25), (5, 5), (25, 5)]), i64::from(pixels) * 3 * 255 * 255);
        assert_eq!(error([(5, 5), (10, 5), (25, 5)]), 0);
    }

    #[test]
    fn a_ring_is_priced_by_what_lies_beneath() {
        let (image, layers) = scene();
        let cover = Cover::paint(SIZE, &layers);
        let all = offers(&View::new(&image, &cover, &layers), 0.0);
        let ring = all.iter().find(|offer| matches!(offer.cut, Cut::Ring { .. })).unwrap();
        assert_eq!(ring.error, 400 * 3 * 255 * 255);
        assert_eq!(all.iter().filter(|offer| matches!(offer.cut, Cut::Vertex { .. })).count(), 4);
    }
}
