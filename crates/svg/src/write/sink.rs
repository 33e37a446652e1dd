//! Sinks of text: a string, or only a count of bytes.

/// Receives pieces of ASCII text.
pub(crate) trait Sink {
    /// Takes a piece of text.
    fn put(&mut self, text: &str);

    /// Takes a number in decimal.
    fn integer(&mut self, value: i64) {
        let mut digits = [0_u8; 20];
        let mut at = digits.len();
        let mut rest = value.unsigned_abs();
        loop {
            at -= 1;
            digits[at] = b'0' + (rest % 10) as u8;
            rest /= 10;
            if rest == 0 {
                break;
            }
        }
        if value < 0 {
            self.put("-");
        }
        self.put(std::str::from_utf8(&digits[at..]).unwrap_or_default());
    }

    /// Takes a number of thousandths as a decimal fraction without needless zeros.
    fn thousandths(&mut self, value: i64) {
        let (whole, part) = (value.unsigned_abs() / 1000, value.unsigned_abs() % 1000);
        if value < 0 {
            self.put("-");
        }
        if whole > 0 || part == 0 {
            self.integer(whole as i64);
        }
        if part > 0 {
            let text = format!(".{part:03}");
            self.put(text.trim_end_matches('0'));
        }
    }
}

impl Sink for String {
    fn put(&mut self, text: &str) {
        self.push_str(text);
    }
}

/// Counts bytes and keeps none.
#[derive(Debug, Default)]
pub(crate) struct ByteCounter(usize);

impl ByteCounter {
    /// Bytes taken so far.
    pub(crate) const fn bytes(&self) -> usize {
        self.0
    }
}

impl Sink for ByteCounter {
    fn put(&mut self, text: &str) {
        self.0 += text.len();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn fractions_lose_their_zeros() {
        for (value, text) in [(0, "0"), (1000, "1"), (500, ".5"), (-250, "-.25"), (1001, "1.001"), (70, ".07")] {
            let mut out = String::new();
            out.thousandths(value);
            assert_eq!(out, text);
        }
    }

    #[test]
    fn integers_are_written_as_the_standard_library_does() {
        for value in [0, 7, -1, i64::from(i32::MIN), i64::MAX] {
            let mut out = String::new();
            out.integer(value);
            assert_eq!(out, value.to_string());
        }
    }
}
