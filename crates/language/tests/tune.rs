//! Tuning: losses and gradients are peft's, a run that stopped goes on as if it had not, what comes of it opens again, bad input is named.

#![expect(clippy::unwrap_used, reason = "what fails to load fails the test")]

use std::collections::HashMap;
use std::fs;
use std::path::{Path, PathBuf};

use linocut_collage::Collage;
use linocut_constraints::{Profile, check};
use linocut_core::{ByteBudget, Stop};
use linocut_language::model::{Asking, LanguageModel, Sampling};
use linocut_language::tune::{
    Example, Learn, LowRank, Pair, Schedule, TuneError, TuneOptions, TunePlan, Tuning, begin_from_nothing,
    descriptions, merge_adapter, plot,
};
use linocut_nn::LinearKind;
use linocut_nn::candle_core::{Device, Tensor, safetensors};
use linocut_nn::place::Placement;

const FAMILIES: [&str; 4] = ["llama", "qwen2.5", "qwen3", "gemma2"];

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/language").join(name)
}

fn place() -> Placement {
    Placement::default()
}

fn golden(name: &str) -> HashMap<String, Tensor> {
    safetensors::load(folder("qwen2.5").join("golden").join(name), &Device::Cpu).unwrap()
}

/// peft's options of the golden run.
fn peft() -> TuneOptions {
    TuneOptions {
        learn: Learn::LowRank(LowRank { rank: 4, alpha: 8.0, ..LowRank::default() }),
        steps: 20,
        batch: 2,
        accumulate: 1,
        rate: 1e-3,
        schedule: Schedule::Constant,
        warm_up: 0,
        clip: None,
        shuffle: false,
        ..TuneOptions::default()
    }
}

/// The rows of the golden run.
fn examples(golden: &HashMap<String, Tensor>) -> Vec<Example> {
    let rows = |name: &str| golden[name].flatten(0, 1).unwrap().to_vec2::<i64>().unwrap();
    let rows = rows("input_ids").into_iter().zip(rows("attention_mask")).zip(rows("labels"));
    rows.map(|((ids, mask), labels)| {
        let length = mask.iter().filter(|seen| **seen == 1).count();
        let tokens = ids[..length].iter().map(|id| u32::try_from(*id).unwrap()).collect();
        Example { tokens, is_learnt: labels[..length].iter().map(|label| *label != -100).collect() }
    })
    .collect()
}

/// The golden run, at its start.
fn golden_run(golden: &HashMap<String, Tensor>, options: TuneOptions) -> Tuning {
    let plan = TunePlan::of_examples(&folder("qwen2.5"), &place(), examples(golden), options).unwrap();
    let mut run = plan.begin().unwrap();
    let start = tempfile::tempdir().unwrap();
    let file = start.path().join("start.safetensors");
    let init: HashMap<&str, Tensor> =
        golden.iter().filter_map(|(name, it)| Some((name.strip_prefix("init.")?, it.clone()))).collect();
    safetensors::save(&init, &file).unwrap();
    run.begin_with(&file).unwrap();
    run
}

#[test]
fn twenty_steps_are_those_of_peft() {
    let golden = golden("lora_train.safetensors");
    let mut run = golden_run(&golden, peft());
    let numbers = |name: &str| golden[name].to_vec1::<f32>().unwrap();
    for (loss, norm) in numbers("loss").into_iter().zip(numbers("grad_norm")) {
        let step = run.step().unwrap();
        assert!((step.loss - f64::from(loss)).abs() < 1e-3, "{step:?}: {loss}");
        assert!((step.gradient / f64::from(norm) - 1.0).abs() < 1e-3, "{step:?}: {norm}");
    }
    assert!(run.has_ended());
    let out = tempfile::tempdir().unwrap();
    run.write_adapter(out.path()).unwrap();
    let found = safetensors::load(out.path().join("adapter_model.safetensors"), &Device::Cpu).unwrap();
    let finals = golden.iter().filter_map(|(name, it)| Some((name.strip_prefix("final.")?, it)));
    assert_eq!(finals.clone().count(), found.len());
    for (name, expected) in finals {
        let apart = (&found[name] - expected).unwrap().abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
        assert!(apart < 1e-3, "{name}: {apart}");
    }
}

