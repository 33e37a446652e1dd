//! Parts of tensors under names of their own.

use std::collections::BTreeMap;
use std::ops::Range;
use std::path::Path;
use std::sync::Arc;

use candle_core::quantized::GgmlDType;
use candle_core::{DType, Tensor};

use super::outline::zeros;
use super::source::Source;
use super::weights_error::WeightsError;

/// A tensor that is cut out of one in the file, as an own name for it or for some of its rows.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct View {
    /// Its name.
    pub name: String,
    /// Its shape.
    pub shape: Vec<usize>,
    /// The elements that it is made of, one range behind the other, in the order in which the file has them.
    pub elements: Vec<Range<usize>>,
    /// Whether the file has its transpose: (b, a) where `shape` is (a, b).
    pub is_transposed: bool,
}

impl View {
    /// All of a tensor of this shape.
    #[must_use]
    pub fn whole(name: impl Into<String>, shape: &[usize]) -> Self {
        Self::rows(name, shape, 0..shape.first().copied().unwrap_or(1))
    }

    /// Some rows, indices of the first dimension, of a tensor of this shape.
    #[must_use]
    pub fn rows(name: impl Into<String>, shape: &[usize], rows: Range<usize>) -> Self {
        let row: usize = shape.iter().skip(1).product();
        let shape = match shape {
            [] => Vec::new(),
            [_, rest @ ..] => [&[rows.len()], rest].concat(),
        };
        Self { name: name.into(), shape, elements: Vec::new(), is_transposed: false }
            .of_elements(rows.start * row..rows.end * row)
    }

    /// These elements in place of others, in the same shape.
    #[must_use]
    pub fn of_elements(self, elements: Range<usize>) -> Self {
        Self { elements: std::iter::once(elements).collect(), ..self }
    }

    /// The same elements in another shape with as many.
    #[must_use]
    pub fn shaped(self, shape: Vec<usize>) -> Self {
        Self { shape, ..self }
    }

    /// The transpose of a matrix.
    #[must_use]
    pub fn transposed(mut self) -> Self {
        self.shape.reverse();
        Self { is_transposed: true, ..self }
    }

    /// The same elements with those of another view of the same tensor behind them, as further rows.
    #[must_use]
    pub fn before(mut self, other: Self) -> Self {
        self.elements.extend(other.elements);
        if let (Some(rows), Some(more)) = (self.shape.first_mut(), other.shape.first()) {
            *rows += more;
        }
        self
    }
}

impl View {
    /// The tensor of its elements, which are in a row.
    fn put(&self, row: &Tensor) -> candle_core::Result<Tensor> {
        if !self.is_transposed {
            return row.reshape(&self.shape[..]);
        }
        let stored: Vec<usize> = self.shape.iter().rev().copied().collect();
        row.reshape(stored)?.t()?.contiguous()
    }
}

/// Another source in which views take the place of some tensors.
#[derive(Debug)]
pub(super) struct Views {
    of: Arc<dyn Source>,
    /// By name of the view: name in the file, and what of it.
    views: BTreeMap<String, (String, View)>,
}

impl Views {
    /// `views` gives those that take the place of a tensor of this name and shape; nothing for a tensor that stays as it is.
    pub(super) fn of(source: Arc<dyn Source>, views: impl Fn(&str, &[usize]) -> Option<Vec<View>>) -> Self {
        let mut found = BTreeMap::new();
        for name in source.names() {
            let shape = source.shape(name).unwrap_or_default();
            let of_tensor = views(name, shape).unwrap_or_else(|| vec![View::whole(name, shape)]);
            found.extend(of_tensor.into_iter().map(|view| (view.name.clone(), (name.to_owned(), view))));
        }
        Self { of: source, views: found }
    }

    /// Name in the file and view of a name that there is.
    fn found(&self, name: &str) -> Result<&(String, View), WeightsError> {
        let missing = || WeightsError::MissingTensor {
            file: self.of.file(name).to_owned(),
            tensor: name.to_owned(),
            expected: Vec::new(),
            count: self.views.len(),
            actual: self.views.keys().next().cloned(),
        };
        self.views.get(name).ok_or_else(missing)
    }
}

