//! Tensors of a file under other names, whole or cut.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use candle_core::{DType, Tensor};

use super::source::{Source, cut_rows};
use super::weights_error::WeightsError;

/// A tensor made of one that the file has under another name.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
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
    /// The shape of what is taken of a tensor of this shape; none if it cannot be.
    fn shape(self, whole: &[usize]) -> Option<Vec<usize>> {
        match (self, whole) {
            (Self::Whole, _) => Some(whole.to_vec()),
            (Self::Part { at, of }, [first, rest @ ..]) if at < of && first.is_multiple_of(of) => {
                Some([&[first / of], rest].concat())
            }
            (Self::Swapped, [first, ..]) if first.is_multiple_of(2) => Some(whole.to_vec()),
            (Self::Transposed, [height, width]) => Some(vec![*width, *height]),
            (Self::Point, [matrix @ .., 1, 1]) if matrix.len() == 2 => Some(matrix.to_vec()),
            (Self::Point, _) if whole.len() < 3 => Some(whole.to_vec()),
            _ => None,
        }
    }

    /// Reads what is taken of a tensor.
    fn load(self, source: &dyn Source, name: &str, shape: &[usize]) -> Result<Tensor, WeightsError> {
        let rows = shape.first().copied().unwrap_or(0);
        let turned = match self {
            Self::Whole => return source.load(name),
            Self::Part { at, .. } => return source.load_rows(name, at * rows..(at + 1) * rows),
            Self::Point => source.load(name)?.reshape(shape),
            Self::Transposed => source.load(name)?.t().and_then(|turned| turned.contiguous()),
            Self::Swapped => {
                let half = rows / 2;
                Tensor::cat(&[source.load_rows(name, half..rows)?, source.load_rows(name, 0..half)?], 0)
            }
        };
        turned.map_err(|error| WeightsError::Convert {
            file: source.file(name).to_owned(),
            tensor: name.to_owned(),
            source: Box::new(error),
        })
    }
}

/// Some tensors of another source under other names. Nothing is copied before it is read.
#[derive(Debug)]
pub(super) struct Views {
    of: Arc<dyn Source>,
    /// View and shape, by the new name.
    views: BTreeMap<String, (View, Vec<usize>)>,
}

impl Views {
    /// Views of tensors that the source lacks are left out. Fails if a tensor cannot be cut so.
    pub(super) fn new(
        of: Arc<dyn Source>,
        views: impl IntoIterator<Item = (String, View)>,
    ) -> Result<Self, WeightsError> {
        let shaped = |(name, view): (String, View)| {
            let whole = of.shape(&view.of)?;
            let Some(shape) = view.cut.shape(whole) else {
                let (file, actual) = (of.file(&view.of).to_owned(), whole.to_vec());
                return Some(Err(WeightsError::Cut { file, tensor: view.of, cut: view.cut, actual }));
            };
            Some(Ok((name, (view, shape))))
        };
        let views = views.into_iter().filter_map(shaped).collect::<Result<_, _>>()?;
        Ok(Self { of, views })
    }

    /// The name in the file.
    fn inner<'a>(&'a self, name: &'a str) -> &'a str {
        self.views.get(name).map_or(name, |(view, _)| &view.of)
    }
}

impl Source for Views {
    fn file(&self, name: &str) -> &Path {
        self.of.file(self.inner(name))
    }

    fn names(&self) -> Vec<&str> {
        self.views.keys().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.views.get(name).map(|(_, shape)| shape.as_slice())
    }

    fn dtype(&self, name: &str) -> Option<DType> {
        self.of.dtype(&self.views.get(name)?.0.of)
    }

    fn called(&self, name: &str) -> String {
        let inner = self.inner(name);
        if inner == name { name.to_owned() } else { format!("{name} ({inner})") }
    }

    fn metadata(&self) -> Option<&BTreeMap<String, String>> {
        self.of.metadata()
    }

    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let (view, shape) = &self.views[name];
        view.cut.load(&*self.of, &view.of, shape)
    }

    fn load_rows(&self, name: &str, rows: Range<usize>) -> Result<Tensor, WeightsError> {
        let (view, _) = &self.views[name];
        if view.cut == Cut::Whole { self.of.load_rows(&view.of, rows) } else { cut_rows(self, name, rows) }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_of_cuts() {
        let third = Cut::Part { at: 2, of: 3 };
        assert_eq!(third.shape(&[6, 5]), Some(vec![2, 5]));
        assert_eq!(
            (third.shape(&[7, 5]), third.shape(&[]), Cut::Part { at: 3, of: 3 }.shape(&[6])),
            (None, None, None)
        );
        assert_eq!((Cut::Transposed.shape(&[6, 5]), Cut::Transposed.shape(&[6])), (Some(vec![5, 6]), None));
        assert_eq!((Cut::Swapped.shape(&[6]), Cut::Swapped.shape(&[5])), (Some(vec![6]), None));
        assert_eq!((Cut::Point.shape(&[6, 5, 1, 1]), Cut::Point.shape(&[6])), (Some(vec![6, 5]), Some(vec![6])));
        assert_eq!(Cut::Point.shape(&[6, 5, 3, 3]), None);
    }
}
