//! Garments: cuts as outlines, trimmings on them, and the fabric that fills them.

mod clip;
mod cut;
pub(super) mod fabric;
pub(super) mod garment;
pub(super) mod hanger;
mod motif;
mod trimmings;
