//! Where bundled art comes from.

use crate::art::archive::Picture;
use crate::art::set::ArtSet;

/// Where art comes from and under which licence.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Credit {
    /// Title of the work.
    pub title: &'static str,
    /// Who made it.
    pub author: &'static str,
    /// Where it is published.
    pub url: &'static str,
    /// Licence as an SPDX identifier.
    pub license: &'static str,
}

/// Source of the labels and keywords of emoji.
const EMOJIBASE: Credit = Credit {
    title: "emojibase-data",
    author: "Miles Johnson",
    url: "https://github.com/milesj/emojibase",
    license: "MIT",
};

impl ArtSet {
    /// Where the set comes from.
    #[must_use]
    pub const fn credit(self) -> Credit {
        let (title, author, url, license) = match self {
            Self::Noto => ("Noto Emoji", "Google Inc.", "https://github.com/googlefonts/noto-emoji", "Apache-2.0"),
            Self::Fluent => {
                ("Fluent Emoji", "Microsoft Corporation", "https://github.com/microsoft/fluentui-emoji", "MIT")
            }
            Self::Flat => ("Flat Color Icons", "Icons8", "https://github.com/icons8/flat-color-icons", "MIT"),
            Self::OpenClipart => ("Open Clip Art Library", "its contributors", "https://openclipart.org", "CC-PDDC"),
            Self::Drawn => ("linocut", "its authors", "assets/art/make/drawn", "MIT OR Apache-2.0"),
        };
        Credit { title, author, url, license }
    }

    /// Whether its labels and keywords are those of emojibase.
    const fn is_emoji(self) -> bool {
        matches!(self, Self::Noto | Self::Fluent)
    }
}

/// Sources and licences of everything bundled. The full texts are in [`license_texts`](crate::license_texts).
#[must_use]
pub fn credits() -> Vec<Credit> {
    ArtSet::ALL.map(ArtSet::credit).into_iter().chain([EMOJIBASE]).collect()
}

/// Sources of some pictures, each once, with the picture's author where that is known.
pub(crate) fn credits_of(pictures: impl Iterator<Item = &'static Picture>) -> Vec<Credit> {
    let mut credits: Vec<Credit> = Vec::new();
    let mut emoji = false;
    for picture in pictures {
        let set = picture.source.credit();
        let author = if picture.author.is_empty() { set.author } else { &picture.author };
        let credit = Credit { author, ..set };
        emoji |= picture.source.is_emoji();
        if !credits.contains(&credit) {
            credits.push(credit);
        }
    }
    credits.sort_unstable();
    credits.extend(emoji.then_some(EMOJIBASE));
    credits
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::art::archive::pictures;

    fn credits_for(source: ArtSet) -> Vec<Credit> {
        credits_of(pictures().unwrap().iter().filter(|picture| picture.source == source).take(40))
    }

    #[test]
    fn every_set_is_bundled_and_has_a_licence() {
        for source in ArtSet::ALL {
            let credits = credits_for(source);
            assert!(!credits.is_empty() && credits.iter().all(|credit| !credit.license.is_empty()), "{source:?}");
        }
    }

    #[test]
    fn emoji_name_their_labels_source_too() {
        assert_eq!(credits_for(ArtSet::Noto), [ArtSet::Noto.credit(), EMOJIBASE]);
        assert_eq!(credits_for(ArtSet::Flat), [ArtSet::Flat.credit()]);
    }

    #[test]
    fn authors_of_single_pictures_are_named() {
        let authors: Vec<&str> = credits_for(ArtSet::OpenClipart).iter().map(|credit| credit.author).collect();
        assert!(authors.contains(&"Architetto Francesco Rollandin"), "{authors:?}");
    }
}
