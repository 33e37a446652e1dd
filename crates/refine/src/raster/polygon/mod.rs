//! Layers as polygons in pixels, and the chain rule from the polygons' gradient back to the layer's values.

mod arc;
mod dual;
mod outline;
mod stroke;
mod vector;

use crate::raster::polygon::outline::{Sink, Term, outline};
use crate::raster::polygon::stroke::Centreline;
use crate::raster::scalar::Scalar;
use crate::raster::scene::{Layer, Line, Region};

/// Closed rings of points in px.
#[derive(Debug, Default)]
pub(crate) struct Polygons<T> {
    pub(crate) points: Vec<[T; 2]>,
    /// For each ring the index of the point after its last.
    pub(crate) ends: Vec<usize>,
}

impl<T: Scalar> Polygons<T> {
    pub(crate) fn clear(&mut self) {
        self.points.clear();
        self.ends.clear();
    }

    /// The rings from `ring` on, each as the range of its points.
    pub(crate) fn rings(&self, rings: (usize, usize)) -> impl Iterator<Item = (usize, usize)> + '_ {
        (rings.0..rings.1).map(|ring| (if ring == 0 { 0 } else { self.ends[ring - 1] }, self.ends[ring]))
    }

    /// The sign of the winding inside the rings, by their total signed area.
    pub(crate) fn orientation(&self, rings: (usize, usize)) -> T {
        let ring_area = |(first, end): (usize, usize)| {
            let ring = &self.points[first..end];
            let next = ring.iter().cycle().skip(1);
            ring.iter().zip(next).fold(0.0, |sum, (a, b)| sum + (a[0] + b[0]).to_f64() * (b[1] - a[1]).to_f64())
        };
        let area: f64 = self.rings(rings).map(ring_area).sum();
        if area > 0.0 { -T::ONE } else { T::ONE }
    }
}

/// Buffers for the centre lines of strokes, in units of the scene.
#[derive(Debug, Default)]
pub(crate) struct Centrelines<T> {
    points: Vec<[T; 2]>,
    corners: Vec<bool>,
    rings: Vec<(usize, usize, bool)>,
    path: Vec<usize>,
    /// One for each point, and the width last.
    gradient: Vec<[T; 2]>,
}

impl<T: Scalar> Centrelines<T> {
    fn collect(&mut self, layer: &Layer, points: &[[T; 2]]) {
        self.points.clear();
        self.corners.clear();
        self.rings.clear();
        layer.contours.iter().for_each(|contour| outline(contour, layer.pieces, points, self));
    }

    fn stroke(&mut self, layer: &Layer, line: &Line, width: T, sink: &mut impl Sink<T>) {
        for &(first, end, closed) in &self.rings {
            let (points, corners, range) = (&self.points[..], &self.corners[..], (first, end));
            let (cap, join, pieces) = (line.cap, line.join, layer.pieces);
            Centreline { points, corners, range, closed, width, cap, join, pieces }.outline(&mut self.path, sink);
        }
    }
}

impl<T: Scalar> Sink<T> for Centrelines<T> {
    fn point(&mut self, at: [T; 2], _: &[Term<T>], corner: bool) {
        self.points.push(at);
        self.corners.push(corner);
    }

    fn end(&mut self, closed: bool) {
        let first = self.rings.last().map_or(0, |ring| ring.1);
        self.rings.push((first, self.points.len(), closed));
    }
}

/// Appends a layer's polygons.
pub(crate) fn push<T: Scalar>(
    layer: &Layer,
    points: &[[T; 2]],
    scale: [T; 2],
    lines: &mut Centrelines<T>,
    polygons: &mut Polygons<T>,
) {
    let mut sink = Pushing { polygons, scale };
    match &layer.region {
        Region::Inside(_) => {
            layer.contours.iter().for_each(|contour| outline(contour, layer.pieces, points, &mut sink));
        }
        Region::Along(line) => {
            lines.collect(layer, points);
            lines.stroke(layer, line, points[line.width][0], &mut sink);
        }
    }
}

/// Adds to `gradient`, the gradient of the points of the values, what follows from `by_polygon`, the gradient of a layer's
/// polygons in px.
pub(crate) fn pull<T: Scalar>(
    layer: &Layer,
    points: &[[T; 2]],
    scale: [T; 2],
    lines: &mut Centrelines<T>,
    by_polygon: &[[T; 2]],
    gradient: &mut [[T; 2]],
) {
    match &layer.region {
        Region::Inside(_) => {
            let mut sink = Pulling { from: by_polygon.iter(), scale, into: gradient };
            layer.contours.iter().for_each(|contour| outline(contour, layer.pieces, points, &mut sink));
        }
        Region::Along(line) => {
            lines.collect(layer, points);
            let mut by_line = std::mem::take(&mut lines.gradient);
            by_line.clear();
            by_line.resize(lines.points.len() + 1, [T::ZERO; 2]);
            let mut sink = Pulling { from: by_polygon.iter(), scale, into: &mut by_line };
            lines.stroke(layer, line, points[line.width][0], &mut sink);
            gradient[line.width][0] += by_line[lines.points.len()][0];
            let mut sink = Pulling { from: by_line.iter(), scale: [T::ONE; 2], into: gradient };
            layer.contours.iter().for_each(|contour| outline(contour, layer.pieces, points, &mut sink));
            lines.gradient = by_line;
        }
    }
}

