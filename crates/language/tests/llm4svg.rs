//! LLM4SVG's codec against what its own program makes of the same texts, broken ones included.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use linocut_language::llm4svg::{EncodeError, EncodeOptions, PLAIN_TOKENS, added_tokens, decode, encode};
use proptest::prelude::*;
use serde::Deserialize;
use serde_json::Value;

#[derive(Deserialize)]
#[serde(tag = "op", rename_all = "lowercase")]
enum Case {
    Encode {
        name: String,
        svg: String,
        options: Value,
        r#struct: Option<String>,
        text: Option<String>,
        error: Option<String>,
    },
    Decode {
        name: String,
        text: String,
        svg: String,
    },
}

fn cases() -> Vec<Case> {
    let lines = include_str!("../../../fixtures/language/llm4svg-codec.jsonl").lines();
    lines.map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn options(given: &Value) -> EncodeOptions {
    let mut options = EncodeOptions::default();
    for (name, value) in given.as_object().unwrap() {
        let list = || value.as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect();
        match name.as_str() {
            "include_gradient_tag" => options.gradients = value.as_bool().unwrap(),
            "path_only" => options.paths_only = value.as_bool().unwrap(),
            "include_group" => options.groups = value.as_bool().unwrap(),
            "group_attr_inherit" => options.inherit = value.as_bool().unwrap(),
            "ignore_tags" => options.ignored_elements = list(),
            "ignore_attrs" => options.ignored_attributes = list(),
            other => panic!("{other}"),
        }
    }
    options
}

#[test]
fn every_case_is_encoded_as_the_reference_encodes_it() {
    let mut count = 0;
    for case in cases() {
        let Case::Encode { name, svg, options: given, r#struct, text, error } = case else { continue };
        let found = encode(&svg, &options(&given));
        match (found, error) {
            (Ok(found), None) => {
                assert_eq!(Some(&found.structure), r#struct.as_ref(), "{name}");
                assert_eq!(Some(&found.text), text.as_ref(), "{name}");
            }
            (Err(EncodeError::Xml(_)), Some(expected)) => assert_eq!(expected, "XMLSyntaxError", "{name}"),
            (Err(_), Some(expected)) => assert_eq!(expected, "ValueError", "{name}"),
            (found, expected) => panic!("{name}: {found:?}, expected {expected:?}"),
        }
        count += 1;
    }
    assert!(count > 50, "{count}");
}

#[test]
fn every_case_is_decoded_as_the_reference_decodes_it() {
    let mut count = 0;
    for case in cases() {
        if let Case::Decode { name, text, svg } = case {
            assert_eq!(decode(&text), svg, "{name}");
            count += 1;
        }
    }
    assert!(count > 100, "{count}");
}

#[test]
fn tokens_are_added_in_the_published_order() {
    let listed: Value = serde_json::from_str(include_str!("../../../fixtures/language/llm4svg-tokens.json")).unwrap();
    let names = |key: &str| -> Vec<String> {
        listed[key].as_array().unwrap().iter().map(|name| name.as_str().unwrap().to_owned()).collect()
    };
    let added: Vec<String> = added_tokens().collect();
    assert_eq!((added[..PLAIN_TOKENS].to_vec(), added[PLAIN_TOKENS..].to_vec()), (names("plain"), names("special")));
}

#[test]
fn errors_say_what_and_where() {
    let error = |svg: &str| encode(svg, &EncodeOptions::default()).unwrap_err().to_string();
    assert_eq!(error("<svg><circle r='3px'/></svg>"), "attribute `r` is `3px`, expected a number without unit");
    assert_eq!(error("<svg><!-- a --></svg>"), "a comment or processing instruction at byte 5 has no token");
    let deep = format!("{}{}", "<g>".repeat(300), "</g>".repeat(300));
    assert_eq!(error(&deep), "elements are nested more than 255 deep");
}

proptest! {
    /// Paths with small letters survive both ways.
    #[test]
    fn relative_paths_come_back(steps in prop::collection::vec((-99_i32..99, -99_i32..99), 1..20), fill in "#[0-9a-f]{6}") {
        let lines: String = steps.iter().map(|(x, y)| format!("l{x} {y}")).collect();
        let svg = format!("<svg><path d=\"m1 2{lines}z\" fill=\"{fill}\"/></svg>");
        let text = encode(&svg, &EncodeOptions::default()).unwrap().text;
        let path = format!("<path d=\"m1 2{lines}z\" fill='{fill}' />");
        prop_assert!(decode(&text).contains(&path), "{}", text);
    }

    /// No stream of tokens and text breaks the decoder.
    #[test]
    fn any_stream_is_decoded(parts in prop::collection::vec((0_usize..60, ".{0,8}"), 0..60)) {
        let names: Vec<String> = added_tokens().chain(["[<|".to_owned(), "|>]".to_owned()]).collect();
        let text: String = parts.iter().map(|(at, text)| format!("{}{text}", names[*at])).collect();
        let _ = decode(&text);
    }
}
