//! Tensors of a file under other names, whole or cut, said without their shapes: as tables of names say it.

use std::collections::BTreeMap;

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
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Cut {
    /// All of it.
    Whole,
    /// One of several parts that lie one below the other.
    Part {
        /// Which one, from 0.
        at: usize,
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
    /// The view of a tensor of this shape; none if it cannot be cut so.
    fn view(self, name: String, whole: &[usize]) -> Option<View> {
        match (self, whole) {
            (Self::Whole, _) => Some(View::whole(name, whole)),
            (Self::Part { at, of }, [first, ..]) if at < of && first.is_multiple_of(of) => {
                let rows = first / of;
                Some(View::rows(name, whole, at * rows..(at + 1) * rows))
            }
            (Self::Swapped, [first, ..]) if first.is_multiple_of(2) => {
                let upper = View::rows("", whole, 0..first / 2);
                Some(View::rows(name, whole, first / 2..*first).before(upper))
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
                return Err(WeightsError::Cut { file, tensor: of, cut, actual });
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
        let third = Cut::Part { at: 2, of: 3 };
        assert_eq!(shape(third, &[6, 5]), Some(vec![2, 5]));
        assert_eq!(
            (shape(third, &[7, 5]), shape(third, &[]), shape(Cut::Part { at: 3, of: 3 }, &[6])),
            (None, None, None)
        );
        assert_eq!((shape(Cut::Transposed, &[6, 5]), shape(Cut::Transposed, &[6])), (Some(vec![5, 6]), None));
        assert_eq!((shape(Cut::Swapped, &[6]), shape(Cut::Swapped, &[5])), (Some(vec![6]), None));
        assert_eq!((shape(Cut::Point, &[6, 5, 1, 1]), shape(Cut::Point, &[6])), (Some(vec![6, 5]), Some(vec![6])));
        assert_eq!(shape(Cut::Point, &[6, 5, 3, 3]), None);
    }
}
