//! Hostile input is checked and sanitised fast and in little memory.

#[path = "../../../fixtures/peak_memory.rs"]
mod peak_memory;

use std::time::{Duration, Instant};

use linocut_constraints::{Invalid, Profile, Rule, SanitiseError, check, check_bytes, sanitise};
use peak_memory::{alone, peak};

/// Bytes that reading may need above its input.
const MEMORY: usize = 64 << 20;

/// A profile that reads what the contest's length limit would refuse unread.
fn long() -> Profile {
    Profile { max_bytes: usize::MAX, ..Profile::CONTEST }
}

/// Runs on a text of some length within 50 ms for each MB, at least 50 ms, and within [`MEMORY`]. Other programs may be
/// running: of three times the shortest counts. Without optimisation, three times as long is allowed.
fn bounded<T>(bytes: usize, mut run: impl FnMut() -> T) -> T {
    let allowed =
        Duration::from_millis(if cfg!(debug_assertions) { 150 } else { 50 }) * bytes.div_ceil(1 << 20).max(1) as u32;
    let mut shortest = Duration::MAX;
    for attempt in 0..3 {
        let start = Instant::now();
        let (result, before, most) = peak(&mut run);
        shortest = shortest.min(start.elapsed());
        let memory = most - before;
        assert!(memory <= MEMORY, "{memory} bytes above {bytes} bytes of input");
        if shortest <= allowed {
            return result;
        }
        assert!(attempt < 2, "{shortest:?} for {bytes} bytes, {allowed:?} are allowed");
    }
    unreachable!("the third attempt returned or failed");
}

/// What the check and the sanitiser say of a text.
fn refused(text: &str) -> (Invalid, Option<SanitiseError>) {
    let invalid = bounded(text.len(), || check(text, &long())).expect_err("hostile text is not valid");
    (invalid, bounded(text.len(), || sanitise(text, &Profile::CONTEST)).err())
}

fn svg(body: &str) -> String {
    format!("<svg xmlns='http://www.w3.org/2000/svg'>{body}</svg>")
}

#[test]
fn the_length_limit_comes_before_everything() {
    let _alone = alone();
    let text = svg(&"<image/>".repeat(1 << 20));
    let error = bounded(1, || check(&text, &Profile::CONTEST)).unwrap_err();
    assert!(matches!(error.violations[..], [linocut_constraints::Violation { rule: Rule::Bytes { .. }, .. }]));
}

#[test]
fn entity_bombs_are_refused_and_sanitised_unexploded() {
    let _alone = alone();
    let entities: String =
        (1..10).map(|n| format!("<!ENTITY a{n} '{}'>", format!("&a{};", n - 1).repeat(10))).collect();
    let text = format!("<!DOCTYPE svg [<!ENTITY a0 'ha'>{entities}]>{}", svg("<path id='&a9;'/>&a9;"));
    let (invalid, error) = refused(&text);
    assert_eq!((&invalid.violations[0].rule, error), (&Rule::Dtd, None));
    let many = svg(&"&a;".repeat(1 << 20));
    assert!(refused(&many).0.to_string().contains("entity `a` is not declared"));
}

#[test]
fn a_hundred_thousand_levels_are_an_error() {
    let _alone = alone();
    let text = svg(&format!("{}{}", "<g>".repeat(100_000), "</g>".repeat(100_000)));
    let (invalid, error) = refused(&text);
    assert!(invalid.to_string().contains("more than 2500 levels of elements"), "{invalid}");
    assert!(matches!(error, Some(SanitiseError::Xml(_))), "{error:?}");
    let (invalid, _) = refused(&svg(&"<g>".repeat(1 << 20)));
    assert!(invalid.to_string().len() < 200, "{invalid}");
}

#[test]
fn attributes_of_a_hundred_megabytes_are_read_in_place() {
    let _alone = alone();
    let long = 100 << 20;
    for value in ["x".repeat(long), "&#65;".repeat(long / 5)] {
        let text = svg(&format!("<rect href='{value}'/>"));
        let (invalid, error) = refused(&text);
        assert!(invalid.to_string().len() < 1000);
        assert!(matches!(error, None | Some(SanitiseError::TooMuch { .. })), "{error:?}");
    }
    let (invalid, _) = refused(&svg(&format!("<{}/>", "x".repeat(long))));
    assert_eq!(invalid.violations[0].rule, Rule::Element);
}