struct Pushing<'a, T> {
    polygons: &'a mut Polygons<T>,
    scale: [T; 2],
}

impl<T: Scalar> Sink<T> for Pushing<'_, T> {
    #[inline]
    fn point(&mut self, at: [T; 2], _: &[Term<T>], _: bool) {
        self.polygons.points.push([at[0] * self.scale[0], at[1] * self.scale[1]]);
    }

    fn end(&mut self, _: bool) {
        self.polygons.ends.push(self.polygons.points.len());
    }
}

struct Pulling<'a, T> {
    from: std::slice::Iter<'a, [T; 2]>,
    scale: [T; 2],
    into: &'a mut [[T; 2]],
}

impl<T: Scalar> Sink<T> for Pulling<'_, T> {
    #[inline]
    fn point(&mut self, _: [T; 2], terms: &[Term<T>], _: bool) {
        let Some(&[x, y]) = self.from.next() else { return };
        let (x, y) = (x * self.scale[0], y * self.scale[1]);
        for &(index, [xx, xy, yx, yy]) in terms {
            let into = &mut self.into[index];
            into[0] += xx * x + yx * y;
            into[1] += xy * x + yy * y;
        }
    }

    fn end(&mut self, _: bool) {}
}

#[cfg(test)]
mod tests {
    use linocut_svg::{FillRule, LineCap, LineJoin};

    use super::*;
    use crate::raster::scene::Paint;
    use crate::raster::scene::contour::{Contour, Step};

    fn layer(contour: Contour, region: Region) -> Layer {
        Layer { contours: vec![contour], region, paint: Paint::Flat(0), opacity: None, pieces: 3 }
    }

    fn polygon(layer: &Layer, points: &[[f64; 2]]) -> Polygons<f64> {
        let mut polygons = Polygons::default();
        push(layer, points, [2.0, 3.0], &mut Centrelines::default(), &mut polygons);
        polygons
    }

    /// The gradient of a weighted sum of all points of the polygons against differences.
    fn check(layer: &Layer, points: &[[f64; 2]]) {
        let weights: Vec<[f64; 2]> =
            (0..polygon(layer, points).points.len()).map(|i| [(i as f64).sin(), (i as f64 * 1.7).cos()]).collect();
        let value = |points: &[[f64; 2]]| -> f64 {
            polygon(layer, points).points.iter().zip(&weights).map(|(p, w)| p[0] * w[0] + p[1] * w[1]).sum()
        };
        let mut gradient = vec![[0.0; 2]; points.len()];
        pull(layer, points, [2.0, 3.0], &mut Centrelines::default(), &weights, &mut gradient);
        for index in 0..points.len() {
            for axis in 0..2 {
                let moved = |h: f64| {
                    let mut points = points.to_vec();
                    points[index][axis] += h;
                    value(&points)
                };
                let by = (moved(1e-6) - moved(-1e-6)) / 2e-6;
                assert!((by - gradient[index][axis]).abs() < 1e-5, "{layer:?} {index} {axis}: {by} {gradient:?}");
            }
        }
    }

    #[test]
    fn every_contour_has_its_chain_rule() {
        let points = [[1.0, 2.0], [9.0, 3.5], [7.0, 8.0], [2.0, 6.0], [1.3, 1.1], [0.8, 0.0]];
        let steps = vec![
            Step::Line(1),
            Step::Quadratic(5, 2),
            Step::Cubic(0, 4, 3),
            Step::Arc { to: 0, radii: 4, rotation: 20, large: false, sweep: true },
        ];
        let contours = [
            Contour::Path { start: 0, steps, closed: false },
            Contour::Rect { corner: 0, size: 1, radius: None },
            Contour::Rect { corner: 0, size: 1, radius: Some(5) },
            Contour::Rect { corner: 0, size: 4, radius: Some(5) },
            Contour::Circle { center: 0, radius: 4 },
            Contour::Ellipse { center: 0, radii: 4 },
        ];
        for contour in contours {
            check(&layer(contour.clone(), Region::Inside(FillRule::NonZero)), &points);
            for (cap, join) in [(LineCap::Round, LineJoin::Round), (LineCap::Square, LineJoin::Miter)] {
                check(&layer(contour.clone(), Region::Along(Line { width: 5, cap, join })), &points);
            }
        }
    }

    #[test]
    fn the_orientation_is_the_sign_of_the_winding() {
        let ring = |points: &[[f64; 2]]| Polygons { points: points.to_vec(), ends: vec![points.len()] };
        let clockwise = [[0.0, 0.0], [5.0, 0.0], [5.0, 5.0]];
        assert_eq!(ring(&clockwise).orientation((0, 1)), -1.0);
        assert_eq!(ring(&[clockwise[2], clockwise[1], clockwise[0]]).orientation((0, 1)), 1.0);
    }
}
