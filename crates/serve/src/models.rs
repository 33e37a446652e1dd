//! Models that the page offers for pictures of a description.

use std::collections::HashMap;
use std::error::Error;
use std::fmt;
use std::sync::{Arc, Mutex, PoisonError};

use linocut::pipeline::BoxGenerate;

type Open = Box<dyn Fn() -> Result<BoxGenerate, Box<dyn Error + Send + Sync>> + Send + Sync>;

/// A generator that is opened when it is first asked for.
pub struct Model {
    /// The name by which the page offers it.
    pub name: String,
    open: Open,
}

impl Model {
    /// A model under a name.
    pub fn new(
        name: impl Into<String>,
        open: impl Fn() -> Result<BoxGenerate, Box<dyn Error + Send + Sync>> + Send + Sync + 'static,
    ) -> Self {
        Self { name: name.into(), open: Box::new(open) }
    }
}

impl fmt::Debug for Model {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Model").field("name", &self.name).finish_non_exhaustive()
    }
}

/// The models on offer, and those that are open.
#[derive(Debug)]
pub(crate) struct Models {
    offered: Vec<Model>,
    opened: Mutex<HashMap<String, Opened>>,
}

#[derive(Clone)]
struct Opened(Arc<BoxGenerate>);

impl fmt::Debug for Opened {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Opened")
    }
}

impl Models {
    pub(crate) fn new(offered: Vec<Model>) -> Self {
        Self { offered, opened: Mutex::default() }
    }

    pub(crate) fn names(&self) -> Vec<&str> {
        self.offered.iter().map(|model| model.name.as_str()).collect()
    }

    /// The model of this name; it is opened once.
    pub(crate) fn get(&self, name: &str) -> Result<Arc<BoxGenerate>, String> {
        let mut opened = self.opened.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Opened(model)) = opened.get(name) {
            return Ok(Arc::clone(model));
        }
        let Some(model) = self.offered.iter().find(|model| model.name == name) else {
            return Err(format!("there is no model `{name}`; on offer: {}", self.names().join(", ")));
        };
        let model = Arc::new((model.open)().map_err(|error| format!("model `{name}`: {error}"))?);
        opened.insert(name.to_owned(), Opened(Arc::clone(&model)));
        Ok(model)
    }
}
