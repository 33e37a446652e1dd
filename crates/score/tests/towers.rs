//! Loads scorers from folders, good and bad ones.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

mod published;

use std::collections::HashMap;
use std::fs;
use std::path::Path;

use candle_core::{Device, Tensor, safetensors};
use image::RgbImage;
use linocut_core::{Prompt, Score, Subject};
use linocut_nn::weights::WeightsError;
use linocut_score::TowerError;
use linocut_score::aesthetic::{ClipAesthetic, LinearHead, SiglipAesthetic};
use linocut_score::clip::ClipSimilarity;
use linocut_score::siglip::SiglipSimilarity;
use tempfile::TempDir;

use self::published::fixture;

const HEADS: [&str; 2] = ["linearMSE_head.safetensors", "aesthetic_v2_5_head.safetensors"];

fn golden(model: &str) -> HashMap<String, Tensor> {
    safetensors::load(fixture(model).join("golden/forward.safetensors"), &Device::Cpu).unwrap()
}

fn picture(golden: &HashMap<String, Tensor>) -> RgbImage {
    let (height, width, _) = golden["image_u8"].dims3().unwrap();
    let levels = golden["image_u8"].flatten_all().unwrap().to_vec1::<u8>().unwrap();
    RgbImage::from_raw(width as u32, height as u32, levels).unwrap()
}

fn folder(model: &str, end: u32) -> TempDir {
    let copy = tempfile::tempdir().unwrap();
    published::with_tokenizer(model, end, copy.path());
    copy
}

/// The golden's texts in such words, without their last token.
fn texts(golden: &HashMap<String, Tensor>) -> Vec<String> {
    let ids = golden["input_ids"].to_vec2::<i64>().unwrap();
    ids.iter().map(|ids| ids[..15].iter().map(|id| format!("w{id} ")).collect()).collect()
}

fn close(found: f64, expected: f64) -> bool {
    (found - expected).abs() <= 1e-4 * expected.abs().max(1e-3)
}

fn replace_weights(folder: &TempDir, change: impl FnOnce(&mut HashMap<String, Tensor>)) {
    let file = folder.path().join("model.safetensors");
    let mut tensors = safetensors::load(&file, &Device::Cpu).unwrap();
    change(&mut tensors);
    safetensors::save(&tensors, &file).unwrap();
}

#[test]
fn clip_compares_texts_and_pictures_as_the_reference_does() {
    let golden = golden("clip");
    let clip = ClipSimilarity::load(folder("clip", 63).path(), &Device::Cpu).unwrap();
    let (picture, texts) = (picture(&golden), texts(&golden));
    let texts: Vec<&str> = texts.iter().map(String::as_str).collect();
    let found = clip.logits(&[&RgbImage::new(60, 60), &picture], &texts).unwrap();
    let expected = golden["logits_per_image"].to_vec2::<f32>().unwrap();
    for (found, expected) in found[1].iter().zip(&expected[0]) {
        assert!(close(f64::from(*found), f64::from(*expected)), "{found} {expected}");
    }
}

#[test]
fn siglip_compares_texts_and_pictures_as_the_reference_does() {
    let golden = golden("siglip");
    let siglip = SiglipSimilarity::load(folder("siglip", 1).path(), &Device::Cpu).unwrap();
    let (picture, texts) = (picture(&golden), texts(&golden));
    let shouted: Vec<String> = texts.iter().map(|text| text.to_uppercase().replace(' ', "!  ")).collect();
    let shouted: Vec<&str> = shouted.iter().map(String::as_str).collect();
    let found = siglip.likelihoods(&[&picture, &RgbImage::new(1, 9)], &shouted).unwrap();
    let expected = golden["logits_per_image"].to_vec2::<f32>().unwrap();
    for (found, expected) in found[0].iter().zip(&expected[0]) {
        let expected = 1.0 / (1.0 + (-f64::from(*expected)).exp());
        assert!((found.probability / expected - 1.0).abs() < 1e-3, "{found:?} {expected}");
        assert!(found.cosine.abs() <= 1.0);
    }
    assert_eq!(found.len(), 2);
}

#[test]
fn ratings_are_those_of_the_reference_alone_and_in_a_batch() {
    let (of_clip, of_siglip) = (golden("clip"), golden("siglip"));
    let clip = ClipAesthetic::load(fixture("clip"), fixture("clip").join(HEADS[0]), &Device::Cpu).unwrap();
    let siglip = SiglipAesthetic::load(fixture("siglip"), fixture("siglip").join(HEADS[1]), &Device::Cpu).unwrap();
    let expected = |golden: &HashMap<String, Tensor>| f64::from(golden["aesthetic"].to_vec2::<f32>().unwrap()[0][0]);
    let other = RgbImage::from_fn(30, 50, |x, y| image::Rgb([x as u8 * 8, y as u8 * 5, 99]));
    let picture = picture(&of_clip);
    let batch = clip.rate(&[&other, &picture, &other]).unwrap();
    assert!(close(batch[1], expected(&of_clip)) && batch[0] == batch[2] && batch[0] != batch[1]);
    assert!(close(clip.rate(&[&other]).unwrap()[0], batch[0]));
    assert!(close(siglip.rate(&[&self::picture(&of_siglip)]).unwrap()[0], expected(&of_siglip)));
    assert!(clip.rate(&[]).unwrap().is_empty() && siglip.rate(&[]).unwrap().is_empty());

    let prompt = Prompt::new("w3", 0);
    let subject = Subject::new(&picture, &prompt);
    let scores = clip.score(&subject).unwrap();
    assert!(close(scores.total, expected(&of_clip) / 10.0));
    assert_eq!(scores.part("rating"), Some(scores.total * 10.0));
}

