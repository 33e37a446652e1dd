//! One way to write a path command: its letter and numbers, and how many bytes they take.

use super::sink::Sink;
use crate::point::Point;

/// Most numbers that a command takes: the arc's seven.
const MAX_NUMBERS: usize = 7;

/// One way to write a path command.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Spelling {
    letter: u8,
    numbers: [i64; MAX_NUMBERS],
    count: usize,
}

impl Spelling {
    /// Numbers with the letter, moved by `origin` for a small letter.
    pub(super) fn new(letter: u8, numbers: &[i32], origin: Point) -> Self {
        let mut spelling = Self { letter, numbers: [0; MAX_NUMBERS], count: numbers.len() };
        let relative = letter.is_ascii_lowercase();
        for (i, (to, from)) in spelling.numbers.iter_mut().zip(numbers).enumerate() {
            let moved = match letter {
                b'h' => origin.x,
                b'v' => origin.y,
                b'a' if i < 5 => 0,
                b'a' => [origin.x, origin.y][(i + 1) % 2],
                _ if relative => [origin.x, origin.y][i % 2],
                _ => 0,
            };
            *to = i64::from(*from) - i64::from(moved);
        }
        spelling
    }

    /// The letter that numbers without one repeat after this: lines after a move.
    pub(super) const fn leaves(&self) -> Option<u8> {
        match self.letter {
            b'm' => Some(b'l'),
            b'M' => Some(b'L'),
            b'z' => None,
            letter => Some(letter),
        }
    }

    fn repeats(&self, state: Option<u8>) -> bool {
        state == Some(self.letter)
    }

    /// Writes the letter, unless it repeats, and the numbers.
    pub(super) fn put(&self, sink: &mut impl Sink, state: Option<u8>) {
        let repeats = self.repeats(state);
        if !repeats {
            sink.put(char::from(self.letter).encode_utf8(&mut [0; 4]));
        }
        for (i, number) in self.numbers[..self.count].iter().enumerate() {
            if (i > 0 || repeats) && self.is_separate(i) {
                sink.put(" ");
            }
            sink.integer(*number);
        }
    }

    /// Bytes that [`Spelling::put`] writes.
    pub(super) fn cost(&self, state: Option<u8>) -> usize {
        let separators = (1..self.count).filter(|i| self.is_separate(*i)).count();
        let digits: usize = self.numbers[..self.count].iter().map(|number| length(*number)).sum();
        let start = if self.repeats(state) { usize::from(self.is_separate(0)) } else { 1 };
        start + digits + separators
    }

    /// Whether a number needs a separator from the one before: neither a sign does, nor what follows a flag of an arc, which
    /// is one digit.
    const fn is_separate(&self, i: usize) -> bool {
        let after_flag = matches!(self.letter, b'a' | b'A') && (i == 4 || i == 5);
        self.numbers[i] >= 0 && !after_flag
    }
}

/// Characters of a number in decimal.
const fn length(number: i64) -> usize {
    let digits = match number.unsigned_abs() {
        0 => 1,
        magnitude => magnitude.ilog10() as usize + 1,
    };
    if number < 0 { digits + 1 } else { digits }
}
