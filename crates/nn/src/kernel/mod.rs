//! CPU kernels in f32, as candle operations with gradients.

mod attention;
mod channel_norm;
mod convolution;
mod dense;
mod depthwise;
mod elementwise;
mod exponential;
mod gate;
mod gate_apart;
mod grain;
mod group_norm;
mod norm;
mod panel_product;
mod panels;
mod product;
mod rotate;
mod slices;
mod vectorised;

pub(crate) use attention::{attention, linear_attention};
pub(crate) use channel_norm::normalise_channels;
pub(crate) use convolution::{Kernel, convolve};
pub(crate) use dense::{dense, dense_activated};
pub(crate) use depthwise::{Taps, depthwise};
pub(crate) use elementwise::activate;
pub(crate) use gate::gate;
pub(crate) use gate_apart::gate_apart;
pub(crate) use group_norm::normalise_groups;
pub(crate) use norm::{Centre, normalise};
pub(crate) use panel_product::Strip;
pub(crate) use panels::{PANEL, Panels};
pub(crate) use rotate::rotate;
pub(crate) use slices::contiguous;
pub(crate) use vectorised::vectorised;
