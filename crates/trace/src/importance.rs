//! Which outlines matter most, before their error is known.

use crate::layer::Layer;

/// The contest's measure: area x closeness to the centre / vertices. Closeness falls from 1 at the centre to 1/2 in the
/// corners.
pub(crate) fn importance(layer: &Layer, (width, height): (u32, u32)) -> f64 {
    let points: usize = layer.rings.iter().map(|ring| ring.points.len()).sum();
    let all = || layer.rings.iter().flat_map(|ring| &ring.points);
    let mean = |sum: f64, side: u32| sum / points.max(1) as f64 / f64::from(side) - 0.5;
    let dx = mean(all().map(|p| f64::from(p.x)).sum(), width);
    let dy = mean(all().map(|p| f64::from(p.y)).sum(), height);
    let closeness = 1.0 - dx.hypot(dy) / std::f64::consts::SQRT_2;
    layer.area() as f64 * closeness / points.max(1) as f64
}

/// Keeps the `most` most important layers in their order.
pub(crate) fn keep_most_important(layers: &mut Vec<Layer>, most: usize, size: (u32, u32)) {
    if layers.len() <= most {
        return;
    }
    let mut ranks: Vec<(usize, f64)> = layers.iter().map(|layer| importance(layer, size)).enumerate().collect();
    ranks.sort_by(|a, b| b.1.total_cmp(&a.1));
    ranks.truncate(most);
    ranks.sort_unstable_by_key(|(index, _)| *index);
    let mut kept = ranks.into_iter().map(|(index, _)| index).peekable();
    let mut index = 0;
    layers.retain(|_| {
        index += 1;
        kept.next_if_eq(&(index - 1)).is_some()
    });
}
