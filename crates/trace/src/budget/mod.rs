//! The budgeted tracer.
mod boundary;
mod chain;
mod colors;
mod cost;
mod coverage;
mod paint;
mod scan;
mod segment;
mod shapes;
mod start;
mod state;
pub mod lab;
