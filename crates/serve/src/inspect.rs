//! SVG texts: what is wrong with them, what is left when that is mended, and how they look.

use linocut::Profile;
use linocut::constraints::{check_bytes, sanitise};
use linocut::core::with_causes;
use linocut::raster::{composite, encode_png};
use linocut::svg::{Color, own_size, rasterize};
use serde_json::{Value, json};

use crate::error::Refusal;

/// Most violations and most changes that are listed; their number is told in any case.
const MOST_LISTED: usize = 500;
/// Longest side of a picture that is rendered, px.
const MOST_SIDE: u32 = 4096;

/// Violations of a text, and its sanitised version, both within `bytes`.
pub(crate) fn check(text: &[u8], bytes: usize) -> Value {
    let profile = Profile { max_bytes: bytes, ..Profile::CONTEST };
    let verdict = check_bytes(text, &profile);
    let violations = verdict.as_ref().err().map_or(&[][..], |invalid| &invalid.violations);
    let listed: Vec<Value> = violations
        .iter()
        .take(MOST_LISTED)
        .map(|found| {
            let message = found.to_string();
            json!({
                "line": found.line, "column": found.column, "element": found.element, "attribute": found.attribute,
                "message": without_place(&message),
            })
        })
        .collect();
    json!({
        "valid": verdict.is_ok(), "bytes": text.len(), "limit": bytes,
        "violations": listed, "found": violations.len(), "sanitised": sanitised(text, &profile),
    })
}

fn sanitised(text: &[u8], profile: &Profile) -> Value {
    let Ok(text) = std::str::from_utf8(text) else { return json!({ "error": "the text is not UTF-8" }) };
    match sanitise(text, profile) {
        Ok(sanitised) => {
            let changes: Vec<Value> = sanitised
                .changes
                .iter()
                .take(MOST_LISTED)
                .map(|change| {
                    let message = change.to_string();
                    json!({ "line": change.line, "column": change.column, "message": without_place(&message) })
                })
                .collect();
            json!({
                "svg": sanitised.svg.as_str(), "bytes": sanitised.svg.byte_count(),
                "changes": changes, "changed": sanitised.changes.len(),
            })
        }
        Err(error) => json!({ "error": with_causes(&error) }),
    }
}

/// A message without the line and column that it begins with, which are told apart.
fn without_place(message: &str) -> &str {
    message.splitn(3, ':').nth(2).map_or(message, str::trim_start)
}

/// A valid SVG as a PNG over white whose longer side is `side` px.
pub(crate) fn png(text: &[u8], side: u32) -> Result<Vec<u8>, Refusal> {
    if !(1..=MOST_SIDE).contains(&side) {
        return Err(Refusal::Invalid(format!("`side` is {side} px, expected 1 to {MOST_SIDE}")));
    }
    let profile = Profile { max_bytes: text.len(), ..Profile::CONTEST };
    let valid =
        check_bytes(text, &profile).map_err(|invalid| Refusal::Invalid(format!("not a valid SVG: {invalid}")))?;
    let failed = |error: &dyn std::error::Error| Refusal::Invalid(with_causes(error));
    let (width, height) = own_size(valid.svg()).map_err(|error| failed(&error))?;
    let longer = u64::from(width.max(height).max(1));
    let scaled = |own: u32| u32::try_from((u64::from(own) * u64::from(side)).div_ceil(longer)).unwrap_or(side).max(1);
    let drawn = rasterize(valid.svg(), scaled(width), scaled(height)).map_err(|error| failed(&error))?;
    encode_png(&composite(&drawn, Color::WHITE.into())).map_err(|error| failed(&error))
}

#[cfg(test)]
mod tests {
    use super::*;

    const WIDE: &str =
        r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 30"><path fill="red" d="M0 0h45v30H0z"/></svg>"#;

    #[test]
    fn a_valid_text_is_left_as_it_is() {
        let found = check(WIDE.as_bytes(), 10_000);
        assert_eq!((&found["valid"], &found["found"]), (&json!(true), &json!(0)));
        assert_eq!(found["sanitised"]["svg"], WIDE);
    }

    #[test]
    fn violations_have_places_and_are_mended() {
        let text = "<svg xmlns=\"http://www.w3.org/2000/svg\">\n <script>alert(1)</script><rect onclick='x' width='9' height='9'/></svg>";
        let found = check(text.as_bytes(), 10_000);
        assert_eq!((&found["valid"], &found["violations"][0]["line"]), (&json!(false), &json!(2)));
        assert_eq!(found["violations"][0]["message"], "element `script` is not allowed");
        let mended = found["sanitised"]["svg"].as_str().unwrap();
        assert!(!mended.contains("script") && !mended.contains("onclick"), "{mended}");
        assert_eq!(found["sanitised"]["bytes"], mended.len());
    }

    #[test]
    fn what_cannot_be_mended_says_why() {
        assert!(check(b"<svg", 10_000)["sanitised"]["error"].as_str().unwrap().contains("well-formed"));
        assert_eq!(check(b"\xff\xfe\xfd", 10_000)["sanitised"]["error"], "the text is not UTF-8");
    }

    #[test]
    fn countless_violations_are_counted_but_not_all_listed() {
        let text = format!("<svg xmlns=\"http://www.w3.org/2000/svg\">{}</svg>", "<b/>".repeat(2_000));
        let found = check(text.as_bytes(), 100_000);
        assert_eq!((found["violations"].as_array().unwrap().len(), &found["found"]), (MOST_LISTED, &json!(2_000)));
    }

    #[test]
    fn a_png_has_the_proportions_of_the_drawing() {
        let png = image::load_from_memory(&png(WIDE.as_bytes(), 600).unwrap()).unwrap().into_rgb8();
        assert_eq!(png.dimensions(), (600, 200));
        assert_eq!((png.get_pixel(100, 100).0, png.get_pixel(500, 100).0), ([255, 0, 0], [255; 3]));
    }

    #[test]
    fn only_valid_svgs_are_rendered_at_sensible_sizes() {
        for (text, side) in
            [(WIDE, 0), (WIDE, 4097), ("<svg", 9), ("<svg xmlns='http://www.w3.org/2000/svg'><image/></svg>", 9)]
        {
            assert!(matches!(png(text.as_bytes(), side), Err(Refusal::Invalid(_))), "{text} at {side}");
        }
    }
}