/// Scores of nineteen pictures, one of them without pixels, together and one by one.
fn batches_are_as_one_by_one(score: &impl Score, descriptions: [&str; 2]) {
    let picture =
        |at: u32| RgbImage::from_fn(40, 30, |x, y| image::Rgb([(x * at) as u8, (y * 8) as u8, (at * 12) as u8]));
    let pictures: Vec<RgbImage> = (0..19).map(|at| if at == 9 { RgbImage::new(0, 5) } else { picture(at) }).collect();
    let prompts = descriptions.map(|text| Prompt::new(text, 0));
    let subject = |(at, image)| Subject::new(image, &prompts[at % 3 % 2]);
    let subjects: Vec<Subject<'_>> = pictures.iter().enumerate().map(subject).collect();
    let together = score.score_batch(&subjects);
    assert_eq!(together.len(), 19);
    for (at, (together, alone)) in together.iter().zip(subjects.iter().map(|subject| score.score(subject))).enumerate()
    {
        match (together, alone) {
            (Ok(together), Ok(alone)) => {
                assert!((together.total - alone.total).abs() < 1e-5, "{at}: {together:?} {alone:?}");
                assert!((together.parts[0].1 - alone.parts[0].1).abs() < 1e-5);
            }
            (together, alone) => assert!(at == 9 && together.is_err() && alone.is_err(), "{at}: {together:?}"),
        }
    }
}

#[test]
fn a_batch_has_the_scores_of_its_pictures_and_an_error_ends_only_its_own() {
    let clip = ClipAesthetic::load(fixture("clip"), fixture("clip").join(HEADS[0]), &Device::Cpu).unwrap();
    batches_are_as_one_by_one(&clip, ["w3", "w4 w9"]);
    let siglip = SiglipSimilarity::load(folder("siglip", 1).path(), &Device::Cpu).unwrap();
    batches_are_as_one_by_one(&siglip, ["w3", "w4 w9"]);
}

#[test]
fn a_picture_without_pixels_is_an_error() {
    let clip = ClipAesthetic::load(fixture("clip"), fixture("clip").join(HEADS[0]), &Device::Cpu).unwrap();
    let siglip = SiglipAesthetic::load(fixture("siglip"), fixture("siglip").join(HEADS[1]), &Device::Cpu).unwrap();
    for error in [clip.rate(&[&RgbImage::new(0, 0)]), siglip.rate(&[&RgbImage::new(5, 0)])] {
        let error = error.unwrap_err();
        assert!(matches!(&error, TowerError::Pixels(_)) && error.to_string().contains("at least 1 px"), "{error}");
    }
}

#[test]
fn another_model_is_named() {
    let (clip, siglip) = (folder("clip", 63), folder("siglip", 1));
    let error = ClipSimilarity::load(siglip.path(), &Device::Cpu).unwrap_err().to_string();
    assert!(error.contains("model_type is siglip, expected clip"), "{error}");
    fs::copy(siglip.path().join("model.safetensors"), clip.path().join("model.safetensors")).unwrap();
    let error = ClipSimilarity::load(clip.path(), &Device::Cpu).unwrap_err();
    let is_named = matches!(&error, TowerError::Weights(WeightsError::MissingTensor { tensor, expected, .. })
        if tensor == "vision_model.embeddings.class_embedding" && expected == &[24]);
    assert!(is_named, "{error}");
    let error = LinearHead::read(fixture("siglip").join(HEADS[1]), 20).unwrap_err().to_string();
    assert!(error.contains("scoring_head.0") && error.contains("expected [outputs, 20]"), "{error}");
}

#[test]
fn weights_that_are_cut_short_or_not_numbers_are_named() {
    let folder = folder("siglip", 1);
    replace_weights(&folder, |tensors| {
        let bad = tensors["vision_model.head.probe"].affine(f64::NAN, 0.0).unwrap();
        tensors.insert("vision_model.head.probe".to_owned(), bad);
    });
    let error = SiglipSimilarity::load(folder.path(), &Device::Cpu).unwrap_err().to_string();
    assert!(error.contains("vision_model.head.probe") && error.contains("is NaN at element 0"), "{error}");

    let file = folder.path().join("model.safetensors");
    let whole = fs::read(&file).unwrap();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    let error = SiglipSimilarity::load(folder.path(), &Device::Cpu).unwrap_err();
    assert!(matches!(error, TowerError::Weights(WeightsError::Truncated { .. })), "{error}");
}

#[test]
fn tensors_that_nothing_uses_are_named_but_old_position_ids_are_not() {
    let folder = folder("clip", 63);
    let extra = Tensor::new(&[1.0_f32], &Device::Cpu).unwrap();
    replace_weights(&folder, |tensors| {
        tensors.insert("text_model.embeddings.position_ids".to_owned(), extra.clone());
    });
    ClipSimilarity::load(folder.path(), &Device::Cpu).unwrap();
    replace_weights(&folder, |tensors| {
        tensors.insert("vision_model.surplus".to_owned(), extra);
    });
    let error = ClipSimilarity::load(folder.path(), &Device::Cpu).unwrap_err().to_string();
    assert!(error.contains("1 tensors that the model does not use, such as vision_model.surplus"), "{error}");
}

/// The trained head, where it stands beside the project; it is not part of it.
#[test]
fn the_trained_head_rates_as_in_the_reference() {
    let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared/data/sac+logos+ava1-l14-linearMSE.pth");
    if !file.is_file() {
        println!("skipped: {} is not there", file.display());
        return;
    }
    let vector: Vec<f32> = (0..768).map(|at| f64::from(at).sin() as f32).collect();
    let found = LinearHead::read(&file, 768).unwrap().rate(&vector);
    assert!((found - 5.867_869_331).abs() < 1e-6, "{found}");
}
