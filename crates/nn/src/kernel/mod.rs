//! CPU kernels in f32, as candle operations with gradients.

mod dense;
mod product;
mod slices;

pub(crate) use dense::dense;
