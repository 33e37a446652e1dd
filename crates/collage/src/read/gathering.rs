//! What holds several things together: `a bowl of`, `a stack of`, `a pair of`.

use super::lexicon::is_stop;
use super::meaning::{Arrangement, Gathering, Relation, Solid};
use super::reading::{Gathered, Noun, Phrase, label, picture_label};
use super::state::{Pending, State};

/// The words for each kind.
const WORDS: [(Gathering, &str); 11] = [
    (Gathering::Bowl, "bowl bowls dish"),
    (Gathering::Basket, "basket baskets hamper"),
    (Gathering::Bucket, "bucket buckets pail"),
    (Gathering::Pot, "pot pots cauldron"),
    (Gathering::Box, "box boxes crate crates case"),
    (Gathering::Jar, "jar jars"),
    (Gathering::Tray, "tray trays platter"),
    (Gathering::Pile, "pile piles heap heaps mound"),
    (Gathering::Stack, "stack stacks tower"),
    (Gathering::Pair, "pair pairs"),
    (Gathering::Bunch, "bunch bunches cluster bundle"),
];

/// Words for many of a kind, which say no more than the plural after them.
const MANY: &str = "flock herd swarm school pack crowd group team";

/// What stands between the holder and what it holds.
const HOLDING: [&str; 5] = ["of", "full of", "filled with", "holding", "containing"];

/// Labels of pictures that show food with what it is served in, or are several already.
const SERVED: &str = "soup food salad spaghetti rice noodles honey beverage coffee tea beer wine juice milk popcorn curry stew pasta \
                      bouquet balloons grapes fries books";

/// Things that are a pair by themselves: there is one of them.
const ONE: &str =
    "scissors glasses sunglasses goggles pants trousers jeans shorts pliers tongs binoculars headphones tweezers";

/// Labels of pictures that show a pair.
const PAIRS: &str = "socks boots shoes gloves mittens dice skis";

/// Takes a holder and what stands after it; returns how many words.
pub(super) fn holder(state: &mut State<'_>, at: usize) -> Option<usize> {
    let is_of = state.words.get(at + 1).is_some_and(|word| word.text == "of");
    if is_of && MANY.split(' ').any(|many| many == state.words[at].text) {
        state.describe(at, |_| {});
        return Some(2);
    }
    let kind = WORDS.iter().find(|(_, words)| words.split(' ').any(|word| word == state.words[at].text))?.0;
    let follows = |phrase: &&&str| {
        let run = state.words.get(at + 1..at + 1 + phrase.split(' ').count());
        run.is_some_and(|run| {
            run.iter().all(|word| !word.after_pause) && run.iter().map(|word| word.text.as_str()).eq(phrase.split(' '))
        })
    };
    let count = 1 + HOLDING.iter().find(follows)?.split(' ').count();
    let held = state.words.get(at + count).filter(|word| !word.after_pause)?;
    // `a pile of the` and the like name nothing.
    if held.text.is_empty() {
        return None;
    }
    let Pending { look, count: holders, words, .. } = std::mem::take(&mut state.pending);
    state.pending.holders = holders;
    state.pending.words = words;
    // `full`, `filled`, `holding` say what is seen.
    state.pending.words.push(at);
    state.pending.words.extend((at + 1..at + count).filter(|&at| !is_stop(&state.words[at].text)));
    state.pending.look.size = look.size;
    state.pending.look.gathered = Some(Gathered { kind, color: look.colors.first().copied(), count: None });
    Some(count)
}

/// What holds a thing that is `in a bowl` and the like.
pub(super) fn holder_of(held: &Phrase, holder: &Phrase) -> Option<Gathering> {
    let is_held =
        holder.relation == Some(Relation::In) && matches!(held.noun, Noun::Art(_)) && held.look.gathered.is_none();
    let named = |words: &str| label(holder).split(' ').any(|part| words.split(' ').any(|word| word == part));
    let is_cube = holder.noun == Noun::Solid(Solid::Cube);
    let kind = WORDS.iter().find(|(_, words)| named(words)).map(|(kind, _)| *kind);
    kind.or(is_cube.then_some(Gathering::Box))
        .filter(|kind| is_held && holder.count.is_none() && *kind != Gathering::Tray)
}

/// Puts a thing into what holds it.
pub(super) fn put_in(held: &mut Phrase, holder: &Phrase, kind: Gathering) {
    let count = if held.plural { held.count.take() } else { Some(1) };
    held.look.gathered = Some(Gathered { kind, color: holder.look.colors.first().copied(), count });
    (held.plural, held.count) = (false, None);
    held.words.extend(&holder.words);
}

