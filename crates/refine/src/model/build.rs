//! Builds the model of a drawing: layers and contours, and a value with bounds for each coordinate, colour and opacity.

use linocut_svg::{Color, Drawing, Geometry, Gradient, Opacity, Path, Point, Segment, Shape, Subpath};

use crate::model::Model;
use crate::model::palette::Palette;
use crate::model::pieces::pieces;
use crate::raster::error::RasterError;
use crate::raster::picture::Picture;
use crate::raster::scene::contour::{Contour, Step};
use crate::raster::scene::ramp::Ramp;
use crate::raster::scene::values::Values;
use crate::raster::scene::{Layer, Line, Paint, Region, Scene};

/// Coordinates beyond this, in units, stay as they are: an `f32` cannot tell them apart.
const FARTHEST: i32 = 1 << 20;

/// Share of the drawing's longer side by which points may leave it.
const MARGIN: f32 = 0.1;

impl Model {
    /// The scene of a drawing that fills a picture of `width` x `height` px, over `background`.
    ///
    /// # Errors
    ///
    /// [`RasterError::Empty`] and [`RasterError::TooLarge`] for a picture out of range.
    pub fn new(drawing: &Drawing, width: u32, height: u32, background: Color) -> Result<Self, RasterError> {
        Picture::<f32>::new(width, height)?;
        let size = [drawing.width.max(1) as f32, drawing.height.max(1) as f32];
        let scale = [width as f32 / size[0], height as f32 / size[1]];
        let scene = Scene { layers: Vec::new(), background: share(background), scale };
        let (values, palette, bounds) = (Values::default(), Palette::default(), Vec::new());
        let mut builder = Builder { model: Self { scene, values, palette, bounds }, size };
        drawing.shapes.iter().for_each(|shape| builder.shape(shape));
        Ok(builder.model)
    }
}

fn share(color: Color) -> [f32; 3] {
    [color.r, color.g, color.b].map(|channel| f32::from(channel) / 255.0)
}

struct Builder {
    model: Model,
    size: [f32; 2],
}

impl Builder {
    fn shape(&mut self, shape: &Shape) {
        let contours = self.contours(&shape.geometry);
        let width = shape.stroke.as_ref().map(|stroke| self.extent(stroke.width, 0));
        let opacity = self.opacity(shape.opacity);
        let fill = shape.fill.as_ref().and_then(|paint| self.paint(paint));
        if let Some(paint) = fill {
            self.layer(contours.clone(), Region::Inside(shape.fill_rule), paint, opacity);
        }
        let stroke = shape.stroke.as_ref().and_then(|stroke| Some((stroke, self.paint(&stroke.paint)?)));
        if let (Some((stroke, paint)), Some(width)) = (stroke.filter(|(stroke, _)| stroke.width >= 1), width) {
            let line = Line { width, cap: stroke.cap, join: stroke.join };
            self.layer(contours, Region::Along(line), paint, opacity);
        }
    }

    fn layer(&mut self, contours: Vec<Contour>, region: Region, paint: Paint, opacity: Option<usize>) {
        let pieces = pieces(&contours, &self.model.values.points, self.model.scene.scale);
        self.model.scene.layers.push(Layer { contours, region, paint, opacity, pieces });
    }

    fn opacity(&mut self, opacity: Opacity) -> Option<usize> {
        if opacity == Opacity::OPAQUE {
            return None;
        }
        self.model.values.opacities.push(opacity.share());
        Some(self.model.values.opacities.len() - 1)
    }

    fn paint(&mut self, paint: &linocut_svg::Paint) -> Option<Paint> {
        match paint {
            linocut_svg::Paint::Solid(color) => {
                let next = self.model.values.colors.len();
                let index = *self.model.palette.solid.entry(*color).or_insert(next);
                if index == next {
                    self.model.values.colors.push(share(*color));
                }
                Some(Paint::Flat(index))
            }
            linocut_svg::Paint::Gradient(gradient) => {
                let first = self.model.palette.gradient(gradient).unwrap_or_else(|| self.gradient(gradient));
                Ramp::new(gradient, |stop| first + stop).map(|ramp| Paint::Ramp(Box::new(ramp)))
            }
        }
    }

    fn gradient(&mut self, gradient: &Gradient) -> usize {
        let first = self.model.values.colors.len();
        self.model.values.colors.extend(gradient.stops.iter().map(|stop| share(stop.color)));
        self.model.palette.gradients.push((gradient.clone(), first));
        first
    }

    fn contours(&mut self, geometry: &Geometry) -> Vec<Contour> {
        match *geometry {
            Geometry::Path(ref path) => self.path(path),
            Geometry::Rect { x, y, width, height, radius } => {
                let (corner, size) = (self.place(Point::new(x, y)), self.extent(width, height));
                let radius = (radius > 0).then(|| self.extent(radius, 0));
                vec![Contour::Rect { corner, size, radius }]
            }
            Geometry::Circle { center, radius } => {
                vec![Contour::Circle { center: self.place(center), radius: self.extent(radius, 0) }]
            }
            Geometry::Ellipse { center, rx, ry } => {
                vec![Contour::Ellipse { center: self.place(center), radii: self.extent(rx, ry) }]
            }
        }
    }

