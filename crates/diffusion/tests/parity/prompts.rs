//! Weights in descriptions, and styles by turns.

use linocut_core::{Prompt, Stop, derive_seed};
use linocut_diffusion::denoise::{Condition, DenoiseOptions, Diffusion};
use linocut_diffusion::prompt::{Rotation, Style, Styled};
use linocut_diffusion::sdxl::Sdxl;

use crate::bits::bits;
use crate::pipeline::{load, small};

fn weighted() -> DenoiseOptions {
    DenoiseOptions { weighted: true, ..small() }
}

fn pooled(condition: &Condition) -> Vec<u32> {
    bits(condition.prompt.pooled.as_ref().unwrap())
}

fn is_same(one: &Condition, other: &Condition) -> bool {
    bits(&one.prompt.states) == bits(&other.prompt.states) && pooled(one) == pooled(other)
}

fn count(model: &Diffusion<Sdxl>, text: &str) -> usize {
    model.model.prompts()[0].tokenizer.encode(text, 600).unwrap().len()
}

#[test]
fn a_weight_of_one_gives_the_bits_of_the_plain_text() {
    let (plain, model) = (load("sdxl", small()), load("sdxl", weighted()));
    let plain = plain.condition("a red barn by the sea", "").unwrap();
    for text in ["a red barn by the sea", "a (red:1) barn by (the sea:1.0)", "(((a red:1) barn:1) by the sea:1)"] {
        assert!(is_same(&model.condition(text, "").unwrap(), &plain), "{text}");
    }
}

#[test]
fn a_weight_multiplies_the_states_of_its_own_words_only() {
    let (plain, model) = (load("sdxl", small()), load("sdxl", weighted()));
    let plain = plain.condition("a red barn", "").unwrap();
    let found = model.condition("a (red:1.3) barn", "").unwrap();
    let first = 1 + count(&model, "a");
    let red = first..first + count(&model, "red");
    assert!(!red.is_empty());
    for token in 0..77 {
        let expected = plain.prompt.states.narrow(1, token, 1).unwrap();
        let expected = if red.contains(&token) { (expected * 1.3).unwrap() } else { expected };
        assert_eq!(bits(&found.prompt.states.narrow(1, token, 1).unwrap()), bits(&expected), "token {token}");
    }
    assert_eq!(pooled(&found), pooled(&plain));
}

#[test]
fn weights_are_text_unless_they_are_asked_for() {
    let (plain, model) = (load("sdxl", small()), load("sdxl", weighted()));
    let plain = plain.condition("a red barn", "").unwrap();
    assert!(!is_same(&load("sdxl", small()).condition("a (red:1) barn", "").unwrap(), &plain));
    assert!(is_same(&model.condition("a (red:1) barn", "").unwrap(), &plain));
}

#[test]
fn a_weight_counts_in_what_is_left_out_too() {
    let model = load("sdxl", DenoiseOptions { guidance: 4.0, ..weighted() });
    let of = |negative| model.condition("a barn", negative).unwrap();
    let (plain, strong) = (of("text"), of("(text:2)"));
    assert_eq!(bits(&plain.prompt.states), bits(&strong.prompt.states));
    assert_ne!(bits(&plain.negative.unwrap().states), bits(&strong.negative.unwrap().states));
}

#[test]
fn weighted_texts_have_the_limit_of_plain_ones() {
    let model = load("sdxl", weighted());
    let error = model.condition(&"(the:1.1) cat ".repeat(400), "").unwrap_err();
    assert!(error.to_string().ends_with("at most 600 are looked at"), "{error}");
}

/// The pictures of a run's candidates are those of their own styles.
#[test]
fn candidates_of_a_run_are_drawn_in_styles_by_turns() {
    let styles = Rotation::beginning_with(Style::named("poster").unwrap(), 5);
    let mut model = load("sdxl", DenoiseOptions { steps: 1, styles, ..small() });
    let prompts: Vec<Prompt> = (0..6).map(|index| Prompt::new("a barn", derive_seed(5, index))).collect();
    let asked: Vec<Styled> = prompts.iter().map(|prompt| model.options.asked(prompt)).collect();
    let drawn: Vec<_> = prompts.iter().map(|prompt| model.generate(prompt, &Stop::never()).unwrap()).collect();
    assert!(asked[0] == asked[5] && (1..5).all(|index| asked[index] != asked[0]));
    model.options.styles = Rotation::default();
    for (prompt, (asked, drawn)) in prompts.iter().zip(asked.into_iter().zip(drawn)) {
        assert_eq!(model.generate(&Prompt::new(asked.prompt, prompt.seed), &Stop::never()).unwrap(), drawn);
    }
}
