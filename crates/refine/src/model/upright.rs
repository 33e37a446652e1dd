//! Horizontal and vertical edges that stay so, because they are written with one coordinate instead of two.

use crate::raster::scene::Scene;
use crate::raster::scene::contour::{Contour, Step};
use crate::raster::scene::values::Values;

/// Whether horizontal and vertical edges may turn.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Edges {
    /// They stay horizontal or vertical, which takes fewer bytes than other lines.
    #[default]
    Upright,
    /// They turn like any other.
    Free,
}

/// Groups of coordinates that move as one. The index of a coordinate is twice its point's, plus 1 for y.
#[derive(Clone, Debug)]
pub(crate) struct Ties {
    /// For each coordinate the first of those that it moves with.
    first: Vec<usize>,
}

impl Ties {
    /// Every coordinate on its own.
    pub(crate) fn none(values: &Values) -> Self {
        Self { first: (0..2 * values.points.len()).collect() }
    }

    /// Ties the equal coordinates of both ends of every straight edge of the scene.
    pub(crate) fn upright(scene: &Scene, values: &Values) -> Self {
        let mut ties = Self::none(values);
        for contour in scene.layers.iter().flat_map(|layer| &layer.contours) {
            let Contour::Path { start, steps, closed } = contour else { continue };
            let mut from = *start;
            for step in steps {
                if let Step::Line(to) = step {
                    ties.tie(from, *to, values);
                }
                from = step.end();
            }
            if *closed {
                ties.tie(from, *start, values);
            }
        }
        (0..ties.first.len()).for_each(|index| ties.first[index] = ties.root(index));
        ties
    }

    fn tie(&mut self, a: usize, b: usize, values: &Values) {
        for axis in 0..2 {
            if values.points[a][axis] == values.points[b][axis] {
                let (a, b) = (self.root(2 * a + axis), self.root(2 * b + axis));
                self.first[a.max(b)] = a.min(b);
            }
        }
    }

    fn root(&self, mut index: usize) -> usize {
        while self.first[index] != index {
            index = self.first[index];
        }
        index
    }

    /// The first coordinate of the group of this one.
    pub(crate) fn first(&self, coordinate: usize) -> usize {
        self.first[coordinate]
    }

    /// Gives all coordinates that move as one the sum of their gradients.
    pub(crate) fn sum(&self, gradient: &mut Values) {
        let by = gradient.points.as_flattened_mut();
        for index in 0..by.len() {
            if self.first[index] != index {
                by[self.first[index]] += by[index];
            }
        }
        for index in 0..by.len() {
            by[index] = by[self.first[index]];
        }
    }
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Drawing, Geometry, Point, Shape};

    use super::*;
    use crate::model::Model;

    #[test]
    fn the_ends_of_edges_along_the_axes_move_as_one() {
        let corners = [(0, 0), (9, 0), (9, 5), (4, 7)].map(|(x, y)| Point::new(x, y));
        let mut drawing = Drawing::new(10, 10);
        drawing.shapes.push(Shape::filled(Geometry::polygon(&corners), Color::BLACK));
        let model = Model::new(&drawing, 10, 10, Color::WHITE).unwrap();
        let ties = Ties::upright(&model.scene, &model.values);
        assert_eq!((0..8).map(|i| ties.first(i)).collect::<Vec<_>>(), [0, 1, 2, 1, 2, 5, 6, 7]);
        let points = vec![[1.0, 2.0], [3.0, 4.0], [5.0, 6.0], [7.0, 8.0]];
        let mut gradient = Values { points, ..Values::default() };
        ties.sum(&mut gradient);
        assert_eq!(gradient.points, [[1.0, 6.0], [8.0, 6.0], [8.0, 6.0], [7.0, 8.0]]);
    }
}
