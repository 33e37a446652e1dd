//! What goes wrong while a picture is made.

use crate::model_error::ModelError;
use crate::sampler::SamplerError;

/// Why there is no picture.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GenerateError {
    /// A size that the model cannot draw.
    #[error(
        "a picture of {width} x {height} px, sides must be multiples of {multiple} px from {multiple} to {most} px"
    )]
    Size {
        /// Width asked for, in pixels.
        width: u32,
        /// Height asked for, in pixels.
        height: u32,
        /// What sides are multiples of, in pixels.
        multiple: u32,
        /// Longest side, in pixels.
        most: u32,
    },
    /// A guidance that is not a number.
    #[error("guidance is {actual}, expected a finite number")]
    Guidance {
        /// What was asked for.
        actual: f64,
    },
    /// An end was asked for before there was a picture.
    #[error("stopped after {step} of {steps} steps")]
    Stopped {
        /// Steps that were finished.
        step: usize,
        /// Steps of the whole run.
        steps: usize,
    },
    /// The schedule cannot be made, or a step gave values that are not numbers: the step is named.
    #[error(transparent)]
    Sampler(#[from] SamplerError),
    /// The model gave scores that are not numbers.
    #[error("the scores of token {token} hold values that are not finite")]
    Scores {
        /// The token, from 0.
        token: usize,
    },
    /// The model could not be run on this input.
    #[error(transparent)]
    Model(Box<ModelError>),
}

impl GenerateError {
    /// What an error of the model means behind so many steps.
    pub(crate) fn behind(step: usize, steps: usize) -> impl FnOnce(ModelError) -> Self {
        move |error| match error {
            ModelError::Stopped => Self::Stopped { step, steps },
            error => error.into(),
        }
    }
}

impl From<ModelError> for GenerateError {
    fn from(error: ModelError) -> Self {
        Self::Model(Box::new(error))
    }
}

impl From<candle_core::Error> for GenerateError {
    fn from(error: candle_core::Error) -> Self {
        ModelError::from(error).into()
    }
}
