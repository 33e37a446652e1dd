//! Laws of the writer: its text is as long as it says, well-formed, and renders what the drawing holds.

use linocut_svg::{
    Arc, Color, Drawing, FillRule, Geometry, Gradient, GradientGeometry, GradientStop, Matrix, Opacity, Paint, Path,
    Point, Prices, Segment, Shape, Spread, Subpath, Svg, rasterize, read_foreign,
};
use proptest::prelude::*;

fn point() -> impl Strategy<Value = Point> {
    (-500..900_i32, -500..900_i32).prop_map(|(x, y)| Point::new(x, y))
}

fn segment() -> impl Strategy<Value = Segment> {
    let arc = (1..99, 1..99, 0..180, any::<bool>(), any::<bool>(), point())
        .prop_map(|(rx, ry, rotation, large, sweep, to)| Segment::Arc(Arc { rx, ry, rotation, large, sweep, to }));
    prop_oneof![
        4 => point().prop_map(Segment::Line),
        1 => (point(), point()).prop_map(|(a, b)| Segment::Quadratic(a, b)),
        1 => (point(), point(), point()).prop_map(|(a, b, c)| Segment::Cubic(a, b, c)),
        1 => arc,
    ]
}

fn subpath() -> impl Strategy<Value = Subpath> {
    (point(), prop::collection::vec(segment(), 1..9), any::<bool>()).prop_map(|(start, segments, closed)| Subpath {
        start,
        segments,
        closed,
    })
}

fn geometry() -> impl Strategy<Value = Geometry> {
    prop_oneof![
        prop::collection::vec(subpath(), 0..4).prop_map(|subpaths| Geometry::Path(Path { subpaths })),
        (point(), 0..99, 0..99, 0..9)
            .prop_map(|(p, width, height, radius)| { Geometry::Rect { x: p.x, y: p.y, width, height, radius } }),
        (point(), 0..99).prop_map(|(center, radius)| Geometry::Circle { center, radius }),
        (point(), 0..99, 0..99).prop_map(|(center, rx, ry)| Geometry::Ellipse { center, rx, ry }),
    ]
}

fn gradient() -> impl Strategy<Value = Paint> {
    let stop = (0..=1000_u16, 0..0xff_ffff_u32, 0..=1000_u16).prop_map(|(offset, color, opacity)| GradientStop {
        offset,
        color: Color::from_hex(color),
        opacity: Opacity::from_thousandths(opacity),
    });
    let geometry = (point(), point(), 0..99, any::<bool>()).prop_map(|(a, b, radius, linear)| match linear {
        true => GradientGeometry::Linear { from: a, to: b },
        false => GradientGeometry::Radial { center: a, radius, focus: b },
    });
    let spread = prop_oneof![Just(Spread::Pad), Just(Spread::Reflect), Just(Spread::Repeat)];
    let matrix = prop_oneof![
        Just(Matrix::IDENTITY),
        (any::<[i16; 4]>(), any::<[i16; 2]>())
            .prop_map(|(linear, by)| Matrix { linear: linear.map(i32::from), translation: by.map(i32::from) }),
    ];
    (geometry, matrix, spread, prop::collection::vec(stop, 0..4)).prop_map(|(geometry, transform, spread, stops)| {
        Paint::Gradient(Box::new(Gradient { geometry, transform, spread, stops }))
    })
}

fn shape() -> impl Strategy<Value = Shape> {
    let paint = prop_oneof![3 => Just(0xff0000), 3 => Just(0x123456), 1 => Just(0), 1 => 0..0xff_ffff_u32]
        .prop_map(|hex| Paint::Solid(Color::from_hex(hex)));
    let paint = prop_oneof![9 => paint, 1 => gradient()];
    (geometry(), paint, any::<bool>(), any::<bool>(), 0..=1000_u16).prop_map(
        |(geometry, color, stroked, even, opacity)| {
            let shape = if stroked { Shape::stroked(geometry, color, 3) } else { Shape::filled(geometry, color) };
            let fill_rule = if even { FillRule::EvenOdd } else { FillRule::NonZero };
            Shape { fill_rule, opacity: Opacity::from_thousandths(opacity), ..shape }
        },
    )
}

fn drawing() -> impl Strategy<Value = Drawing> {
    (1..900_u32, 1..900_u32, prop::collection::vec(shape(), 0..12))
        .prop_map(|(width, height, shapes)| Drawing { shapes, ..Drawing::new(width, height) })
}

