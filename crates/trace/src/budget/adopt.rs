//! Converts a given drawing of filled polygons and quadratic curves into layers to search further.

use linocut_svg::{Drawing, FillRule, Geometry, Paint as Fill, Point, Shape, Subpath};

use super::boundary::Bitmap;
use super::curve::{Knot, is_even, knots_of};
use super::fade::Fade;
use super::outline::STAIRCASE;
use super::paint::{MAX_LAYERS, OPAQUE, Paint};
use super::ramp::Ramp;
use super::ring::{MIN_VERTICES, Ring};
use super::round::Ellipse;
use super::start::rectangle;
use super::state::Layer;
use crate::error::TraceError;
use crate::polygon::doubled_area;
use crate::polygon::simplify_ring;
use crate::polygon::{Span, outline_spans};

/// What a search takes over from a drawing.
#[derive(Clone, Debug)]
pub(crate) struct Adopted {
    /// The paint of a first shape that covers everything.
    pub(crate) background: Option<Paint>,
    /// The layers above it.
    pub(crate) layers: Vec<Layer>,
}

/// The layers of a drawing of filled outlines of lines and quadratic curves; adjacent shapes of equal paint stay separate.
///
/// Layers are filled even-odd. A shape that the non-zero rule fills otherwise becomes several layers where its outlines overlap, or
/// is outlined anew along the pixels where they cross.
///
/// # Errors
///
/// [`TraceError::Shape`] for the first shape that is anything else, [`TraceError::TooManyShapes`].
pub(crate) fn adopt(drawing: &Drawing) -> Result<Adopted, TraceError> {
    let size = (drawing.width, drawing.height);
    let mut layers = Vec::new();
    for (index, shape) in drawing.shapes.iter().enumerate() {
        layers.extend(layers_of(index, shape, size)?);
        if layers.len() > MAX_LAYERS {
            return Err(TraceError::TooManyShapes { count: drawing.shapes.len(), most: MAX_LAYERS - 1 });
        }
    }
    let adopted = Adopted::over_background(layers, size);
    if adopted.layers.len() >= MAX_LAYERS {
        return Err(TraceError::TooManyShapes { count: drawing.shapes.len(), most: MAX_LAYERS - 1 });
    }
    Ok(adopted)
}

impl Adopted {
    /// Takes a first layer that covers everything for the background.
    pub(crate) fn over_background(mut layers: Vec<Layer>, size: (u32, u32)) -> Self {
        let background = layers.first().filter(|layer| covers_all(layer, size)).map(|layer| layer.paint);
        if background.is_some() {
            layers.remove(0);
        }
        Self { background, layers }
    }
}

/// Whether a layer is an opaque rectangle of the drawing's size.
fn covers_all(layer: &Layer, (width, height): (u32, u32)) -> bool {
    let [ring] = &layer.rings[..] else { return false };
    let corners = rectangle((0, 0), (width as i32, height as i32));
    layer.paint.is_opaque() && ring.points.len() == 4 && corners.iter().all(|corner| ring.points.contains(corner))
}

fn layers_of(index: usize, shape: &Shape, size: (u32, u32)) -> Result<Vec<Layer>, TraceError> {
    let (paint, rings) = outlines(index, shape, size)?;
    if shape.fill_rule == FillRule::EvenOdd {
        return Ok(vec![Layer { paint, rings }].into_iter().filter(|layer| !layer.rings.is_empty()).collect());
    }
    let polygons: Vec<Vec<Point>> = rings.iter().map(Ring::flattened).collect();
    let layer = |rings: Vec<Vec<Point>>| Layer { paint, rings: rings.into_iter().map(Ring::new).collect() };
    let layers: Vec<Layer> = if same_by_parity(&polygons, size) {
        vec![Layer { paint, rings }]
    } else if paint.is_opaque() && polygons.iter().all(|ring| winds_alike(ring, &polygons[0], size)) {
        apart(polygons, size).into_iter().map(layer).collect()
    } else {
        vec![layer(joined(&polygons, size))]
    };
    Ok(layers.into_iter().filter(|layer| !layer.rings.is_empty()).collect())
}

/// Whether both fill rules cover the same pixels.
fn same_by_parity(rings: &[Vec<Point>], (width, height): (u32, u32)) -> bool {
    let spans = |rule| outline_spans(rings, width, height, rule);
    spans(FillRule::NonZero) == spans(FillRule::EvenOdd)
}

/// Whether a ring does not cross itself and winds in the direction of the other.
fn winds_alike(ring: &[Point], other: &[Point], size: (u32, u32)) -> bool {
    let positive = |ring: &[Point]| doubled_area(ring) > 0;
    positive(ring) == positive(other) && same_by_parity(&[ring.to_vec()], size)
}

