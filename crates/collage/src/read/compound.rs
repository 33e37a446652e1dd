//! Nouns that stand before nouns: `snowy plain`, `koi pond`, `patch pockets`.

use linocut_svg::Color;

use super::gathering;
use crate::art::traits;
use crate::read::meaning::{Relation, Setting, Surface};
use crate::read::reading::label;
use crate::read::reading::{Noun, Phrase};

/// Joins each phrase that describes the next with it, or keeps both where both are to be seen.
pub(crate) fn merged(phrases: Vec<Phrase>) -> Vec<Phrase> {
    let mut done: Vec<Phrase> = Vec::with_capacity(phrases.len());
    let mut waiting: Option<Phrase> = None;
    for phrase in phrases {
        let phrase = match waiting.take() {
            Some(before) => join(before, phrase, &mut done),
            None => phrase,
        };
        if phrase.attributive {
            waiting = Some(phrase);
        } else {
            done.push(phrase);
        }
    }
    done.extend(waiting);
    contained(done)
}

/// `a bowl of salad` is the salad, `a forest of birch trees` the forest in the colours of the trees.
fn contained(phrases: Vec<Phrase>) -> Vec<Phrase> {
    let mut done: Vec<Phrase> = Vec::with_capacity(phrases.len());
    for mut phrase in phrases {
        let of = phrase.relation == Some(Relation::Of);
        match done.last_mut() {
            Some(forest) if of && forest.noun == Noun::Setting(Setting::Forest) && label(&phrase).contains("tree") => {
                forest.words.extend(&phrase.words);
                forest.look.colors.extend(phrase.look.colors);
            }
            Some(vessel) if of && matches!(phrase.noun, Noun::Art(_)) && traits::is_vessel(label(vessel)) => {
                phrase.words.splice(..0, vessel.words.iter().copied());
                phrase.relation = vessel.relation;
                *vessel = phrase;
            }
            Some(held) if let Some(kind) = gathering::holder_of(held, &phrase) => {
                gathering::put_in(held, &phrase, kind);
            }
            Some(whole) if phrase.relation == Some(Relation::With) && is_part(whole, &phrase) => {
                if whole.look.colors.is_empty() {
                    whole.look.colors = phrase.look.colors;
                }
                whole.words.extend(phrase.words);
            }
            Some(print) if is_print(print) && phrase.relation == Some(Relation::On) && takes_print(&phrase) => {
                *print = printed(print.clone(), phrase);
            }
            _ => done.push(phrase),
        }
    }
    done
}

/// `a butterfly with purple wings`: the butterfly has wings already.
fn is_part(whole: &Phrase, part: &Phrase) -> bool {
    matches!((whole.noun, part.noun), (Noun::Art(_), Noun::Art(_))) && traits::is_part(label(part))
}

/// Cloth that is nothing but a pattern: `a paisley pattern`.
fn is_print(phrase: &Phrase) -> bool {
    phrase.noun == Noun::Surface(Surface::Cloth) && phrase.look.pattern.is_some() && phrase.look.material.is_none()
}

fn takes_print(phrase: &Phrase) -> bool {
    matches!(phrase.noun, Noun::Surface(_) | Noun::Garment(_)) && phrase.look.pattern.is_none()
}

/// `a turquoise pattern on ivory linen`: the linen, with the pattern in its colour.
fn printed(print: Phrase, cloth: Phrase) -> Phrase {
    let mut look = cloth.look;
    if look.colors.is_empty() {
        look.colors.push(Color::WHITE);
    }
    look.colors.extend(print.look.colors);
    look.pattern = print.look.pattern;
    let words = print.words.into_iter().chain(cloth.words).collect();
    Phrase { look, words, relation: print.relation, ..cloth }
}

/// The head with what its attribute gives it; attributes that are to be seen themselves go to `kept`.
fn join(before: Phrase, head: Phrase, kept: &mut Vec<Phrase>) -> Phrase {
    match (before.noun, head.noun) {
        (
            Noun::Setting(Setting::Snow),
            Noun::Setting(Setting::Meadow | Setting::Field | Setting::Hills | Setting::Snow),
        ) => Phrase { noun: before.noun, ..absorbed(before, head, true) },
        (Noun::Setting(Setting::Snow), Noun::Setting(_) | Noun::Art(_)) => {
            let mut head = absorbed(before, head, true);
            head.look.snowy = true;
            head
        }
        (Noun::Setting(a), Noun::Setting(b)) if a == b => absorbed(before, head, true),
        (Noun::Setting(Setting::Meadow), Noun::Setting(Setting::Field)) => {
            Phrase { noun: before.noun, ..absorbed(before, head, true) }
        }
        // Rice terraces grow no bowls.
        (Noun::Art(_), Noun::Setting(Setting::Field)) if label(&before) == "cooked rice" => {
            absorbed(before, head, true)
        }
        (Noun::Art(_), Noun::Setting(_)) => {
            let mut head = absorbed(Phrase { words: Vec::new(), ..before.clone() }, head, true);
            let relation = head.relation.take();
            kept.push(Phrase { plural: true, relation, look: Default::default(), attributive: false, ..before });
            Phrase { relation: Some(Relation::In), ..head }
        }
        (Noun::Setting(_) | Noun::Sky, Noun::Setting(_) | Noun::Art(_) | Noun::Sky) => {
            kept.push(Phrase { attributive: false, ..before });
            head
        }
        (Noun::Part(_), Noun::Part(_)) => absorbed(before, head, true),
        _ => absorbed(before, head, false),
    }
}