#[test]
fn an_adapter_of_peft_merges_to_the_same_logits_and_tokens() {
    let golden = golden("lora_merged.safetensors");
    let out = tempfile::tempdir().unwrap();
    merge_adapter(&folder("qwen2.5"), &folder("qwen2.5/lora"), out.path()).unwrap();
    let model = LanguageModel::open(out.path(), &place()).unwrap();
    let network = model.network().unwrap();
    let ids: Vec<u32> = golden["input_ids"].to_vec2::<i64>().unwrap()[0].iter().map(|id| *id as u32).collect();
    let mut cache = network.cache();
    let logits = network.logits(&ids, &mut cache).unwrap();
    let expected = golden["logits"].squeeze(0).unwrap();
    let largest = |tensor: &Tensor| tensor.abs().unwrap().max_all().unwrap().to_scalar::<f32>().unwrap();
    assert!(largest(&(&logits - &expected).unwrap()) < 1e-4 * largest(&expected));
    let mut row = logits.get(ids.len() - 1).unwrap().to_vec1::<f32>().unwrap();
    for expected in &golden["tokens"].to_vec2::<i64>().unwrap()[0] {
        let best = (0..row.len()).max_by(|a, b| row[*a].total_cmp(&row[*b])).unwrap();
        assert_eq!(best as i64, *expected);
        row = network.next(&[best as u32], &mut cache).unwrap();
    }
}

fn pairs(count: usize) -> Vec<Pair> {
    Pair::drawn(&Collage::default(), &descriptions(40 * count, 3), ByteBudget::new(330), 96).take(count).collect()
}

fn short(learn: Learn) -> TuneOptions {
    TuneOptions {
        learn,
        asking: Asking::Description,
        steps: 6,
        batch: 2,
        accumulate: 1,
        rate: 3e-3,
        warm_up: 1,
        ..TuneOptions::default()
    }
}

#[test]
fn a_run_that_stopped_goes_on_as_if_it_had_not() {
    for learn in [Learn::default(), Learn::All] {
        let begin =
            || TunePlan::new(&folder("qwen3"), &place(), &pairs(4), short(learn.clone())).unwrap().begin().unwrap();
        let mut whole = begin();
        while !whole.has_ended() {
            whole.step().unwrap();
        }
        let out = tempfile::tempdir().unwrap();
        let file = out.path().join("checkpoint.safetensors");
        let mut first = begin();
        for _ in 0..3 {
            first.step().unwrap();
        }
        first.save(&file).unwrap();
        let mut second = begin();
        second.resume(&file).unwrap();
        while !second.has_ended() {
            second.step().unwrap();
        }
        assert_eq!(second.steps(), whole.steps(), "{learn:?}");
    }
}

#[test]
fn parts_of_a_batch_give_what_the_whole_gives() {
    let golden = golden("lora_train.safetensors");
    let step = |batch, accumulate| golden_run(&golden, TuneOptions { batch, accumulate, ..peft() }).step().unwrap();
    let (whole, parts) = (step(6, 1), step(2, 3));
    assert_eq!(whole.tokens, parts.tokens);
    assert!((whole.loss - parts.loss).abs() < 1e-5 && (whole.gradient / parts.gradient - 1.0).abs() < 1e-4);
}

#[test]
fn every_family_learns_and_what_it_learnt_is_in_its_folder() {
    for family in FAMILIES {
        for learn in [Learn::default(), Learn::All] {
            let options = TuneOptions { steps: 8, ..short(learn.clone()) };
            let mut run =
                TunePlan::new(&folder(family), &place(), &pairs(2), options.clone()).unwrap().begin().unwrap();
            while !run.has_ended() {
                run.step().unwrap();
            }
            let (first, last) = (run.steps()[0].loss, run.steps()[7].loss);
            assert!(last < first - 0.02, "{family} {learn:?}: {first} {last}");
            let out = tempfile::tempdir().unwrap();
            run.write_model(out.path()).unwrap();
            let mut again = TunePlan::new(out.path(), &place(), &pairs(2), options).unwrap().begin().unwrap();
            let found = again.step().unwrap().loss;
            assert!(found < last + 0.02, "{family} {learn:?}: {found} {last}");
            let model = LanguageModel::open(out.path(), &place()).unwrap().with_sampling(Sampling::GREEDY);
            let question = Asking::Description.messages("a red circle", ByteBudget::new(300));
            let written = model.write(&question, ByteBudget::new(300), &[1], &Stop::never(), |_| {}).unwrap();
            assert!(check(&written[0].svg, &Profile::CONTEST).is_ok());
        }
    }
}

#[test]
fn a_change_of_one_layer_alone_gets_its_gradient() {
    for family in FAMILIES {
        for target in ["q_proj", "k_proj", "v_proj", "o_proj", "gate_proj", "up_proj", "down_proj"] {
            let low_rank = LowRank { targets: vec![target.to_owned()], ..LowRank::default() };
            let plan = TunePlan::new(&folder(family), &place(), &pairs(2), short(Learn::LowRank(low_rank))).unwrap();
            assert!(plan.begin().unwrap().step().unwrap().gradient > 1e-4, "{family} {target}");
        }
    }
}

