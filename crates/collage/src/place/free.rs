//! Places on a plain ground, by how things stand to each other: between, on, under, in, wearing.

use crate::art::traits;
use crate::dice::Dice;
use crate::place::arrange;
use crate::place::spot::Place;
use crate::place::spot::SIDE;
use crate::read::meaning::{Arrangement, Flat, Relation};
use crate::read::reading::label;
use crate::read::reading::{Noun, Phrase, Reading};

/// Most copies of one thing.
const MAX_COPIES: usize = 25;

/// A thing (by its place in the list) at a place; listed from back to front.
pub(crate) type Placed = (usize, Place);

/// Places without ground: figures, or things on a plain backdrop.
pub(crate) fn free(reading: &Reading, things: &[&Phrase], dice: &mut Dice) -> Vec<Placed> {
    let geometric = things.iter().any(|thing| matches!(thing.noun, Noun::Flat(_) | Noun::Solid(_)));
    let many = things.iter().any(|thing| thing.plural && thing.count.is_none());
    let counted = things.iter().any(|thing| thing.count.is_some_and(|count| count > 1));
    match reading.arrangement {
        _ if nested(things) => {
            let cells = arrange::grid(3, reading.chaotic, dice).into_iter();
            cells.flat_map(|cell| [(1, cell), (0, Place { size: cell.size * 0.56, ..cell })]).collect()
        }
        Some(Arrangement::Grid) if let Some(count) = counted_in_all(things) => {
            dealt(things, arrange::grid_of(count, reading.chaotic, dice))
        }
        Some(Arrangement::Grid) => dealt(things, arrange::grid(5, reading.chaotic, dice)),
        Some(Arrangement::Spiral) if things.len() > 1 => {
            around(things, arrange::spiral(copies(things[ring_thing(things)], 17, dice), dice))
        }
        Some(Arrangement::Spiral) => dealt(things, arrange::spiral(counted_in_all(things).unwrap_or(18), dice)),
        Some(Arrangement::Layered) if many && geometric => {
            dealt(things, arrange::layered(copies(things[0], 5, dice), dice))
        }
        Some(Arrangement::Row) if many || counted => dealt(things, arrange::row(copies(things[0], 5, dice))),
        Some(Arrangement::Diagonal) if many || counted => dealt(things, arrange::diagonal(copies(things[0], 5, dice))),
        Some(Arrangement::Stacked) if geometric => dealt(things, arrange::tower(copies(things[0], 4, dice), dice)),
        Some(Arrangement::Concentric) => dealt(things, arrange::concentric(copies(things[0], 6, dice))),
        Some(Arrangement::Parallel) if geometric && (many || counted) => {
            dealt(things, arrange::parallel(copies(things[0], 5, dice)))
        }
        Some(Arrangement::Linked) if geometric => dealt(things, arrange::linked(copies(things[0], 4, dice))),
        Some(Arrangement::Scattered) if let Some(count) = counted_in_all(things) => {
            dealt(things, arrange::scattered_of(count, true, dice))
        }
        Some(Arrangement::Scattered) if many => dealt(things, arrange::scattered(4, true, dice)),
        _ if let [ring, inner] = things
            && ring.noun == Noun::Flat(Flat::Ring)
            && !ring.plural
            && inner.relation == Some(Relation::Around) =>
        {
            let middle = Place { center: (SIDE / 2.0, SIDE / 2.0), size: SIDE * 0.46, turn: 0.0 };
            vec![(1, middle), (0, Place { size: SIDE * 0.96, ..middle })]
        }
        _ if things.iter().skip(1).any(|thing| thing.relation == Some(Relation::Around)) => around(
            things,
            arrange::ring(
                copies(things[ring_thing(things)], 9, dice),
                (SIDE / 2.0, SIDE / 2.0),
                SIDE * 0.36,
                SIDE * 0.17,
                dice,
            ),
        ),
        _ if geometric && things.iter().all(|thing| thing.plural && thing.count.is_none()) => {
            dealt(things, arrange::scattered(4, things.len() > 1, dice))
        }
        _ => cells(things, dice),
    }
}

/// `circles inside squares`: one in each.
fn nested(things: &[&Phrase]) -> bool {
    let figures = |thing: &&Phrase| matches!(thing.noun, Noun::Flat(_)) && thing.plural && thing.count.is_none();
    matches!(things, [_, outer] if outer.relation == Some(Relation::In)) && things.iter().all(figures)
}

