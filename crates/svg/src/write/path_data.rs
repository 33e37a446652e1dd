//! The `d` attribute: per segment the shorter of absolute and relative, with `h`, `v` and implicit repetition.

use super::sink::Sink;
use crate::geometry::Point;
use crate::path::{Arc, Path, Segment};

/// Most numbers that a command takes: the arc's seven.
const MAX_NUMBERS: usize = 7;

/// Writes path data. `close` says whether closed subpaths need their `z` (a fill closes without).
pub(super) fn write(sink: &mut impl Sink, path: &Path, close: bool) {
    let mut pen = Pen { sink, letter: None, at: Point::default() };
    for subpath in &path.subpaths {
        pen.shorter(&Step::new('m', &[subpath.start]), &Step::new('M', &[subpath.start]));
        for segment in &subpath.segments {
            pen.segment(segment);
        }
        if close && subpath.closed {
            pen.sink.put("z");
            pen.letter = None;
            pen.at = subpath.start;
        }
    }
}

/// A command letter with absolute numbers; a small letter is written relative to the pen.
struct Step {
    letter: char,
    numbers: [i64; MAX_NUMBERS],
    count: usize,
    end: Point,
}

impl Step {
    fn new(letter: char, points: &[Point]) -> Self {
        let mut step = Self { letter, numbers: [0; MAX_NUMBERS], count: 0, end: points[points.len() - 1] };
        points.iter().for_each(|p| step.push(&[p.x, p.y]));
        step
    }

    fn horizontal(letter: char, end: Point) -> Self {
        let mut step = Self { letter, numbers: [0; MAX_NUMBERS], count: 0, end };
        step.push(&[end.x]);
        step
    }

    fn vertical(letter: char, end: Point) -> Self {
        let mut step = Self { letter, numbers: [0; MAX_NUMBERS], count: 0, end };
        step.push(&[end.y]);
        step
    }

    fn arc(letter: char, arc: &Arc) -> Self {
        let mut step = Self { letter, numbers: [0; MAX_NUMBERS], count: 0, end: arc.to };
        step.push(&[arc.rx, arc.ry, arc.rotation, i32::from(arc.large), i32::from(arc.sweep), arc.to.x, arc.to.y]);
        step
    }

    fn push(&mut self, numbers: &[i32]) {
        for &number in numbers {
            self.numbers[self.count] = i64::from(number);
            self.count += 1;
        }
    }

    /// The numbers as written: relative to the pen for a small letter.
    fn written(&self, at: Point) -> impl Iterator<Item = i64> {
        let relative = self.letter.is_ascii_lowercase();
        let (x, y) = if relative { (i64::from(at.x), i64::from(at.y)) } else { (0, 0) };
        let letter = self.letter.to_ascii_lowercase();
        self.numbers.into_iter().take(self.count).enumerate().map(move |(i, number)| match letter {
            'h' => number - x,
            'v' => number - y,
            'a' if i < 5 => number,
            'a' => number - if i == 5 { x } else { y },
            _ => number - if i % 2 == 0 { x } else { y },
        })
    }
}

/// Writes steps and remembers what may be left out.
struct Pen<'a, S: Sink> {
    sink: &'a mut S,
    /// The letter that a number without one would repeat.
    letter: Option<char>,
    at: Point,
}

impl<S: Sink> Pen<'_, S> {
    fn segment(&mut self, segment: &Segment) {
        match *segment {
            Segment::Line(to) if to.y == self.at.y => {
                self.shorter(&Step::horizontal('h', to), &Step::horizontal('H', to));
            }
            Segment::Line(to) if to.x == self.at.x => {
                self.shorter(&Step::vertical('v', to), &Step::vertical('V', to));
            }
            Segment::Line(to) => self.shorter(&Step::new('l', &[to]), &Step::new('L', &[to])),
            Segment::Quadratic(c, to) => self.shorter(&Step::new('q', &[c, to]), &Step::new('Q', &[c, to])),
            Segment::Cubic(a, b, to) => self.shorter(&Step::new('c', &[a, b, to]), &Step::new('C', &[a, b, to])),
            Segment::Arc(arc) => self.shorter(&Step::arc('a', &arc), &Step::arc('A', &arc)),
        }
    }

    /// Writes the shorter of two steps, the first when equal.
    fn shorter(&mut self, first: &Step, second: &Step) {
        let mut lengths = [first, second].map(|step| {
            let mut counter = super::ByteCounter::default();
            emit(&mut counter, step, self.letter, self.at);
            counter.bytes()
        });
        // At the very start both mean the same, and pairs after `m` go on as relative lines.
        if self.letter.is_none() && first.letter == 'm' && self.at == Point::default() {
            lengths[1] += 1;
        }
        let step = if lengths[1] < lengths[0] { second } else { first };
        emit(self.sink, step, self.letter, self.at);
        self.at = step.end;
        self.letter = Some(match step.letter {
            'm' => 'l',
            'M' => 'L',
            letter => letter,
        });
    }
}

/// Letter if needed, numbers with separators if needed.
fn emit(sink: &mut impl Sink, step: &Step, previous: Option<char>, at: Point) {
    let mut buffer = [0; 4];
    let mut after_number = previous == Some(step.letter);
    if !after_number {
        sink.put(step.letter.encode_utf8(&mut buffer));
    }
    for number in step.written(at) {
        if after_number && number >= 0 {
            sink.put(" ");
        }
        sink.integer(number);
        after_number = true;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::path::Subpath;

    fn data(path: &Path, close: bool) -> String {
        let mut out = String::new();
        write(&mut out, path, close);
        out
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
    fn the_pen_stands_at_the_start_after_closing() {
        let path = Path::from(vec![subpath(&[(10, 10), (90, 10), (90, 90)]), subpath(&[(20, 20), (30, 20), (30, 30)])]);
        assert_eq!(data(&path, true), "m10 10h80v80zm10 10h10v10z");
        assert_eq!(data(&path, false), "m10 10h80v80M20 20h10v10");
    }

    #[test]
    fn arcs_keep_flags_and_radii_absolute() {
        let arc = Arc { rx: 5, ry: 6, rotation: 0, large: false, sweep: true, to: Point::new(110, 100) };
        let start = Point::new(100, 100);
        let path = Path::from(vec![Subpath { start, segments: vec![Segment::Arc(arc)], closed: false }]);
        assert_eq!(data(&path, false), "m100 100a5 6 0 0 1 10 0");
    }

    #[test]
    fn the_widest_coordinates_are_written_without_overflow() {
        let path = Path::from(vec![subpath(&[(i32::MIN, i32::MIN), (i32::MAX, i32::MAX)])]);
        assert!(data(&path, false).contains("4294967295"));
    }
}
