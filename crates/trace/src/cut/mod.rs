//! Tracers that draw too much and cut it to the budget: what adds the least squared error per byte saved goes first.

mod bisect;
mod contours;
mod cover;
mod importance;
mod join;
mod kmeans;
mod layer;
mod offer;
mod outline;
mod plan;
mod price;
mod prune;
mod regions;
mod search;
mod stack;
#[cfg(feature = "vtracer")]
mod vtracer;

pub use contours::Contours;
#[cfg(feature = "vtracer")]
pub use vtracer::{Layering, VTracer};
