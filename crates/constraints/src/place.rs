//! Converts byte offsets into lines and columns.

/// Finds lines and columns; increasing offsets cost one pass over the text in total.
#[derive(Debug)]
pub(crate) struct Places<'a> {
    text: &'a str,
    at: usize,
    line: u32,
    column: u32,
}

impl<'a> Places<'a> {
    pub(crate) const fn new(text: &'a str) -> Self {
        Self { text, at: 0, line: 1, column: 1 }
    }

    /// Line and column, both from 1, of the last character that begins at or before an offset in bytes.
    pub(crate) fn of(&mut self, offset: usize) -> (u32, u32) {
        let offset = self.text.floor_char_boundary(offset);
        if offset < self.at {
            *self = Self::new(self.text);
        }
        for byte in &self.text.as_bytes()[self.at..offset] {
            match byte {
                b'\n' => (self.line, self.column) = (self.line.saturating_add(1), 1),
                // Bytes that go on with a character.
                0x80..0xc0 => {}
                _ => self.column = self.column.saturating_add(1),
            }
        }
        self.at = offset;
        (self.line, self.column)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_characters() {
        let mut places = Places::new("é中\nx\r\n");
        let found = [0, 2, 5, 6, 7, 9].map(|offset| places.of(offset));
        assert_eq!(found, [(1, 1), (1, 2), (1, 3), (2, 1), (2, 2), (3, 1)]);
    }

    #[test]
    fn any_order_and_any_offset_will_do() {
        let mut places = Places::new("ab\ncé");
        assert_eq!((places.of(99), places.of(1), places.of(5)), ((2, 3), (1, 2), (2, 2)));
    }
}
