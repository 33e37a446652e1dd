//! Recipes for the contest's metric, as data: the deployed one, earlier ones, and those by which contestants ranked
//! candidates.

use std::borrow::Cow;

use super::formula::{Formula, Rule};
use super::parts::Part;

/// Placeholder for the description in the prompts of a [`Recipe`].
const DESCRIPTION: &str = "{description}";

/// Which picture the judges are shown.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
pub enum Seen {
    /// The picture after the defences; OCR is shown the picture after defences of its own.
    #[default]
    Defended,
    /// The picture as it was rendered.
    Rendered,
}

/// How V is asked for. `{description}` in a prompt stands for the description.
#[derive(Clone, PartialEq, Eq, Hash, Debug, Default)]
pub enum VqaForm {
    /// Mean over the multiple-choice questions of the probability of the right choice.
    #[default]
    Choices,
    /// `P(yes | portrays) * (1 - P(yes | text))`; needs no questions.
    YesNo {
        /// Asks whether the picture shows the description.
        portrays: Cow<'static, str>,
        /// Asks whether there is text; if `None`, V is the first factor alone.
        text: Option<Cow<'static, str>>,
    },
}

/// A metric as data: the formula, the picture that is judged, the prompts. The default is the deployed metric.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Recipe {
    /// How the parts are combined. Default: [`Formula::DEPLOYED`].
    pub formula: Formula,
    /// The picture that the judges are shown. Default: [`Seen::Defended`].
    pub seen: Seen,
    /// How V is asked for. Default: [`VqaForm::Choices`].
    pub vqa: VqaForm,
    /// The text that [`Part::Similarity`] compares the picture with, in which `{description}` stands for the
    /// description; if empty, the description alone. Default: empty.
    pub similar_to: Cow<'static, str>,
}

impl Recipe {
    /// The contest's metric as deployed: F-beta (beta = 0.5) of V and A, times O, on the defended picture.
    pub const DEPLOYED: Self =
        Self { formula: Formula::DEPLOYED, seen: Seen::Defended, vqa: VqaForm::Choices, similar_to: Cow::Borrowed("") };

    /// The contest's first metric: the similarity alone, on the rendered picture.
    pub const FIRST: Self = Self {
        formula: Formula::only(Part::Similarity),
        seen: Seen::Rendered,
        similar_to: Cow::Borrowed("SVG illustration of {description}"),
        ..Self::DEPLOYED
    };

    /// The contest's second metric: F-beta (beta = 2) of V and A on the rendered picture, where V is the product of the
    /// answers to two yes/no questions.
    ///
    /// # Source
    ///
    /// The metric of March 2025, from public notebooks that copied it.
    pub const SECOND: Self = Self {
        formula: Formula { beta: 2.0, uses_text: false, ..Formula::DEPLOYED },
        seen: Seen::Rendered,
        vqa: VqaForm::YesNo {
            portrays: Cow::Borrowed(concat!(
                "Does <image> portray \"SVG illustration of {description}\" without any lettering? ",
                "Answer yes or no."
            )),
            text: Some(Cow::Borrowed("<image> Text present: yes or no?")),
        },
        ..Self::DEPLOYED
    };

    /// The contest's metric as its review describes it: the harmonic mean of V, A and O, with a penalty from the third
    /// character on.
    pub const HARMONIC: Self = Self {
        formula: Formula { rule: Rule::HarmonicMean, free_characters: 2, ..Formula::DEPLOYED },
        ..Self::DEPLOYED
    };

    /// What contestants ranked all their candidates by: aesthetic times similarity, on the defended picture.
    pub const RANKING: Self = Self {
        formula: Formula { rule: Rule::AestheticTimesSimilarity, ..Formula::DEPLOYED },
        similar_to: Cow::Borrowed("SVG illustration of {description}"),
        ..Self::DEPLOYED
    };

    /// What contestants chose among the best few by: the probability that the picture portrays the description.
    pub const YES_NO: Self = Self {
        formula: Formula::only(Part::Vqa),
        vqa: VqaForm::YesNo {
            portrays: Cow::Borrowed("Does <image> portray \"{description}\"? Answer yes or no."),
            text: None,
        },
        ..Self::DEPLOYED
    };

    /// The text that a picture of this description is compared with for the similarity.
    #[must_use]
    pub fn similarity_text(&self, description: &str) -> String {
        if self.similar_to.is_empty() { description.to_owned() } else { filled(&self.similar_to, description) }
    }
}

/// The prompt with the description filled in.
pub(super) fn filled(prompt: &str, description: &str) -> String {
    prompt.replace(DESCRIPTION, description)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_deployed_metric_is_the_default() {
        assert_eq!(Recipe::default(), Recipe::DEPLOYED);
        assert_eq!(Recipe::DEPLOYED.formula.needs(), [Part::Vqa, Part::Aesthetic, Part::Text]);
    }

    #[test]
    fn earlier_metrics_need_other_parts() {
        let needs = |recipe: Recipe| recipe.formula.needs();
        assert_eq!(needs(Recipe::FIRST), [Part::Similarity]);
        assert_eq!(needs(Recipe::SECOND), [Part::Vqa, Part::Aesthetic]);
        assert_eq!(needs(Recipe::RANKING), [Part::Aesthetic, Part::Similarity]);
        assert_eq!(needs(Recipe::YES_NO), [Part::Vqa]);
    }

    #[test]
    fn the_description_is_put_into_prompts_once() {
        let odd = "a {description} of braces";
        assert_eq!(Recipe::FIRST.similarity_text(odd), "SVG illustration of a {description} of braces");
        assert_eq!(Recipe::DEPLOYED.similarity_text(odd), odd);
    }
}
