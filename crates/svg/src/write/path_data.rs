//! Path data (the `d` attribute) in the fewest bytes: each segment absolute or relative, by any of `h v l q t c s a`, with
//! letters left out where they repeat.
//!
//! Which letter is best depends on the one before, so the choice is a shortest path: a segment has two spellings, and the
//! cost of a spelling depends only on the spelling before it.

use super::sink::Sink;
use super::step::{MAX_SPELLINGS, Step};
use crate::path::{Path, Segment};
use crate::point::Point;

/// Writes path data. `close` says whether closed subpaths need their `z` (a fill closes without).
pub(super) fn write(sink: &mut impl Sink, path: &Path, close: bool) {
    let steps = steps(path, close);
    let mut state = None;
    for (step, spelling) in steps.iter().zip(cheapest(&steps)) {
        let spelling = &step.spellings()[spelling];
        spelling.put(sink, state);
        state = spelling.leaves();
    }
}

/// The costs of the two ways to write a segment after a letter, and the letters that they leave. `before` is the segment
/// before, which smooth curves mirror.
pub(crate) fn prices(
    from: Point,
    before: Option<&Segment>,
    segment: &Segment,
    letter: Option<u8>,
) -> [(usize, Option<u8>); MAX_SPELLINGS] {
    Step::segment(from, before, segment).both_spellings().map(|spelling| (spelling.cost(letter), spelling.leaves()))
}

fn steps(path: &Path, close: bool) -> Vec<Step> {
    let mut steps = Vec::with_capacity(path.subpaths.iter().map(|subpath| subpath.segments.len() + 2).sum());
    let mut at = Point::default();
    for subpath in &path.subpaths {
        let start = subpath.start;
        steps.push(Step::both(b'm', &[start.x, start.y], at));
        at = start;
        let mut before = None;
        for segment in &subpath.segments {
            steps.push(Step::segment(at, before, segment));
            at = segment.end();
            before = Some(segment);
        }
        if close && subpath.closed {
            steps.push(Step::close());
            at = start;
        }
    }
    steps
}

/// Index of the spelling of each step that makes the whole shortest; of equals, the relative one.
fn cheapest(steps: &[Step]) -> Vec<usize> {
    // Of every spelling of the step before: the cost so far and the state that it leaves.
    let mut reached: Vec<(usize, Option<u8>)> = vec![(0, None)];
    let mut came_from = Vec::with_capacity(steps.len());
    for step in steps {
        let mut origins = [0; MAX_SPELLINGS];
        let mut next = Vec::with_capacity(step.spellings().len());
        for (spelling, origin) in step.spellings().iter().zip(&mut origins) {
            let costs = reached.iter().map(|(so_far, state)| so_far + spelling.cost(*state)).enumerate();
            let (from, cost) = costs.min_by_key(|(_, cost)| *cost).unwrap_or_default();
            *origin = from;
            next.push((cost, spelling.leaves()));
        }
        came_from.push(origins);
        reached = next;
    }
    let mut at = reached.iter().enumerate().min_by_key(|(_, (cost, _))| *cost).map_or(0, |(i, _)| i);
    let mut chosen = vec![0; steps.len()];
    for (choice, origins) in chosen.iter_mut().zip(&came_from).rev() {
        *choice = at;
        at = origins[at];
    }
    chosen
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::{Arc, Subpath};

    fn data(path: &Path, close: bool) -> String {
        let mut out = String::new();
        write(&mut out, path, close);
        out
    }

    fn open(start: (i32, i32), segments: Vec<Segment>) -> Path {
        Path::from(vec![Subpath { start: Point::new(start.0, start.1), segments, closed: false }])
    }

    fn subpath(points: &[(i32, i32)]) -> Subpath {
        let points: Vec<Point> = points.iter().map(|&(x, y)| Point::new(x, y)).collect();
        Subpath::polygon(&points).unwrap()
    }

    #[test]
    fn lines_after_the_start_need_no_letter() {
        let path = Path::from(vec![subpath(&[(100, 100), (110, 90), (120, 105)])]);
        assert_eq!(data(&path, false), "m100 100 10-10 10 15");
    }

    #[test]
    fn absolute_is_chosen_where_shorter() {
        let path = Path::from(vec![subpath(&[(350, 340), (350, 3), (2, 3)])]);
        assert_eq!(data(&path, false), "m350 340V3H2");
    }

    #[test]
    fn no_choice_of_letters_is_shorter() {
        let mut state = 7_u32;
        let mut next = |most: u32| {
            state = state.wrapping_mul(1_664_525).wrapping_add(1_013_904_223);
            ((state >> 8) % most) as i32
        };
        for _ in 0..200 {
            let points: Vec<(i32, i32)> = (0..7).map(|_| (next(120), next(12))).collect();
            let path = Path::from(vec![subpath(&points)]);
            let steps = steps(&path, false);
            let tried = (0..1_u32 << steps.len()).map(|choice| {
                let mut state = None;
                let cost = |(i, step): (usize, &Step)| {
                    let spelling = &step.spellings()[(choice >> i) as usize & 1];
                    spelling.cost(std::mem::replace(&mut state, spelling.leaves()))
                };
                steps.iter().enumerate().map(cost).sum::<usize>()
            });
            assert_eq!(Some(data(&path, false).len()), tried.min());
        }
    }

    #[test]
    fn the_pen_stands_at_the_start_after_closing() {
        let path = Path::from(vec![subpath(&[(10, 10), (90, 10), (90, 90)]), subpath(&[(20, 20), (30, 20), (30, 30)])]);
        assert_eq!(data(&path, true), "m10 10h80v80zm10 10h10v10z");
        assert_eq!(data(&path, false), "m10 10h80v80M20 20h10v10");
    }

    #[test]
    fn smooth_curves_leave_out_their_control_point() {
        let p = Point::new;
        let cubic =
            vec![Segment::Cubic(p(0, 10), p(10, 10), p(10, 0)), Segment::Cubic(p(10, -10), p(20, -10), p(20, 0))];
        assert_eq!(data(&open((0, 0), cubic), false), "m0 0c0 10 10 10 10 0s10-10 10 0");
        let quadratic = vec![Segment::Quadratic(p(5, 10), p(10, 0)), Segment::Quadratic(p(15, -10), p(20, 0))];
        assert_eq!(data(&open((0, 0), quadratic), false), "m0 0q5 10 10 0t10 0");
    }

    #[test]
    fn arcs_keep_flags_and_radii_absolute() {
        let arc = Arc { rx: 5, ry: 6, rotation: 0, large: false, sweep: true, to: Point::new(110, 100) };
        assert_eq!(data(&open((100, 100), vec![Segment::Arc(arc)]), false), "m100 100a5 6 0 0110 0");
    }

    #[test]
    fn the_widest_coordinates_are_written_without_overflow() {
        let path = Path::from(vec![subpath(&[(i32::MIN, i32::MIN), (i32::MAX, i32::MAX)])]);
        assert!(data(&path, false).contains("4294967295 4294967295"));
        let p = Point::new;
        let curve = Segment::Quadratic(p(i32::MIN, 0), p(i32::MAX, 0));
        assert!(data(&open((0, 0), vec![curve, curve]), false).starts_with("m0 0"));
    }
}
