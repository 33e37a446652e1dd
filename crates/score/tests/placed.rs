//! Scorers in other places than the CPU in f32: in 16 bits, and on a card, where there is one.

#![cfg(feature = "neural")]
#![expect(clippy::unwrap_used, reason = "what fails to open fails the test")]

mod published;

use candle_core::DType;
use image::RgbImage;
use linocut_core::Question;
use linocut_nn::LinearKind;
use linocut_nn::place::{DeviceName, Placement};
use linocut_score::aesthetic::{ClipAesthetic, SiglipAesthetic};
use linocut_score::paligemma::{PaliGemma, PaliGemmaOptions};
use linocut_score::siglip::SiglipSimilarity;

use self::published::fixture;

fn picture() -> RgbImage {
    RgbImage::from_fn(70, 50, |x, y| [(x * 3) as u8, (y * 5) as u8, (x * y) as u8].into())
}

/// Ratings, cosines and answers of every scorer in a place.
fn scores(place: &Placement) -> Vec<f64> {
    let picture = picture();
    let clip = ClipAesthetic::load(fixture("clip"), fixture("towers").join("linearMSE_head.pth"), place).unwrap();
    let siglip =
        SiglipAesthetic::load(fixture("siglip"), fixture("siglip").join("aesthetic_v2_5_head.safetensors"), place)
            .unwrap();
    let folder = tempfile::tempdir().unwrap();
    published::with_tokenizer("siglip", 1, folder.path());
    let similarity = SiglipSimilarity::load(folder.path(), place).unwrap();
    let linear_kind = if place.linear_kind == LinearKind::Plain { LinearKind::Stored } else { place.linear_kind };
    let options = PaliGemmaOptions { batch: 2, place: Placement { linear_kind, ..place.clone() } };
    let paligemma = PaliGemma::open(fixture("paligemma2"), &options).unwrap();
    let looked = paligemma.look(&picture).unwrap();
    let choices = ["a cat", "a dog", "a tree"].map(str::to_owned).to_vec();
    let question = Question { text: "What is it?".to_owned(), choices, answer: 1 };
    let mut all = [clip.rate(&[&picture]).unwrap(), siglip.rate(&[&picture]).unwrap()].concat();
    all.push(similarity.likelihoods(&[&picture], &["w3 w4"]).unwrap()[0][0].cosine);
    all.extend(paligemma.choices(&looked, &[question]).unwrap().remove(0));
    all
}

fn check(place: &Placement, tolerance: f64) {
    let (found, expected) = (scores(place), scores(&Placement::default()));
    for (found, expected) in found.iter().zip(&expected) {
        assert!((found - expected).abs() <= tolerance * expected.abs().max(1.0), "{found} {expected}: {place:?}");
    }
}

#[test]
fn weights_of_16_bits_score_nearly_alike_on_the_cpu() {
    check(&Placement { dtype: DType::F16, ..Placement::default() }, 5e-3);
    check(&Placement { dtype: DType::BF16, ..Placement::default() }, 5e-2);
}

fn on_card(dtype: DType, tolerance: f64) {
    let place = Placement::on(DeviceName::Cuda(0).open().unwrap()).with_dtype(dtype);
    check(&place, tolerance);
    check(&Placement { linear_kind: LinearKind::Nf4, ..place }, 0.3);
}

#[test]
#[ignore = "needs a CUDA card"]
fn scorers_agree_on_a_card() {
    on_card(DType::F32, 1e-4);
    on_card(DType::F16, 5e-3);
    on_card(DType::BF16, 5e-2);
}
