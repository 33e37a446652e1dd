//! A build without models says which one has them.

use std::error::Error;
use std::sync::Arc;

use linocut::Generate;

use super::Asked;

pub(super) fn open(asked: &Asked) -> Result<Arc<dyn Generate + Send + Sync>, Box<dyn Error + Send + Sync>> {
    let Asked { model, steps, guidance, style, negative, size, device } = asked;
    // Named so that a build without models reads what one with them does.
    let _ = (steps, guidance, style, negative, size, device);
    let feature = if model == "linocut-small" { "small-model" } else { "models" };
    Err(format!("model `{model}` is not in this build: build with the feature `{feature}`").into())
}

pub(super) const fn known() -> Vec<(&'static str, bool)> {
    Vec::new()
}