/// How many things there are where the description counts each of them, and more than one.
fn counted_in_all(things: &[&Phrase]) -> Option<usize> {
    let count = |thing: &&Phrase| thing.count.or((!thing.plural).then_some(1));
    let all = things.iter().map(count).sum::<Option<usize>>().filter(|all| *all > 1)?;
    Some(all.min(MAX_COPIES))
}

/// The things by turns, each place one; a thing that is counted as often as that, if another can take its turn.
fn dealt(things: &[&Phrase], places: Vec<Place>) -> Vec<Placed> {
    let mut left: Vec<usize> = things.iter().map(|thing| thing.count.unwrap_or(usize::MAX)).collect();
    let mut next = 0;
    let mut turn = || {
        let order = (0..left.len()).map(|step| (next + step) % left.len());
        let thing = order.into_iter().find(|thing| left[*thing] > 0).unwrap_or(next);
        left[thing] = left[thing].saturating_sub(1);
        next = (thing + 1) % left.len();
        thing
    };
    if things.is_empty() {
        return Vec::new();
    }
    places.into_iter().map(|place| (turn(), place)).collect()
}

/// One thing in the middle, copies of the other around it: of the plural one, else of the first. Further things are left
/// out.
fn around(things: &[&Phrase], places: Vec<Place>) -> Vec<Placed> {
    let outer = ring_thing(things);
    let middle = Place { center: (SIDE / 2.0, SIDE / 2.0), size: SIDE * 0.36, turn: 0.0 };
    let mut placed: Vec<Placed> = places.into_iter().map(|place| (outer, place)).collect();
    let behind = placed.iter().filter(|(_, place)| place.center.1 < middle.center.1).count();
    placed.sort_by(|a, b| a.1.center.1.total_cmp(&b.1.center.1));
    if things.len() > 1 {
        placed.insert(behind, (1 - outer, middle));
    }
    placed
}

/// Which of the first two things goes around the other.
fn ring_thing(things: &[&Phrase]) -> usize {
    let surrounded = things.len() > 1 && things[1].plural && !things[0].plural;
    usize::from(surrounded)
}

/// How many copies of a thing to draw where a plural asks for about `usual`.
pub(crate) fn copies(thing: &Phrase, usual: usize, dice: &mut Dice) -> usize {
    let name = label(thing);
    if thing.look.gathered.is_some() {
        return thing.count.unwrap_or(1).clamp(1, MAX_COPIES);
    }
    if let Noun::Garment(garment) = thing.noun
        && garment.comes_in_pairs()
    {
        return thing.count.map_or(1, |count| (count / 2).clamp(1, MAX_COPIES));
    }
    if thing.plural && thing.count.is_none() && traits::comes_in_pairs(name) {
        return 2;
    }
    let any = if thing.plural { dice.whole(usual.saturating_sub(1).max(2), usual + 1) } else { 1 };
    thing.count.unwrap_or(any).clamp(1, MAX_COPIES.max(usual + 1))
}

/// A cell for each thing, filled with its copies.
fn cells(things: &[&Phrase], dice: &mut Dice) -> Vec<Placed> {
    let flip = if dice.chance(0.5) { -1.0 } else { 1.0 };
    let cell = |(i, (x, y, size)): (usize, (f64, f64, f64))| {
        let center = (SIDE * (0.5 + flip * (x - 0.5)), SIDE * y);
        (i, Place { center, size: SIDE * size * things[i].look.size.clamp(0.7, 1.2) as f64, turn: 0.0 })
    };
    let mut cells: Vec<Placed> = template(things).into_iter().enumerate().map(cell).collect();
    if paints_second_first(things) {
        cells.swap(0, 1);
    }
    if let ([_, outer], Some(Relation::Between)) = (things, things.get(1).and_then(|second| second.relation)) {
        return between(cells, outer.plural);
    }
    cells
        .into_iter()
        .flat_map(|(i, place)| {
            let count = copies(things[i], 4, dice);
            arrange::cluster(count, place, dice).into_iter().map(move |place| (i, place))
        })
        .collect()
}

/// The first thing with the second at its sides: a copy at each, or one where only one is named.
fn between(mut cells: Vec<Placed>, plural: bool) -> Vec<Placed> {
    if plural {
        let (_, mut place) = cells[1];
        place.center.0 = SIDE - place.center.0;
        cells.push((1, place));
    }
    cells
}

