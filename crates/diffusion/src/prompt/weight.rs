//! Weights written into a prompt: `a (red:1.3) barn`.

/// Groups may be nested this deep; deeper ones are text.
const MAX_DEPTH: usize = 16;

/// Largest weight, also of nested groups together.
const MAX_WEIGHT: f32 = 10.0;

/// A piece of a prompt and how much it counts.
#[derive(Clone, PartialEq, Debug)]
pub struct WeightedText {
    /// The piece.
    pub text: String,
    /// Its weight, 0 to 10; 1 is as usual.
    pub weight: f32,
}

impl WeightedText {
    /// A text that counts as usual.
    #[must_use]
    pub fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), weight: 1.0 }
    }
}

/// What the pieces of a text say together, whatever their weights.
pub(crate) fn plain_text(pieces: &[WeightedText]) -> String {
    pieces.iter().map(|piece| piece.text.as_str()).collect()
}

/// Splits a prompt at its weights: `(text:1.2)` counts `text` 1.2 times, nested groups multiply. Parentheses without a number and
/// unbalanced ones are text, and so is `\(` without its backslash. Time grows with the length of the prompt.
///
/// ```
/// use linocut_diffusion::prompt::parse_weights;
///
/// let pieces = parse_weights("a (red:1.5) barn");
/// assert_eq!(pieces.iter().map(|piece| (piece.text.as_str(), piece.weight)).collect::<Vec<_>>(),
///     [("a ", 1.0), ("red", 1.5), (" barn", 1.0)]);
/// ```
#[must_use]
pub fn parse_weights(prompt: &str) -> Vec<WeightedText> {
    let mut reader = Reader::default();
    let mut characters = prompt.chars().peekable();
    while let Some(character) = characters.next() {
        match character {
            '\\' => reader.push(characters.next_if(|next| matches!(next, '(' | ')' | '\\')).unwrap_or('\\')),
            '(' if reader.open.len() < MAX_DEPTH => reader.begin(),
            ')' => reader.end(),
            _ => reader.push(character),
        }
    }
    reader.finish()
}

#[derive(Default)]
struct Reader {
    pieces: Vec<WeightedText>,
    /// Places of the pieces that opened the groups around this place.
    open: Vec<usize>,
}

impl Reader {
    fn piece(&mut self, text: &str) {
        self.pieces.push(WeightedText::plain(text));
    }

    fn push(&mut self, character: char) {
        if self.pieces.is_empty() {
            self.piece("");
        }
        if let Some(last) = self.pieces.last_mut() {
            last.text.push(character);
        }
    }

    /// Opens a group. Its parenthesis stays text until a number closes it.
    fn begin(&mut self) {
        self.open.push(self.pieces.len());
        self.piece("(");
        self.piece("");
    }

    fn end(&mut self) {
        let weight = self.pieces.last().and_then(|last| trailing_weight(&last.text));
        match (self.open.pop(), weight) {
            (Some(start), Some((length, weight))) => {
                self.pieces[start].text.clear();
                if let Some(last) = self.pieces.last_mut() {
                    last.text.truncate(length);
                }
                for piece in &mut self.pieces[start..] {
                    piece.weight = (piece.weight * weight).min(MAX_WEIGHT);
                }
            }
            _ => self.push(')'),
        }
        self.piece("");
    }

    /// Joins neighbours of equal weight and drops empty pieces.
    fn finish(self) -> Vec<WeightedText> {
        let mut joined: Vec<WeightedText> = Vec::new();
        for piece in self.pieces.into_iter().filter(|piece| !piece.text.is_empty()) {
            match joined.last_mut() {
                Some(last) if last.weight == piece.weight => last.text.push_str(&piece.text),
                _ => joined.push(piece),
            }
        }
        joined
    }
}

/// Where the text ends and the number after its last colon, if that is a weight.
fn trailing_weight(text: &str) -> Option<(usize, f32)> {
    let (before, number) = text.rsplit_once(':')?;
    let number = number.trim();
    let plain = !number.is_empty() && number.bytes().all(|byte| byte.is_ascii_digit() || byte == b'.');
    let weight: f32 = number.parse().ok().filter(|_| plain)?;
    (weight <= MAX_WEIGHT).then_some((before.len(), weight))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn pieces(prompt: &str) -> Vec<(String, f32)> {
        parse_weights(prompt).into_iter().map(|piece| (piece.text, piece.weight)).collect()
    }

    #[test]
    fn nested_groups_multiply() {
        assert_eq!(pieces("((a:2) b:1.5) c"), [("a".to_owned(), 3.0), (" b".to_owned(), 1.5), (" c".to_owned(), 1.0)]);
        assert_eq!(pieces("(((a:9):9):9)"), [("a".to_owned(), 10.0)]);
    }

    #[test]
    fn parentheses_without_a_number_are_text() {
        for text in ["a (small) house", "a (b", "b) a", "(a:b)", "(a:-1)", "(a:)", "(a:1e3)", "(a:11)", "a: 1.2"] {
            assert_eq!(pieces(text), [(text.to_owned(), 1.0)]);
        }
    }

    #[test]
    fn escaped_parentheses_are_text() {
        assert_eq!(pieces(r"\(a:2\) \\ \x"), [(r"(a:2) \ \x".to_owned(), 1.0)]);
    }

    #[test]
    fn an_empty_prompt_has_no_pieces() {
        assert!(parse_weights("").is_empty() && parse_weights("(:2)").is_empty());
    }

    proptest! {
        #[test]
        fn text_without_parentheses_is_one_piece(text in "[^()\\\\]{1,80}") {
            prop_assert_eq!(pieces(&text), [(text, 1.0)]);
        }

        #[test]
        fn any_text_gives_weights_in_range(text in "[(): a1.\\\\]{0,200}") {
            prop_assert!(parse_weights(&text).iter().all(|piece| (0.0..=10.0).contains(&piece.weight)));
        }
    }
}
