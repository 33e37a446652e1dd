//! Divides a list among processes that know nothing of each other, for example the tasks of a job array.

use std::fmt;
use std::path::{Path, PathBuf};
use std::str::FromStr;

use linocut_core::derive_seed;
use thiserror::Error;

use super::file_name::folded;
use super::row::Row;

/// Most shards of a list.
const MOST: u32 = 100_000;

/// One of so many parts of a list, written `I/N`, the first of four for example `1/4`.
///
/// Which part a row belongs to follows from its id alone, in whatever case it is written: not from its place in the list, nor from other
/// rows. So rows of one id, of which [`Batch`](super::Batch) draws one, always meet in one part, and a list that has grown keeps its parts.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Shard {
    index: u32,
    count: u32,
}

impl Shard {
    /// Part `index`, from 1, of `count`.
    ///
    /// # Errors
    ///
    /// [`ShardError`] unless `index` is 1 to `count`, and `count` at most 100,000.
    pub fn new(index: u32, count: u32) -> Result<Self, ShardError> {
        if index == 0 || index > count || count > MOST {
            return Err(ShardError { text: format!("{index}/{count}") });
        }
        Ok(Self { index, count })
    }

    /// Its number, from 1.
    #[must_use]
    pub const fn index(self) -> u32 {
        self.index
    }

    /// How many parts there are.
    #[must_use]
    pub const fn count(self) -> u32 {
        self.count
    }

    /// Whether a row belongs to this part.
    #[must_use]
    pub fn has(self, row: &Row) -> bool {
        place(&row.id) % u64::from(self.count) == u64::from(self.index - 1)
    }

    /// The rows of this part, in their order.
    #[must_use]
    pub fn of(self, rows: Vec<Row>) -> Vec<Row> {
        rows.into_iter().filter(|row| self.has(row)).collect()
    }

    /// The folder of this part within that of the whole: `shard-I-of-N`.
    #[must_use]
    pub fn folder(self, whole: &Path) -> PathBuf {
        whole.join(format!("shard-{}-of-{}", self.index, self.count))
    }

    /// The part that a folder of this name belongs to.
    pub(super) fn named(name: &str) -> Option<Self> {
        let (index, count) = name.strip_prefix("shard-")?.split_once("-of-")?;
        Self::new(index.parse().ok()?, count.parse().ok()?).ok()
    }
}

impl fmt::Display for Shard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.index, self.count)
    }
}

impl FromStr for Shard {
    type Err = ShardError;

    fn from_str(text: &str) -> Result<Self, ShardError> {
        let parts = text.split_once('/').and_then(|(index, count)| Some((index.parse().ok()?, count.parse().ok()?)));
        let (index, count) = parts.ok_or_else(|| ShardError { text: text.to_owned() })?;
        Self::new(index, count)
    }
}

/// A text that is no part of a list.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("`{text}` is no shard, expected I/N with 1 <= I <= N <= {MOST}")]
pub struct ShardError {
    /// The text.
    pub text: String,
}

/// A number that is spread evenly over ids and the same on every machine: FNV-1a of the id without its case, mixed.
fn place(id: &str) -> u64 {
    let hash = |hash: u64, byte: u8| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    derive_seed(folded(id).bytes().fold(0xcbf2_9ce4_8422_2325, hash), 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows(count: usize) -> Vec<Row> {
        (0..count).map(|i| Row::new(format!("row-{i}"), "a boat")).collect()
    }

    #[test]
    fn every_row_is_in_one_part_and_parts_are_alike_in_size() {
        let all = rows(10_000);
        let parts: Vec<Vec<Row>> = (1..=8).map(|index| Shard::new(index, 8).unwrap().of(all.clone())).collect();
        let sizes: Vec<usize> = parts.iter().map(Vec::len).collect();
        assert!(sizes.iter().all(|size| (1100..1400).contains(size)), "{sizes:?}");
        let mut together: Vec<String> = parts.into_iter().flatten().map(|row| row.id).collect();
        together.sort();
        let mut ids: Vec<String> = all.into_iter().map(|row| row.id).collect();
        ids.sort();
        assert_eq!(together, ids);
    }

    #[test]
    fn parts_are_the_same_on_every_machine() {
        let third = |id: &str| (1..=3).find(|index| Shard::new(*index, 3).unwrap().has(&Row::new(id, "")));
        assert_eq!(["a", "b", "c", "海辺", ""].map(|id| third(id).unwrap()), [2, 2, 2, 3, 1]);
    }

    #[test]
    fn rows_of_one_id_meet_whatever_their_case() {
        for count in 1..50 {
            let shard = Shard::new(1, count).unwrap();
            assert_eq!(shard.has(&Row::new("Boat", "x")), shard.has(&Row::new("bOAT", "y")));
        }
    }

    #[test]
    fn what_is_no_part_is_refused() {
        assert_eq!("2/4".parse(), Shard::new(2, 4));
        assert_eq!("2/4".parse::<Shard>().unwrap().to_string(), "2/4");
        for text in ["", "1", "0/4", "5/4", "1/0", "-1/4", "1/4/2", "a/b", "1/100001", " 1/4"] {
            let error = text.parse::<Shard>().unwrap_err().to_string();
            assert!(error.contains("expected I/N"), "{error}");
        }
    }

    #[test]
    fn folders_are_told_by_their_names() {
        let shard = Shard::new(12, 40).unwrap();
        let folder = shard.folder(Path::new("out"));
        assert_eq!(folder, Path::new("out/shard-12-of-40"));
        assert_eq!(Shard::named("shard-12-of-40"), Some(shard));
        for name in ["shard-0-of-4", "shard-5-of-4", "shard-1", "a.svg", "shard-1-of-4.old"] {
            assert_eq!(Shard::named(name), None, "{name}");
        }
    }
}
