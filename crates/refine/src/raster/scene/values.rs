//! The values of a scene: its points, colours and opacities, or their gradients.

use crate::raster::error::RasterError;
use crate::raster::scalar::Scalar;

/// The points, colours and opacities of a scene, or the gradient of a loss with respect to them.
///
/// Several layers may refer to one value; its gradient is then the sum over these layers.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Values<T = f32> {
    /// Vertices, control points, centres, radii and sizes: (x, y) in units of the scene.
    pub points: Vec<[T; 2]>,
    /// Red, green, blue; 0 to 1.
    pub colors: Vec<[T; 3]>,
    /// Opacities, 0 to 1.
    pub opacities: Vec<T>,
}

impl<T: Scalar> Values<T> {
    /// As many zeros of each kind.
    #[must_use]
    pub fn zeros_like(&self) -> Self {
        let mut zeros = Self::default();
        zeros.clear_like(self);
        zeros
    }

    /// Becomes as many zeros of each kind as `other` has values; reuses its memory.
    pub(crate) fn clear_like(&mut self, other: &Self) {
        self.points.clear();
        self.points.resize(other.points.len(), [T::ZERO; 2]);
        self.colors.clear();
        self.colors.resize(other.colors.len(), [T::ZERO; 3]);
        self.opacities.clear();
        self.opacities.resize(other.opacities.len(), T::ZERO);
    }

    /// The same values in another number type.
    #[must_use]
    pub fn cast<U: Scalar>(&self) -> Values<U> {
        let cast = |value: T| U::from_f64(value.to_f64());
        Values {
            points: self.points.iter().map(|point| point.map(cast)).collect(),
            colors: self.colors.iter().map(|color| color.map(cast)).collect(),
            opacities: self.opacities.iter().map(|opacity| cast(*opacity)).collect(),
        }
    }

    pub(crate) fn check(&self) -> Result<(), RasterError> {
        fn finite<T: Scalar, const N: usize>(kind: &'static str, values: &[[T; N]]) -> Result<(), RasterError> {
            let found = values.iter().position(|value| !value.iter().all(|v| v.is_finite()));
            found.map_or(Ok(()), |index| Err(RasterError::NotFinite { kind, index }))
        }
        finite("point", &self.points)?;
        finite("color", &self.colors)?;
        finite("opacity", self.opacities.as_chunks::<1>().0)
    }
}
