//! Checking and rendering SVG texts.

use serde_json::json;

use crate::client::Served;
use linocut_serve::Limits;

const GOOD: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><path fill="red" d="M9 9h70v60H9z"/></svg>"#;

#[test]
fn a_text_is_checked_and_sanitised() {
    let served = Served::new();
    let good = served.post("/check", GOOD.as_bytes()).json();
    assert_eq!((&good["valid"], &good["bytes"]), (&json!(true), &json!(GOOD.len())));
    let bad = GOOD.replace("<path", "<script>alert(1)</script><path onload='x'");
    let bad = served.post("/check?bytes=5000", bad.as_bytes()).json();
    assert_eq!((&bad["valid"], &bad["limit"], &bad["found"]), (&json!(false), &json!(5000), &json!(2)));
    let mended = bad["sanitised"]["svg"].as_str().unwrap();
    assert_eq!(served.post("/check", mended.as_bytes()).json()["valid"], true);
    assert!(served.post("/check?bytes=many", b"").error().contains("`many`"));
}

#[test]
fn a_png_is_rendered_of_valid_svgs_only() {
    let served = Served::new();
    let png = served.post("/png?side=300", GOOD.as_bytes());
    assert_eq!((png.status, png.header("content-type")), (200, Some("image/png")));
    assert!(png.header("content-security-policy").unwrap().starts_with("sandbox"));
    assert_eq!(image::load_from_memory(&png.body).unwrap().to_rgb8().dimensions(), (300, 300));
    for (query, body) in [
        ("?side=0", GOOD.to_owned()),
        ("?side=5000", GOOD.to_owned()),
        ("?side=-1", GOOD.to_owned()),
        ("", "<svg".to_owned()),
        ("", GOOD.replace("<path", "<image href='file:///etc/passwd'/><path")),
        ("", GOOD.replace("<svg", "<!DOCTYPE svg [<!ENTITY x SYSTEM 'file:///etc/passwd'>]><svg")),
    ] {
        let answer = served.post(&format!("/png{query}"), body.as_bytes());
        assert_eq!(answer.status, 422, "{query} {body}");
        assert!(!answer.error().contains("root:"));
    }
}

#[test]
fn long_texts_are_refused_unread() {
    let served = Served::within(Limits { svg_bytes: 1_000, ..Limits::default() });
    for path in ["/check", "/png"] {
        let answer = served.post(path, &[b' '; 1_001]);
        assert_eq!(answer.status, 413);
        assert!(answer.error().contains("1000 bytes"));
    }
}
