//! What a description denies: `no cars`, `without any boats or people`, `free of clouds`.

/// What a word has to do with a denial.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Denial {
    /// The word denies what follows: `no`, `without`, both words of `free of`.
    Cue,
    /// The word is denied.
    Denied,
}

/// A word of a description as [`denials`] wants it: in lower case, and whether a comma or the end of a sentence stands before it.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct Spoken<'a> {
    /// The word.
    pub text: &'a str,
    /// Whether there is a pause before it.
    pub after_pause: bool,
}

/// Words that deny what follows.
const CUES: [&str; 9] = ["no", "without", "not", "nor", "neither", "never", "lacking", "minus", "sans"];
/// Words that do so before `of`.
const CUES_OF: [&str; 6] = ["free", "empty", "devoid", "bare", "clear", "void"];
/// What follows `no` or `not` where nothing is denied.
const EMPTY: [&str; 5] = ["only", "just", "far", "matter", "longer"];
/// Words that begin another part of the sentence, which is not denied.
const BEGINNINGS: [&str; 41] = [
    "with",
    "on",
    "in",
    "at",
    "under",
    "over",
    "near",
    "beside",
    "behind",
    "by",
    "above",
    "below",
    "beneath",
    "against",
    "along",
    "across",
    "through",
    "between",
    "around",
    "beyond",
    "inside",
    "within",
    "from",
    "toward",
    "towards",
    "into",
    "onto",
    "upon",
    "next",
    "while",
    "but",
    "where",
    "which",
    "that",
    "who",
    "before",
    "after",
    "underneath",
    "outside",
    "amid",
    "among",
];
/// Words that begin another thing behind `and` or a comma.
const ARTICLES: [&str; 12] =
    ["a", "an", "the", "one", "two", "three", "four", "some", "many", "several", "its", "their"];

/// For each word of a description whether it denies, is denied, or neither.
///
/// A denial ends with its part of the sentence: at a preposition (`no boats in the harbor`), at `but`, at a comma unless a list goes on
/// (`no cars, trucks or people`), and at an `and` behind which another thing begins (`no trees and a barn`).
#[must_use]
pub fn denials(words: &[Spoken<'_>]) -> Vec<Option<Denial>> {
    let mut found = vec![None; words.len()];
    let mut at = 0;
    while at < words.len() {
        let cue = cue(&words[at..]);
        found[at..at + cue].fill(Some(Denial::Cue));
        let scope = if cue > 0 { scope(&words[at + cue..]) } else { 0 };
        found[at + cue..at + cue + scope].fill(Some(Denial::Denied));
        at += (cue + scope).max(1);
    }
    found
}

/// How many words at the start deny what follows.
fn cue(words: &[Spoken<'_>]) -> usize {
    let text = |at: usize| words.get(at).filter(|word| at == 0 || !word.after_pause).map(|word| word.text);
    match (text(0), text(1)) {
        (Some("no" | "not"), Some(next)) if EMPTY.contains(&next) => 0,
        (Some(word), Some(_)) if CUES.contains(&word) => 1,
        (Some(word), Some("of")) if CUES_OF.contains(&word) => 2,
        _ => 0,
    }
}

/// How many of the words behind a cue it denies.
fn scope(words: &[Spoken<'_>]) -> usize {
    for (at, word) in words.iter().enumerate().skip(1) {
        let rest = &words[at..];
        let ends = if word.after_pause {
            !goes_on(rest)
        } else if word.text == "and" {
            !joins(&rest[1..])
        } else {
            BEGINNINGS.contains(&word.text)
        };
        if ends || cue(rest) > 0 {
            return at;
        }
    }
    words.len()
}

/// Whether words behind a comma are more of a list that ends with `or` or `nor`: `trucks or people`.
fn goes_on(words: &[Spoken<'_>]) -> bool {
    /// Most words of the rest of a list.
    const LONGEST: usize = 12;
    for word in words.iter().take(LONGEST) {
        if matches!(word.text, "or" | "nor") {
            return true;
        }
        if BEGINNINGS.contains(&word.text) || ARTICLES.contains(&word.text) {
            return false;
        }
    }
    false
}

/// Whether the words behind `and` are denied too: one word, and no other thing.
fn joins(words: &[Spoken<'_>]) -> bool {
    let is_other = |word: &Spoken<'_>| ARTICLES.contains(&word.text) || BEGINNINGS.contains(&word.text);
    match words {
        [] => false,
        [word] => !is_other(word),
        [word, next, ..] => !is_other(word) && (next.after_pause || BEGINNINGS.contains(&next.text)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The words that are denied.
    fn denied(text: &str) -> String {
        let mut after_pause = false;
        let mut words = Vec::new();
        for typed in text.split(' ') {
            let word = typed.trim_end_matches([',', '.', ';']);
            words.push(Spoken { text: word, after_pause: std::mem::replace(&mut after_pause, word != typed) });
        }
        let found = denials(&words);
        let denied = words.iter().zip(found).filter(|(_, found)| *found == Some(Denial::Denied));
        denied.map(|(word, _)| word.text).collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn a_denial_reaches_to_the_end_of_its_part_of_the_sentence() {
        for (text, expected) in [
            ("an empty street with no cars", "cars"),
            ("a field, no trees", "trees"),
            ("a tree without leaves", "leaves"),
            ("a beach with no boats and no people", "boats people"),
            ("a beach without any boats or people", "any boats or people"),
            ("a road with no cars, trucks or people, under a red sky", "cars trucks or people"),
            ("a sky free of clouds over a lake", "clouds"),
            ("a room empty of furniture", "furniture"),
            ("no boats in the harbor", "boats"),
            ("a hill with no trees and a barn", "trees"),
            ("a man without hat and gloves", "hat and gloves"),
            ("no clouds, blue sky", "clouds"),
            ("a cat, not a dog, on a mat", "a dog"),
            ("a plain with neither trees nor houses", "trees houses"),
            ("a house without windows but with a red door", "windows"),
        ] {
            assert_eq!(denied(text), expected, "{text}");
        }
    }

    #[test]
    fn what_only_sounds_like_a_denial_denies_nothing() {
        for text in [
            "not only a cat",
            "a free bird",
            "an empty street",
            "a clear sky",
            "not far from the sea",
            "no",
            "a cat, no",
        ] {
            assert_eq!(denied(text), "", "{text}");
        }
    }
}
