//! Selects cuts that do not conflict, and makes them together.

use super::layer::{Layer, Ring};
use super::offer::Cut;

/// Cuts that do not conflict.
#[derive(Debug)]
pub(crate) struct Plan {
    /// For each layer and ring, which vertices go.
    vertices: Vec<Vec<Vec<bool>>>,
    /// For each layer and ring, whether all of it goes.
    rings: Vec<Vec<bool>>,
    joins: Vec<(usize, usize)>,
    /// For each layer, whether it takes part in a join.
    joined: Vec<bool>,
}

impl Plan {
    /// An empty plan.
    pub(crate) fn new(layers: &[Layer]) -> Self {
        Self {
            vertices: layers.iter().map(|l| l.rings.iter().map(|r| vec![false; r.points.len()]).collect()).collect(),
            rings: layers.iter().map(|l| vec![false; l.rings.len()]).collect(),
            joins: Vec::new(),
            joined: vec![false; layers.len()],
        }
    }

    /// Adds a cut to the plan unless it conflicts with another; returns whether it did.
    pub(crate) fn accept(&mut self, cut: Cut, layers: &[Layer]) -> bool {
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

    /// Makes the cuts, in a picture of this size.
    pub(crate) fn carry_out(self, layers: &mut Vec<Layer>, size: (u32, u32)) {
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
    use linocut_svg::{Color, Point};

    use super::*;

    const SIZE: (u32, u32) = (20, 20);

    fn layers() -> Vec<Layer> {
        let hexagon = [(4, 0), (12, 0), (16, 8), (12, 16), (4, 16), (0, 8)].map(|(x, y)| Point::new(x, y)).to_vec();
        let layer = Layer { color: Color::WHITE, rings: vec![Ring::new(hexagon, SIZE).unwrap()] };
        vec![layer; 4]
    }

    #[test]
    fn neighbouring_vertices_do_not_go_together_and_three_stay() {
        let mut layers = layers();
        let mut plan = Plan::new(&layers);
        let mut accept = |vertex| plan.accept(Cut::Vertex { layer: 1, ring: 0, vertex }, &layers);
        assert_eq!([0, 1, 5, 2, 4, 3].map(&mut accept), [true, false, false, true, true, false]);
        plan.carry_out(&mut layers, SIZE);
        assert_eq!(layers.iter().map(|layer| layer.rings[0].points.len()).collect::<Vec<_>>(), [6, 3, 6, 6]);
    }

    #[test]
    fn a_layer_joins_once() {
        let mut layers = layers();
        let mut plan = Plan::new(&layers);
        let mut accept = |from, into| plan.accept(Cut::Join { from, into }, &layers);
        assert_eq!([accept(3, 1), accept(2, 3), accept(1, 2)], [true, false, false]);
        plan.carry_out(&mut layers, SIZE);
        assert_eq!(layers.iter().map(|layer| layer.rings.len()).collect::<Vec<_>>(), [1, 2, 1]);
    }

    #[test]
    fn a_layer_without_rings_is_dropped() {
        let mut layers = layers();
        let mut plan = Plan::new(&layers);
        assert!(plan.accept(Cut::Ring { layer: 2, ring: 0 }, &layers));
        assert!(!plan.accept(Cut::Ring { layer: 2, ring: 0 }, &layers));
        assert!(!plan.accept(Cut::Vertex { layer: 2, ring: 0, vertex: 1 }, &layers));
        plan.carry_out(&mut layers, SIZE);
        assert_eq!(layers.len(), 3);
    }
}
