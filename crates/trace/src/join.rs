//! Layers of nearly one colour that can share an element without changing what lies over what.

use crate::cover::visible;
use crate::price::element_bytes;
use crate::prune::{Cut, Offer, View};

/// Above so many layers no pairs are looked for: their number grows with the square.
const MAX_LAYERS: usize = 700;

/// Partners tried for each layer.
const PARTNERS: usize = 3;

/// Offers to join layers, with the exact change of error at the partner's place and the loss by the common colour.
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

/// The layers whose joint colour loses least, as (loss, layer).
fn partners(view: &View<'_>, shown: &[f64], from: usize, limit: f64) -> Vec<(f64, usize)> {
    let mut best: Vec<(f64, usize)> = Vec::with_capacity(PARTNERS + 1);
    for into in (1..shown.len()).filter(|&into| into != from) {
        let weight = shown[from] * shown[into] / (shown[from] + shown[into]).max(1.0);
        let loss = weight * crate::cover::squared_error(view.colors[from], view.colors[into]) as f64;
        if loss < limit && (best.len() < PARTNERS || loss < best[PARTNERS - 1].0) {
            let place = best.partition_point(|(other, _)| *other <= loss);
            best.insert(place, (loss, into));
            best.truncate(PARTNERS);
        }
    }
    best
}

/// What the error grows by when a layer moves to another place in the paint order.
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
