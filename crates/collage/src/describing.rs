//! Words that describe: what each adds to the noun that follows or to the one before.

use linocut_svg::Color;
use linocut_words::is_plural;

use crate::art;
use crate::error::CollageError;
use crate::meaning::{Arrangement, Flat, Material, Part, Pattern, Relation, Solid, Surface, Weather};
use crate::phrase::{Parser, Pending};
use crate::reading::{Noun, Phrase};

impl Parser<'_> {
    /// `statue of a lion`, `lion statue`, or a statue of nobody known.
    pub(crate) fn likeness(&mut self, at: usize) -> Result<(), CollageError> {
        if self.words.get(at + 1).is_some_and(|next| next.text == "of") {
            self.describe(at, |pending| pending.look.likeness = true);
        } else if let Some(before) = self.reading.phrases.last_mut().filter(|p| p.words.contains(&at.wrapping_sub(1))) {
            before.look.likeness = true;
            before.words.push(at);
        } else if let Some(picture) = art::find(&["moai"])? {
            self.pending.look.likeness = true;
            self.noun(Noun::Art(picture), &[at]);
        }
        Ok(())
    }

    /// `a sepia photograph`: the colour is that of the whole picture.
    pub(crate) fn photograph(&mut self, at: usize) {
        let pending = std::mem::take(&mut self.pending);
        self.reading.tint = pending.look.colors.first().copied();
        if self.reading.tint.is_some() {
            self.reading.tint_words.extend(pending.words);
            self.reading.tint_words.push(at);
        }
    }

    pub(crate) fn describe(&mut self, at: usize, change: impl FnOnce(&mut Pending)) {
        change(&mut self.pending);
        self.pending.words.push(at);
    }

    /// Articles start a new phrase; other stop words are passed over.
    pub(crate) fn stop(&mut self, at: usize) {
        if ["a", "an", "the"].contains(&self.words[at].text.as_str()) && !self.pending.look.likeness {
            self.settle();
        }
    }

    pub(crate) fn weather(&mut self, weather: Weather, at: usize) {
        let garment = matches!(self.reading.phrases.last(), Some(Phrase { noun: Noun::Garment(_), .. }));
        if garment && self.relation == Some(Relation::With) {
            // `mittens with snowflakes`: what is printed on cloth is no weather.
            self.describe(at, |pending| pending.look.pattern = Some(Pattern::Dotted));
            self.pattern_of_last();
            return;
        }
        self.reading.weather.get_or_insert(weather);
        self.reading.sky_words.push(at);
        let typed_noun = !self.describes(at) && !self.pending.look.colors.is_empty();
        if typed_noun {
            self.noun(Noun::Sky, &[at]);
        }
    }

    /// `squares in a diagonal line` stand so; `a hat with a blue ribbon` has a band. Whether the line is no figure.
    fn line(&mut self, at: usize) -> bool {
        let arrangement = match self.words[at].text.as_str() {
            "line" => Some(Arrangement::Row),
            "diagonal" => Some(Arrangement::Diagonal),
            _ => None,
        };
        match (self.relation, self.reading.phrases.last().map(|phrase| phrase.noun), arrangement) {
            (Some(Relation::In), Some(_), Some(arrangement)) => {
                self.reading.arrangement.get_or_insert(arrangement);
                self.reading.arrangement_words.push(at);
            }
            (Some(Relation::With), Some(Noun::Garment(_)), _) => self.noun(Noun::Part(Part::Belt), &[at]),
            _ => return false,
        }
        true
    }

    /// Dots after `polka` are a pattern when a noun follows, else the things themselves; zigzag lines are zigzags.
    pub(crate) fn flat(&mut self, flat: Flat, at: usize) {
        if flat == Flat::Line && self.line(at) {
            return;
        }
        let zigzag = self.pending.look.pattern == Some(Pattern::Chevron) && flat == Flat::Line;
        let flat = if zigzag { Flat::Zigzag } else { flat };
        if zigzag {
            self.pending.look.pattern = None;
        }
        let patterned = self.pending.look.pattern == Some(Pattern::Dotted);
        if patterned && flat == Flat::Circle {
            let trailing = self.relation == Some(Relation::With);
            if self.describes(at) || trailing {
                self.pending.words.push(at);
                if trailing {
                    self.pattern_of_last();
                }
                return;
            }
            self.pending.look.pattern = None;
            self.reading.arrangement.get_or_insert(Arrangement::Scattered);
        }
        self.noun(Noun::Flat(flat), &[at]);
    }

    /// `with white polka dots`: the pattern and its colour go to the thing named before.
    pub(crate) fn pattern_of_last(&mut self) {
        let pending = std::mem::take(&mut self.pending);
        if let Some(phrase) = self.reading.phrases.last_mut() {
            let picture = matches!(phrase.noun, Noun::Art(_));
            if !picture && phrase.look.colors.is_empty() && !pending.look.colors.is_empty() {
                phrase.look.colors.push(Color::WHITE);
            }
            phrase.look.colors.extend(pending.look.colors);
            phrase.look.pattern = pending.look.pattern;
            phrase.words.extend(pending.words);
        }
    }

    pub(crate) fn material(&mut self, material: Material, at: usize) -> Result<(), CollageError> {
        if self.goes_on(at) {
            self.describe(at, |pending| pending.look.material = Some(material));
            return Ok(());
        }
        if material == Material::Stone && is_plural(&self.words[at].text) {
            self.noun(Noun::Solid(Solid::Gem), &[at]);
            return Ok(());
        }
        if material == Material::Lace && is_plural(&self.words[at].text) {
            // Those of shoes.
            return Ok(());
        }
        if material == Material::Glass {
            return self.glass(at);
        }
        self.pending.look.material = Some(material);
        let trimmed = material == Material::Fur && self.relation.is_some();
        let surface = if is_cloth(material) { Surface::Cloth } else { Surface::Ground };
        self.noun(if trimmed { Noun::Part(Part::Collar) } else { Noun::Surface(surface) }, &[at]);
        Ok(())
    }

    /// `a glass of lemonade` is the lemonade; a glass alone is one to drink from.
    pub(crate) fn glass(&mut self, at: usize) -> Result<(), CollageError> {
        if self.words.get(at + 1).is_some_and(|next| next.text == "of") {
            self.pending.words.push(at);
        } else if let Some(picture) = art::find(&["wine", "glass"])? {
            self.noun(Noun::Art(picture), &[at]);
        }
        Ok(())
    }

    /// `floating` after a noun lifts that noun, before one the next.
    pub(crate) fn airborne(&mut self, at: usize) {
        match self.reading.phrases.last_mut() {
            Some(phrase) if phrase.words.contains(&at.wrapping_sub(1)) => {
                phrase.look.airborne = true;
                phrase.words.push(at);
            }
            _ => self.describe(at, |pending| pending.look.airborne = true),
        }
    }
}

fn is_cloth(material: Material) -> bool {
    use Material::{Corduroy, Denim, Fur, Leather, Linen, Silk, Velvet, Wool};
    matches!(material, Wool | Fur | Corduroy | Denim | Silk | Velvet | Leather | Linen)
}
