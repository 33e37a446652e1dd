//! Which meaning of a word holds where it stands, and what it does.

use crate::colors::color_of;
use crate::error::CollageError;
use crate::meaning::{Meaning, Part, Relation};
use crate::phrase::Parser;
use crate::reading::Noun;

impl Parser<'_> {
    /// The meaning that fits where the word stands.
    pub(crate) fn fitting(&self, at: usize, found: &[Meaning]) -> Option<Meaning> {
        if ["and", "or"].contains(&self.words[at].text.as_str()) {
            return None;
        }
        let of = self.words.get(at + 1).is_some_and(|next| next.text == "of");
        let arrangement = |m: &&Meaning| matches!(m, Meaning::Arrangement(_));
        if let Some(meaning) = found.iter().find(arrangement).filter(|_| of) {
            return Some(*meaning);
        }
        let describing = self.goes_on(at);
        let adjective = |m: &&Meaning| matches!(m, Meaning::Material(_) | Meaning::Pattern(_) | Meaning::Translucent);
        let preferred = if describing { found.iter().find(adjective) } else { None };
        preferred.or_else(|| found.first()).copied()
    }

    pub(crate) fn conjunction(&mut self, at: usize) {
        let next_is_color = self.words.get(at + 1).is_some_and(|word| color_of(&word.text).is_some());
        let open = !self.pending.look.colors.is_empty() && next_is_color;
        if !open {
            self.settle();
            self.relation = Some(Relation::Beside);
        }
    }

    pub(crate) fn apply(&mut self, meaning: Meaning, at: usize) -> Result<(), CollageError> {
        match meaning {
            Meaning::Stop => self.stop(at),
            // `statue of a lion`, `glass of milk`: what waits is for the noun after `of`.
            Meaning::Relation(Relation::Of) if self.pending.words.last().is_some_and(|&last| last + 1 == at) => {}
            Meaning::Relation(Relation::Of) if self.reading.phrases.is_empty() => self.settle(),
            Meaning::Relation(relation) => {
                self.settle();
                self.relation = Some(relation);
            }
            Meaning::Sky(time) => {
                self.reading.time = self.reading.time.or(time);
                self.noun(Noun::Sky, &[at]);
            }
            Meaning::Weather(weather) => self.weather(weather, at),
            Meaning::Autumn => self.reading.autumn_words.push(at),
            // `a paisley pattern`, `a floral print`
            Meaning::Arrangement(_) if self.pending.look.pattern.is_some() => self.pending.words.push(at),
            Meaning::Arrangement(arrangement) => {
                self.reading.arrangement.get_or_insert(arrangement);
                self.reading.arrangement_words.push(at);
            }
            Meaning::Chaotic => {
                self.reading.chaotic = true;
                self.reading.arrangement_words.push(at);
            }
            Meaning::Setting(setting) => self.noun(Noun::Setting(setting), &[at]),
            Meaning::Flat(flat) => self.flat(flat, at),
            Meaning::Solid(solid) => self.noun(Noun::Solid(solid), &[at]),
            Meaning::Garment(garment) => {
                self.noun(Noun::Garment(garment), &[at]);
                if self.words[at].text.starts_with("hoodie") {
                    self.noun(Noun::Part(Part::Hood), &[at]);
                }
            }
            Meaning::Part(part) => self.noun(Noun::Part(part), &[at]),
            Meaning::Surface(surface) => self.noun(Noun::Surface(surface), &[at]),
            Meaning::Material(material) => self.material(material, at)?,
            Meaning::Pattern(pattern) => {
                self.describe(at, |pending| pending.look.pattern = Some(pattern));
                if self.relation == Some(Relation::With) && !self.goes_on(at) {
                    self.pattern_of_last();
                }
            }
            Meaning::Translucent => self.describe(at, |pending| pending.look.translucent = true),
            Meaning::Airborne => self.airborne(at),
            Meaning::Winding => self.describe(at, |pending| pending.look.winding = true),
            Meaning::Number(count) => self.describe(at, |pending| pending.count = Some(count)),
            Meaning::Size(size) => self.describe(at, |pending| pending.look.size = size),
            Meaning::Likeness => self.likeness(at)?,
            Meaning::Photograph => self.photograph(at),
        }
        Ok(())
    }
}
