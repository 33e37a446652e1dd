//! Templates that ask for pictures that trace well: few flat shapes, nothing thin.

use thiserror::Error;

/// What contestants of *Drawing with LLMs* told their models to leave out.
macro_rules! not_wanted {
    () => {
        "lines, framing, hatching, textures, patterns, details, outlines, text"
    };
}

/// A way to ask for a description, with what is asked to be left out.
///
/// A negative prompt acts through guidance: models that run without (guidance of 1 or less) follow the template alone.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Style {
    /// Name, as an option of a command would have it: lower case, words joined by hyphens.
    pub name: &'static str,
    /// Said before the description.
    pub before: &'static str,
    /// Said after it.
    pub after: &'static str,
    /// The negative prompt; empty for none.
    pub negative: &'static str,
}

/// The prompts that a style makes of a description.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Styled {
    /// What is asked for.
    pub prompt: String,
    /// What is asked to be left out; empty for nothing.
    pub negative: String,
}

/// The templates, in the order of their rotation.
const STYLES: [Style; 5] = [
    Style {
        name: "flat",
        before: "simple flat vector illustration of ",
        after: ", few solid colors, large plain shapes, minimal, clean background",
        negative: concat!(not_wanted!(), ", gradients, shadows, photo, noise, clutter"),
    },
    Style {
        name: "cartoon",
        before: "cartoon of ",
        after: ", bold simple shapes, bright flat colors, plain background",
        negative: concat!(not_wanted!(), ", photo, realistic, shading, sketch, clutter"),
    },
    Style {
        name: "poster",
        before: "minimalist travel poster of ",
        after: ", flat color blocks, strong silhouettes, limited palette, no lettering",
        negative: concat!(not_wanted!(), ", letters, border, photo, grain, gradients"),
    },
    Style {
        name: "paper-cut",
        before: "layered paper cut art of ",
        after: ", cut from sheets of colored paper, simple overlapping shapes, solid colors",
        negative: concat!(not_wanted!(), ", photo, paper grain, folds, tiny pieces, drop shadows"),
    },
    Style {
        name: "childrens-book",
        before: "children's book illustration of ",
        after: ", big simple shapes, soft flat colors, uncluttered",
        negative: concat!(not_wanted!(), ", photo, watercolor texture, pencil strokes, clutter"),
    },
];

/// The templates, in the order of their rotation.
#[must_use]
pub const fn styles() -> &'static [Style] {
    &STYLES
}

impl Style {
    /// The description as it is typed, nothing left out.
    pub const PLAIN: Self = Self { name: "plain", before: "", after: "", negative: "" };

    /// The style of a name: one of [`styles`], or "plain".
    ///
    /// # Errors
    ///
    /// [`StyleError`] for another name.
    pub fn named(name: &str) -> Result<Self, StyleError> {
        let known = STYLES.iter().chain([&Self::PLAIN]);
        known.copied().find(|style| style.name == name).ok_or_else(|| StyleError { name: name.to_owned() })
    }

    /// The prompts for a description. White space and a full stop around it are dropped, so that the template reads on.
    #[must_use]
    pub fn apply(&self, description: &str) -> Styled {
        let description = if self.after.is_empty() { description } else { description.trim().trim_end_matches('.') };
        Styled { prompt: format!("{}{description}{}", self.before, self.after), negative: self.negative.to_owned() }
    }
}

/// There is no style of that name.
#[derive(Clone, PartialEq, Eq, Debug, Error)]
#[error("there is no style {name}, expected plain, flat, cartoon, poster, paper-cut or childrens-book")]
pub struct StyleError {
    /// The name asked for.
    pub name: String,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_style_leaves_out_what_contestants_left_out() {
        for style in styles() {
            assert!(style.negative.starts_with(not_wanted!()), "{}", style.name);
            assert_eq!(Style::named(style.name), Ok(*style));
            assert!(StyleError { name: String::new() }.to_string().contains(style.name));
        }
    }

    #[test]
    fn descriptions_are_put_into_the_template() {
        let styled = Style::named("poster").unwrap().apply(" a lighthouse by the sea. ");
        assert!(styled.prompt.starts_with("minimalist travel poster of a lighthouse by the sea, flat color blocks"));
        assert_eq!(Style::PLAIN.apply(" as typed. ").prompt, " as typed. ");
    }

    #[test]
    fn an_unknown_name_is_an_error() {
        assert_eq!(Style::named("oil").unwrap_err().name, "oil");
    }
}
