//! A part of a model that is loaded when it is first used.

use std::fmt;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, PoisonError};

use super::placement::Residency;
use crate::weights::Weights;

/// A part of a model: read from its files when it is first used, and let go when its turn is over if it is to leave.
///
/// Whether its files fit is found out before that, from their headers. Cloning is cheap: clones share what is loaded.
pub struct Part<T, E> {
    shared: Arc<Shared<T, E>>,
}

struct Shared<T, E> {
    name: &'static str,
    bytes: u64,
    residency: Residency,
    load: Box<dyn Fn() -> Result<T, E> + Send + Sync>,
    held: Mutex<Option<Arc<T>>>,
    loads: AtomicUsize,
}

/// What is asked of a part without knowing what it is.
pub trait Resident: fmt::Debug {
    /// Its name, for plans and reports.
    fn name(&self) -> &'static str;

    /// Bytes that it takes once it is loaded.
    fn bytes(&self) -> u64;

    /// For how long it stays.
    fn residency(&self) -> Residency;

    /// Whether it is in memory.
    fn is_loaded(&self) -> bool;

    /// Tells it that its turn is over: it is let go if it is to leave.
    fn rest(&self);
}

impl<T, E> Part<T, E> {
    /// A part of so many bytes that `load` makes.
    pub fn new(
        name: &'static str,
        bytes: u64,
        residency: Residency,
        load: impl Fn() -> Result<T, E> + Send + Sync + 'static,
    ) -> Self {
        let shared =
            Shared { name, bytes, residency, load: Box::new(load), held: Mutex::new(None), loads: AtomicUsize::new(0) };
        Self { shared: Arc::new(shared) }
    }

    /// A part that `wire` makes of weights. `wire` is called at once with an outline of the weights, so that a tensor that is missing, left
    /// over or of another shape is found now, and again with the weights themselves at the first use.
    ///
    /// # Errors
    ///
    /// Those of `wire`.
    pub fn of_weights(
        name: &'static str,
        weights: Weights,
        residency: Residency,
        wire: impl Fn(&Weights) -> Result<T, E> + Send + Sync + 'static,
    ) -> Result<Self, E> {
        let outline = weights.outline();
        wire(&outline)?;
        Ok(Self::new(name, outline.asked_bytes(), residency, move || wire(&weights)))
    }

    /// The part, read from its files if it is not in memory.
    ///
    /// # Errors
    ///
    /// When a file cannot be read any more, or holds numbers that are not finite.
    pub fn get(&self) -> Result<Arc<T>, E> {
        let mut held = self.shared.held.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(part) = &*held {
            return Ok(Arc::clone(part));
        }
        let part = Arc::new((self.shared.load)()?);
        self.shared.loads.fetch_add(1, Ordering::Relaxed);
        *held = Some(Arc::clone(&part));
        Ok(part)
    }

    /// How often it has been read from its files.
    #[must_use]
    pub fn loads(&self) -> usize {
        self.shared.loads.load(Ordering::Relaxed)
    }
}

impl<T, E> Resident for Part<T, E> {
    fn name(&self) -> &'static str {
        self.shared.name
    }

    fn bytes(&self) -> u64 {
        self.shared.bytes
    }

    fn residency(&self) -> Residency {
        self.shared.residency
    }

    fn is_loaded(&self) -> bool {
        self.shared.held.lock().unwrap_or_else(PoisonError::into_inner).is_some()
    }

    fn rest(&self) {
        if self.shared.residency == Residency::Leave {
            *self.shared.held.lock().unwrap_or_else(PoisonError::into_inner) = None;
        }
    }
}

impl<T, E> Clone for Part<T, E> {
    fn clone(&self) -> Self {
        Self { shared: Arc::clone(&self.shared) }
    }
}

impl<T, E> fmt::Debug for Part<T, E> {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Shared { name, bytes, residency, .. } = &*self.shared;
        let mut fields = formatter.debug_struct("Part");
        fields.field("name", name).field("bytes", bytes).field("residency", residency);
        fields.field("is_loaded", &self.is_loaded()).finish()
    }
}

#[cfg(test)]
mod tests {
    use candle_core::DType;

    use super::*;
    use crate::Linear;
    use crate::weights::WeightsError;

    #[test]
    fn a_part_is_loaded_once_and_again_only_if_it_left() {
        for (residency, expected) in [(Residency::Stay, 1), (Residency::Leave, 2)] {
            let part: Part<u8, ()> = Part::new("part", 1, residency, || Ok(7));
            assert!(!part.is_loaded());
            assert_eq!((*part.get().unwrap(), *part.clone().get().unwrap()), (7, 7));
            part.rest();
            assert_eq!(part.is_loaded(), residency == Residency::Stay);
            part.get().unwrap();
            assert_eq!(part.loads(), expected);
        }
    }

    #[test]
    fn a_failure_is_said_at_each_use() {
        let part: Part<u8, &str> = Part::new("part", 1, Residency::Stay, || Err("no file"));
        assert_eq!((part.get(), part.get()), (Err("no file"), Err("no file")));
    }

    #[test]
    fn what_does_not_fit_is_found_before_the_first_use() {
        let weights = || Weights::blank([("weight".to_owned(), vec![5, 4])]);
        let wire = |width| {
            move |weights: &Weights| {
                let layer = Linear::load(weights, 4, width, false)?;
                weights.finish(&[])?;
                Ok::<_, WeightsError>(layer)
            }
        };
        let part = Part::of_weights("layer", weights(), Residency::Stay, wire(5)).unwrap();
        assert_eq!((part.bytes(), part.is_loaded()), (5 * 4 * 4, false));
        let half = weights().with_dtype(DType::F16);
        assert_eq!(Part::of_weights("layer", half, Residency::Stay, wire(5)).unwrap().bytes(), 5 * 4 * 2);
        let error = Part::of_weights("layer", weights(), Residency::Stay, wire(6)).unwrap_err();
        assert!(matches!(error, WeightsError::ShapeMismatch { .. }), "{error}");
    }
}
