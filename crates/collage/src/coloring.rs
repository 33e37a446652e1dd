//! Words of colour, and when they are things instead.

use linocut_svg::Color;

use crate::art;
use crate::colors::{color_of, shade_of, shaded};
use crate::meaning::{Material, Meaning, Solid};
use crate::naming::is_drawn_noun;
use crate::phrase::Parser;
use crate::reading::Noun;

/// Colour words that are metals too.
const METALS: [&str; 9] = ["gold", "golden", "silver", "silvery", "bronze", "copper", "brass", "platinum", "gunmetal"];

/// Colour words that are stones when they stand alone.
const GEMS: [&str; 9] = ["emerald", "ruby", "sapphire", "amethyst", "topaz", "garnet", "opal", "jade", "amber"];

impl Parser<'_> {
    /// `olive drab`, `light sea`: two words that name one colour.
    pub(crate) fn color_pair(&self, at: usize) -> Option<Color> {
        let next = self.words.get(at + 1).filter(|next| !next.after_pause)?;
        color_of(&format!("{}{}", self.words[at].text, next.text))
    }

    pub(crate) fn take_color(&mut self, at: usize, found: &[Meaning]) -> bool {
        let word = &self.words[at].text;
        if let Some(shade) = shade_of(word)
            && self.describes(at)
        {
            self.pending.shade = Some(shade);
            self.pending.words.push(at);
            return true;
        }
        let Some(color) = color_of(word) else { return false };
        let is_material =
            !self.pending.look.colors.is_empty() && found.iter().any(|m| matches!(m, Meaning::Material(_)));
        let is_thing = found.iter().any(|m| is_drawn_noun(*m)) || self.names_a_thing(word);
        if GEMS.contains(&word.as_str()) && !self.describes(at) {
            self.pending.look.colors.push(color);
            self.noun(Noun::Solid(Solid::Gem), &[at]);
            return true;
        }
        if is_material || (is_thing && !self.describes(at)) {
            return false;
        }
        self.push_color(color, &[at]);
        true
    }

    pub(crate) fn names_a_thing(&self, word: &str) -> bool {
        art::is_named(word).unwrap_or(false)
    }

    pub(crate) fn push_color(&mut self, color: Color, words: &[usize]) {
        let repeated =
            self.pending.last_color.is_some_and(|last| last + 1 == words[0]) && !self.words[words[0]].after_pause;
        if !repeated {
            self.pending.look.colors.push(shaded(color, self.pending.shade.take().unwrap_or(0.0)));
        }
        if words.iter().any(|&word| METALS.contains(&self.words[word].text.as_str())) {
            self.pending.look.material.get_or_insert(Material::Metal);
        }
        self.pending.last_color = words.last().copied();
        self.pending.words.extend(words);
    }
}
