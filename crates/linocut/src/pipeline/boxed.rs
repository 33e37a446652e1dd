//! The stages as boxes, for pipelines that are put together at run time.

use linocut_collage::Collage;
use linocut_core::{Draw, Generate, Render, Rewrite, Score, Trace};
use linocut_score::{Likeness, MetricRenderer};
use linocut_trace::BudgetTracer;

use super::{Named, Pipeline, PipelineOptions};

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

impl Pipeline {
    /// What runs on any machine without a download: the composer's pictures, traced by [`BudgetTracer`] in one
    /// thread for each candidate, and its vector drawings, scored by [`Likeness`].
    #[must_use]
    pub fn standard() -> Self {
        let tracer = BudgetTracer { threads: 1, ..BudgetTracer::default() };
        Self {
            generator: Some(Box::new(Collage::default())),
            drawers: vec![Named::new("collage", Box::new(Collage::default()))],
            tracers: vec![Named::new("budget", Box::new(tracer))],
            rewrites: Vec::new(),
            renderer: Box::new(MetricRenderer),
            score: Box::new(Likeness::default()),
            options: PipelineOptions::default(),
        }
    }
}
