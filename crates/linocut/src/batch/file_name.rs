//! File names from row ids, safe on any system.

use thiserror::Error;

/// Longest id in bytes: with an ending it stays below what any file system takes.
const MAX_BYTES: usize = 120;

/// Names that Windows keeps for devices, with any ending.
const DEVICES: [&str; 22] = [
    "aux", "com1", "com2", "com3", "com4", "com5", "com6", "com7", "com8", "com9", "con", "lpt1", "lpt2", "lpt3",
    "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9", "nul", "prn",
];

/// The file name of the SVG of this id, `ID.svg`, if it is safe on any system.
///
/// An id has 1 to 120 bytes: letters and digits of any script, `-`, `_` and `.`. It neither begins nor ends with `.`, and
/// is not a name that Windows reserves for devices.
///
/// # Errors
///
/// [`FileNameError`], which says which of these rules is broken.
pub fn file_name(id: &str) -> Result<String, FileNameError> {
    let shown = || id.chars().take(40).collect::<String>();
    if id.is_empty() {
        return Err(FileNameError::Empty);
    }
    if id.len() > MAX_BYTES {
        return Err(FileNameError::Length { id: shown(), bytes: id.len() });
    }
    if let Some(character) = id.chars().find(|c| !(c.is_alphanumeric() || matches!(c, '-' | '_' | '.'))) {
        return Err(FileNameError::Character { id: shown(), character });
    }
    let stem = id.split('.').next().unwrap_or_default().to_lowercase();
    if id.starts_with('.') || id.ends_with('.') || DEVICES.contains(&stem.as_str()) {
        return Err(FileNameError::Reserved { id: shown() });
    }
    Ok(format!("{id}.svg"))
}

/// Equal for names that some file system may take for one: those that differ in nothing but case.
pub(super) fn folded(name: &str) -> String {
    name.to_uppercase().to_lowercase()
}

/// Why an id cannot be the name of a file.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum FileNameError {
    /// There is no id.
    #[error("the id is empty")]
    Empty,
    /// The id is too long.
    #[error("id `{id}…` has {bytes} bytes, expected at most {MAX_BYTES}")]
    Length {
        /// Its first characters.
        id: String,
        /// Its length in bytes.
        bytes: usize,
    },
    /// The id has a character that may mean something else to a file system.
    #[error("id `{id}` has the character {character:?}, expected letters, digits, `-`, `_` and `.`")]
    Character {
        /// Its first characters.
        id: String,
        /// The character.
        character: char,
    },
    /// The id begins or ends with a dot, or is the name of a device.
    #[error("id `{id}` is reserved: it begins or ends with a dot or is the name of a device")]
    Reserved {
        /// The id.
        id: String,
    },
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plain_ids_are_names() {
        for id in ["02d892", "a-b_c.d", "Ä7", "海辺", "0", "console", &"x".repeat(MAX_BYTES)] {
            assert_eq!(file_name(id).unwrap(), format!("{id}.svg"));
        }
    }

    #[test]
    fn what_leads_elsewhere_is_refused() {
        for id in ["../x", "a/b", "a\\b", "C:x", "a b", "a\0", "a\n", "a*", "e\u{301}", "\u{202e}gvs"] {
            assert!(matches!(file_name(id), Err(FileNameError::Character { .. })), "{id:?}");
        }
        for id in [".", "..", ".hidden", "dot.", "nul", "CON", "com1.txt", "Aux"] {
            assert!(matches!(file_name(id), Err(FileNameError::Reserved { .. })), "{id:?}");
        }
    }

    #[test]
    fn empty_and_very_long_ids_are_refused() {
        assert_eq!(file_name(""), Err(FileNameError::Empty));
        let error = file_name(&"ü".repeat(1_000_000)).unwrap_err();
        assert!(matches!(error, FileNameError::Length { bytes: 2_000_000, .. }));
        assert!(error.to_string().len() < 200, "{error}");
    }

    #[test]
    fn names_that_differ_in_case_only_fold_to_one() {
        for (a, b) in [("Abc", "aBC"), ("ÄB", "äb"), ("ſ", "S"), ("\u{212a}", "k"), ("ß", "SS")] {
            assert_eq!(folded(a), folded(b));
        }
        assert_ne!(folded("a1"), folded("a2"));
    }
}
