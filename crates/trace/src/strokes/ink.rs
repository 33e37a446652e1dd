//! What strokes cover of the pixels of a picture.

use linocut_svg::{Geometry, LineCap, Point, Segment, Shape};

use super::plane::{P, along, distance, dot, length, scale, sub};
use super::spline::flattened;

/// The coverage of a picture's pixels by one stroke.
#[derive(Clone, Debug)]
pub(super) struct Ink {
    /// Distances from the middle of the line, of pixels within reach.
    pub(super) distances: Vec<(u32, f32)>,
    /// In pixels.
    pub(super) width: f32,
}

impl Ink {
    /// How much of a pixel at this distance is covered.
    pub(super) fn cover(&self, distance: f32) -> f32 {
        (0.5 * self.width - distance + 0.5).clamp(0.0, 1.0)
    }

    /// The stroke of a shape, with all pixels up to `reach` beyond its edges; `scratch` is as large as the picture and everywhere
    /// infinite. `per_pixel` is the number of units in a pixel. A shape without a stroke has no ink.
    pub(super) fn new(shape: &Shape, per_pixel: f64, reach: f64, columns: usize, scratch: &mut [f32]) -> Self {
        let Some(stroke) = &shape.stroke else { return Self { distances: Vec::new(), width: 0.0 } };
        let width = f64::from(stroke.width) / per_pixel;
        let mut near = Vec::new();
        let radius = 0.5 * width + reach;
        for (line, closed) in lines(&shape.geometry, per_pixel) {
            let cut = stroke.cap == LineCap::Butt && !closed;
            let last = line.len().saturating_sub(2);
            for (i, pair) in line.windows(2).enumerate() {
                let segment =
                    Stretch { from: pair[0], to: pair[1], cut: [cut && i == 0, cut && i == last], half: 0.5 * width };
                segment.visit(radius, columns, scratch.len() / columns, |at, distance| {
                    if scratch[at] == f32::INFINITY {
                        near.push(at as u32);
                    }
                    scratch[at] = scratch[at].min(distance as f32);
                });
            }
        }
        near.sort_unstable();
        let take = |at: u32| (at, std::mem::replace(&mut scratch[at as usize], f32::INFINITY));
        Self { distances: near.into_iter().map(take).collect(), width: width as f32 }
    }
}

/// A straight part of a line, with ends that are cut there or not.
struct Stretch {
    from: P,
    to: P,
    cut: [bool; 2],
    half: f64,
}

impl Stretch {
    /// Visits pixels up to a distance.
    fn visit(&self, radius: f64, columns: usize, rows: usize, mut visit: impl FnMut(usize, f64)) {
        let span = |i: usize, most: usize| {
            let (low, high) = (self.from[i].min(self.to[i]) - radius, self.from[i].max(self.to[i]) + radius);
            (low.clamp(0.0, most as f64) as usize)..(high.ceil().clamp(0.0, most as f64) as usize)
        };
        for y in span(1, rows) {
            for x in span(0, columns) {
                let off = self.distance([x as f64 + 0.5, y as f64 + 0.5]);
                if off <= radius {
                    visit(y * columns + x, off);
                }
            }
        }
    }

    fn distance(&self, p: P) -> f64 {
        let way = sub(self.to, self.from);
        let size = length(way);
        let ahead = dot(sub(p, self.from), way) / size.max(1e-9);
        for (cut, beyond) in self.cut.into_iter().zip([-ahead, ahead - size]) {
            if cut && beyond > 0.0 {
                let aside = dot(sub(p, self.from), [-way[1], way[0]]).abs() / size.max(1e-9);
                return aside.max(beyond + self.half);
            }
        }
        let nearest = along(self.from, way, (ahead / size.max(1e-9)).clamp(0.0, 1.0));
        distance(p, nearest)
    }
}

/// The lines of an outline in pixels, and whether they are closed.
fn lines(geometry: &Geometry, per_pixel: f64) -> Vec<(Vec<P>, bool)> {
    let pixel = |p: Point| [f64::from(p.x) / per_pixel, f64::from(p.y) / per_pixel];
    match geometry {
        Geometry::Circle { center, radius } => vec![(oval(pixel(*center), [*radius; 2], per_pixel), true)],
        Geometry::Ellipse { center, rx, ry } => vec![(oval(pixel(*center), [*rx, *ry], per_pixel), true)],
        &Geometry::Rect { x, y, width, height, .. } => {
            let corners = [(0, 0), (width, 0), (width, height), (0, height), (0, 0)];
            let corner = |(dx, dy): (i32, i32)| pixel(Point::new(x.saturating_add(dx), y.saturating_add(dy)));
            vec![(corners.map(corner).to_vec(), true)]
        }
        Geometry::Path(path) => path
            .subpaths
            .iter()
            .map(|subpath| {
                let mut line = vec![pixel(subpath.start)];
                for segment in &subpath.segments {
                    let from = line[line.len() - 1];
                    match *segment {
                        Segment::Line(to) => line.push(pixel(to)),
                        Segment::Cubic(near, far, to) => flattened(from, pixel(near), pixel(far), pixel(to), &mut line),
                        Segment::Quadratic(middle, to) => {
                            let third = |end: P| along(end, sub(pixel(middle), end), 2.0 / 3.0);
                            flattened(from, third(from), third(pixel(to)), pixel(to), &mut line);
                        }
                        // Its chord; arcs are not drawn here.
                        Segment::Arc(arc) => line.push(pixel(arc.to)),
                    }
                }
                if subpath.closed {
                    line.push(line[0]);
                }
                (line, subpath.closed)
            })
            .collect(),
    }
}

fn oval(center: P, radii: [i32; 2], per_pixel: f64) -> Vec<P> {
    let radii = radii.map(|radius| f64::from(radius) / per_pixel);
    let parts = (2.0 * radii[0].max(radii[1])).clamp(12.0, 400.0) as usize;
    let point = |i: usize| {
        let angle = std::f64::consts::TAU * i as f64 / parts as f64;
        let out = [radii[0] * libm::cos(angle), radii[1] * libm::sin(angle)];
        along(center, out, 1.0)
    };
    (0..=parts).map(point).collect()
}

/// Middle of the pixel, in pixels.
pub(super) fn middle(at: u32, columns: usize) -> P {
    scale([2.0 * (at as usize % columns) as f64 + 1.0, 2.0 * (at as usize / columns) as f64 + 1.0], 0.5)
}