/// Whether the first of two things stands on the second.
pub(crate) fn rests(things: &[&Phrase]) -> bool {
    let [upper, lower] = things else { return false };
    let is_picture = |thing: &Phrase| matches!(thing.noun, Noun::Art(_));
    lower.relation == Some(Relation::On) && is_picture(upper) && is_picture(lower)
}

/// Whether the first thing lies in front of the second.
fn paints_second_first(things: &[&Phrase]) -> bool {
    things.len() > 1
        && matches!(things[1].relation, Some(Relation::In | Relation::On | Relation::Over | Relation::Before))
}

/// Centre and size of each thing's cell, as shares of the picture.
fn template(things: &[&Phrase]) -> Vec<(f64, f64, f64)> {
    let count = things.len();
    let mut cells = match (count, things.get(1).and_then(|second| second.relation)) {
        (0 | 1, _) => vec![(0.5, 0.5, 0.66)],
        (2, Some(Relation::Over)) => vec![(0.5, 0.27, 0.42), (0.5, 0.73, 0.44)],
        (2, Some(Relation::Under)) => vec![(0.5, 0.73, 0.44), (0.5, 0.27, 0.42)],
        (2, Some(Relation::On)) if things[1].noun == Noun::Flat(Flat::Plate) => {
            vec![(0.5, 0.47, 0.5), (0.5, 0.52, 0.84)]
        }
        (2, Some(Relation::On)) if is_line(things[0]) => vec![(0.5, 0.5, 0.84), (0.5, 0.5, 0.6)],
        (2, Some(Relation::On)) if things.iter().all(|thing| matches!(thing.noun, Noun::Flat(_))) => {
            vec![(0.5, 0.5, 0.4), (0.5, 0.5, 0.78)]
        }
        (2, Some(Relation::On)) => vec![(0.5, 0.3, 0.42), (0.5, 0.69, 0.52)],
        (2, Some(Relation::In)) => vec![(0.5, 0.5, 0.4), (0.5, 0.5, 0.82)],
        (2, Some(Relation::Of)) if label(things[0]) == "amphora" => vec![(0.5, 0.68, 0.54), (0.5, 0.28, 0.44)],
        (2, Some(Relation::Of)) => vec![(0.5, 0.52, 0.82), (0.5, 0.47, 0.5)],
        (2, Some(Relation::Before)) => vec![(0.6, 0.66, 0.42), (0.44, 0.44, 0.7)],
        (2 | 3, Some(Relation::Between)) => vec![(0.5, 0.5, 0.34), (0.17, 0.5, 0.3), (0.83, 0.5, 0.3)],
        (2, Some(Relation::Behind)) => vec![(0.42, 0.42, 0.62), (0.6, 0.6, 0.46)],
        (2, Some(Relation::With)) => vec![(0.4, 0.45, 0.58), (0.75, 0.72, 0.34)],
        (2, Some(Relation::Wearing)) => vec![(0.5, 0.58, 0.64), worn(things[1])],
        (2, _) => vec![(0.28, 0.5, 0.42), (0.72, 0.5, 0.42)],
        (3, _) => vec![(0.5, 0.32, 0.4), (0.27, 0.7, 0.36), (0.73, 0.7, 0.36)],
        _ => {
            let columns = (count as f64).sqrt().ceil();
            let at = |i: usize, n: f64| (i as f64 + 0.5) / n;
            let rows = (count as f64 / columns).ceil();
            (0..count)
                .map(|i| (at(i % columns as usize, columns), at(i / columns as usize, rows), 0.8 / columns))
                .collect()
        }
    };
    cells.truncate(count);
    cells
}

/// Whether a figure is a line, which lies across what it is on.
fn is_line(thing: &Phrase) -> bool {
    matches!(thing.noun, Noun::Flat(Flat::Line | Flat::Wave | Flat::Zigzag))
}

/// Whether it is a hat that is drawn.
pub(crate) fn is_headwear(thing: &Phrase) -> bool {
    matches!(thing.noun, Noun::Garment(garment) if garment.is_headwear())
}

