//! Estimates the bytes of vertices and path elements as the SVG writer spells them.

use linocut_svg::{Color, Point};

/// Bytes of `<path fill="" d=""/>`.
pub(crate) const ELEMENT_BYTES: usize = 20;

/// Approximate bytes of a move to a new subpath.
pub(crate) const MOVE_BYTES: usize = 7;

/// Approximate bytes of a line: relative, each number after a separator or a sign; along an axis also absolute.
pub(crate) fn edge_bytes(from: Point, to: Point) -> usize {
    let along = |d: i32, to: i32| 1 + (digits(d) + usize::from(d < 0)).min(digits(to) + usize::from(to < 0));
    match (to.x - from.x, to.y - from.y) {
        (0, 0) => 0,
        (0, dy) => along(dy, to.y),
        (dx, 0) => along(dx, to.x),
        (dx, dy) => digits(dx) + digits(dy) + 2,
    }
}

/// Approximate bytes of a closed polygon: its most expensive edge closes it and is free.
pub(crate) fn ring_bytes(points: &[Point]) -> usize {
    let edges = points.iter().enumerate().map(|(i, &p)| edge_bytes(p, points[(i + 1) % points.len()]));
    let (sum, dearest) = edges.fold((0, 0), |(sum, dearest), bytes| (sum + bytes, dearest.max(bytes)));
    MOVE_BYTES + sum - dearest
}

/// Bytes of an element without its path data.
pub(crate) fn element_bytes(color: Color) -> usize {
    if color == Color::BLACK { ELEMENT_BYTES - " fill=\"\"".len() } else { ELEMENT_BYTES + color.to_string().len() }
}

fn digits(value: i32) -> usize {
    match value.unsigned_abs() {
        0..=9 => 1,
        10..=99 => 2,
        100..=999 => 3,
        more => 1 + more.ilog10() as usize,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_edge_costs_its_digits_and_separators() {
        let to = |x, y| edge_bytes(Point::new(200, 100), Point::new(x, y));
        assert_eq!((to(205, 93), to(188, 200), to(200, 114), to(197, 100), to(0, 100)), (4, 7, 3, 3, 2));
    }

    #[test]
    fn the_dearest_edge_of_a_ring_is_free() {
        let ring = [(0, 0), (5, 5), (1, 100)].map(|(x, y)| Point::new(x, y));
        assert_eq!(ring_bytes(&ring), MOVE_BYTES + 4 + 5);
    }
}
