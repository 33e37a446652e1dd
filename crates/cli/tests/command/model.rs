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
fn a_model_that_draws_tokens_has_its_own_steps_and_no_others() {
    let folder = Folder::new();
    let draw = format!("draw boat --model {} --candidates 1 --out boat.svg", model("tiny/janus-pro-original"));
    folder.json(&draw, 0);
    assert!(folder.read("boat.svg").starts_with("<svg"));
    let error = folder.error(&format!("{draw} --steps 2"));
    assert!(error.contains("`steps` is 2; this model knows only 16, one for each token of a picture"), "{error}");
    let error = folder.error(&format!("{draw} --size 64x64"));
    assert!(error.contains("`size` is 64x64 px; this model knows only 16x16 px"), "{error}");
    let error = folder.error(&format!("{draw} --lora style.safetensors:1"));
    assert!(error.contains("`loras` is ") && error.contains("this model knows only none"), "{error}");
}

#[test]
fn a_single_file_draws_what_the_folder_draws_that_completes_it() {
    for (name, base) in [("sd-2.1.safetensors", "own/sd-2.1"), ("sd-1.5.ckpt", "own/sd-1.5")] {
        let folder = Folder::new();
        let draw = |model: String, out: &str| {
            folder.json(&format!("draw boat --model {model} --steps 2 --candidates 1 --seed 3 --out {out}"), 0)
        };
        draw(format!("{} --base {}", model(&format!("single/{name}")), model(base)), "file.svg");
        draw(model(base), "folder.svg");
        assert_eq!(folder.read("file.svg"), folder.read("folder.svg"), "{name}");
    }
}

#[test]
fn a_single_file_without_tokenizers_says_what_it_needs() {
    let folder = Folder::new();
    let file = model("single/sdxl.safetensors");
    let error = folder.error(&format!("draw boat --model {file} --models nowhere"));
    assert!(error.contains("needs files that are not in it: sdxl-base lacks "), "{error}");
    assert!(error.contains("tokenizer_2/vocab.json") && error.contains("looked in nowhere"), "{error}");
    let error = folder.error(&format!("draw boat --model {file} --base {}", model("own/sd-1.5")));
    assert!(error.contains(", of the family Stable Diffusion, cannot complete "), "{error}");
    let error = folder.error(&format!("draw boat --model {file} --base none"));
    assert!(error.starts_with("there is no model none"), "{error}");
    let error = folder.error(&format!("draw boat --model {} --prediction v", model("own/sd-1.5")));
    assert!(error.starts_with("`--base` and `--prediction` are for a checkpoint in one file"), "{error}");
}

#[test]
fn what_is_no_model_is_named() {
    let folder = Folder::new().with("file", "");
    let error = folder.error("draw boat --model none");
    assert!(
        error.starts_with("there is no model none, expected one of sdxl-base") && error.ends_with("in one file"),
        "{error}"
    );
    let error = folder.error("draw boat --model .");
    assert!(error.contains("model_index.json"), "{error}");
    let lora = format!("draw boat --model {} --lora file:1", model("own/sd-1.5"));
    assert!(folder.error(&lora).contains("file"), "{}", folder.error(&lora));
}
