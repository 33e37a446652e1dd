//! How a model is asked to draw.

use linocut_core::ByteBudget;

use super::chat::{Message, Role};

/// How a description becomes a question.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Asking {
    /// With instructions, as chat models need them.
    #[default]
    Instruction,
    /// The description alone, for a model that has learnt nothing but to draw.
    Description,
}

impl Asking {
    /// The conversation that asks for a description to be drawn in at most so many bytes.
    #[must_use]
    pub fn messages(self, description: &str, budget: ByteBudget) -> Vec<Message> {
        let text = match self {
            Self::Instruction => format!(
                "Draw this as an SVG picture: {description}\n\nUse only flat shapes (path, rect, circle, ellipse, polygon) and \
                 gradients, a background first, and at most {} bytes. Answer with the SVG alone.",
                budget.bytes()
            ),
            Self::Description => description.to_owned(),
        };
        vec![Message::new(Role::User, text)]
    }
}
