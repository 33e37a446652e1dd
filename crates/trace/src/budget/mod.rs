//! The budgeted tracer.
mod boundary;
mod chain;
mod colors;
mod cost;
mod coverage;
mod moments;
mod opacity;
mod paint;
mod scan;
mod segment;
mod shapes;
mod start;
mod state;
mod sweep;
pub mod lab;
