//! One line of a run's log: the result of a row.

use std::borrow::Cow;
use std::fmt;

use serde::de::{MapAccess, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::pipeline::Timings;

/// The result of a row: a line of `results.jsonl`, written by this version or an earlier one. A row has either a file or an error.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Record {
    /// Id of the row.
    pub id: String,
    /// Its description.
    pub description: String,
    /// Name of its SVG within the folder.
    pub file: Option<String>,
    /// Length of the SVG in bytes.
    pub bytes: Option<usize>,
    /// Total score of the SVG.
    pub score: Option<f64>,
    /// Parts of the score in their order; in the log an object, with `null` for what is not a number.
    #[serde(default, serialize_with = "write_scores", deserialize_with = "read_scores")]
    pub scores: Vec<(Cow<'static, str>, f64)>,
    /// Who made the drawing, and from which seed.
    pub origin: Option<String>,
    /// Words of the description that it does not show.
    #[serde(default)]
    pub unused_words: Vec<String>,
    /// Whether time ran out before all was done.
    #[serde(default)]
    pub cut_short: bool,
    /// Time that the row took, in seconds; none in logs that do not say.
    pub seconds: Option<f64>,
    /// Time in each stage in seconds, summed over candidates and threads; in the log an object. Not read again.
    #[serde(serialize_with = "write_timings", skip_deserializing)]
    pub timings: Timings,
    /// Why there is no SVG.
    pub error: Option<String>,
}

impl Record {
    /// A part of the score, if it is a number.
    #[must_use]
    pub fn part(&self, name: &str) -> Option<f64> {
        self.scores.iter().find(|(part, _)| part == name).map(|(_, value)| *value).filter(|value| !value.is_nan())
    }
}

fn write_scores<S: Serializer>(parts: &[(Cow<'static, str>, f64)], serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(parts.iter().map(|(name, value)| (name, value)))
}

fn write_timings<S: Serializer>(timings: &Timings, serializer: S) -> Result<S::Ok, S::Error> {
    serializer.collect_map(timings.iter().map(|(stage, time)| (stage, seconds(time.as_secs_f64()))))
}

/// An object of numbers in the order in which it is written; not-a-number for anything else in it.
fn read_scores<'de, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<(Cow<'static, str>, f64)>, D::Error> {
    struct Parts;

    impl<'de> Visitor<'de> for Parts {
        type Value = Vec<(Cow<'static, str>, f64)>;

        fn expecting(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
            formatter.write_str("an object of scores by part")
        }

        fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
            let mut parts = Vec::new();
            while let Some((name, value)) = map.next_entry::<String, Option<f64>>()? {
                parts.push((name.into(), value.unwrap_or(f64::NAN)));
            }
            Ok(parts)
        }
    }

    deserializer.deserialize_map(Parts)
}

/// Seconds to the microsecond.
pub(crate) fn seconds(exact: f64) -> f64 {
    (exact * 1e6).round() / 1e6
}

#[cfg(test)]
mod tests {
    use super::*;

    fn record(line: &str) -> Result<Record, serde_json::Error> {
        serde_json::from_str(line)
    }

    #[test]
    fn words_that_are_not_shown_are_kept() {
        let unused_words = vec!["crooked".to_owned(), "café".to_owned()];
        let line = serde_json::to_string(&Record { unused_words, ..Record::default() }).unwrap();
        assert!(line.contains(r#""unused_words":["crooked","café"]"#), "{line}");
    }

    #[test]
    fn parts_of_the_score_keep_their_order_and_no_number_is_no_value() {
        let scores = vec![("z".into(), 0.5), ("fidelity".into(), f64::NAN), ("a".into(), 1.0)];
        let line = serde_json::to_string(&Record { scores, ..Record::default() }).unwrap();
        assert!(line.contains(r#""scores":{"z":0.5,"fidelity":null,"a":1.0}"#), "{line}");
        let back = record(&line).unwrap();
        let names: Vec<_> = back.scores.iter().map(|(name, _)| name.as_ref()).collect();
        assert_eq!(names, ["z", "fidelity", "a"]);
        assert_eq!((back.part("a"), back.part("fidelity"), back.part("none")), (Some(1.0), None, None));
    }

    #[test]
    fn a_record_is_read_as_it_was_written() {
        let seconds = Some(1.5);
        let written = Record { id: "a".to_owned(), bytes: Some(6), score: Some(0.5), seconds, ..Record::default() };
        assert_eq!(record(&serde_json::to_string(&written).unwrap()).unwrap(), written);
    }

    #[test]
    fn lines_of_earlier_versions_are_records() {
        let before_words = r#"{"id":"a","description":"a boat","file":"a.svg","bytes":6,"score":0.5,"scores":{"likeness":0.5},"origin":"collage, seed 1","cut_short":false,"seconds":1.5,"timings":{},"error":null}"#;
        let read = record(before_words).unwrap();
        assert_eq!((read.unused_words.len(), read.part("likeness"), read.seconds), (0, Some(0.5), Some(1.5)));
        let first = record(r#"{"id":"a","description":""}"#).unwrap();
        assert_eq!((first.file, first.seconds, first.scores.len()), (None, None, 0));
    }

    #[test]
    fn scores_of_another_kind_are_refused() {
        let error = record(r#"{"id":"a","description":"","scores":[1,2]}"#).unwrap_err();
        assert!(error.to_string().contains("an object of scores by part"), "{error}");
        assert!(record(r#"{"id":"a","description":"","scores":{"fidelity":"high"}}"#).is_err());
    }
}
