//! Definitions: the distinct gradients of a drawing, and the id of each.

use std::collections::HashMap;

use crate::drawing::Drawing;
use crate::gradient::Gradient;
use crate::shape::{Paint, Shape};

/// The distinct gradients of a drawing in order of first use.
#[derive(Default)]
pub(super) struct Defs<'a> {
    gradients: Vec<&'a Gradient>,
    /// Number of each.
    numbers: HashMap<&'a Gradient, usize>,
}

impl<'a> Defs<'a> {
    pub(super) fn collect(drawing: &'a Drawing) -> Self {
        let mut defs = Self::default();
        for gradient in drawing.shapes.iter().flat_map(shape_gradients) {
            let next = defs.gradients.len();
            if *defs.numbers.entry(gradient).or_insert(next) == next {
                defs.gradients.push(gradient);
            }
        }
        defs
    }

    /// The id of a gradient of this drawing.
    pub(super) fn id(&self, gradient: &Gradient) -> String {
        id_of(self.numbers.get(gradient).copied().unwrap_or(0))
    }

    /// Each gradient with its id.
    pub(super) fn iter(&self) -> impl Iterator<Item = (String, &'a Gradient)> + '_ {
        self.gradients.iter().enumerate().map(|(index, gradient)| (id_of(index), *gradient))
    }
}

/// The gradients that a shape is painted with.
pub(super) fn shape_gradients(shape: &Shape) -> impl Iterator<Item = &Gradient> {
    let paints = [shape.fill.as_ref(), shape.stroke.as_ref().map(|stroke| &stroke.paint)];
    paints.into_iter().flatten().filter_map(|paint| match paint {
        Paint::Gradient(gradient) => Some(&**gradient),
        Paint::Solid(_) => None,
    })
}

/// `a` to `z`, then `ba`, `bb`, ...: base 26 with letters for digits.
fn id_of(index: usize) -> String {
    let digit = char::from(b'a' + (index % 26) as u8);
    if index < 26 { digit.to_string() } else { format!("{}{digit}", id_of(index / 26)) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_are_distinct() {
        let mut ids: Vec<String> = (0..2000).map(id_of).collect();
        ids.sort();
        ids.dedup();
        assert_eq!(ids.len(), 2000);
    }
}