proptest! {
    #[test]
    fn the_text_is_as_long_as_counted_and_well_formed(drawing in drawing()) {
        let svg = drawing.write();
        prop_assert_eq!(svg.byte_count(), drawing.byte_count());
        prop_assert!(Svg::new(svg.as_str()).is_ok());
        prop_assert_eq!(svg, drawing.write());
    }

    #[test]
    fn prices_of_changes_are_those_of_the_whole_text(
        drawing in drawing(),
        changes in prop::collection::vec((any::<prop::sample::Index>(), shape()), 0..12),
    ) {
        prop_assume!(!drawing.shapes.is_empty());
        let mut prices = Prices::new(drawing);
        prop_assert_eq!(prices.bytes(), prices.drawing().byte_count());
        for (index, shape) in changes {
            let index = index.index(prices.drawing().shapes.len());
            let with = prices.bytes_with(index, &shape);
            prices.replace(index, shape);
            prop_assert_eq!(prices.bytes(), with);
            prop_assert_eq!(prices.bytes(), prices.drawing().byte_count());
        }
    }

    #[test]
    fn what_was_written_is_read_again(drawing in drawing()) {
        let text = drawing.write();
        let read = Drawing::parse(text.as_str()).unwrap();
        prop_assert_eq!(&read, &drawing.normal());
        prop_assert_eq!(read.write(), text);
    }

    #[test]
    fn compact_is_never_longer_and_paints_the_same(drawing in drawing()) {
        let compact = drawing.compact();
        prop_assert!(compact.byte_count() <= drawing.byte_count());
        let side = |units: u32| units.clamp(60, 300);
        let render = |d: &Drawing| rasterize(&d.write(), side(d.width), side(d.height)).unwrap();
        let (a, b) = (render(&drawing), render(&compact));
        let far = |(a, b): (&image::Rgba<u8>, &image::Rgba<u8>)| {
            // Straight colour means little where there is hardly any.
            let shown = |p: &image::Rgba<u8>, c: usize| u32::from(p[c]) * u32::from(p[3]) / 255;
            (0..3).any(|c| shown(a, c).abs_diff(shown(b, c)) > 48) || a[3].abs_diff(b[3]) > 48
        };
        let count = a.pixels().zip(b.pixels()).filter(|pair| far((pair.0, pair.1))).count();
        prop_assert!(count <= a.pixels().len() / 500, "{} pixels differ", count);
    }

    #[test]
    fn compact_paints_the_same_on_fine_grids(squares in prop::collection::vec((0..60_i32, 0..60_i32, 1..12_i32, 0..3_usize), 2..30)) {
        let colors = [0xff0000, 0xffffff, 0x0000ff].map(Color::from_hex);
        let shape = |(x, y, side, color): &(i32, i32, i32, usize)| {
            let corners = [(*x, *y), (x + side, *y), (x + side, y + side), (*x, y + side)].map(|(x, y)| Point::new(4 * x + 1, 4 * y + 1));
            Shape::filled(Geometry::polygon(&corners), colors[*color])
        };
        let drawing = Drawing { shapes: squares.iter().map(shape).collect(), ..Drawing::new(4096, 4096) };
        let render = |d: &Drawing| rasterize(&d.write(), 384, 384).unwrap();
        let (a, b) = (render(&drawing), render(&drawing.compact()));
        let worst = a.as_raw().iter().zip(b.as_raw()).map(|(a, b)| a.abs_diff(*b)).max();
        prop_assert!(worst <= Some(3), "{:?}", worst);
    }

    /// The model has no polygons and polylines, and needs none: the path that draws the same is shorter.
    #[test]
    fn a_path_is_shorter_than_the_polygon_that_it_stands_for(points in prop::collection::vec(point(), 1..30)) {
        let list: Vec<String> = points.iter().map(|p| format!("{} {}", p.x, p.y)).collect();
        let list = list.join(" ").replace(" -", "-");
        for (name, closed) in [("polygon", true), ("polyline", false)] {
            let element = format!(r#"<{name} points="{list}"/>"#);
            let frame = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9" fill="none" stroke="red">"#;
            let text = format!("{frame}{element}</svg>");
            let read = Drawing::parse(&text).unwrap();
            let Geometry::Path(path) = &read.shapes[0].geometry else { panic!("not a path") };
            prop_assert_eq!(path.subpaths[0].closed, closed);
            let written = read.write();
            let path = &written.as_str()[written.as_str().find("<path").unwrap()..];
            let data = &path[path.find(" d=").unwrap()..path.find("/>").unwrap()];
            prop_assert!("<path".len() + data.len() + "/>".len() + 6 <= element.len(), "{} {}", data, element);
        }
    }

    /// Whatever commands the writer chose, another reader finds the points of every polygon again.
    #[test]
    fn polygons_are_read_back_to_the_unit(points in prop::collection::vec(point(), 3..40)) {
        let mut points = points;
        points.dedup();
        prop_assume!(points.len() > 2 && points.first() != points.last());
        let mut drawing = Drawing::new(400, 300);
        drawing.shapes.push(Shape::filled(Geometry::polygon(&points), Color::WHITE));
        let read = read_foreign(drawing.write().as_str(), 400).unwrap().drawing;
        prop_assume!(!read.shapes.is_empty()); // a polygon without extent is not kept
        let Geometry::Path(path) = &read.shapes[0].geometry else { panic!("not a path") };
        let found: Vec<Point> = std::iter::once(path.subpaths[0].start)
            .chain(path.subpaths[0].segments.iter().map(Segment::end)).collect();
        prop_assert_eq!(found, points);
    }

    /// Curves, arcs and chains of subpaths paint the same after a round trip through absolute cubic curves.
    #[test]
    fn paths_paint_the_same_after_a_round_trip(subpaths in prop::collection::vec(subpath(), 1..4)) {
        let mut drawing = Drawing::new(400, 400);
        drawing.shapes.push(Shape::filled(Geometry::Path(Path { subpaths }), Color::WHITE));
        let read = read_foreign(drawing.write().as_str(), 400).unwrap().drawing;
        let render = |d: &Drawing| rasterize(&d.write(), 100, 100).unwrap();
        let (a, b) = (render(&drawing), render(&read));
        let far = a.pixels().zip(b.pixels()).filter(|(a, b)| a[3].abs_diff(b[3]) > 60).count();
        // An arc that is stretched between distant ends may lose a unit, a quarter of a pixel, along an edge through the picture.
        prop_assert!(far < 100, "{} of 10000 pixels differ", far);
    }
}
