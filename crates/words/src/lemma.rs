//! Lemmatises English words by simple rules: base forms and plurals.

/// Irregular forms with their base forms; the first 25 are plurals.
const IRREGULAR: [(&str, &str); 34] = [
    ("children", "child"),
    ("men", "man"),
    ("women", "woman"),
    ("people", "person"),
    ("feet", "foot"),
    ("teeth", "tooth"),
    ("geese", "goose"),
    ("mice", "mouse"),
    ("oxen", "ox"),
    ("cacti", "cactus"),
    ("octopi", "octopus"),
    ("leaves", "leaf"),
    ("wolves", "wolf"),
    ("knives", "knife"),
    ("loaves", "loaf"),
    ("calves", "calf"),
    ("scarves", "scarf"),
    ("shelves", "shelf"),
    ("dice", "die"),
    ("fungi", "fungus"),
    ("polyhedra", "polyhedron"),
    ("dodecahedra", "dodecahedron"),
    ("icosahedra", "icosahedron"),
    ("octahedra", "octahedron"),
    ("tori", "torus"),
    ("golden", "gold"),
    ("wooden", "wood"),
    ("woolen", "wool"),
    ("woollen", "wool"),
    ("skies", "sky"),
    ("lit", "light"),
    ("ridden", "ride"),
    ("wearing", "wear"),
    ("shone", "shine"),
];

/// Words whose final `s` is not a plural ending, and plurals that have no singular.
const UNCHANGED: [&str; 24] = [
    "grass",
    "glass",
    "dress",
    "moss",
    "canvas",
    "cross",
    "bus",
    "lens",
    "compass",
    "glasses",
    "pants",
    "trousers",
    "jeans",
    "overalls",
    "shorts",
    "sunglasses",
    "torus",
    "cactus",
    "octopus",
    "princess",
    "brass",
    "gas",
    "scissors",
    "chess",
];

/// The word itself, then its possible base forms, the most probable first.
///
/// Rules propose forms that may not be words; the caller keeps those that it knows. `word` must be in lower case, and
/// so are the results. A word of another script is returned alone.
///
/// ```
/// assert_eq!(linocut_words::lemmas("berries"), ["berries", "berrie", "berry", "berri"]);
/// ```
#[must_use]
pub fn lemmas(word: &str) -> Vec<String> {
    let mut forms = vec![word.to_owned()];
    if let Some((_, base)) = IRREGULAR.iter().find(|(form, _)| *form == word) {
        forms.push((*base).to_owned());
    }
    if word.is_ascii() && word.len() > 2 && !UNCHANGED.contains(&word) {
        plural(word, &mut forms);
        for ending in ["ing", "ed", "y"] {
            inflected(word, ending, &mut forms);
        }
    }
    forms.dedup();
    forms
}

/// Whether a lower-case word is a plural, by its form.
#[must_use]
pub fn is_plural(word: &str) -> bool {
    if UNCHANGED.contains(&word) {
        return false;
    }
    let irregular = IRREGULAR.iter().take(25).any(|(form, _)| *form == word);
    irregular || (word.len() > 3 && word.ends_with('s') && !word.ends_with("ss") && !word.ends_with("us"))
}

fn plural(word: &str, forms: &mut Vec<String>) {
    let Some(stem) = word.strip_suffix('s') else { return };
    if stem.ends_with('s') {
        return;
    }
    forms.push(stem.to_owned());
    if let Some(stem) = word.strip_suffix("ies") {
        forms.push(format!("{stem}y"));
    }
    if let Some(stem) = word.strip_suffix("es") {
        forms.push(stem.to_owned());
    }
}

/// `snowy`, `hopping` and `baked` become `snow`, `hop` and `bake`.
fn inflected(word: &str, ending: &str, forms: &mut Vec<String>) {
    let Some(stem) = word.strip_suffix(ending).filter(|stem| stem.len() > 2) else { return };
    forms.push(stem.to_owned());
    forms.push(format!("{stem}e"));
    let mut end = stem.chars().rev();
    if let (Some(a), Some(b)) = (end.next(), end.next())
        && a == b
    {
        forms.push(stem[..stem.len() - 1].to_owned());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base_forms_are_among_the_lemmas() {
        for (word, base) in [
            ("threads", "thread"),
            ("pyramids", "pyramid"),
            ("spiraling", "spiral"),
            ("checkered", "checker"),
            ("snowy", "snow"),
            ("foggy", "fog"),
            ("branches", "branch"),
            ("berries", "berry"),
            ("dodecahedra", "dodecahedron"),
            ("scarves", "scarf"),
            ("golden", "gold"),
        ] {
            assert!(lemmas(word).iter().any(|lemma| lemma == base), "{word}: {:?}", lemmas(word));
        }
    }

    #[test]
    fn words_that_only_look_plural_stay() {
        for word in ["dress", "pants", "overalls", "bus", "as", "lens"] {
            assert!(!is_plural(word), "{word}");
        }
        assert!(is_plural("rectangles") && is_plural("geese"));
    }

    #[test]
    fn odd_words_do_not_panic() {
        for word in ["", "s", "ing", "ed", "y", "éing", "ßß", "aaaaing"] {
            assert!(!lemmas(word).is_empty());
        }
    }
}
