//! Gradient descent over a drawing's values, ending on the integer grid and within the byte budget.
//!
//! [`refiner`] holds the options and runs all of it, [`steps`] takes the gradient steps with [`adam`] and puts coordinates
//! back on the grid with [`snap`], and [`fit`] returns shapes to their old outlines where the result is over the budget.

mod adam;
pub(crate) mod error;
mod fit;
pub(crate) mod refiner;
mod snap;
mod steps;
pub(crate) mod unsettled;