/// The head with the attribute's look where its own says nothing, and its words if the attribute shows in the head.
fn absorbed(before: Phrase, head: Phrase, shows: bool) -> Phrase {
    let described = before.words.len().saturating_sub(1);
    let words = if shows { before.words } else { before.words.into_iter().take(described).collect() };
    let mut look = head.look;
    if look.colors.is_empty() {
        look.colors = before.look.colors;
    }
    look.material = look.material.or(before.look.material);
    look.pattern = look.pattern.or(before.look.pattern);
    look.translucent |= before.look.translucent;
    look.effigy |= before.look.effigy;
    look.gathered = look.gathered.or(before.look.gathered);
    look.snowy |= before.look.snowy;
    if look.size == 1.0 {
        look.size = before.look.size;
    }
    let relation = before.relation.or(head.relation);
    let noun = match (before.noun, head.noun) {
        // A patch pocket is a pocket, a tassel trim has tassels: the more telling part wins.
        (Noun::Part(_), Noun::Part(crate::read::meaning::Part::Trim)) => before.noun,
        _ => head.noun,
    };
    Phrase {
        noun,
        look,
        relation,
        count: head.count.or(before.count),
        words: words.into_iter().chain(head.words).collect(),
        ..head
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::meaning::Part;
    use crate::read::parser::read;

    #[test]
    fn snow_covers_what_it_describes() {
        let phrases = read("snow-capped mountain range").unwrap().phrases;
        assert_eq!(phrases.len(), 1);
        assert!(phrases[0].look.snowy);
    }

    #[test]
    fn a_thing_before_a_place_is_in_it() {
        let phrases = read("a serene koi pond").unwrap().phrases;
        assert_eq!(label(&phrases[0]), "tropical fish");
        assert_eq!((phrases[1].noun, phrases[1].relation), (Noun::Setting(Setting::Lake), Some(Relation::In)));
    }

    #[test]
    fn vessels_are_drawn_with_what_they_hold() {
        let phrases = read("a bowl of green salad").unwrap().phrases;
        assert_eq!(phrases.iter().map(label).collect::<Vec<_>>(), ["green salad"]);
        assert_eq!(phrases[0].words, [1, 3, 4]);
        assert_eq!(read("a forest of silver birch trees").unwrap().phrases.len(), 1);
    }

    #[test]
    fn a_pattern_on_cloth_is_the_cloth_with_the_pattern() {
        let phrases = read("a turquoise paisley pattern on ivory linen").unwrap().phrases;
        assert_eq!((phrases.len(), phrases[0].look.colors.len(), phrases[0].words.len()), (1, 2, 5));
        assert!(phrases[0].look.pattern.is_some() && phrases[0].look.material.is_some());
        assert_eq!(read("a red cloth on a table").unwrap().phrases.len(), 2);
    }

    #[test]
    fn what_a_thing_has_is_not_drawn_beside_it() {
        for text in ["a butterfly with purple wings", "a cottage with a blue door", "a sailboat with a green sail"] {
            let phrases = read(text).unwrap().phrases;
            assert_eq!((phrases.len(), phrases[0].look.colors.len()), (1, 1), "{text}: {phrases:?}");
        }
        assert_eq!(read("circles in pink, teal and gray").unwrap().phrases[0].look.colors.len(), 3);
        assert_eq!(read("a cat with a red ball").unwrap().phrases.len(), 2);
    }

    #[test]
    fn parts_of_parts_are_one() {
        let phrases = read("pants with patch pockets").unwrap().phrases;
        assert_eq!(phrases[1].noun, Noun::Part(Part::Pocket));
        assert_eq!(phrases[1].words.len(), 2);
        assert_eq!(read("a scarf with tassel trim").unwrap().phrases[1].noun, Noun::Part(Part::Tassel));
    }
}
