//! Objects: one, two, counted, coloured, placed, and each in a colour of its own.

use std::fmt;

use linocut_core::derive_seed;
use rand::seq::IndexedRandom;
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

use super::words::{COLOURS, COUNTS, RELATIONS, THINGS};

/// Most descriptions of a kind: there are 64 things.
const MOST: usize = 60;
/// Other descriptions that each is told from.
const OTHERS: usize = 7;

/// What a description asks for.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub enum Kind {
    /// "a fox"
    Single,
    /// "a fox and a clock"
    Two,
    /// "three foxes"
    Counted,
    /// "a purple fox"
    Coloured,
    /// "a fox to the left of a clock"
    Placed,
    /// "a purple fox and a green clock"
    Attributed,
}

impl Kind {
    /// All kinds, from the easiest.
    pub const ALL: [Self; 6] = [Self::Single, Self::Two, Self::Counted, Self::Coloured, Self::Placed, Self::Attributed];
}

impl fmt::Display for Kind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(match self {
            Self::Single => "single object",
            Self::Two => "two objects",
            Self::Counted => "counting",
            Self::Coloured => "colours",
            Self::Placed => "position",
            Self::Attributed => "colour attribution",
        })
    }
}

/// A description, and what tells whether a picture shows it.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Item {
    /// What it asks for.
    pub kind: Kind,
    /// The description.
    pub description: String,
    /// Questions about a picture of it, to which the right answer is yes.
    pub questions: Vec<String>,
    /// Seven descriptions of the same kind, each of which differs from it in one respect.
    pub others: Vec<String>,
}

/// Descriptions of each [`Kind`], by kind, all different; the same for the same seed, and more after the same ones for a larger number. At most
/// 60 of each, of which `GenEval` has 80 to 100.
///
/// # Source
///
/// The kinds are those of `GenEval` (Ghosh, Hajishirzi, Schmidt, 2023; arXiv 2310.11513); words and wording are ours.
#[must_use]
pub fn objects(seed: u64, each: usize) -> Vec<Item> {
    let each = each.min(MOST);
    let mut items: Vec<Item> = Vec::with_capacity(each * Kind::ALL.len());
    for (kind, number) in Kind::ALL.into_iter().zip(1..) {
        let mut dice = Pcg64Mcg::seed_from_u64(derive_seed(seed, number));
        let enough = items.len() + each;
        while items.len() < enough {
            let scene = Scene::drawn(kind, &mut dice);
            let description = scene.to_string();
            if items.iter().all(|item| item.description != description) {
                let (questions, others) = (scene.questions(), scene.others(&mut dice));
                items.push(Item { kind, description, questions, others });
            }
        }
    }
    items
}

/// A thing by its place in the list, in a colour or not.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Thing {
    number: usize,
    colour: Option<usize>,
}

/// What a description says.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
struct Scene {
    kind: Kind,
    first: Thing,
    second: Option<Thing>,
    /// Place in the list of counts or of relations.
    how: usize,
}

/// What is changed to make another description.
#[derive(Clone, Copy)]
enum Change {
    First,
    Second,
    FirstColour,
    SecondColour,
    How,
    /// Both things change places, colours stay.
    Swap,
}

impl Scene {
    fn drawn(kind: Kind, dice: &mut Pcg64Mcg) -> Self {
        let coloured = matches!(kind, Kind::Coloured | Kind::Attributed);
        let paired = matches!(kind, Kind::Two | Kind::Placed | Kind::Attributed);
        let colour = |dice: &mut Pcg64Mcg| coloured.then(|| dice.random_range(0..COLOURS.len()));
        let first = Thing { number: dice.random_range(0..THINGS.len()), colour: colour(dice) };
        let second = paired.then(|| Thing {
            number: other(first.number, THINGS.len(), dice),
            colour: first.colour.map(|taken| other(taken, COLOURS.len(), dice)),
        });
        let how = dice.random_range(0..if kind == Kind::Counted { COUNTS.len() } else { RELATIONS.len() });
        Self { kind, first, second, how }
    }

    /// Seven others, all different, the changes by turns.
    fn others(&self, dice: &mut Pcg64Mcg) -> Vec<String> {
        let own = self.to_string();
        let mut others: Vec<String> = Vec::with_capacity(OTHERS);
        for change in self.changes().iter().cycle() {
            if others.len() == OTHERS {
                break;
            }
            // The few relations and counts may be used up; things never are.
            let drawn = (0..8).map(|_| self.changed(*change, dice).to_string());
            let fresh: Vec<String> = drawn.filter(|text| *text != own && !others.contains(text)).collect();
            others.extend(fresh.choose(dice).cloned());
        }
        others
    }

