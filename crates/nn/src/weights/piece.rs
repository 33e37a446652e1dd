//! Tensors of a file under other names, whole or cut, said without their shapes: as tables of names say it.

use std::collections::BTreeMap;
use std::ops::Range;

use super::handle::Weights;
use super::view::View;
use super::weights_error::WeightsError;

/// A tensor made of one that the file has under another name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Piece {
    /// Name in the file.
    pub of: String,
    /// What is taken of it.
    pub cut: Cut,
}

/// What is taken of a tensor.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Cut {
    /// All of it.
    #[default]
    Whole,
    /// Some of several equal parts that lie one below the other.
    Parts {
        /// The first one, from 0.
        from: usize,
        /// The one behind the last.
        until: usize,
        /// How many there are; a divisor of the first side.
        of: usize,
    },
    /// The lower half above the upper; the first side is even.
    Swapped,
    /// (b, a) of (a, b).
    Transposed,
    /// Without sides of 1 behind the second: the matrix of a convolution of one pixel.
    Point,
}

impl Cut {
    /// One of several equal parts.
    #[must_use]
    pub const fn part(at: usize, of: usize) -> Self {
        Self::Parts { from: at, until: at + 1, of }
    }

    /// What is taken, as an error says it.
    fn in_words(self) -> String {
        match self {
            Self::Whole => "all".to_owned(),
            Self::Parts { from, until, of } if from + 1 == until => format!("part {until} of {of}"),
            Self::Parts { from, until, of } => format!("parts {} to {until} of {of}", from + 1),
            Self::Swapped => "one half after the other".to_owned(),
            Self::Transposed => "the transpose".to_owned(),
            Self::Point => "the matrix of a convolution of one pixel".to_owned(),
        }
    }

    /// Which of so many rows are taken, one range behind the other; none if they cannot be cut so.
    #[must_use]
    pub fn rows(self, count: usize) -> Option<Vec<Range<usize>>> {
        let (whole, half) = (std::iter::once(0..count), count / 2);
        match self {
            Self::Parts { from, until, of } if from < until && until <= of && count.is_multiple_of(of) => {
                let height = count / of;
                Some(whole.map(|_| from * height..until * height).collect())
            }
            Self::Swapped if count.is_multiple_of(2) => Some(vec![half..count, 0..half]),
            Self::Parts { .. } | Self::Swapped => None,
            Self::Whole | Self::Transposed | Self::Point => Some(whole.collect()),
        }
    }

    /// The view of a tensor of this shape; none if it cannot be cut so.
    fn view(self, name: String, whole: &[usize]) -> Option<View> {
        match (self, whole) {
            (Self::Whole, _) => Some(View::whole(name, whole)),
            (Self::Parts { .. } | Self::Swapped, [first, ..]) => {
                let rows = self.rows(*first)?.into_iter();
                rows.map(|rows| View::rows(name.as_str(), whole, rows)).reduce(View::before)
            }
            (Self::Transposed, [_, _]) => Some(View::whole(name, whole).transposed()),
            (Self::Point, [height, width, 1, 1]) => Some(View::whole(name, whole).shaped(vec![*height, *width])),
            (Self::Point, _) if whole.len() < 3 => Some(View::whole(name, whole)),
            _ => None,
        }
    }
}

impl Weights {
    /// Some of these tensors under other names: only they are there, and errors give both names. Pieces of tensors that the file lacks are
    /// left out. Prefix and renames of this handle do not apply to names in pieces.
    ///
    /// # Errors
    ///
    /// [`WeightsError::Cut`] if a tensor cannot be cut as a piece wants it.
    pub fn pieces(&self, pieces: impl IntoIterator<Item = (String, Piece)>) -> Result<Self, WeightsError> {
        let source = &self.shared.source;
        let mut views: BTreeMap<String, Vec<View>> = BTreeMap::new();
        for (name, Piece { of, cut }) in pieces {
            let Some(whole) = source.shape(&of) else { continue };
            let Some(view) = cut.view(name, whole) else {
                let (file, actual) = (source.file(&of).to_owned(), whole.to_vec());
                return Err(WeightsError::Cut { file, tensor: of, wanted: cut.in_words(), actual });
            };
            views.entry(of).or_default().push(view);
        }
        Ok(self.viewed(|name, _| Some(views.get(name).cloned().unwrap_or_default())).unnamed())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_cuts() {
        let shape = |cut: Cut, whole: &[usize]| cut.view("new".to_owned(), whole).map(|view| view.shape);
        let third = Cut::part(2, 3);
        assert_eq!(shape(third, &[6, 5]), Some(vec![2, 5]));
        assert_eq!((shape(third, &[7, 5]), shape(third, &[]), shape(Cut::part(3, 3), &[6])), (None, None, None));
        assert_eq!((shape(Cut::Transposed, &[6, 5]), shape(Cut::Transposed, &[6])), (Some(vec![5, 6]), None));
        assert_eq!((shape(Cut::Swapped, &[6]), shape(Cut::Swapped, &[5])), (Some(vec![6]), None));
        assert_eq!((shape(Cut::Point, &[6, 5, 1, 1]), shape(Cut::Point, &[6])), (Some(vec![6, 5]), Some(vec![6])));
        assert_eq!(shape(Cut::Point, &[6, 5, 3, 3]), None);
        assert_eq!(shape(Cut::Parts { from: 3, until: 7, of: 7 }, &[70, 5]), Some(vec![40, 5]));
    }

    #[test]
    fn rows_of_cuts() {
        let rows =
            |cut: Cut, count| cut.rows(count).map(|rows| rows.iter().map(|rows| (rows.start, rows.end)).collect());
        let several = Cut::Parts { from: 3, until: 7, of: 7 };
        assert_eq!((rows(several, 70), rows(several, 71)), (Some(vec![(30, 70)]), None));
        assert_eq!((rows(Cut::Swapped, 8), rows(Cut::Swapped, 7)), (Some(vec![(4, 8), (0, 4)]), None));
        assert_eq!((rows(Cut::part(3, 3), 6), rows(Cut::Whole, 6)), (None, Some(vec![(0, 6)])));
    }
}
