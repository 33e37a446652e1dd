//! Cuts a drawing to its budget at once, for searches that end over it.

use linocut_svg::Point;

use super::cost::{ELEMENT_BYTES, OPACITY_BYTES};
use super::ring::Change;
use super::shapes::ring_bytes;
use super::state::{Layer, State, drawing};

/// Area in square pixels above which trimming keeps a polygon.
const TRIMMED: i64 = 2000;

/// Rounds of trimming; each relies on an estimate of the bytes.
const ROUNDS: usize = 4;

/// Removes small polygons, those with the least error for their bytes first, until the drawing fits or none is left.
pub(crate) fn trim(state: &mut State, budget: i32) {
    for _ in 0..ROUNDS {
        if state.bytes <= budget {
            return;
        }
        let mut chosen = cheapest(state, state.bytes - budget);
        chosen.sort_by(|a, b| b.cmp(a));
        for (layer, ring) in chosen {
            state.toggle_ring(layer, ring, Change::Taken);
            state.layers[layer].rings.remove(ring);
        }
        state.compact();
        state.recount();
    }
}

/// Layer and index of the small polygons that are cheapest in error for their bytes, `bytes` bytes together.
fn cheapest(state: &mut State, bytes: i32) -> Vec<(usize, usize)> {
    let mut order: Vec<(f64, i32, usize, usize)> = Vec::new();
    for layer in 1..state.layers.len() {
        for ring in 0..state.layers[layer].rings.len() {
            let outline = &state.layers[layer].rings[ring];
            if area(&outline.points) < 2 * TRIMMED * i64::from(state.unit.per_pixel().pow(2)) {
                let bytes = ring_bytes(None, outline);
                order.push((state.try_without(layer, ring) / f64::from(bytes), bytes, layer, ring));
            }
        }
    }
    order.sort_by(|a, b| a.0.total_cmp(&b.0));
    let mut left = bytes;
    let wanted = order.into_iter().take_while(|entry| {
        let more = left > 0;
        left -= entry.1;
        more
    });
    wanted.map(|(_, _, layer, ring)| (layer, ring)).collect()
}

/// The layers with as many of their largest polygons as fit; at least the background.
pub(crate) fn fit(state: &State, budget: i32) -> Vec<Layer> {
    if state.bytes <= budget {
        return state.layers.clone();
    }
    let mut order: Vec<(i64, usize, usize)> = Vec::new();
    for (layer, rings) in state.layers.iter().enumerate().skip(1) {
        order.extend(rings.rings.iter().enumerate().map(|(ring, points)| (area(&points.points), layer, ring)));
    }
    order.sort_by(|a, b| b.cmp(a));
    let mut most = order.len();
    let strokes = drawing(state.size, &state.layers[..1]).byte_count() as i32;
    let strokes = state.drawing_of(&state.layers[..1]).byte_count() as i32 - strokes;
    loop {
        let layers = with(&state.layers, &order[..most], budget - strokes);
        if state.drawing_of(&layers).byte_count() as i32 <= budget || most == 0 {
            return layers;
        }
        most = (most * 15 / 16).min(most - 1);
    }
}

/// The background with these polygons, in order, until the estimate of the bytes is spent.
fn with(all: &[Layer], chosen: &[(i64, usize, usize)], budget: i32) -> Vec<Layer> {
    let mut kept: Vec<Vec<usize>> = vec![Vec::new(); all.len()];
    let mut left = budget - 150;
    for &(_, layer, ring) in chosen {
        let wrapping = if kept[layer].is_empty() { ELEMENT_BYTES + 7 + OPACITY_BYTES } else { 0 };
        let bytes = wrapping + ring_bytes(None, &all[layer].rings[ring]);
        if bytes <= left {
            left -= bytes;
            kept[layer].push(ring);
        }
    }
    let mut layers = vec![all[0].clone()];
    for (layer, mut rings) in all.iter().zip(kept).skip(1) {
        if !rings.is_empty() {
            rings.sort_unstable();
            layers.push(Layer { paint: layer.paint, rings: rings.iter().map(|&r| layer.rings[r].clone()).collect() });
        }
    }
    layers
}

/// Twice the area, without sign.
fn area(points: &[Point]) -> i64 {
    let cross = |i: usize| {
        let (a, b) = (points[i], points[(i + 1) % points.len()]);
        i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)
    };
    (0..points.len()).map(cross).sum::<i64>().abs()
}

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::super::objective::Measure;
    use super::super::paint::Paint;
    use super::super::ring::Ring;
    use super::super::start::rectangle;
    use super::*;

    #[test]
    fn trimming_takes_what_costs_least() {
        let image = image::RgbImage::from_fn(99, 99, |x, _| image::Rgb([if x < 50 { 250 } else { 0 }; 3]));
        let rings =
            [((2, 2), (9, 9)), ((60, 3), (63, 5)), ((12, 40), (19, 49))].map(|(a, b)| Ring::new(rectangle(a, b)));
        let layers = vec![Layer { paint: Paint::opaque(Color::WHITE), rings: rings.to_vec() }];
        let mut state = State::new(&image, Measure::plain(vec![1.0; 99 * 99]), Color::BLACK, layers);
        let budget = state.bytes - 1;
        trim(&mut state, budget);
        assert_eq!(state.layers[1].rings, [rings[0].clone(), rings[2].clone()]);
        assert!(state.bytes <= budget);
    }

    #[test]
    fn the_largest_polygons_are_kept_within_the_budget() {
        let image = image::RgbImage::new(200, 200);
        let rings = (1..40).map(|i| Ring::new(rectangle((i, i), (3 * i + 1, 3 * i + 2)))).collect();
        let layers = vec![Layer { paint: Paint::opaque(Color::WHITE), rings }];
        let state = State::new(&image, Measure::plain(vec![1.0; 40_000]), Color::BLACK, layers);
        for budget in [state.bytes, 400, 260, 0] {
            let layers = fit(&state, budget);
            let bytes = drawing(state.size, &layers).byte_count() as i32;
            assert!(bytes <= budget || layers.len() == 1, "{bytes} of {budget}");
            if let Some(layer) = layers.get(1) {
                assert!(layer.rings.contains(&state.layers[1].rings[38]));
            }
        }
    }
}
