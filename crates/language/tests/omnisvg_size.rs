//! OmniSVG's models of published size: which tensors they ask for, and what memory they take.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use image::{Rgb, RgbImage};
use linocut_core::{ByteBudget, Draw, Prompt, Stop, Task, Trace};
use linocut_language::omnisvg::{OmniConfig, OmniSvg, SketchDecoder, VisionTower};
use linocut_nn::LinearKind;
use linocut_nn::candle_core::DType;
use linocut_nn::place::Placement;
use linocut_nn::weights::Weights;
use serde_json::Value;

/// The published list of a model's tensors, and its configuration in a folder of its own.
fn manifest(size: &str) -> (BTreeMap<String, Vec<usize>>, OmniConfig) {
    let text = fs::read(
        Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../../fixtures/language/manifests/omnisvg1.1-{size}.json")),
    )
    .unwrap();
    let mut json: Value = serde_json::from_slice(&text).unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("config.json");
    fs::write(&file, json["config"].to_string()).unwrap();
    (serde_json::from_value(json["tensors"].take()).unwrap(), OmniConfig::read(&file).unwrap())
}

#[test]
fn models_of_published_size_ask_for_the_published_tensors() {
    for size in ["4b", "8b"] {
        let (mut tensors, config) = manifest(size);
        let weights = Weights::blank(tensors.clone());
        let under = weights.renamed([("", "transformer.")]);
        SketchDecoder::load(&under, &config).unwrap();
        VisionTower::load(&under.pp("visual"), &config.vision).unwrap();
        if size == "4b" {
            // The head is the table of tokens.
            assert!(config.is_tied && tensors.remove("transformer.lm_head.weight").is_some());
        }
        let asked: BTreeMap<String, Vec<usize>> = weights.asked().into_iter().collect();
        assert_eq!(asked, tensors, "{size}");
    }
}

#[test]
fn the_4b_model_takes_less_than_6_gb_in_eight_bits() {
    let (tensors, config) = manifest("4b");
    let bytes = |kind| {
        let weights = Weights::blank(tensors.clone()).with_dtype(DType::F16).with_linear_kind(kind);
        let under = weights.renamed([("", "transformer.")]);
        SketchDecoder::load(&under, &config).unwrap();
        VisionTower::load(&under.pp("visual"), &config.vision).unwrap();
        weights.asked_bytes()
    };
    let (half, eight, four) = (bytes(LinearKind::Plain), bytes(LinearKind::Q8_0), bytes(LinearKind::Nf4));
    println!("16 bits {half}, Q8_0 {eight}, NF4 {four}");
    assert!((7_600_000_000..7_800_000_000).contains(&half), "{half}");
    assert!(eight < 5_000_000_000 && four < 3_500_000_000, "{eight} {four}");
}

/// Memory of a whole drawing at published size: `python lab/diffusion/weights.py omnisvg1.1-4b DIR`, then `LINOCUT_FULL=DIR cargo test
/// --release -p linocut-language --test omnisvg_size published_size -- --ignored --nocapture`.
#[test]
#[ignore = "needs the folder `LINOCUT_FULL` with a model of published size"]
fn drawings_at_published_size_take_what_the_plan_says() {
    let place = Placement { linear_kind: LinearKind::Q8_0, dtype: DType::F16, ..Placement::default() };
    let model = OmniSvg::open(Path::new(&std::env::var("LINOCUT_FULL").unwrap()), &place).unwrap();
    let planned: Vec<u64> = model.parts().iter().map(|part| part.bytes()).collect();
    let most = || {
        let status = fs::read_to_string("/proc/self/status").unwrap();
        let line = status.lines().find_map(|line| line.strip_prefix("VmHWM:")).unwrap();
        line.trim().trim_end_matches(" kB").parse::<f64>().unwrap() * 1024.0 / 1e9
    };
    let start = std::time::Instant::now();
    let draw = |budget| {
        let (prompt, stop) = (Prompt::new("a red kite", 1), Stop::never());
        model.draw(&prompt, &Task::new(ByteBudget::new(budget), &stop)).unwrap()
    };
    println!("{} bytes of a description, {:.2} GB, {:.0?}", draw(400).byte_count(), most(), start.elapsed());
    let picture = RgbImage::from_fn(300, 200, |x, y| Rgb([x as u8, y as u8, 90]));
    let stop = Stop::never();
    let traced = model.trace(&picture, &Task::new(ByteBudget::new(400), &stop)).unwrap();
    println!("{} bytes of a picture, {:.2} GB, {:.0?}", traced.byte_count(), most(), start.elapsed());
    println!("planned: {planned:?} bytes");
    assert!(most() < 6.0, "{} GB", most());
}
