//! Convolution on the CPU in f32: columns and a product as the reference, Winograd's F(4 x 4, 3 x 3) on top.

mod columns;
mod lay;
mod operation;
mod winograd;

pub(crate) use lay::Kernel;
pub(crate) use operation::convolve;
