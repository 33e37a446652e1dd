//! Boxed stages, for pipelines that are assembled at run time.

use linocut_core::{Draw, Generate, Render, Rewrite, Score, Trace};

/// Any generator.
pub type BoxGenerate = Box<dyn Generate + Send + Sync>;
/// Any drawer.
pub type BoxDraw = Box<dyn Draw + Send + Sync>;
/// Any tracer.
pub type BoxTrace = Box<dyn Trace + Send + Sync>;
/// Any rewrite.
pub type BoxRewrite = Box<dyn Rewrite + Send + Sync>;
/// Any renderer.
pub type BoxRender = Box<dyn Render + Send + Sync>;
/// Any score.
pub type BoxScore = Box<dyn Score + Send + Sync>;
