//! Subcommands that take pictures: `trace`, `compare`, `refine`, `defend`.

use serde_json::json;

use crate::folder::{Folder, VALID};

#[test]
fn trace_writes_a_valid_svg_within_its_budget() {
    let folder = Folder::new().with_picture();
    let said = folder.output("trace picture.png --out traced.svg --bytes 500 --sweeps 1", 0);
    assert!(said.starts_with("wrote traced.svg\n") && said.contains(" dB, SSIM "), "{said}");
    folder.output("check traced.svg --bytes 500", 0);
    let eyes = folder.json("trace picture.png --out eyes.svg --bytes 500 --sweeps 2 --objective perceptual", 0);
    assert!(eyes["ssimulacra2"].as_f64().unwrap() <= 100.0 && eyes["bytes"].as_u64().unwrap() <= 500);
    let json = folder.json("trace picture.png --out traced.svg --bytes 500 --method contours", 0);
    assert_eq!((&json["method"], &json["cut_short"]), (&json!("contours"), &json!(false)));
    assert_eq!(json["bytes"].as_u64().unwrap(), folder.read("traced.svg").len() as u64);
}

#[test]
fn transparent_parts_stay_transparent_where_asked_for() {
    let folder = Folder::new();
    let inside = |x: u32, y: u32| x.abs_diff(90) + y.abs_diff(90) < 60;
    let diamond =
        image::RgbaImage::from_fn(180, 180, |x, y| image::Rgba([220, 60, 20, if inside(x, y) { 255 } else { 0 }]));
    diamond.save(folder.path("diamond.png")).unwrap();
    let traced = |more: &str| {
        folder.output(&format!("trace diamond.png --out traced.svg --bytes 500 --sweeps 5 {more}"), 0);
        folder.read("traced.svg")
    };
    let covers_all = |svg: String| svg.contains("m0 0h180v180H0\"");
    assert!(covers_all(traced("")) && !covers_all(traced("--background none")));
    let json = folder.json("trace diamond.png --out traced.svg --bytes 500 --sweeps 5 --background none", 0);
    assert!(json["psnr"].as_f64().unwrap() > 25.0, "{json}");
    let error = folder.error("trace diamond.png --out traced.svg --method contours --background none");
    assert_eq!(error, "`--background none` is not for the method contours, expected the method budget");
    assert_eq!(folder.run("trace diamond.png --out traced.svg --background nothing").code, 2);
}

#[test]
fn lines_become_strokes_where_asked_for() {
    let folder = Folder::new();
    let ink = |x: u32, y: u32| 5.5 - ((f64::from(x) - 192.0).hypot(f64::from(y) - 192.0) - 120.0).abs();
    let level = |x: u32, y: u32| (255.0 - 235.0 * ink(x, y).clamp(0.0, 1.0)) as u8;
    let ring = image::RgbImage::from_fn(384, 384, |x, y| image::Rgb([level(x, y); 3]));
    ring.save(folder.path("ring.png")).unwrap();
    let traced = |more: &str| {
        folder.output(&format!("trace ring.png --out traced.svg --bytes 400 --sweeps 24 {more}"), 0);
        folder.read("traced.svg")
    };
    assert!(!traced("").contains("stroke") && traced("--strokes").contains("stroke-width"));
    let error = folder.error("trace ring.png --out traced.svg --method contours --strokes");
    assert_eq!(error, "`--strokes` is not for the method contours, expected the method budget");
}

#[test]
fn what_is_no_picture_is_named() {
    let folder = Folder::new().with("text.png", "text");
    assert!(folder.error("trace text.png --out a.svg").starts_with("text.png: "));
    assert!(folder.error("trace gone.png --out a.svg").starts_with("cannot read gone.png: "));
    assert!(folder.error("compare text.png").starts_with("text.png: "));
    assert!(folder.error("defend text.png 1 a.png b.png").starts_with("text.png: "));
    assert_eq!(folder.run("trace text.png --out a.svg --seconds 1 --sweeps 1").code, 2);
}

#[test]
fn compare_draws_a_sheet_or_a_plot() {
    let folder = Folder::new().with_picture().with("other.csv", "bytes,psnr\n300,20\n900,25\n");
    let said = folder.output("compare picture.png --bytes 400 --seconds 0.1 --out sheet.png", 0);
    assert!(said.contains("picture              BudgetTracer") && said.ends_with("wrote sheet.png\n"), "{said}");
    let json = folder.json("compare picture.png --rates 400,600 --curve o=other.csv --seconds 0.1 --out plot.png", 0);
    assert_eq!(json["measured"].as_array().unwrap().len(), json["means"].as_array().unwrap().len());
    assert!(image::open(folder.path("sheet.png")).is_ok() && image::open(folder.path("plot.png")).is_ok());
    assert_eq!(folder.run("compare picture.png --curve o=gone.csv").code, 2);
}

#[test]
fn refine_keeps_to_the_bytes_that_an_svg_has() {
    let folder = Folder::new().with_picture().with("start.svg", VALID);
    let said = folder.output("refine start.svg picture.png --out refined.svg --steps 2 --search 1 --bytes 200", 0);
    assert!(said.starts_with("wrote refined.svg\nbefore  ") && said.trim_end().ends_with(" steps"), "{said}");
    assert!(folder.read("refined.svg").len() <= 200);
    let json = folder.json("refine start.svg picture.png --out refined.svg --steps 2 --search 0", 0);
    assert!(json["after"]["psnr"].as_f64().unwrap() >= json["before"]["psnr"].as_f64().unwrap() - 1e-9);
    assert!(folder.read("refined.svg").len() <= VALID.len());
    assert!(folder.error("refine picture.png picture.png --out refined.svg").starts_with("cannot read picture.png: "));
}

#[test]
fn defend_writes_what_is_rated_and_what_is_read() {
    let folder = Folder::new().with_picture();
    let json = folder.json("defend picture.png 209652396 rated.png read.png --time 1", 0);
    assert!(json["milliseconds"]["defend"].as_f64().unwrap() > 0.0);
    assert!(image::open(folder.path("rated.png")).is_ok() && image::open(folder.path("read.png")).is_ok());
}