/// Where something worn sits on the wearer in the middle.
fn worn(thing: &Phrase) -> (f64, f64, f64) {
    let name = label(thing);
    if is_headwear(thing) || traits::is_worn_on_the_head(name) {
        (0.5, 0.23, 0.34)
    } else if traits::is_worn_before_the_eyes(name) {
        (0.5, 0.46, 0.36)
    } else {
        (0.5, 0.76, 0.26)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::parser::read;

    fn placed(text: &str) -> Vec<Placed> {
        let reading = read(text).unwrap();
        let things: Vec<&Phrase> = reading.phrases.iter().collect();
        free(&reading, &things, &mut Dice::new(1, 0))
    }

    fn mean_y(placed: &[Placed], thing: usize) -> f64 {
        let ys: Vec<f64> = placed.iter().filter(|(i, _)| *i == thing).map(|(_, place)| place.center.1).collect();
        ys.iter().sum::<f64>() / ys.len() as f64
    }

    #[test]
    fn over_and_under_mean_height() {
        let over = placed("a cube over a sphere");
        assert!(mean_y(&over, 0) < mean_y(&over, 1));
        let under = placed("a cube under a sphere");
        assert!(mean_y(&under, 0) > mean_y(&under, 1));
    }

    #[test]
    fn counts_win_over_arrangements() {
        let counts = |text: &str, things: usize| {
            let placed = placed(text);
            (0..things).map(|thing| placed.iter().filter(|(i, _)| *i == thing).count()).collect::<Vec<_>>()
        };
        assert_eq!(counts("nine yellow triangles in a grid", 1), [9]);
        assert_eq!(counts("a nine-tile grid of yellow triangles", 1), [9]);
        assert_eq!(counts("four red circles and five blue squares in a grid", 2), [4, 5]);
        assert_eq!(counts("a grid of 12 green hexagons", 1), [12]);
        assert_eq!(counts("seven red squares scattered around", 1), [7]);
        assert_eq!(counts("six green stars in a spiral", 1), [6]);
        assert_eq!(counts("twelve hexagons in a spiral", 1), [12]);
        assert_eq!(counts("a row of four cubes", 1), [4]);
        assert_eq!(counts("squares in a grid", 1), [25]);
    }

    #[test]
    fn inside_is_smaller_and_in_front() {
        let inside = placed("a silver pentagon inside an olive octagon");
        assert_eq!(inside.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [1, 0]);
        assert!(inside[1].1.size < inside[0].1.size);
    }

    #[test]
    fn between_has_one_at_each_side() {
        for text in ["a cube between two spheres", "a cube between a cone and a sphere"] {
            let mut xs: Vec<(f64, usize)> = placed(text).iter().map(|(i, place)| (place.center.0, *i)).collect();
            xs.sort_by(|a, b| a.0.total_cmp(&b.0));
            assert_eq!((xs.len(), xs[1].1), (3, 0), "{text}");
        }
    }

    #[test]
    fn in_front_is_lower_and_painted_later() {
        let placed = placed("a cube in front of a sphere");
        assert_eq!(placed.iter().map(|(i, _)| *i).collect::<Vec<_>>(), [1, 0]);
        assert!(mean_y(&placed, 0) > mean_y(&placed, 1));
    }

    #[test]
    fn food_lies_on_its_plate_and_lines_across_what_they_cross() {
        for text in ["a waffle on a white plate", "a zigzag crossing a square"] {
            let found = placed(text);
            let centers: Vec<(f64, f64)> = found.iter().map(|(_, place)| place.center).collect();
            assert!((centers[0].1 - centers[1].1).abs() < SIDE * 0.1 && centers[0].0 == centers[1].0, "{text}");
        }
    }

    #[test]
    fn figures_on_figures_lie_on_them() {
        for text in ["a small red square on a large yellow circle", "a white star on a red circle"] {
            let found = placed(text);
            assert_eq!((found[0].0, found[0].1.center), (1, found[1].1.center), "{text}");
            assert!(found[1].1.size < 0.7 * found[0].1.size, "{text}");
        }
        let bodies = placed("a cube on a sphere");
        assert!(bodies[1].1.center.1 < bodies[0].1.center.1);
    }

    #[test]
    fn figures_inside_figures_are_nested() {
        let found = placed("yellow circles inside blue squares");
        assert!(found.len() > 8 && found.chunks(2).all(|pair| pair[0].1.center == pair[1].1.center));
        assert!(found.chunks(2).all(|pair| pair[0].0 == 1 && pair[0].1.size > pair[1].1.size));
    }

    #[test]
    fn numbers_and_plurals_are_counts() {
        assert_eq!(placed("three cubes").len(), 3);
        assert_eq!(placed("brown shoes").len(), 2);
        assert!(placed("pyramids spiraling around a cone").len() > 8);
        let surrounded = placed("a triangle surrounded by stars");
        assert_eq!(surrounded.iter().filter(|(i, _)| *i == 0).count(), 1);
        assert!(placed("stars around a moon").iter().filter(|(i, _)| *i == 0).count() > 4);
    }
}
