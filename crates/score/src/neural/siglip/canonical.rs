//! Texts as SigLIP was trained on them.

/// Lower case, without ASCII punctuation, words separated by single spaces.
///
/// # Source
///
/// `canonicalize_text` of `big_vision`'s SigLIP, as in `transformers`' `SiglipTokenizer`.
pub fn canonical(text: &str) -> String {
    let plain: String = text.to_lowercase().chars().filter(|letter| !letter.is_ascii_punctuation()).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn punctuation_case_and_spaces_go() {
        assert_eq!(canonical("  A Purple, forest--at\tDUSK!\n"), "a purple forestat dusk");
        assert_eq!(canonical("Ünïcode “stays” 🦊"), "ünïcode “stays” 🦊");
        assert_eq!(canonical("?!"), "");
    }
}