    fn path(&mut self, path: &Path) -> Vec<Contour> {
        path.subpaths.iter().map(|subpath| self.subpath(subpath)).collect()
    }

    fn subpath(&mut self, subpath: &Subpath) -> Contour {
        let start = self.place(subpath.start);
        let steps = subpath.segments.iter().map(|segment| self.step(segment)).collect();
        Contour::Path { start, steps, closed: subpath.closed }
    }

    fn step(&mut self, segment: &Segment) -> Step {
        match *segment {
            Segment::Line(to) => Step::Line(self.place(to)),
            Segment::Quadratic(control, to) => Step::Quadratic(self.place(control), self.place(to)),
            Segment::Cubic(first, second, to) => Step::Cubic(self.place(first), self.place(second), self.place(to)),
            Segment::Arc(arc) => {
                let radii = self.extent(arc.rx, arc.ry);
                let to = self.place(arc.to);
                Step::Arc { to, radii, rotation: arc.rotation, large: arc.large, sweep: arc.sweep }
            }
        }
    }

    fn place(&mut self, Point { x, y }: Point) -> usize {
        let margin = MARGIN * self.size[0].max(self.size[1]);
        let bounds = |v: i32, size: f32| {
            let inner = if v <= 0 { (-margin, 0.0) } else { (-margin, size + margin) };
            let range = if v as f32 >= size { (size, size + margin) } else { inner };
            (v.unsigned_abs() <= FARTHEST as u32).then_some(range)
        };
        self.push([x, y], [bounds(x, self.size[0]), bounds(y, self.size[1])])
    }

    /// Stores radii, sizes or widths; those that draw nothing stay as they are.
    fn extent(&mut self, x: i32, y: i32) -> usize {
        let longest = 2.0 * self.size[0].max(self.size[1]);
        let bounds = |v: i32| (1..=FARTHEST).contains(&v).then_some((1.0, longest));
        self.push([x, y], [bounds(x), bounds(y)])
    }

    /// Stores a point and its bounds. Without bounds a coordinate is fixed; bounds are widened so that they contain it.
    fn push(&mut self, at: [i32; 2], bounds: [Option<(f32, f32)>; 2]) -> usize {
        let at = at.map(|v| v as f32);
        let range = |axis: usize| {
            let (low, high) = bounds[axis].unwrap_or((at[axis], at[axis]));
            (low.min(at[axis]), high.max(at[axis]))
        };
        let (x, y) = (range(0), range(1));
        self.model.bounds.push([[x.0, y.0], [x.1, y.1]]);
        self.model.values.points.push(at);
        self.model.values.points.len() - 1
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_colours_share_a_value_and_opaque_shapes_have_no_opacity() {
        let mut drawing = Drawing::new(10, 10);
        let shape = Shape::filled(Geometry::rect(1, 1, 4, 4), Color::WHITE);
        drawing.shapes = vec![shape.clone(), shape.with_opacity(Opacity::from_share(0.5))];
        let model = Model::new(&drawing, 20, 20, Color::BLACK).unwrap();
        assert_eq!((model.values.colors.len(), model.values.opacities.len()), (1, 1));
        assert_eq!(model.scene.layers.iter().map(|layer| layer.opacity).collect::<Vec<_>>(), [None, Some(0)]);
        assert_eq!(model.scene.scale, [2.0; 2]);
    }

    #[test]
    fn values_stay_within_their_bounds() {
        let mut drawing = Drawing::new(100, 50);
        drawing.shapes.push(Shape::filled(Geometry::circle(Point::new(-40, i32::MAX), 5), Color::WHITE));
        let model = Model::new(&drawing, 100, 50, Color::BLACK).unwrap();
        let mut values = model.values.clone();
        values.points = vec![[-90.0, 3.0], [-7.0, 9.0]];
        values.colors[0] = [-1.0, 2.0, 0.5];
        model.clamp(&mut values);
        assert_eq!(values.points, [[-40.0, i32::MAX as f32], [1.0, 0.0]]);
        assert_eq!(values.colors, [[0.0, 1.0, 0.5]]);
    }

    #[test]
    fn what_reaches_a_border_keeps_reaching_it() {
        let mut drawing = Drawing::new(100, 50);
        drawing.shapes.push(Shape::filled(Geometry::polygon(&[Point::new(0, 50), Point::new(100, -3)]), Color::WHITE));
        let model = Model::new(&drawing, 100, 50, Color::BLACK).unwrap();
        let mut values = Values { points: vec![[4.0, 44.0], [96.0, 4.0]], ..Values::default() };
        model.clamp(&mut values);
        assert_eq!(values.points, [[0.0, 50.0], [100.0, 0.0]]);
    }

    #[test]
    fn a_picture_without_pixels_is_an_error() {
        let error = Model::new(&Drawing::new(9, 9), 0, 9, Color::BLACK).unwrap_err();
        assert_eq!(error, RasterError::Empty { width: 0, height: 9 });
    }
}
