//! Splitting a description into words.

/// Most words of a description that are looked at.
pub(crate) const MAX_WORDS: usize = 200;

/// Most characters of a description that are looked at.
const MAX_CHARS: usize = 20_000;

/// Most characters of a word that are kept.
const MAX_WORD_CHARS: usize = 40;

/// A word of the description.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) struct Word {
    /// In lower case; for an emoji its code points as in [`crate::Picture::code`].
    pub(crate) text: String,
    /// As typed, cut to a bounded length.
    pub(crate) typed: String,
    /// Whether it is an emoji.
    pub(crate) emoji: bool,
    /// Whether a comma or the end of a sentence stands between it and the word before.
    pub(crate) after_pause: bool,
}

/// The first words of a text. Markup, digits and any script are words like others; the rest separates them.
pub(crate) fn tokenise(text: &str) -> Vec<Word> {
    let mut splitter = Splitter::default();
    for c in text.chars().take(MAX_CHARS) {
        splitter.push(c);
        if splitter.words.len() >= MAX_WORDS {
            break;
        }
    }
    splitter.finish();
    splitter.words.truncate(MAX_WORDS);
    splitter.words
}

#[derive(Default)]
struct Splitter {
    words: Vec<Word>,
    current: String,
    emoji: bool,
    pause: bool,
}

impl Splitter {
    fn push(&mut self, c: char) {
        let kind = kind_of(c);
        let joins = match kind {
            Kind::Letter => !self.emoji,
            Kind::Apostrophe => !self.emoji && !self.current.is_empty(),
            Kind::Joiner => self.emoji && !self.current.is_empty(),
            Kind::Pictograph => self.emoji && (self.current.is_empty() || self.current.ends_with('\u{200d}')),
            Kind::Gap | Kind::Pause => false,
        };
        if !joins {
            self.finish();
        }
        match kind {
            Kind::Letter | Kind::Apostrophe if joins || kind == Kind::Letter => self.current.push(c),
            Kind::Joiner if joins => self.current.push(c),
            Kind::Pictograph => {
                self.emoji = true;
                self.current.push(c);
            }
            Kind::Pause => self.pause = true,
            _ => {}
        }
    }

    fn finish(&mut self) {
        let typed = std::mem::take(&mut self.current);
        let emoji = std::mem::take(&mut self.emoji);
        let typed = if emoji { typed } else { typed.trim_end_matches(['\'', '’']).to_owned() };
        if typed.is_empty() {
            return;
        }
        let typed: String = typed.chars().take(MAX_WORD_CHARS).collect();
        let text = if emoji { code(&typed) } else { plain(&typed) };
        self.words.push(Word { text, typed, emoji, after_pause: std::mem::take(&mut self.pause) });
    }
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Letter,
    Apostrophe,
    /// Continues an emoji: zero-width joiner, variation selector, skin tone.
    Joiner,
    Pictograph,
    Pause,
    Gap,
}

fn kind_of(c: char) -> Kind {
    match c {
        '\'' | '’' => Kind::Apostrophe,
        '\u{200d}' | '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}' => Kind::Joiner,
        '\u{2190}'..='\u{21ff}' | '\u{2300}'..='\u{23ff}' | '\u{2600}'..='\u{27bf}' | '\u{2b00}'..='\u{2bff}' => {
            Kind::Pictograph
        }
        '\u{1f000}'..='\u{1faff}' => Kind::Pictograph,
        ',' | ';' | ':' | '.' | '!' | '?' | '(' | ')' | '\n' => Kind::Pause,
        c if c.is_alphanumeric() => Kind::Letter,
        _ => Kind::Gap,
    }
}

/// Lower case without the possessive.
fn plain(typed: &str) -> String {
    let lower = typed.to_lowercase().replace('’', "'");
    lower.strip_suffix("'s").unwrap_or(&lower).to_owned()
}

/// Code points without variation selectors and skin tones.
fn code(typed: &str) -> String {
    let kept = typed.chars().filter(|c| !matches!(c, '\u{fe0f}' | '\u{1f3fb}'..='\u{1f3ff}'));
    kept.map(|c| format!("{:x}", u32::from(c))).collect::<Vec<_>>().join("-")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn texts(text: &str) -> Vec<String> {
        tokenise(text).into_iter().map(|word| word.text).collect()
    }

    #[test]
    fn hyphens_and_case_separate_nothing_else() {
        assert_eq!(
            texts("A Snow-covered peak, the cat's T-shirt"),
            "a snow covered peak the cat t shirt".split(' ').collect::<Vec<_>>()
        );
        assert!(tokenise("one, two")[1].after_pause && !tokenise("one two")[1].after_pause);
    }

    #[test]
    fn emoji_are_words_by_their_code_points() {
        assert_eq!(texts("big🐘🏖️ 👩🏽‍🚒!"), ["big", "1f418", "1f3d6", "1f469-200d-1f692"]);
    }

    #[test]
    fn any_text_gives_a_bounded_list() {
        for text in
            ["", " ,.;", "<svg/><script>", "紫の森の夕暮れ", "\u{0}\u{7f}'’\u{200d}\u{fe0f}", &"é".repeat(100_000)]
        {
            assert!(tokenise(text).len() <= MAX_WORDS, "{text}");
        }
        assert_eq!(tokenise(&"word ".repeat(30_000)).len(), MAX_WORDS);
        assert!(tokenise(&"x".repeat(100_000))[0].text.len() <= MAX_WORD_CHARS);
    }
}