#[test]
fn a_model_from_nothing_begins_near_chance() {
    for family in FAMILIES {
        let out = tempfile::tempdir().unwrap();
        begin_from_nothing(&folder(family).join("config.json"), out.path(), 5).unwrap();
        let options = TuneOptions { steps: 12, rate: 1e-2, ..short(Learn::All) };
        let mut run = TunePlan::new(out.path(), &place(), &pairs(2), options).unwrap().begin().unwrap();
        let first = run.step().unwrap().loss;
        let chance = (LanguageModel::open(out.path(), &place()).unwrap().config().vocabulary as f64).ln();
        assert!((first - chance).abs() < 0.5, "{family}: {first} {chance}");
        while !run.has_ended() {
            run.step().unwrap();
        }
        assert!(run.steps()[11].loss < first - 0.5, "{family}: {:?}", run.steps()[11]);
    }
}

#[test]
fn memory_is_told_before_weights_are_read() {
    let plan = |learn| TunePlan::new(&folder("llama"), &place(), &pairs(2), short(learn)).unwrap().memory();
    let (low, all) = (plan(Learn::default()), plan(Learn::All));
    assert!(low.frozen > 0 && all.frozen == 0 && all.learnt == low.frozen && low.learnt < low.frozen);
    assert_eq!((low.moments, low.gradients), (2 * low.learnt, 2 * low.learnt));
    assert_eq!(low.bytes(), low.frozen + 5 * low.learnt + low.activations);
}

#[test]
fn losses_become_a_drawing() {
    let golden = golden("lora_train.safetensors");
    let mut run = golden_run(&golden, peft());
    assert!(matches!(plot(run.steps()), Err(TuneError::Plot { .. })));
    for _ in 0..3 {
        run.step().unwrap();
    }
    assert!(plot(run.steps()).unwrap().shapes.len() > 3);
}

#[test]
fn bad_pairs_are_named_with_their_line() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("pairs.jsonl");
    let good = serde_json::to_string(&pairs(1)[0]).unwrap();
    let read = |lines: &[&str]| {
        fs::write(&file, lines.join("\n")).unwrap();
        Pair::read(&file)
    };
    assert_eq!(read(&[&good, "", &good]).unwrap().len(), 2);
    let error = |lines: &[&str]| read(lines).unwrap_err().to_string();
    assert!(error(&[&good, "{\"description\": \"a cat\""]).starts_with("line 2 of "));
    assert!(error(&["{\"description\": \"a cat\"}"]).contains("missing field `svg`"));
    let script = r#"{"description":"a cat","svg":"<svg xmlns=\"http://www.w3.org/2000/svg\"><script/></svg>"}"#;
    assert!(error(&[&good, "", script]).contains("line 3 of") && error(&[script]).contains("script"));
    assert!(matches!(read(&["", " "]), Err(TuneError::NoPairs { .. })));
    assert!(matches!(Pair::read(&out.path().join("none")), Err(TuneError::Io { .. })));
}

#[test]
fn what_does_not_fit_is_named() {
    let plan = |pairs: &[Pair], options| TunePlan::new(&folder("qwen2.5"), &place(), pairs, options);
    let error = |options| plan(&pairs(2), options).unwrap_err().to_string();
    assert!(matches!(plan(&[], peft()), Err(TuneError::NoPairs { .. })));
    let named = error(TuneOptions { length: 50, ..peft() });
    assert!(named.starts_with("pair 1 (\"") && named.ends_with("at most 50 fit"), "{named}");
    let wrong = |name: &str| Learn::LowRank(LowRank { targets: vec![name.to_owned()], ..LowRank::default() });
    assert!(error(TuneOptions { learn: wrong("qkv_proj"), ..peft() }).contains("no linear layer `qkv_proj`"));
    assert!(error(TuneOptions { rate: f64::NAN, ..peft() }).contains("`rate` is NaN"));
    assert!(error(TuneOptions { batch: 0, ..peft() }).contains("`batch` is 0"));
    let packed = Placement { linear_kind: LinearKind::Q8_0, ..place() };
    let refused = TunePlan::new(&folder("qwen2.5"), &packed, &pairs(2), peft());
    assert!(matches!(refused, Err(TuneError::Packed { .. })));
}

#[test]
fn a_checkpoint_of_another_run_is_refused() {
    let out = tempfile::tempdir().unwrap();
    let file = out.path().join("checkpoint.safetensors");
    let begin =
        |family, options| TunePlan::new(&folder(family), &place(), &pairs(2), options).unwrap().begin().unwrap();
    let learn = short(Learn::default());
    begin("llama", learn.clone()).save(&file).unwrap();
    let error = |family, options| begin(family, options).resume(&file).unwrap_err().to_string();
    assert!(error("qwen3", learn.clone()).contains("`model` is"));
    assert!(error("llama", TuneOptions { rate: 0.5, ..learn.clone() }).contains("`options` is"));
    begin("llama", learn.clone()).resume(&file).unwrap();
    fs::write(&file, "no checkpoint").unwrap();
    assert!(begin("llama", learn.clone()).resume(&file).is_err());
    fs::remove_file(&file).unwrap();
    assert!(matches!(begin("llama", learn).resume(&file), Err(TuneError::Io { .. })));
}
