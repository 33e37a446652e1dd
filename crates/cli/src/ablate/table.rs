//! The values of every picture as CSV: a line without a touch and a line with each.

use std::path::Path;

use super::study::Found;
use super::touch::Touch;
use crate::failure::{Failed, Failure};
use crate::named_values::NamedValues;

/// What the column of touches says where there is none.
const NONE: &str = "none";

/// Writes the table.
pub(super) fn write(path: &Path, touches: &[Touch], found: &[Found<'_>]) -> Result<(), Failed> {
    let mut table = csv::Writer::from_path(path).map_err(Failure::io("write", path))?;
    let names = found.first().map_or(&[][..], |found| &found.without.0).iter().map(|(name, _)| name.to_string());
    let columns = ["id", "description", "seed", "touch"].map(str::to_owned);
    table.write_record(columns.into_iter().chain(names))?;
    for found in found {
        table.write_record(line(found, NONE, &found.without))?;
        for (touch, values) in touches.iter().zip(&found.with) {
            table.write_record(line(found, &touch.to_string(), values))?;
        }
    }
    Ok(table.flush().map_err(Failure::io("write", path))?)
}

fn line(found: &Found<'_>, touch: &str, values: &NamedValues) -> Vec<String> {
    let row = found.case.row;
    let case = [row.id.clone(), row.description.clone(), found.case.seed.to_string(), touch.to_owned()];
    case.into_iter().chain(values.0.iter().map(|(_, value)| value.to_string())).collect()
}
