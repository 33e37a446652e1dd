//! A line of text that OCR read, and the reading order of lines.

/// A line of text that was read.
#[derive(Clone, PartialEq, Debug)]
pub struct Line {
    /// What it says, at least one character.
    pub text: String,
    /// Mean probability of its characters, 0 to 1.
    pub confidence: f32,
    /// Corners of the box around it: top left, top right, bottom right, bottom left of the box as it lies in the picture; (x, y) in px,
    /// x to the right, y down, within the picture.
    pub corners: [[f32; 2]; 4],
}

impl Line {
    /// Whether the line counts as text: enough letters and digits, of any script, read with enough confidence.
    #[must_use]
    pub fn counts(&self, least_confidence: f32, least_alphanumerics: usize) -> bool {
        let alphanumerics = self.text.chars().filter(|letter| letter.is_alphanumeric()).count();
        self.confidence >= least_confidence && alphanumerics >= least_alphanumerics
    }

    /// Height of the middle of the box, px.
    fn level(&self) -> f32 {
        self.corners.iter().map(|corner| corner[1]).sum::<f32>() / 4.0
    }

    fn left(&self) -> f32 {
        self.corners.iter().map(|corner| corner[0]).fold(f32::INFINITY, f32::min)
    }

    /// Height of the upright box around the corners, px.
    fn height(&self) -> f32 {
        let levels = self.corners.map(|corner| corner[1]);
        levels.iter().copied().fold(f32::NEG_INFINITY, f32::max) - levels.iter().copied().fold(f32::INFINITY, f32::min)
    }
}

/// Sorts lines into reading order: rows from the top, each from the left.
///
/// A line belongs to a row if its middle is at most half the lesser height away from the middle of the row's first line.
pub(super) fn in_reading_order(mut lines: Vec<Line>) -> Vec<Line> {
    lines.sort_by(|a, b| a.level().total_cmp(&b.level()).then(a.left().total_cmp(&b.left())));
    let mut rows: Vec<Vec<Line>> = Vec::new();
    for line in lines {
        match rows.last_mut() {
            Some(row) if (line.level() - row[0].level()).abs() <= 0.5 * line.height().min(row[0].height()) => {
                row.push(line);
            }
            _ => rows.push(vec![line]),
        }
    }
    for row in &mut rows {
        row.sort_by(|a, b| a.left().total_cmp(&b.left()));
    }
    rows.into_iter().flatten().collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(text: &str, x: f32, y: f32) -> Line {
        let corners = [[x, y], [x + 30.0, y], [x + 30.0, y + 10.0], [x, y + 10.0]];
        Line { text: text.to_owned(), confidence: 0.95, corners }
    }

    #[test]
    fn rows_come_from_the_top_and_words_from_the_left() {
        let lines = vec![line("below", 0.0, 40.0), line("right", 60.0, 0.0), line("left", 0.0, 4.0)];
        let texts: Vec<String> = in_reading_order(lines).into_iter().map(|line| line.text).collect();
        assert_eq!(texts, ["left", "right", "below"]);
    }

    #[test]
    fn one_letter_or_marks_alone_do_not_count() {
        assert!(line("A4", 0.0, 0.0).counts(0.9, 2));
        assert!(!line("A!", 0.0, 0.0).counts(0.9, 2));
        assert!(!line("--", 0.0, 0.0).counts(0.9, 2));
    }

    #[test]
    fn a_doubtful_line_does_not_count() {
        assert!(!line("SALE", 0.0, 0.0).counts(0.96, 2));
    }
}
