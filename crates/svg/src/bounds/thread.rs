//! Runs usvg within bounds, on a thread with enough stack, and catches its panics.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::thread::{Builder, scope};

use roxmltree::{Document, ParsingOptions};
use usvg::{ImageHrefResolver, Options, Tree};

use super::error::{BoundError, clipped};
use super::extent::Extent;
use super::markup;
use crate::amend::{Amended, amended};
use crate::limits::MAX_NODES;

/// Levels for which the stack of any thread is large enough.
const SHALLOW: usize = 32;

/// Stack in bytes for each level of what is deeper. With a sixteenth of it, 990 levels of groups and chains of hundreds of
/// patterns, clip paths and uses are read and drawn in the dev profile; without any optimisation a level takes more.
const LEVEL_STACK: usize = 32 << 10;

/// Reads a text within bounds and runs `work` on the tree.
///
/// If the tree is deep, this happens on a separate thread whose stack is large enough for it.
/// Pictures inside the SVG are not loaded, neither from files nor from `data:` addresses.
///
/// # Errors
///
/// That of the first check that fails, or usvg's.
pub(crate) fn with_tree<T, E>(text: &str, work: impl FnOnce(&Tree, Extent) -> Result<T, E> + Send) -> Result<T, E>
where
    T: Send,
    E: From<BoundError> + From<usvg::Error> + Send,
{
    markup::check(text)?;
    let document = parse(text)?;
    let Amended { text: amended, unread } = amended(&document)?;
    let document = match &amended {
        Some(text) => parse(text)?,
        None => document,
    };
    let extent = Extent { unread, ..Extent::of(&document)? };
    let read = || work(&Tree::from_xmltree(&document, &unloading())?, extent);
    let caught = || catch_unwind(AssertUnwindSafe(read)).unwrap_or_else(|panic| Err(panicked(&*panic).into()));
    if extent.levels <= SHALLOW {
        return caught();
    }
    let builder = Builder::new().stack_size((extent.levels + SHALLOW) * LEVEL_STACK);
    scope(|scope| match builder.spawn_scoped(scope, caught) {
        Ok(thread) => thread.join().unwrap_or_else(|panic| Err(panicked(&*panic).into())),
        Err(_) => Err(BoundError::Thread { levels: extent.levels }.into()),
    })
}

fn parse(text: &str) -> Result<Document<'_>, usvg::Error> {
    let nodes_limit = 3 * MAX_NODES as u32;
    let options = ParsingOptions { allow_dtd: true, nodes_limit, ..ParsingOptions::default() };
    Ok(Document::parse_with_options(text, options)?)
}

/// Options that load no pictures.
fn unloading() -> Options<'static> {
    let image_href_resolver = ImageHrefResolver {
        resolve_data: Box::new(|_: &str, _: Arc<Vec<u8>>, _: &Options<'_>| None),
        resolve_string: Box::new(|_: &str, _: &Options<'_>| None),
    };
    Options { image_href_resolver, ..Options::default() }
}

fn panicked(panic: &(dyn Any + Send)) -> BoundError {
    let text = panic.downcast_ref::<String>().map(String::as_str).or_else(|| panic.downcast_ref::<&str>().copied());
    BoundError::Panic { message: clipped(text.unwrap_or("nothing")) }
}
