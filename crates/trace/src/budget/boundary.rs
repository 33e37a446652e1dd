//! Traces the boundaries of a binary picture along pixel edges, outlines and holes alike.

use linocut_svg::Point;

/// A binary picture.
#[derive(Clone, Debug)]
pub(crate) struct Bitmap {
    pub(crate) width: usize,
    pub(crate) height: usize,
    pub(crate) inside: Vec<bool>,
}

/// Steps right, down, left, up.
const STEPS: [(i32, i32); 4] = [(1, 0), (0, 1), (-1, 0), (0, -1)];

impl Bitmap {
    fn at(&self, x: i32, y: i32) -> bool {
        x >= 0
            && y >= 0
            && (x as usize) < self.width
            && (y as usize) < self.height
            && self.inside[y as usize * self.width + x as usize]
    }

    /// Closed loops with the inside on their right. Filling all of them even-odd gives the picture. Only corners
    /// are kept. Pixels that touch only at a corner are separate.
    pub(crate) fn boundaries(&self) -> Vec<Vec<Point>> {
        let mut seen = vec![false; self.width * self.height];
        let mut loops = Vec::new();
        for y in 0..self.height as i32 {
            for x in 0..self.width as i32 {
                // Every loop has a top edge with the inside below it.
                if self.at(x, y) && !self.at(x, y - 1) && !seen[y as usize * self.width + x as usize] {
                    loops.push(self.follow(x, y, &mut seen));
                }
            }
        }
        loops
    }

    fn follow(&self, x: i32, y: i32, seen: &mut [bool]) -> Vec<Point> {
        let (mut at, mut direction) = ((x, y), 0);
        let mut corners = Vec::new();
        loop {
            if direction == 0 {
                seen[at.1 as usize * self.width + at.0 as usize] = true;
            }
            let (dx, dy) = STEPS[direction];
            at = (at.0 + dx, at.1 + dy);
            let turned = self.turn(at, direction);
            if turned != direction {
                corners.push(Point::new(at.0, at.1));
                direction = turned;
            }
            if at == (x, y) && direction == 0 {
                return corners;
            }
        }
    }

    /// Direction in which a loop continues from a grid point: right if the pixel ahead on the right is outside, left if
    /// both are inside, else straight.
    fn turn(&self, (x, y): (i32, i32), direction: usize) -> usize {
        let (left, right) = match direction {
            0 => ((x, y - 1), (x, y)),
            1 => ((x, y), (x - 1, y)),
            2 => ((x - 1, y), (x - 1, y - 1)),
            _ => ((x - 1, y - 1), (x, y - 1)),
        };
        if !self.at(right.0, right.1) {
            (direction + 1) % 4
        } else if self.at(left.0, left.1) {
            (direction + 3) % 4
        } else {
            direction
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// Even-odd filling of the loops, pixel by pixel.
    fn filled(loops: &[Vec<Point>], width: usize, height: usize) -> Vec<bool> {
        let crossings = |x: usize, y: usize| {
            let edges = loops.iter().flat_map(|ring| ring.iter().zip(ring.iter().cycle().skip(1)));
            edges
                .filter(|(a, b)| a.x == b.x && a.x <= x as i32 && a.y.min(b.y) <= y as i32 && (y as i32) < a.y.max(b.y))
                .count()
        };
        (0..width * height).map(|at| crossings(at % width, at / width) % 2 == 1).collect()
    }

    proptest! {
        #[test]
        fn even_odd_filling_yields_the_picture(inside in prop::collection::vec(any::<bool>(), 63)) {
            let bitmap = Bitmap { width: 9, height: 7, inside };
            prop_assert_eq!(filled(&bitmap.boundaries(), 9, 7), bitmap.inside);
        }
    }

    #[test]
    fn straight_runs_have_no_vertices() {
        let bitmap = Bitmap { width: 6, height: 5, inside: vec![true; 30] };
        let mut loops = bitmap.boundaries();
        loops[0].sort_unstable();
        assert_eq!(loops, [[(0, 0), (0, 5), (6, 0), (6, 5)].map(|(x, y)| Point::new(x, y)).to_vec()]);
    }
}
