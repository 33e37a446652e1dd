//! What a model learns from: descriptions and their drawings.

use std::fs::File;
use std::io::{BufRead, BufReader, Read};
use std::path::Path;

use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task};
use linocut_svg::{Drawing, read_foreign};
use serde::{Deserialize, Serialize};

use super::error::TuneError;

/// Most bytes of a line.
const MAX_LINE: u64 = 1 << 20;

/// A description and the SVG that a model is to answer it with.
#[derive(Clone, PartialEq, Eq, Debug, Serialize, Deserialize)]
pub struct Pair {
    /// What to draw.
    pub description: String,
    /// The drawing, as text.
    pub svg: String,
}

impl Pair {
    /// The budget that a question names.
    pub(super) const BUDGET: ByteBudget = ByteBudget::CONTEST;

    /// Reads pairs, one JSON object a line; empty lines are left out, other fields are ignored.
    ///
    /// # Errors
    ///
    /// [`TuneError::Io`]; [`TuneError::Pair`] names the first line that is no pair or whose `svg` is no valid drawing within the contest's
    /// budget; [`TuneError::NoPairs`] for a file without any.
    pub fn read(file: &Path) -> Result<Vec<Self>, TuneError> {
        let io = |source| TuneError::Io { file: file.to_owned(), source };
        let mut reader = BufReader::new(File::open(file).map_err(io)?);
        let (mut pairs, mut bytes) = (Vec::new(), Vec::new());
        for line in 1.. {
            bytes.clear();
            if reader.by_ref().take(MAX_LINE + 1).read_until(b'\n', &mut bytes).map_err(io)? == 0 {
                break;
            }
            let wrong = |reason: String| TuneError::Pair { file: file.to_owned(), line, reason };
            if bytes.len() as u64 > MAX_LINE {
                return Err(wrong(format!("it is longer than {MAX_LINE} bytes")));
            }
            if bytes.trim_ascii().is_empty() {
                continue;
            }
            let pair: Self = serde_json::from_slice(&bytes).map_err(|error| wrong(error.to_string()))?;
            check(&pair.svg, &Profile::CONTEST).map_err(|invalid| wrong(format!("`svg` is not valid: {invalid}")))?;
            pairs.push(pair);
        }
        if pairs.is_empty() { Err(TuneError::NoPairs { file: file.to_owned() }) } else { Ok(pairs) }
    }

    /// What a drawer makes of descriptions, each in at most `budget` bytes, on a grid of `side` units. The seed of a description is its
    /// place in the list; one that the drawer cannot draw is left out.
    pub fn drawn<'a>(
        drawer: &'a dyn Draw,
        descriptions: &'a [String],
        budget: ByteBudget,
        side: u32,
    ) -> impl Iterator<Item = Self> + 'a {
        let one = move |(seed, description): (usize, &String)| {
            let stop = Stop::never();
            let prompt = Prompt::new(description.as_str(), seed as u64);
            let drawing = drawer.draw(&prompt, &Task::new(budget, &stop)).ok()?;
            let drawing = on_grid(&drawing, side)?;
            let svg = drawing.compact().write().to_string();
            budget.fits(svg.len()).then(|| Self { description: description.clone(), svg })
        };
        descriptions.iter().enumerate().filter_map(one)
    }
}

/// The same drawing on another grid.
fn on_grid(drawing: &Drawing, side: u32) -> Option<Drawing> {
    if drawing.width == side {
        return Some(drawing.clone());
    }
    Some(read_foreign(drawing.write().as_ref(), side).ok()?.drawing)
}