/// Rings dealt to as few parts as needed for no two in a part to share a pixel.
fn apart(rings: Vec<Vec<Point>>, (width, height): (u32, u32)) -> Vec<Vec<Vec<Point>>> {
    let mut parts: Vec<(Vec<bool>, Vec<Vec<Point>>)> = Vec::new();
    for ring in rings {
        let spans = outline_spans(std::slice::from_ref(&ring), width, height, FillRule::NonZero);
        let taken = |used: &[bool], span: &Span| used[span.range(width)].iter().any(|used| *used);
        let free = parts.iter().position(|(used, _)| !spans.iter().any(|span| taken(used, span)));
        let at = free.unwrap_or_else(|| {
            parts.push((vec![false; (width * height) as usize], Vec::new()));
            parts.len() - 1
        });
        spans.iter().for_each(|span| parts[at].0[span.range(width)].fill(true));
        parts[at].1.push(ring);
        if parts.len() > MAX_LAYERS {
            break;
        }
    }
    parts.into_iter().map(|(_, rings)| rings).collect()
}

/// Outlines of the pixels that rings wind around.
fn joined(rings: &[Vec<Point>], (width, height): (u32, u32)) -> Vec<Vec<Point>> {
    let mut inside = vec![false; (width * height) as usize];
    for span in outline_spans(rings, width, height, FillRule::NonZero) {
        inside[span.range(width)].fill(true);
    }
    let loops = Bitmap { width: width as usize, height: height as usize, inside }.boundaries();
    let outlines = loops.iter().map(|ring| simplify_ring(ring, STAIRCASE));
    outlines.filter(|ring| ring.len() >= MIN_VERTICES).collect()
}

/// The vertices of a subpath of lines and quadratic curves, or of the two arcs of an ellipse.
fn outline_of(subpath: &Subpath) -> Option<Vec<Knot>> {
    Ellipse::of_subpath(subpath).map(Ellipse::knots).or_else(|| knots_of(subpath))
}

/// The paint and the outlines of a shape, moved into the picture.
fn outlines(index: usize, shape: &Shape, size: (u32, u32)) -> Result<(Paint, Vec<Ring>), TraceError> {
    let refuse = |reason| TraceError::Shape { index, reason };
    if shape.stroke.is_some() {
        return Err(refuse("has a stroke"));
    }
    let alpha = i32::from(shape.opacity.thousandths()).clamp(1, OPAQUE);
    let paint = match &shape.fill {
        Some(Fill::Solid(color)) => Some(Paint { alpha, ..Paint::opaque(*color) }),
        Some(Fill::Gradient(gradient)) => {
            let ramp = |(color, ramp)| Paint { alpha, ramp: Some(ramp), ..Paint::opaque(color) };
            let fade = |(color, fade)| Paint::fading(color, fade);
            // A fade within an opacity of its own is no paint of the search.
            let fading = || Fade::of_gradient(gradient).filter(|_| alpha == OPAQUE).map(fade);
            Ramp::of_gradient(gradient).map(ramp).or_else(fading)
        }
        None => None,
    };
    let paint =
        paint.ok_or_else(|| refuse("is not filled with one colour or a gradient of two or three even stops"))?;
    let outlines: Option<Vec<Vec<Knot>>> = match &shape.geometry {
        Geometry::Path(path) => path.subpaths.iter().map(outline_of).collect(),
        Geometry::Circle { center, radius } if *radius > 0 => {
            Some(vec![Ellipse { center: *center, rx: *radius, ry: *radius }.knots()])
        }
        Geometry::Ellipse { center, rx, ry } if *rx > 0 && *ry > 0 => {
            Some(vec![Ellipse { center: *center, rx: *rx, ry: *ry }.knots()])
        }
        Geometry::Rect { x, y, width, height, radius: 0 } if *width > 0 && *height > 0 => {
            let corners = rectangle((*x, *y), (x.saturating_add(*width), y.saturating_add(*height)));
            Some(vec![corners.into_iter().map(Knot::corner).collect()])
        }
        _ => None,
    };
    let outlines = outlines.ok_or_else(|| refuse("is not made of lines, quadratic curves and whole ellipses"))?;
    let size = Point::new(size.0 as i32, size.1 as i32);
    let rings = outlines.into_iter().map(|knots| within(knots, size)).filter(|ring| ring.points.len() >= MIN_VERTICES);
    Ok((paint, rings.collect()))
}

