//! Counts the bytes of outlines as SVG path data, edge by edge.

use linocut_svg::Point;

/// `<path fill="" d=""/>`: an element without its colour and outline.
pub(crate) const ELEMENT_BYTES: i32 = 20;

/// ` opacity=".5"`: a translucent layer with one digit.
pub(crate) const OPACITY_BYTES: i32 = 13;

/// The definition of a linear gradient of two short colours, and the reference to it.
pub(crate) const LINEAR_BYTES: i32 = 145;

/// The same of a radial gradient of three.
pub(crate) const RADIAL_BYTES: i32 = 175;

/// Characters of an integer in decimal, sign included.
#[inline]
pub(crate) const fn digits(value: i32) -> i32 {
    let magnitude = value.unsigned_abs();
    let digits = if magnitude < 10 {
        1
    } else if magnitude < 100 {
        2
    } else if magnitude < 1000 {
        3
    } else {
        4
    };
    digits + (value < 0) as i32
}

/// Characters of an integer with its separator, which a sign makes unnecessary.
#[inline]
pub(crate) const fn separated(value: i32) -> i32 {
    digits(value) + (value >= 0) as i32
}

/// The path command of an edge, which decides whether the next edge needs a letter.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Letter {
    Line,
    Horizontal,
    Vertical,
    /// `q`: a curve with its control point.
    Quadratic,
    /// `t`: a curve whose control point mirrors the one before.
    Smooth,
}

#[inline]
pub(crate) fn letter(from: Point, to: Point) -> Letter {
    if to.y == from.y {
        Letter::Horizontal
    } else if to.x == from.x {
        Letter::Vertical
    } else {
        Letter::Line
    }
}

/// Bytes of an edge after one with this letter.
#[inline]
pub(crate) fn edge_bytes(before: Letter, from: Point, to: Point) -> i32 {
    let (dx, dy) = (to.x - from.x, to.y - from.y);
    match letter(from, to) {
        Letter::Horizontal => 1 + digits(dx).min(digits(to.x)),
        Letter::Vertical => 1 + digits(dy).min(digits(to.y)),
        _ if before == Letter::Line => separated(dx) + separated(dy),
        _ => 1 + digits(dx) + separated(dy),
    }
}

/// Bytes of the edges of a closed polygon from its first vertex to its last; the closing edge is free.
pub(crate) fn outline_bytes(points: &[Point]) -> i32 {
    let mut before = Letter::Line;
    let mut sum = 0;
    for pair in points.windows(2) {
        sum += edge_bytes(before, pair[0], pair[1]);
        before = letter(pair[0], pair[1]);
    }
    sum
}

/// Bytes of going from the end of one outline to the start of the next. After an absolute move the first edge may need
/// a letter, which is left out here.
pub(crate) fn move_bytes(from: Option<Point>, to: Point) -> i32 {
    let absolute = 1 + digits(to.x) + separated(to.y);
    from.map_or(absolute, |from| absolute.min(1 + digits(to.x - from.x) + separated(to.y - from.y)))
}

/// Bytes of all outlines of a path.
pub(crate) fn path_bytes<'a>(rings: impl IntoIterator<Item = &'a [Point]>) -> i32 {
    let mut pen = None;
    let mut sum = 0;
    for ring in rings {
        let (Some(&first), Some(&last)) = (ring.first(), ring.last()) else { continue };
        sum += move_bytes(pen, first) + outline_bytes(ring);
        pen = Some(last);
    }
    sum
}

/// Rotates or reverses an outline so that its text is shortest; returns whether that changed it.
pub(crate) fn settle(points: &mut [Point]) -> bool {
    let mut best = (outline_bytes(points), 0, false);
    for reversed in [false, true] {
        if reversed {
            points.reverse();
        }
        for (start, bytes) in rotated_bytes(points).enumerate() {
            if bytes < best.0 {
                best = (bytes, start, reversed);
            }
        }
    }
    if !best.2 {
        points.reverse();
    }
    points.rotate_left(best.1);
    best.1 > 0 || best.2
}

/// Bytes of the outline when it starts at each of its vertices in turn.
fn rotated_bytes(points: &[Point]) -> impl Iterator<Item = i32> {
    let count = points.len();
    let at = move |i: usize| points[i % count];
    // The edge out of a vertex, after the edge before it or as the first of all.
    let edge = move |i: usize, before: Letter| edge_bytes(before, at(i), at(i + 1));
    let after = move |i: usize| edge(i, letter(at(i + count - 1), at(i)));
    let all: i32 = (0..count).map(after).sum();
    // The closing edge is free, and the one after it has no edge before it.
    (0..count).map(move |i| if count < 2 { 0 } else { all - after(i + count - 1) - after(i) + edge(i, Letter::Line) })
}

#[cfg(test)]
mod tests {
    use linocut_svg::{Color, Drawing, Geometry, Path, Shape, Subpath};
    use proptest::prelude::*;

    use super::*;

    fn rings() -> impl Strategy<Value = Vec<Vec<Point>>> {
        let point = (0..400_i32, 0..400_i32).prop_map(|(x, y)| Point::new(x, y));
        let ring = prop::collection::vec(point, 3..9)
            .prop_filter("no edge without length", |ring| ring.windows(2).all(|pair| pair[0] != pair[1]));
        prop::collection::vec(ring, 1..5)
    }

    /// What the writer takes for the outlines of one path.
    fn written(rings: &[Vec<Point>]) -> i32 {
        let bytes = |rings: &[Vec<Point>]| {
            let subpaths = rings.iter().filter_map(|ring| Subpath::polygon(ring)).collect();
            let shapes = vec![Shape::filled(Geometry::Path(Path { subpaths }), Color::BLACK)];
            Drawing { shapes, ..Drawing::new(400, 400) }.byte_count() as i32
        };
        bytes(rings) - bytes(&[])
    }

    proptest! {
        #[test]
        fn the_writer_takes_at_most_a_byte_more_for_each_polygon(rings in rings()) {
            let told = path_bytes(rings.iter().map(|ring| &ring[..]));
            prop_assert!(written(&rings) < told + rings.len() as i32);
            prop_assert!(written(&rings) + 10 >= told * 9 / 10);
        }

        #[test]
        fn every_start_is_priced_as_it_is_spelled(mut ring in rings().prop_map(|mut rings| rings.remove(0))) {
            let told: Vec<i32> = rotated_bytes(&ring).collect();
            for bytes in told {
                prop_assert_eq!(bytes, outline_bytes(&ring));
                ring.rotate_left(1);
            }
        }

        #[test]
        fn settling_keeps_the_polygon_and_never_lengthens_it(ring in rings().prop_map(|mut rings| rings.remove(0))) {
            let mut settled = ring.clone();
            settle(&mut settled);
            prop_assert!(outline_bytes(&settled) <= outline_bytes(&ring));
            let (mut a, mut b) = (ring, settled);
            a.sort_unstable();
            b.sort_unstable();
            prop_assert_eq!(a, b);
        }
    }

    #[test]
    fn outlines_of_a_hundred_thousand_vertices_settle_at_once() {
        let mut ring: Vec<Point> = (0..100_000).map(|i| Point::new(i * 7 % 1024, i * 13 % 1021)).collect();
        let before = outline_bytes(&ring);
        let start = std::time::Instant::now();
        settle(&mut ring);
        assert!(outline_bytes(&ring) <= before);
        // Spelling the outline from each of its vertices takes minutes.
        assert!(start.elapsed() < std::time::Duration::from_secs(5), "{:?}", start.elapsed());
    }
}
