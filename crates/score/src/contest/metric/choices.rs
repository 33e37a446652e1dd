//! Parses multiple-choice questions as the contest's tables write them.

use linocut_core::Question;
use thiserror::Error;

/// The most choices that a question may have: each has a letter.
pub const MAX_CHOICES: usize = 26;

/// A question whose right choice is given by its text. Of equal choices the last is the right one, since the metric keeps
/// one probability per text.
///
/// # Errors
///
/// [`ChoicesError`] for no choices, more than [`MAX_CHOICES`], or an answer that is not among them.
pub fn question(text: &str, choices: Vec<String>, answer: &str) -> Result<Question, ChoicesError> {
    let found = choices.iter().rposition(|choice| choice == answer);
    let question = Question { text: text.to_owned(), choices, answer: found.unwrap_or(usize::MAX) };
    match check_question(&question) {
        Err(ChoicesError::NoSuchChoice { .. }) => Err(ChoicesError::NotAmong { answer: answer.to_owned() }),
        checked => checked.map(|()| question),
    }
}

/// Checks that a question can be asked.
pub(crate) const fn check_question(question: &Question) -> Result<(), ChoicesError> {
    let (count, answer) = (question.choices.len(), question.answer);
    match count {
        0 => Err(ChoicesError::None),
        1..=MAX_CHOICES if answer < count => Ok(()),
        1..=MAX_CHOICES => Err(ChoicesError::NoSuchChoice { answer, count }),
        _ => Err(ChoicesError::TooMany { count }),
    }
}

/// Parses a list of choices as Python or JSON writes it, for example `['a purple one', "the king's"]`.
///
/// Strings are in single or double quotes, with the escapes that the two languages share and `\'`, `\xNN`, `\uNNNN`.
///
/// # Errors
///
/// [`ChoicesError::Syntax`] for anything else.
pub fn parse_choices(list: &str) -> Result<Vec<String>, ChoicesError> {
    let list = list.trim_end();
    // What is left of the list always ends before its bracket.
    let syntax = |rest: &str| ChoicesError::Syntax { at: (list.len() - rest.len()).saturating_sub(1) };
    let open = list.strip_suffix(']').ok_or(ChoicesError::Syntax { at: list.len() })?;
    let inner = open.trim_start().strip_prefix('[').ok_or(ChoicesError::Syntax { at: 0 })?;
    let (mut rest, mut choices) = (inner.trim_start(), Vec::new());
    while !rest.is_empty() {
        let (choice, after) = string(rest).map_err(syntax)?;
        choices.push(choice);
        let after = after.trim_start();
        rest = match after.strip_prefix(',') {
            Some(after) => after.trim_start(),
            None if after.is_empty() => after,
            None => return Err(syntax(after)),
        };
    }
    Ok(choices)
}

/// Parses the string at the start of a text: its value and the rest. The error is the text from where it is wrong.
fn string(text: &str) -> Result<(String, &str), &str> {
    let quote = text.chars().next().filter(|quote| matches!(quote, '\'' | '"')).ok_or(text)?;
    let (mut rest, mut value) = (&text[1..], String::new());
    loop {
        let c = rest.chars().next().ok_or(rest)?;
        let after = &rest[c.len_utf8()..];
        if c == quote {
            return Ok((value, after));
        }
        let (c, after) = if c == '\\' { escaped(after).ok_or(rest)? } else { (c, after) };
        value.push(c);
        rest = after;
    }
}

/// Parses what follows a backslash: the character that it stands for, and the rest.
fn escaped(text: &str) -> Option<(char, &str)> {
    let kind = text.chars().next()?;
    let after = &text[kind.len_utf8()..];
    let digits = match kind {
        'x' => 2,
        'u' => 4,
        'n' => return Some(('\n', after)),
        't' => return Some(('\t', after)),
        'r' => return Some(('\r', after)),
        '\\' | '\'' | '"' | '/' => return Some((kind, after)),
        _ => return None,
    };
    let code = after.get(..digits).filter(|code| code.bytes().all(|b| b.is_ascii_hexdigit()))?;
    let code = u32::from_str_radix(code, 16).ok()?;
    Some((char::from_u32(code)?, &after[digits..]))
}

/// Why a question cannot be asked.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[non_exhaustive]
pub enum ChoicesError {
    /// The text is not a list of strings as Python or JSON writes it.
    #[error("no list of quoted choices at byte {at}")]
    Syntax {
        /// Where it is wrong, in bytes.
        at: usize,
    },
    /// There are no choices.
    #[error("no choices")]
    None,
    /// There are more choices than letters.
    #[error("{count} choices, expected at most {MAX_CHOICES}")]
    TooMany {
        /// Number of choices.
        count: usize,
    },
    /// The answer is not among the choices.
    #[error("answer `{answer}` is not among the choices")]
    NotAmong {
        /// The answer.
        answer: String,
    },
    /// The answer's index is out of range.
    #[error("answer is choice {answer} (from 0) of {count}")]
    NoSuchChoice {
        /// Index of the answer.
        answer: usize,
        /// Number of choices.
        count: usize,
    },
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn lists_of_python_and_json_are_read() {
        assert_eq!(parse_choices("['beach', 'dés']").unwrap(), ["beach", "dés"]);
        assert_eq!(parse_choices(r#" [ "king's" ,'say \'\u0041\x42\'\n' , ] "#).unwrap(), ["king's", "say 'AB'\n"]);
        assert!(parse_choices("[]").unwrap().is_empty());
    }

    #[test]
    fn anything_else_is_an_error_with_its_place() {
        let at = |list| match parse_choices(list) {
            Err(ChoicesError::Syntax { at }) => at,
            other => panic!("{list}: {other:?}"),
        };
        assert_eq!(["", "beach", "['a' 'b']", "['a', b]", "['a]", r"['\q']"].map(at), [0, 5, 5, 6, 3, 2]);
    }

    #[test]
    fn of_equal_choices_the_last_is_right() {
        let choices = || ["a", "b", "a"].map(str::to_owned).to_vec();
        assert_eq!(question("?", choices(), "a").unwrap().answer, 2);
        let error = question("?", choices(), "c").unwrap_err();
        assert_eq!(error.to_string(), "answer `c` is not among the choices");
    }

    #[test]
    fn no_choices_and_more_than_letters_are_errors() {
        assert_eq!(question("?", Vec::new(), "a"), Err(ChoicesError::None));
        let many = |count| question("?", vec!["a".to_owned(); count], "a");
        assert_eq!((many(26).is_ok(), many(27)), (true, Err(ChoicesError::TooMany { count: 27 })));
    }

    proptest! {
        #[test]
        fn what_rust_escapes_is_read_back(choices in prop::collection::vec("[ -~äöü🦊]{0,9}", 0..5)) {
            let quoted: Vec<String> =
                choices.iter().map(|choice| format!("'{}'", choice.replace('\\', r"\\").replace('\'', r"\'"))).collect();
            prop_assert_eq!(parse_choices(&format!("[{}]", quoted.join(", "))).unwrap(), choices);
        }

        #[test]
        fn no_text_is_a_panic(list in r#"[\[\]'",\\ux0-9a ]{0,20}|\PC{0,20}"#) {
            let _ = parse_choices(&list);
        }
    }
}
