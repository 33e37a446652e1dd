//! What the model is asked, word for word.

use linocut_core::Question;

use super::paligemma_error::PaliGemmaError;
use crate::contest::metric::{MAX_CHOICES, check_question};

/// Asks for the text in the picture.
pub const OCR_PROMPT: &str = "<image>ocr\n";

/// What stands for the picture in a prompt.
pub(super) const IMAGE: &str = "<image>";

/// The token that begins a text.
pub(super) const BOS: &str = "<bos>";

/// Asks a multiple-choice question.
///
/// # Errors
///
/// [`PaliGemmaError::Question`] if there are no choices, more than [`MAX_CHOICES`], or the answer is not among them.
///
/// # Source
///
/// The contest's metric.
pub fn question_prompt(question: &Question) -> Result<String, PaliGemmaError> {
    let wrong = |source| PaliGemmaError::Question { question: question.text.clone(), source };
    check_question(question).map_err(wrong)?;
    let choices = letters().zip(&question.choices).map(|(letter, choice)| format!("{letter}. {choice}\n"));
    Ok(format!("{IMAGE}answer en Question: {}\nChoices:\n{}", question.text, choices.collect::<String>()))
}

/// Asks whether the picture shows a description.
///
/// # Source
///
/// Second metric of the contest; contestants kept it to choose among candidates.
#[must_use]
pub fn portrays_prompt(description: &str) -> String {
    format!("Does {IMAGE} portray \"{description}\"? Answer yes or no.")
}

/// The letters of choices.
pub(super) fn letters() -> impl Iterator<Item = char> {
    ('A'..='Z').take(MAX_CHOICES)
}

/// The text that is cut into tokens: the picture's tokens where `<image>` stands (or in front), `<bos>` behind the last of them, and
/// a line break at the end.
///
/// # Source
///
/// transformers 4.49, `processing_paligemma.py`.
pub(super) fn expand(prompt: &str, patches: usize) -> String {
    let image = IMAGE.repeat(patches);
    match prompt.rfind(IMAGE) {
        None => format!("{image}{BOS}{prompt}\n"),
        Some(at) => {
            let (before, after) = (&prompt[..at], &prompt[at + IMAGE.len()..]);
            format!("{}{image}{BOS}{after}\n", before.replace(IMAGE, &image))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::contest::metric::ChoicesError;

    fn question(choices: &[&str], answer: usize) -> Question {
        let choices = choices.iter().map(|choice| (*choice).to_owned()).collect();
        Question { text: "What is it?".into(), choices, answer }
    }

    #[test]
    fn a_question_lists_its_choices_by_letter() {
        let prompt = question_prompt(&question(&["a cat", "a dog"], 1)).unwrap();
        assert_eq!(prompt, "<image>answer en Question: What is it?\nChoices:\nA. a cat\nB. a dog\n");
    }

    #[test]
    fn the_picture_goes_where_it_stands_and_bos_behind_it() {
        assert_eq!(expand("<image>ocr\n", 3), "<image><image><image><bos>ocr\n\n");
        assert_eq!(expand("Does <image> portray \"x\"?", 2), "Does <image><image><bos> portray \"x\"?\n");
        assert_eq!(expand("no picture", 1), "<image><bos>no picture\n");
    }

    #[test]
    fn questions_that_cannot_be_asked_are_errors() {
        let error = |choices: &[&str], answer| match question_prompt(&question(choices, answer)) {
            Err(PaliGemmaError::Question { question, source }) if question == "What is it?" => source,
            other => panic!("{other:?}"),
        };
        assert_eq!(error(&[], 0), ChoicesError::None);
        assert_eq!(error(&["x"; 27], 0), ChoicesError::TooMany { count: 27 });
        assert_eq!(error(&["x", "y"], 2), ChoicesError::NoSuchChoice { answer: 2, count: 2 });
        assert!(question_prompt(&question(&["x"; 26], 25)).is_ok());
    }
}
