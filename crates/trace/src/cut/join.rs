//! Finds layers of nearly the same colour that can share one path element without changing what covers what.

use super::cover::{squared_error, visible};
use super::offer::{Cut, Offer, View};
use super::price::element_bytes;

/// Number of layers above which no pairs are searched, because their number grows with the square.
const MAX_LAYERS: usize = 700;

/// Number of partners tried for each layer.
const PARTNERS: usize = 3;

/// Offers to join layers, with the exact change of error at the partner's place and the loss from sharing a colour.
pub(crate) fn joins(view: &View<'_>, price: f64) -> Vec<Offer> {
    let count = view.layers.len();
    if count > MAX_LAYERS {
        return Vec::new();
    }
    let shown: Vec<f64> = visible(view.cover, view.image, count).iter().map(|shown| shown.count as f64).collect();
    let mut offers = Vec::new();
    for from in 1..count {
        let bytes = element_bytes(view.layers[from].color);
        let limit = (price * 4.0 + 1.0) * bytes as f64;
        for (loss, into) in partners(view, &shown, from, limit) {
            let error = loss as i64 + moved_error(view, from, into);
            offers.push(Offer { cut: Cut::Join { from, into }, error, bytes });
        }
    }
    offers
}

/// The layers that lose least by sharing a colour with this one, as (loss, layer).
fn partners(view: &View<'_>, shown: &[f64], from: usize, limit: f64) -> Vec<(f64, usize)> {
    let mut best: Vec<(f64, usize)> = Vec::with_capacity(PARTNERS + 1);
    for into in (1..shown.len()).filter(|&into| into != from) {
        let weight = shown[from] * shown[into] / (shown[from] + shown[into]).max(1.0);
        let loss = weight * squared_error(view.colors[from], view.colors[into]) as f64;
        if loss < limit && (best.len() < PARTNERS || loss < best[PARTNERS - 1].0) {
            let place = best.partition_point(|(other, _)| *other <= loss);
            best.insert(place, (loss, into));
            best.truncate(PARTNERS);
        }
    }
    best
}

/// Increase of the squared error when a layer moves to another place in the paint order.
fn moved_error(view: &View<'_>, from: usize, into: usize) -> i64 {
    let cover = view.cover;
    let spans = view.layers[from].rings.iter().flat_map(|ring| &ring.spans);
    let mut error = 0;
    for at in spans.flat_map(|span| span.range(cover.width)) {
        let (top, second) = (usize::from(cover.top[at]), usize::from(cover.second[at]));
        if into < from && top == from && second > into {
            error += view.change(at, cover.top[at], cover.second[at]);
        } else if into > from && top > from && top < into {
            error += view.change(at, cover.top[at], from as u16);
        }
    }
    error
}

#[cfg(test)]
mod tests {
    use image::{Rgb, RgbImage};
    use linocut_svg::{Color, Point};

    use super::super::cover::Cover;
    use super::super::layer::{Layer, Ring};
    use super::*;

    /// A layer over columns `left..right` of a picture 30 wide and 2 high.
    fn columns(left: i32, right: i32, color: Color) -> Layer {
        let corners = [(left, 0), (right, 0), (right, 2), (left, 2)].map(|(x, y)| Point::new(x, y));
        Layer { color, rings: vec![Ring::new(corners.to_vec(), (30, 2)).unwrap()] }
    }

    fn offered(layers: &[Layer]) -> Vec<(Cut, i64)> {
        let image = RgbImage::from_pixel(30, 2, Rgb([200, 0, 0]));
        let cover = Cover::paint((30, 2), layers);
        let offers = joins(&View::new(&image, &cover, layers), 1.0);
        offers.iter().map(|offer| (offer.cut, offer.error)).collect()
    }

    #[test]
    fn layers_apart_join_for_nothing_in_either_direction() {
        let red = Color::new(200, 0, 0);
        let offers = offered(&[columns(0, 30, Color::BLACK), columns(0, 9, red), columns(12, 20, red)]);
        assert_eq!(offers, [(Cut::Join { from: 1, into: 2 }, 0), (Cut::Join { from: 2, into: 1 }, 0)]);
    }

    #[test]
    fn moving_past_a_layer_between_counts_what_it_hides() {
        let (red, blue) = (Color::new(200, 0, 0), Color::new(0, 0, 99));
        let layers = [columns(0, 30, red), columns(0, 9, red), columns(5, 15, blue), columns(12, 20, red)];
        let offers = offered(&layers);
        let wrong = 200 * 200 + 99 * 99;
        // Columns 5 to 8 would turn red when the first moves up, 12 to 14 blue when the last moves down.
        assert!(offers.contains(&(Cut::Join { from: 1, into: 3 }, -4 * 2 * wrong)));
        assert!(offers.contains(&(Cut::Join { from: 3, into: 1 }, 3 * 2 * wrong)));
    }

    #[test]
    fn colours_far_apart_do_not_join() {
        let layers =
            [columns(0, 30, Color::BLACK), columns(0, 9, Color::WHITE), columns(12, 20, Color::new(0, 255, 0))];
        assert!(offered(&layers).is_empty());
    }
}
