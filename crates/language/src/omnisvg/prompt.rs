//! What the models are asked, and how their tokens are drawn.

use crate::model::{Message, Role, Sampling};

/// The texts that the published models expect: OmniSVG, `inference.py`, Apache-2.0.
const SYSTEM: &str = "You are an expert SVG code generator. \nGenerate precise, valid SVG path commands that accurately represent the \
                      described scene or object.\nFocus on capturing key shapes, spatial relationships, and visual composition.";
const PICTURE: &str = "Generate SVG code that accurately represents this image:";
const REQUIREMENTS: &str = "- Create complete SVG path commands\n- Include proper coordinates and colors\n- Maintain visual clarity and \
                            composition";
/// Where a picture stands in a text.
const PLACE: &str = "<|vision_start|><|image_pad|><|vision_end|>";
/// Parts of words by which the published program tells icons.
const ICONS: [&str; 15] = [
    "icon",
    "logo",
    "symbol",
    "badge",
    "button",
    "emoji",
    "glyph",
    "simple",
    "arrow",
    "triangle",
    "circle",
    "square",
    "heart",
    "star",
    "checkmark",
];

/// How the published program draws tokens, by what is asked for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Preset {
    /// A description of an icon.
    Icon,
    /// A description of a scene, a person, an animal.
    Illustration,
    /// A picture.
    Picture,
}

impl Preset {
    /// The preset of a description: icons by the words that the published program knows, anything else is an illustration. That program
    /// takes short descriptions without a word of a scene for icons as well.
    #[must_use]
    pub fn of_description(description: &str) -> Self {
        let lower = description.to_lowercase();
        if ICONS.iter().any(|word| lower.contains(word)) { Self::Icon } else { Self::Illustration }
    }

    /// Its options.
    #[must_use]
    pub const fn sampling(self) -> Sampling {
        let (temperature, top_p, top_k, repetition_penalty) = match self {
            Self::Icon => (0.5, 0.88, 50, 1.05),
            Self::Illustration => (0.6, 0.9, 60, 1.03),
            Self::Picture => (0.3, 0.9, 50, 1.05),
        };
        Sampling { temperature, top_k, top_p, min_p: 0.0, repetition_penalty }
    }
}

/// The conversation that asks for a description.
pub(super) fn of_description(description: &str) -> Vec<Message> {
    // The line between is of eight spaces.
    let asked =
        format!("Generate an SVG illustration for: {}\n        \nRequirements:\n{REQUIREMENTS}", description.trim());
    vec![Message::new(Role::System, SYSTEM), Message::new(Role::User, asked)]
}

/// The conversation that asks for a picture.
pub(super) fn of_picture() -> Vec<Message> {
    vec![Message::new(Role::System, SYSTEM), Message::new(Role::User, format!("{PICTURE}{PLACE}"))]
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Lengths of the published texts.
    #[test]
    fn texts_are_as_long_as_the_published_ones() {
        let lengths = |messages: &[Message]| -> Vec<usize> {
            messages.iter().map(|message| message.content.trim_end_matches(PLACE).len()).collect()
        };
        assert_eq!(lengths(&of_description(" a red circle\n")), [215, 187]);
        assert_eq!(lengths(&of_picture()), [215, 56]);
    }

    #[test]
    fn icons_are_told_by_their_words() {
        assert_eq!(Preset::of_description("A Star-shaped badge"), Preset::Icon);
        assert_eq!(Preset::of_description("a fox in the snow"), Preset::Illustration);
    }
}
