//! Language models by folder. The weights are random, so only the road is tested, not what comes out of it.

use crate::folder::Folder;

fn model(name: &str) -> String {
    format!("{}/../../fixtures/language/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn what_a_language_model_draws_is_a_candidate() {
    let folder = Folder::new();
    let draw = format!("draw boat --writer {} --candidates 2 --seed 5 --bytes 900 --out boat.svg", model("omnisvg-4b"));
    let said = folder.json(&draw, 0);
    assert!(said["bytes"].as_u64().is_some_and(|bytes| bytes <= 900), "{said}");
    assert!(said["origin"].as_str().is_some_and(|origin| origin.contains("omnisvg-4b")), "{said}");
    assert_eq!((&said["candidates"], &said["failures"]), (&2.into(), &serde_json::json!([])), "{said}");
    assert!(folder.read("boat.svg").starts_with("<svg"));
    let again = folder.read("boat.svg");
    folder.json(&format!("{draw} --weights q8_0 --memory 1"), 0);
    folder.json(&draw, 0);
    assert_eq!(folder.read("boat.svg"), again);
}

#[test]
fn a_language_model_competes_with_the_composer() {
    let folder = Folder::new();
    let draw = format!("draw boat --writer {} --candidates 1 --composer --out boat.svg", model("omnisvg-8b"));
    let said = folder.json(&draw, 0);
    // A tracing and a drawing of the composer's, and the writer's.
    assert_eq!((&said["candidates"], &said["failures"]), (&3.into(), &serde_json::json!([])), "{said}");
}

#[test]
fn a_writer_that_is_not_there_or_does_not_fit_is_named() {
    let folder = Folder::new();
    let error = folder.error("draw boat --writer none/such --models nowhere");
    assert!(error.starts_with("there is no file or folder none/such, nor a repository of that name"), "{error}");
    let error = folder.error(&format!("draw boat --writer {} --memory 0.00001", model("qwen2.5")));
    assert!(error.contains("takes at least") && error.contains("more than 0.01 MB"), "{error}");
    let error = folder.with("model.gguf", "no model").error("draw boat --writer model.gguf");
    assert!(error.contains("model.gguf is not a valid GGUF file"), "{error}");
}

#[cfg(feature = "small-writer")]
#[test]
fn the_small_writer_needs_no_file() {
    let folder = Folder::new();
    let said = folder.json("draw boat --writer linocut-small-writer --candidates 2 --out it.svg", 0);
    assert!(said["origin"].as_str().is_some_and(|origin| origin.contains("linocut-small-writer")), "{said}");
    assert!(folder.read("it.svg").starts_with("<svg"));
}

#[cfg(not(feature = "small-writer"))]
#[test]
fn a_build_without_the_small_writer_says_so() {
    let error = Folder::new().error("draw boat --writer linocut-small-writer");
    assert!(
        error.contains("`linocut-small-writer` is not in this build: build with `--features small-writer`"),
        "{error}"
    );
}