    fn changes(&self) -> &'static [Change] {
        match self.kind {
            Kind::Single => &[Change::First],
            Kind::Two => &[Change::First, Change::Second],
            Kind::Counted => &[Change::How, Change::First],
            Kind::Coloured => &[Change::FirstColour, Change::First],
            Kind::Placed => &[Change::Swap, Change::How, Change::First, Change::Second],
            Kind::Attributed => {
                &[Change::Swap, Change::FirstColour, Change::SecondColour, Change::First, Change::Second]
            }
        }
    }

    fn changed(mut self, change: Change, dice: &mut Pcg64Mcg) -> Self {
        let numbers = [Some(self.first.number), self.second.map(|second| second.number)];
        match (change, &mut self.second) {
            (Change::First, _) => self.first.number = thing_beside(numbers, dice),
            (Change::FirstColour, _) => {
                self.first.colour = self.first.colour.map(|taken| other(taken, COLOURS.len(), dice));
            }
            (Change::How, _) if self.kind == Kind::Counted => self.how = other(self.how, COUNTS.len(), dice),
            (Change::How, _) => self.how = other(self.how, RELATIONS.len(), dice),
            (Change::Second, Some(second)) => second.number = thing_beside(numbers, dice),
            (Change::SecondColour, Some(second)) => {
                second.colour = second.colour.map(|taken| other(taken, COLOURS.len(), dice));
            }
            (Change::Swap, Some(second)) => std::mem::swap(&mut self.first.number, &mut second.number),
            (Change::Second | Change::SecondColour | Change::Swap, None) => {}
        }
        self
    }

    fn questions(&self) -> Vec<String> {
        let is_there = |thing: Thing| format!("Is there {thing}?");
        match (self.kind, self.second) {
            (Kind::Counted, _) => {
                vec![format!("Are there exactly {} {}?", COUNTS[self.how], THINGS[self.first.number].1)]
            }
            (Kind::Placed, Some(second)) => {
                let (below, above) = (THINGS[self.first.number].0, THINGS[second.number].0);
                let placed = format!("Is the {below} {} the {above}?", RELATIONS[self.how]);
                vec![is_there(self.first), is_there(second), placed]
            }
            (_, Some(second)) => vec![is_there(self.first), is_there(second)],
            (_, None) => vec![is_there(self.first)],
        }
    }
}

/// A thing that is none of these.
fn thing_beside(taken: [Option<usize>; 2], dice: &mut Pcg64Mcg) -> usize {
    loop {
        let number = dice.random_range(0..THINGS.len());
        if !taken.contains(&Some(number)) {
            return number;
        }
    }
}

/// A number below `most` other than `taken`.
fn other(taken: usize, most: usize, dice: &mut Pcg64Mcg) -> usize {
    (taken + dice.random_range(1..most)) % most
}

impl fmt::Display for Thing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let thing = THINGS[self.number].0;
        let words = self.colour.map_or_else(|| thing.to_owned(), |colour| format!("{} {thing}", COLOURS[colour]));
        let article = if words.starts_with(['a', 'e', 'i', 'o', 'u']) { "an" } else { "a" };
        write!(f, "{article} {words}")
    }
}

impl fmt::Display for Scene {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { kind, first, second, how } = *self;
        match (kind, second) {
            (Kind::Counted, _) => write!(f, "{} {}", COUNTS[how], THINGS[first.number].1),
            (Kind::Placed, Some(second)) => write!(f, "{first} {} {second}", RELATIONS[how]),
            (_, Some(second)) => write!(f, "{first} and {second}"),
            (_, None) => write!(f, "{first}"),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn those_of_each_kind_are_all_different_and_the_same_for_a_seed() {
        let items = objects(7, 40);
        for kind in Kind::ALL {
            assert_eq!(items.iter().filter(|item| item.kind == kind).count(), 40, "{kind}");
        }
        let mut texts: Vec<&str> = items.iter().map(|item| item.description.as_str()).collect();
        texts.sort_unstable();
        texts.dedup();
        assert_eq!(texts.len(), items.len());
        assert_eq!(items, objects(7, 40));
        assert_ne!(items, objects(8, 40));
        assert_eq!(objects(7, 3)[..3], items[..3]);
        assert_eq!(objects(7, usize::MAX).len(), MOST * Kind::ALL.len());
    }

    #[test]
    fn each_is_told_from_seven_others() {
        for item in objects(1, 40) {
            let mut others = item.others.clone();
            others.sort_unstable();
            others.dedup();
            assert_eq!(others.len(), OTHERS, "{item:?}");
            assert!(!others.contains(&item.description), "{item:?}");
            assert!(!item.questions.is_empty());
        }
    }

    #[test]
    fn descriptions_are_english() {
        let thing = |number, colour| Thing { number, colour };
        let scene = |kind, second, how| Scene { kind, first: thing(0, None), second, how }.to_string();
        assert_eq!(scene(Kind::Single, None, 0), "an apple");
        assert_eq!(scene(Kind::Two, Some(thing(9, None)), 0), "an apple and a bird");
        assert_eq!(scene(Kind::Counted, None, 1), "three apples");
        assert_eq!(scene(Kind::Placed, Some(thing(63, None)), 2), "an apple above an umbrella");
        let orange = Scene { kind: Kind::Coloured, first: thing(1, Some(4)), second: None, how: 0 };
        assert_eq!(orange.to_string(), "an orange backpack");
        assert_eq!(orange.questions(), ["Is there an orange backpack?"]);
    }

    #[test]
    fn a_change_is_seen() {
        let mut dice = Pcg64Mcg::seed_from_u64(3);
        for kind in Kind::ALL {
            let scene = Scene::drawn(kind, &mut dice);
            for change in scene.changes() {
                for _ in 0..20 {
                    assert_ne!(scene.changed(*change, &mut dice).to_string(), scene.to_string());
                }
            }
        }
    }
}
