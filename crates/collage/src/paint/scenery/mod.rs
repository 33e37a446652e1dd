//! Landscapes, from the sky down to the ground that things stand on.

mod built;
mod cliffs;
mod forest;
mod garden;
mod land;
mod peaks;
mod plants;
mod scape;
pub(super) mod setting;
mod shore;
pub(super) mod sky;
pub(super) mod surface;
mod underwater;
mod village;
mod water;
