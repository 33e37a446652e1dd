//! Lists of descriptions, which must not be empty.

use std::path::Path;

use linocut::batch::{Row, read_rows};

use crate::failure::{Failed, Failure};

/// The rows of a list, readable or not; at least one.
pub(crate) fn rows(path: &Path) -> Result<Vec<Row>, Failed> {
    let rows = read_rows(path)?;
    if rows.is_empty() {
        return Err(Failure::NoRows { path: path.to_path_buf() }.into());
    }
    Ok(rows)
}