/// The vertices moved into the picture, without repetitions.
fn within(mut knots: Vec<Knot>, size: Point) -> Ring {
    knots.iter_mut().for_each(|knot| knot.at = Point::new(knot.at.x.clamp(0, size.x), knot.at.y.clamp(0, size.y)));
    knots.dedup_by_key(|knot| knot.at);
    while knots.len() > 1 && knots.first().map(|knot| knot.at) == knots.last().map(|knot| knot.at) {
        knots.pop();
    }
    let around: Vec<Knot> = knots.iter().chain(knots.first()).copied().collect();
    let ring = Ring::of_knots(&knots);
    // Joints that are not whole cannot be written.
    if is_even(&around) { ring } else { Ring::new(ring.flattened()) }
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Path, Subpath};

    use super::*;

    fn adopted(shape: Shape) -> Result<Vec<Layer>, TraceError> {
        adopt(&Drawing { shapes: vec![shape], ..Drawing::new(20, 10) }).map(|adopted| adopted.layers)
    }

    /// A shape of several polygons, filled non-zero.
    fn shape(rings: &[&[(i32, i32)]]) -> Shape {
        let ring = |ring: &&[(i32, i32)]| ring.iter().map(|&(x, y)| Point::new(x, y)).collect::<Vec<_>>();
        let subpaths = rings.iter().map(ring).filter_map(|ring| Subpath::polygon(&ring)).collect();
        Shape::filled(Geometry::Path(Path { subpaths }), Color::BLACK)
    }

    /// Pixels that layers cover together, by the rule of layers.
    fn covered(layers: &[Layer]) -> usize {
        let mut pixels = [false; 200];
        for layer in layers {
            let rings: Vec<Vec<Point>> = layer.rings.iter().map(|ring| ring.points.clone()).collect();
            let spans = outline_spans(&rings, 20, 10, FillRule::EvenOdd);
            spans.iter().for_each(|span| pixels[span.range(20)].fill(true));
        }
        pixels.iter().filter(|pixel| **pixel).count()
    }

    #[test]
    fn polygons_and_rectangles_become_layers() {
        let triangle = Geometry::polygon(&[Point::new(-4, 2), Point::new(30, 2), Point::new(9, 9)]);
        let layers = adopted(Shape::filled(triangle, Color::WHITE)).unwrap();
        assert_eq!(layers[0].rings[0].points, [(0, 2), (20, 2), (9, 9)].map(|(x, y)| Point::new(x, y)));
        assert_eq!(adopted(Shape::filled(Geometry::rect(1, 1, 5, 5), Color::BLACK)).unwrap().len(), 1);
    }

    #[test]
    fn a_first_shape_that_covers_everything_is_the_background() {
        let shapes = |first| vec![Shape::filled(first, Color::WHITE), shape(&[&[(1, 1), (5, 1), (5, 5)]])];
        let adopted = |first| adopt(&Drawing { shapes: shapes(first), ..Drawing::new(20, 10) }).unwrap();
        let whole = adopted(Geometry::rect(0, 0, 20, 10));
        assert_eq!((whole.background, whole.layers.len()), (Some(Paint::opaque(Color::WHITE)), 1));
        let part = adopted(Geometry::rect(0, 0, 20, 9));
        assert_eq!((part.background, part.layers.len()), (None, 2));
    }

    #[test]
    fn overlapping_outlines_stay_filled() {
        let square = [(1, 1), (7, 1), (7, 7), (1, 7)];
        let (beside, over) = ([(9, 1), (12, 1), (12, 4), (9, 4)], [(4, 4), (10, 4), (10, 9), (4, 9)]);
        let layers = adopted(shape(&[&square, &beside])).unwrap();
        assert_eq!((layers.len(), covered(&layers)), (1, 36 + 9));
        let layers = adopted(shape(&[&square, &beside, &over])).unwrap();
        assert_eq!((layers.len(), covered(&layers)), (2, 36 + 9 + 30 - 9));
        // A hole wins over what it is cut from, and not over what lies on both.
        let hole = [(2, 2), (2, 6), (6, 6), (6, 2)];
        assert_eq!(covered(&adopted(shape(&[&square, &hole])).unwrap()), 36 - 16);
        assert_eq!(covered(&adopted(shape(&[&square, &hole, &over])).unwrap()), 36 - 16 + 30 - 5);
        // A loop that winds twice.
        let twice = [(1, 1), (9, 1), (9, 9), (3, 9), (3, 3), (7, 3), (7, 7), (1, 7)];
        let layers = adopted(shape(&[&twice])).unwrap();
        assert_eq!(
            covered(&layers),
            outline_spans(&[twice.map(|(x, y)| Point::new(x, y)).to_vec()], 20, 10, FillRule::NonZero)
                .iter()
                .map(|span| (span.to - span.from) as usize)
                .sum::<usize>()
        );
    }

    #[test]
    fn what_outlines_cannot_say_is_refused_by_place() {
        let rounded = Geometry::Rect { x: 2, y: 2, width: 6, height: 6, radius: 2 };
        let error = adopted(Shape::filled(rounded, Color::BLACK)).unwrap_err();
        assert_eq!(
            error.to_string(),
            "shape 0 is not made of lines, quadratic curves and whole ellipses, expected outlines filled with one colour or a plain gradient"
        );
        let circle = Geometry::circle(Point::new(5, 5), 3);
        assert!(adopted(Shape::stroked(circle, Color::BLACK, 1)).unwrap_err().to_string().contains("has a stroke"));
    }

    #[test]
    fn a_search_takes_its_own_most_layers_back() {
        let drawing = |count| Drawing {
            shapes: vec![Shape::filled(Geometry::rect(0, 0, 9, 9), Color::BLACK); count],
            ..Drawing::new(9, 9)
        };
        assert_eq!(adopt(&drawing(MAX_LAYERS)).unwrap().layers.len(), MAX_LAYERS - 1);
        let error = adopt(&drawing(MAX_LAYERS + 1)).unwrap_err();
        assert_eq!(error.to_string(), "drawing of 129 shapes, expected at most 127");
    }
}
