//! The sets that the bundled pictures come from.

use serde::Deserialize;

/// A set of pictures.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum ArtSet {
    /// Noto Emoji.
    Noto,
    /// Fluent Emoji, flat.
    Fluent,
    /// Flat Color Icons.
    Flat,
    /// Open Clip Art Library, as Debian packages it.
    OpenClipart,
    /// Drawn for this project.
    Drawn,
}

impl ArtSet {
    /// All sets.
    pub const ALL: [Self; 5] = [Self::Noto, Self::Fluent, Self::Flat, Self::OpenClipart, Self::Drawn];
}
