//! `BudgetTracer`: search on the integer grid with the exact error and bytes of every move.

mod additions;
mod adopt;
mod aim;
mod band;
mod boundary;
mod cells;
mod chain;
mod colors;
mod cost;
mod coverage;
mod curve;
mod fit;
mod graph;
mod moments;
mod objective;
mod opacity;
mod outline;
mod paint;
mod pairs;
mod perceptual;
mod rectangles;
mod scan;
mod schedule;
mod search;
mod segment;
mod shapes;
mod space;
mod start;
mod state;
pub mod steps;
mod sweep;
mod thin;
mod tracer;

pub use objective::Objective;
pub use schedule::Work;
pub use tracer::{BudgetTracer, TraceProgress};
