//! A drawing cut to its budget at once, for searches that end before they fit.

use super::chain::Ring;
use super::cost::{ELEMENT_BYTES, OPACITY_BYTES, path_bytes};
use super::state::{Layer, State, drawing};

/// The layers with their largest polygons, as many as fit; the background alone at the least.
pub(crate) fn fit(state: &State, budget: i32) -> Vec<Layer> {
    if state.bytes <= budget {
        return state.layers.clone();
    }
    let mut order: Vec<(i64, usize, usize)> = Vec::new();
    for (layer, rings) in state.layers.iter().enumerate().skip(1) {
        order.extend(rings.rings.iter().enumerate().map(|(ring, points)| (area(points), layer, ring)));
    }
    order.sort_by(|a, b| b.cmp(a));
    let mut most = order.len();
    loop {
        let layers = with(&state.layers, &order[..most], budget);
        if drawing(state.size, &layers).byte_count() as i32 <= budget || most == 0 {
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
        let bytes = wrapping + path_bytes([&all[layer].rings[ring].points[..]]);
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
fn area(ring: &Ring) -> i64 {
    let points = &ring.points;
    let cross = |i: usize| {
        let (a, b) = (points[i], points[(i + 1) % points.len()]);
        i64::from(a.x) * i64::from(b.y) - i64::from(b.x) * i64::from(a.y)
    };
    (0..points.len()).map(cross).sum::<i64>().abs()
}

#[cfg(test)]
mod tests {
    use linocut_svg::Color;

    use super::super::paint::Paint;
    use super::super::start::rectangle;
    use super::*;

    #[test]
    fn the_largest_polygons_are_kept_within_the_budget() {
        let image = image::RgbImage::new(200, 200);
        let rings = (1..40).map(|i| Ring::new(rectangle((i, i), (3 * i + 1, 3 * i + 2)))).collect();
        let layers = vec![Layer { paint: Paint::opaque(Color::WHITE), rings }];
        let state = State::new(&image, vec![1.0; 40_000], Color::BLACK, layers);
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
