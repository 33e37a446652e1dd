//! A row of a run: its line of the log, and its picture.

use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::{Component, Path};

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer};

/// Longest SVG that is put on a page, in bytes. A hundred times what a valid one may have.
pub(super) const MAX_SVG_BYTES: u64 = 1 << 20;

/// A line of `results.jsonl`, of any version that wrote one.
#[derive(Clone, PartialEq, Debug, Deserialize)]
pub(super) struct Row {
    pub(super) id: String,
    pub(super) description: String,
    pub(super) file: Option<String>,
    pub(super) bytes: Option<u64>,
    pub(super) score: Option<f64>,
    /// Parts of the score; none for what is no number.
    #[serde(default, deserialize_with = "parts")]
    pub(super) scores: Vec<(String, Option<f64>)>,
    pub(super) origin: Option<String>,
    #[serde(default)]
    pub(super) unused_words: Vec<String>,
    #[serde(default)]
    pub(super) cut_short: bool,
    pub(super) seconds: Option<f64>,
    pub(super) error: Option<String>,
    /// The SVG, if the row has one that can be shown.
    #[serde(skip)]
    pub(super) svg: Option<String>,
    /// Why the SVG cannot be shown.
    #[serde(skip)]
    pub(super) problem: Option<String>,
}

impl Row {
    /// Whether its SVG lies in the folder of the log itself.
    pub(super) fn is_inside(&self) -> bool {
        self.file.as_deref().is_none_or(|file| {
            let mut components = Path::new(file).components();
            matches!((components.next(), components.next()), (Some(Component::Normal(name)), None) if name == file)
        })
    }

    /// The row with its picture, or with the reason why there is none.
    pub(super) fn with_picture(mut self, folder: &Path) -> Self {
        match self.file.as_ref().map(|file| svg(&folder.join(file)).map_err(|why| format!("{file} {why}"))) {
            Some(Ok(svg)) => self.svg = Some(svg),
            Some(Err(problem)) => self.problem = Some(problem),
            None => {}
        }
        self
    }

    /// A part of the score, if it has a value.
    pub(super) fn part(&self, name: &str) -> Option<f64> {
        self.scores.iter().find(|(part, _)| part == name).and_then(|(_, value)| *value)
    }
}

/// The text of an SVG, or what is wrong with it.
fn svg(path: &Path) -> Result<String, String> {
    let file = File::open(path).map_err(|error| match error.kind() {
        ErrorKind::NotFound => "is missing".to_owned(),
        _ => format!("cannot be read: {error}"),
    })?;
    let mut text = Vec::new();
    let read = file.take(MAX_SVG_BYTES + 1).read_to_end(&mut text);
    read.map_err(|error| format!("cannot be read: {error}"))?;
    if text.len() as u64 > MAX_SVG_BYTES {
        return Err(format!("is longer than {MAX_SVG_BYTES} bytes"));
    }
    String::from_utf8(text).map_err(|_| "is not UTF-8".to_owned())
}

/// An object of numbers in the order in which it is written; anything else in it is no value.
fn parts<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(String, Option<f64>)>, D::Error> {
    struct Parts;

    impl<'de> Visitor<'de> for Parts {
        type Value = Vec<(String, Option<f64>)>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of scores by part")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut parts = Vec::new();
            while let Some((name, value)) = map.next_entry::<String, Option<f64>>()? {
                parts.push((name, value));
            }
            Ok(parts)
        }
    }

    deserializer.deserialize_map(Parts)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn row(line: &str) -> Result<Row, serde_json::Error> {
        serde_json::from_str(line)
    }

    fn with_file(file: &str) -> Row {
        row(&serde_json::json!({ "id": "a", "description": "", "file": file }).to_string()).unwrap()
    }

    #[test]
    fn parts_keep_their_order_and_no_number_is_no_value() {
        let row = row(r#"{"id":"a","description":"","scores":{"z":0.5,"likeness":null,"a":1}}"#).unwrap();
        let names: Vec<_> = row.scores.iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["z", "likeness", "a"]);
        assert_eq!((row.part("a"), row.part("likeness"), row.part("none")), (Some(1.0), None, None));
    }

    #[test]
    fn scores_of_another_kind_are_refused() {
        let error = row(r#"{"id":"a","description":"","scores":[1,2]}"#).unwrap_err();
        assert!(error.to_string().contains("an object of scores by part"), "{error}");
        assert!(row(r#"{"id":"a","description":"","scores":{"likeness":"high"}}"#).is_err());
    }

    #[test]
    fn only_names_within_the_folder_are_inside() {
        for file in ["a.svg", "海辺.svg", "a b.svg"] {
            assert!(with_file(file).is_inside(), "{file:?}");
        }
        for file in ["", ".", "..", "../a.svg", "/etc/passwd", "a/b.svg", "./a.svg", "a.svg/"] {
            assert!(!with_file(file).is_inside(), "{file:?}");
        }
    }

    #[test]
    fn what_cannot_be_shown_is_said_and_the_row_stays() {
        let home = tempfile::tempdir().unwrap();
        std::fs::write(home.path().join("latin.svg"), b"<svg>\xe4</svg>").unwrap();
        std::fs::write(home.path().join("long.svg"), vec![b' '; MAX_SVG_BYTES as usize + 1]).unwrap();
        std::fs::write(home.path().join("most.svg"), vec![b' '; MAX_SVG_BYTES as usize]).unwrap();
        let problem = |file: &str| with_file(file).with_picture(home.path()).problem;
        assert_eq!(problem("gone.svg").unwrap(), "gone.svg is missing");
        assert_eq!(problem("latin.svg").unwrap(), "latin.svg is not UTF-8");
        assert_eq!(problem("long.svg").unwrap(), "long.svg is longer than 1048576 bytes");
        assert_eq!(problem("most.svg"), None);
    }
}
