//! A word vector: a direction in the space of meanings, compared by cosine.

/// Number of dimensions of a vector.
pub const DIMENSIONS: usize = 112;

/// A direction in the space of meanings, of unit length, or zero for a word without meaning.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Vector([f32; DIMENSIONS]);

impl Vector {
    /// Normalises values to unit length; zero if all of them are zero or one is not finite.
    #[must_use]
    pub fn towards(values: [f32; DIMENSIONS]) -> Self {
        let length = values.iter().map(|&value| f64::from(value) * f64::from(value)).sum::<f64>().sqrt();
        if !length.is_finite() || length < 1e-12 {
            return Self([0.0; DIMENSIONS]);
        }
        Self(values.map(|value| (f64::from(value) / length) as f32))
    }

    /// Its [`DIMENSIONS`] numbers, -1 to 1.
    #[must_use]
    pub const fn values(&self) -> &[f32; DIMENSIONS] {
        &self.0
    }

    /// Cosine of the angle between two vectors, -1 to 1; 0 if either is zero.
    #[must_use]
    pub fn cosine(&self, other: &Self) -> f32 {
        self.0.iter().zip(&other.0).map(|(a, b)| a * b).sum::<f32>().clamp(-1.0, 1.0)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn axis(index: usize, length: f32) -> Vector {
        let mut values = [0.0; DIMENSIONS];
        values[index] = length;
        Vector::towards(values)
    }

    #[test]
    fn length_does_not_matter() {
        assert_eq!(axis(3, 0.01), axis(3, 900.0));
        assert_eq!((axis(3, 2.0).cosine(&axis(3, -7.0)), axis(3, 2.0).cosine(&axis(4, 2.0))), (-1.0, 0.0));
    }

    #[test]
    fn values_without_a_direction_give_zero() {
        for value in [0.0, f32::NAN, f32::INFINITY] {
            assert_eq!(axis(0, value).values(), &[0.0; DIMENSIONS]);
        }
    }

    proptest! {
        #[test]
        fn a_vector_is_nearest_to_itself(values in prop::collection::vec(-1e3_f32..1e3, DIMENSIONS)) {
            let mut array = [0.0; DIMENSIONS];
            array.copy_from_slice(&values);
            let vector = Vector::towards(array);
            prop_assume!(vector.values().iter().any(|&value| value != 0.0));
            prop_assert!((vector.cosine(&vector) - 1.0).abs() < 1e-5);
        }
    }
}
