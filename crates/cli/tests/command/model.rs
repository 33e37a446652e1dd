//! Diffusion models by folder. The weights are random, so only the road is tested, not what comes out of it.

use crate::folder::Folder;

/// A tiny model in the layout of diffusers.
fn model(name: &str) -> String {
    format!("{}/../../fixtures/diffusion/{name}", env!("CARGO_MANIFEST_DIR"))
}

#[test]
fn a_folder_is_drawn_with_by_its_own_kind_and_scheduler() {
    for name in ["own/sd-1.5", "own/sd-2.1", "tiny/sdxl"] {
        let folder = Folder::new();
        let arguments = format!("draw boat --model {} --steps 2 --candidates 1 --out boat.svg", model(name));
        let said = folder.json(&arguments, 0);
        assert!(said["bytes"].as_u64().is_some_and(|bytes| bytes <= 10_000), "{name}: {said}");
        assert!(folder.read("boat.svg").starts_with("<svg"), "{name}");
    }
}

#[test]
fn what_is_no_model_is_named() {
    let folder = Folder::new().with("file", "");
    let error = folder.error("draw boat --model none");
    assert!(
        error.starts_with("there is no model none, expected one of sdxl-base") && error.ends_with("diffusers"),
        "{error}"
    );
    let error = folder.error("draw boat --model .");
    assert!(error.contains("model_index.json"), "{error}");
    let lora = format!("draw boat --model {} --lora file:1", model("own/sd-1.5"));
    assert!(folder.error(&lora).contains("file"), "{}", folder.error(&lora));
}