/// What a noun makes of the holder before it: pictures that show it already and nouns that cannot be held have none.
pub(super) fn settle(state: &mut State<'_>, noun: Noun, words: &[usize], pending: &mut Pending) {
    let Some(gathered) = &mut pending.look.gathered else { return };
    let label = picture_label(noun);
    let has = |list: &str| label.split(' ').any(|word| list.split_whitespace().any(|other| other == word));
    let is_one = words.last().is_some_and(|last| ONE.split_whitespace().any(|one| one == state.words[*last].text));
    let stays = match noun {
        Noun::Art(_) => !has(SERVED) && !(gathered.kind == Gathering::Pair && (is_one || has(ONE) || has(PAIRS))),
        Noun::Garment(_) => gathered.kind != Gathering::Pair,
        Noun::Flat(_) | Noun::Solid(_) => {
            !matches!(gathered.kind, Gathering::Stack | Gathering::Pair | Gathering::Bunch)
        }
        _ => false,
    };
    if stays {
        gathered.count = pending.count.take();
        pending.count = pending.holders.take();
        return;
    }
    if matches!(noun, Noun::Art(_)) {
        // The picture shows as many as it shows.
        pending.count = pending.holders.take();
    }
    if matches!(noun, Noun::Flat(_) | Noun::Solid(_)) {
        match gathered.kind {
            Gathering::Stack => drop(state.reading.arrangement.get_or_insert(Arrangement::Stacked)),
            Gathering::Pair => drop(pending.count.get_or_insert(2)),
            _ => {}
        }
    }
    pending.is_one = gathered.kind == Gathering::Pair && (is_one || has(PAIRS));
    pending.look.gathered = None;
}

#[cfg(test)]
mod tests {
    use super::super::parser::read;
    use super::*;

    fn first(text: &str) -> (Option<Gathering>, Option<usize>, Option<usize>, &'static str) {
        let phrase = read(text).unwrap().phrases.remove(0);
        let gathered = phrase.look.gathered;
        (gathered.map(|g| g.kind), gathered.and_then(|g| g.count), phrase.count, label(&phrase))
    }

    #[test]
    fn holders_go_to_what_they_hold() {
        for (text, kind, inner, outer) in [
            ("a bowl of cherries", Gathering::Bowl, None, None),
            ("two baskets full of apples", Gathering::Basket, None, Some(2)),
            ("a stack of four old hats", Gathering::Stack, Some(4), None),
            ("a pile of oranges", Gathering::Pile, None, None),
            ("a bunch of bananas", Gathering::Bunch, None, None),
            ("a box filled with chocolates", Gathering::Box, None, None),
        ] {
            let (found, count, holders, label) = first(text);
            assert_eq!((found, count, holders), (Some(kind), inner, outer), "{text}: {label}");
        }
    }

    #[test]
    fn what_shows_its_holder_or_is_one_has_none() {
        for text in [
            "a pot of soup",
            "a stack of four old books",
            "a bowl of salad",
            "a pair of scissors",
            "a bunch of grapes",
            "a bowl on a table",
        ] {
            assert_eq!(first(text).0, None, "{text}");
        }
        assert_eq!(read("a pair of cubes").unwrap().phrases[0].count, Some(2));
        assert_eq!(read("a stack of cubes").unwrap().arrangement, Some(Arrangement::Stacked));
    }

    #[test]
    fn what_is_in_a_holder_is_held() {
        for (text, kind, count) in [
            ("three green apples in a white bowl", Gathering::Bowl, Some(3)),
            ("eggs in a basket", Gathering::Basket, None),
            ("a cat in a cardboard box", Gathering::Box, Some(1)),
        ] {
            let phrases = read(text).unwrap().phrases;
            let gathered = phrases[0].look.gathered.unwrap();
            assert_eq!((phrases.len(), gathered.kind, gathered.count), (1, kind, count), "{text}");
        }
        assert_eq!(read("a cat in a house").unwrap().phrases.len(), 2);
    }

    #[test]
    fn colours_belong_to_the_holder_or_to_what_it_holds() {
        let phrase = read("a blue bowl of red cherries").unwrap().phrases.remove(0);
        let color = phrase.look.gathered.unwrap().color.unwrap();
        assert!(color.b > color.r && phrase.look.colors[0].r > phrase.look.colors[0].b);
    }
}