#[test]
fn many_attributes_names_and_namespaces_are_an_error() {
    let _alone = alone();
    let count = 300_000;
    let attributes: String = (0..count).map(|n| format!(" a{n}=''")).collect();
    assert!(refused(&svg(&format!("<g{attributes}/>"))).0.to_string().contains("attributes of an element"));
    let namespaces: String = (0..2_499).map(|n| format!(" xmlns:a{n}='u{n}'")).collect();
    let used: String = (0..2_499).map(|n| format!(" a{n}:id=''")).collect();
    let text = format!("<svg{namespaces}>{}<image/></svg>", format!("<g{used}/>").repeat(160));
    assert_eq!(refused(&text).0.violations.len(), 1);
}

#[test]
fn many_violations_are_counted_and_cut() {
    let _alone = alone();
    let text = svg(&"<image/><g style=''/>".repeat(200_000));
    let invalid = bounded(text.len(), || check(&text, &long())).unwrap_err();
    assert_eq!(invalid.violations.len(), linocut_constraints::MAX_VIOLATIONS);
    let error = bounded(text.len(), || sanitise(&text, &Profile::CONTEST)).unwrap_err();
    assert_eq!(error, SanitiseError::TooManyNodes);
}

#[test]
fn bytes_that_are_no_text_are_refused_where_they_are() {
    let _alone = alone();
    let mut bytes = svg(&" ".repeat(8 << 20)).into_bytes();
    let last = bytes.len() - 7;
    for (byte, said) in [(0xff, "byte 0xff is not UTF-8"), (0, "character U+0000 is not allowed")] {
        bytes[last] = byte;
        let error = bounded(bytes.len(), || check_bytes(&bytes, &long())).unwrap_err();
        assert!(error.to_string().contains(said), "{error}");
    }
    for (piece, said) in
        [("]]>", "`]]>` outside a CDATA section"), ("\0", "character U+0000"), ("&#0;", "is to no character")]
    {
        let text = svg(&format!("{}{piece}", " ".repeat(8 << 20)));
        let (invalid, error) = refused(&text);
        assert!(invalid.to_string().contains(said), "{invalid}");
        assert!(matches!(error, Some(SanitiseError::Xml(_))), "{error:?}");
    }
}

#[test]
fn other_encodings_are_not_copied_without_end() {
    let _alone = alone();
    let text = format!("<?xml version='1.0' encoding='iso-8859-1'?><svg>{}</svg>", "é".repeat(20 << 20));
    assert!(refused(&text).0.to_string().contains("bytes in an encoding other than UTF-8"));
    let text = format!("<\0{}", "\u{6f0}\u{6f0}".repeat(3 << 20));
    assert!(bounded(text.len(), || check(&text, &long())).is_err());
}

#[test]
fn drawings_that_explode_are_cut_down() {
    let _alone = alone();
    let level = |n: usize| format!("<g id='a{n}'>{}</g>", format!("<use href='#a{}'/>", n - 1).repeat(50));
    let text = svg(&format!("<g id='a0'/>{}", (1..9).map(level).collect::<String>()));
    let made = bounded(text.len(), || sanitise(&text, &Profile { max_bytes: 1 << 20, ..Profile::CONTEST }));
    assert!(made.is_ok_and(|made| !made.changes.is_empty()));
    let chain: String = (1..40_000).map(|n| format!("<use id='{n}' href='#{}'/>", n - 1)).collect();
    let text = svg(&format!("<g id='0'/>{chain}"));
    assert!(bounded(text.len(), || sanitise(&text, &long())).is_ok());
}

#[test]
fn markup_that_never_ends_is_read_once() {
    let _alone = alone();
    for piece in ["<!-- - ", "<![CDATA[ ]] ", "<?a ? ", "<g a='", "<g><!-- --", "&#", "]]", "<!DOCTYPE ["] {
        let text = format!("<svg>{}", piece.repeat((2 << 20) / piece.len()));
        let _ = refused_or_valid(&text);
    }
}

fn refused_or_valid(text: &str) -> (bool, bool) {
    let valid = bounded(text.len(), || check(text, &long())).is_ok();
    (valid, bounded(text.len(), || sanitise(text, &Profile::CONTEST)).is_ok())
}