impl Source for Views {
    fn file(&self, name: &str) -> &Path {
        self.of.file(self.views.get(name).map_or(name, |(file_name, _)| file_name))
    }

    fn names(&self) -> Vec<&str> {
        self.views.keys().map(String::as_str).collect()
    }

    fn shape(&self, name: &str) -> Option<&[usize]> {
        self.views.get(name).map(|(_, view)| view.shape.as_slice())
    }

    fn dtype(&self, name: &str) -> Option<DType> {
        self.of.dtype(&self.views.get(name)?.0)
    }

    fn called(&self, name: &str) -> String {
        match self.views.get(name) {
            Some((file_name, _)) if file_name != name => format!("{name} ({file_name})"),
            _ => name.to_owned(),
        }
    }

    fn is_hollow(&self) -> bool {
        self.of.is_hollow()
    }

    fn metadata(&self) -> Option<&BTreeMap<String, String>> {
        self.of.metadata()
    }

    fn load(&self, name: &str) -> Result<Tensor, WeightsError> {
        let (file_name, view) = self.found(name)?;
        let tensor = if self.of.is_hollow() {
            zeros(&view.shape, self.dtype(name).unwrap_or(DType::F32))
        } else {
            let parts = view.elements.iter().map(|elements| self.of.load_part(file_name, elements.clone()));
            let parts = parts.collect::<Result<Vec<_>, _>>()?;
            let whole = if let [part] = &parts[..] { Ok(part.clone()) } else { Tensor::cat(&parts, 0) };
            whole.and_then(|whole| view.put(&whole))
        };
        tensor.map_err(|source| WeightsError::Convert {
            file: self.file(name).to_owned(),
            tensor: name.to_owned(),
            source: Box::new(source),
        })
    }

    fn has_blocks(&self, name: &str) -> bool {
        self.views.get(name).is_some_and(|(file_name, view)| !view.is_transposed && self.of.has_blocks(file_name))
    }

    fn block_bytes(&self, name: &str) -> u64 {
        let Some((file_name, view)) = self.views.get(name) else { return 0 };
        let count = |shape: &[usize]| shape.iter().product::<usize>().max(1) as u64;
        let whole = self.of.shape(file_name).map_or(1, count);
        self.of.block_bytes(file_name) * count(&view.shape) / whole
    }

    fn blocks(&self, name: &str, elements: Range<usize>) -> Result<(GgmlDType, Vec<u8>), WeightsError> {
        let (file_name, view) = self.found(name)?;
        let (mut kind, mut bytes, mut before) = (GgmlDType::F32, Vec::new(), 0);
        for range in &view.elements {
            let from = elements.start.saturating_sub(before).min(range.len());
            let until = elements.end.saturating_sub(before).min(range.len());
            let (found, part) = self.of.blocks(file_name, range.start + from..range.start + until)?;
            kind = found;
            bytes.extend(part);
            before += range.len();
        }
        Ok((kind, bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::weights::blank::Blank;

    #[test]
    fn rows_keep_the_other_dimensions() {
        let view = View::rows("a", &[6, 2, 5], 2..4);
        assert_eq!((view.shape, view.elements.len(), &view.elements[0]), (vec![2, 2, 5], 1, &(20..40)));
        assert_eq!(View::whole("a", &[]).elements[0], 0..1);
        let swapped = View::rows("a", &[6, 2], 3..6).before(View::rows("", &[6, 2], 0..3));
        assert_eq!((swapped.shape, swapped.elements), (vec![6, 2], vec![6..12, 0..6]));
    }

    #[test]
    fn tensors_without_views_keep_their_names() {
        let shapes = [("fused".to_owned(), vec![4, 3]), ("other".to_owned(), vec![2])];
        let views = Views::of(Arc::new(Blank { shapes: shapes.into() }), |name, shape| match name {
            "fused" => Some(vec![View::rows("a", shape, 0..3), View::rows("b", shape, 3..4)]),
            _ => None,
        });
        assert_eq!(views.names(), ["a", "b", "other"]);
        assert_eq!((views.shape("a"), views.shape("b")), (Some(&[3, 3][..]), Some(&[1, 3][..])));
        assert_eq!((views.shape("fused"), views.load("b").unwrap().dims()), (None, &[1, 3][..]));
    }
}
