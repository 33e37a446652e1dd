//! Ranks layers by importance (area, closeness to the centre) before their error is known.

use super::layer::Layer;

/// The measure that contestants used: area x closeness to the centre / vertices. Closeness falls from 1 at the centre
/// to 1/2 in the corners.
pub(crate) fn importance(layer: &Layer, (width, height): (u32, u32)) -> f64 {
    let points: usize = layer.rings.iter().map(|ring| ring.points.len()).sum();
    let all = || layer.rings.iter().flat_map(|ring| &ring.points);
    let mean = |sum: f64, side: u32| sum / points.max(1) as f64 / f64::from(side) - 0.5;
    let dx = mean(all().map(|p| f64::from(p.x)).sum(), width);
    let dy = mean(all().map(|p| f64::from(p.y)).sum(), height);
    let closeness = 1.0 - dx.hypot(dy) / std::f64::consts::SQRT_2;
    layer.area() as f64 * closeness / points.max(1) as f64
}

/// Keeps the `most` most important layers, in their order.
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

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Point};

    use super::super::layer::Ring;
    use super::*;

    fn square(x: i32, y: i32, side: i32) -> Layer {
        let corners = [(x, y), (x + side, y), (x + side, y + side), (x, y + side)];
        let ring = Ring::new(corners.map(|(x, y)| Point::new(x, y)).to_vec(), (100, 100)).unwrap();
        Layer { color: Color::BLACK, rings: vec![ring] }
    }

    #[test]
    fn large_and_central_matters_more() {
        let of = |layer: &Layer| importance(layer, (100, 100));
        assert!(of(&square(40, 40, 20)) > of(&square(0, 0, 20)));
        assert!(of(&square(0, 0, 20)) > of(&square(45, 45, 10)));
        assert!((of(&square(45, 45, 10)) - 25.0).abs() < 1e-9);
    }

    #[test]
    fn the_rest_keeps_its_order() {
        let mut layers = vec![square(0, 0, 5), square(10, 10, 50), square(90, 90, 9), square(30, 30, 40)];
        keep_most_important(&mut layers, 2, (100, 100));
        assert_eq!(layers.iter().map(Layer::area).collect::<Vec<_>>(), [2500, 1600]);
    }
}
