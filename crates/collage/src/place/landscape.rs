//! Places for things in a landscape: on the ground, on water, in the air.

use crate::art::traits;
use crate::dice::Dice;
use crate::place::arrange;
use crate::place::free::{Placed, copies, is_headwear};
use crate::place::spot::Place;
use crate::place::spot::SIDE;
use crate::read::meaning::{Arrangement, Flat, Relation, Setting};
use crate::read::reading::label;
use crate::read::reading::{Noun, Phrase, Reading};

/// What a thing in a landscape rests on.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Footing {
    Ground,
    Water,
    Air,
}

/// What a thing rests on, in a landscape of these settings.
pub(crate) fn footing(thing: &Phrase, reading: &Reading) -> Footing {
    let name = label(thing);
    let floats =
        matches!(thing.noun, Noun::Flat(_)) || thing.look.airborne || reading.setting(Setting::Space).is_some();
    if floats || traits::is_airborne(name) || reading.setting(Setting::Underwater).is_some() {
        Footing::Air
    } else if traits::is_aquatic(name) && (watery(reading) || !reading.names_a_setting()) {
        Footing::Water
    } else {
        Footing::Ground
    }
}

/// Whether there is water in front.
fn watery(reading: &Reading) -> bool {
    [Setting::Sea, Setting::Harbor, Setting::Cliffs, Setting::Lake, Setting::Lagoon, Setting::River]
        .iter()
        .any(|setting| reading.setting(*setting).is_some())
}

/// The thing that the other of two stands on, if it does.
pub(crate) fn upon(reading: &Reading, things: &[&Phrase]) -> Option<usize> {
    let [upper, lower] = things else { return None };
    let stands = |thing: &Phrase| !thing.plural && footing(thing, reading) != Footing::Water;
    (lower.relation == Some(Relation::On)
        && stands(upper)
        && stands(lower)
        && footing(lower, reading) == Footing::Ground)
        .then_some(1)
}

/// Places for the things of a landscape whose horizon is at this height.
pub(crate) fn places(reading: &Reading, things: &[&Phrase], horizon: f64, dice: &mut Dice) -> Vec<Placed> {
    let is_upon = upon(reading, things).is_some();
    let flies = |i: usize| footing(things[i], reading) == Footing::Air && !is_upon;
    let ground: Vec<usize> = (0..things.len()).filter(|&i| !flies(i)).collect();
    let air: Vec<usize> = (0..things.len()).filter(|&i| flies(i)).collect();
    let alone = ground.is_empty();
    let mut placed = Vec::new();
    for (slot, &i) in air.iter().enumerate() {
        placed.extend(aloft(things[i], slot, air.len(), alone, dice).into_iter().map(|place| (i, place)));
    }
    if let [upper, lower] = *ground.as_slice()
        && matches!(things[lower].relation, Some(Relation::On | Relation::In))
        && !things[upper].plural
        && !things[lower].plural
    {
        let mut base = standing(things[lower], (0, 1), horizon, false, dice)[0];
        if is_upon {
            // Room for what stands on it.
            base.center.1 += base.size * 0.08;
            base.size *= 0.84;
        }
        let center = (base.center.0, base.center.1 - base.size * 0.3);
        placed.extend([(lower, base), (upper, Place { center, size: base.size * 0.62, turn: 0.0 })]);
        return placed;
    }
    if let [lower, upper] = *ground.as_slice()
        && things[upper].relation == Some(Relation::Under)
        && !things[upper].plural
    {
        placed.extend(one_under(things, lower, upper, horizon, dice));
        return placed;
    }
    if let [a, b] = *ground.as_slice()
        && let Some((front, back)) = in_depth(things[b].relation, a, b)
    {
        placed.extend(one_behind(things, front, back, horizon, dice));
        return placed;
    }
    if let [wearer, worn] = *ground.as_slice()
        && things[worn].relation == Some(Relation::Wearing)
    {
        return dressed(placed, wearer, worn, things, horizon, dice);
    }
    for (slot, &i) in ground.iter().enumerate() {
        let all_over = things[i].relation == Some(Relation::Of);
        let spread = all_over || reading.arrangement == Some(Arrangement::Scattered) || things[i].plural;
        placed.extend(
            standing(things[i], (slot, ground.len()), horizon, spread, dice).into_iter().map(|place| (i, place)),
        );
    }
    let aloft = placed.iter().take_while(|(i, _)| air.contains(i)).count();
    if reading.setting(Setting::Island).is_some() {
        placed[aloft..].iter_mut().for_each(|(_, place)| *place = ashore(*place, horizon));
    }
    for (i, place) in &mut placed[aloft..] {
        if footing(things[*i], reading) == Footing::Ground {
            *place = on_dry_land(*place, things[*i], reading, horizon);
        }
    }
    placed[aloft..].sort_by(|a, b| foot(&a.1).total_cmp(&foot(&b.1)));
    placed
}

/// Which of two things stands nearer, and which farther, where that is said.
fn in_depth(relation: Option<Relation>, first: usize, second: usize) -> Option<(usize, usize)> {
    match relation? {
        Relation::Before => Some((first, second)),
        Relation::Behind => Some((second, first)),
        _ => None,
    }
}

/// One thing farther back, the other before it a little aside.
fn one_behind(things: &[&Phrase], front: usize, back: usize, horizon: f64, dice: &mut Dice) -> Vec<Placed> {
    let base = standing(things[back], (0, 1), horizon, false, dice);
    let side = dice.pick([-1.0, 1.0]);
    let aside = |place: Place| {
        let size = place.size * 0.62 * f64::from(things[front].look.size.clamp(0.7, 1.25));
        let (x, foot) = (place.center.0 + side * place.size * 0.34, place.center.1 + place.size * 0.62);
        Place { center: (x, foot - size / 2.0), size, turn: 0.0 }
    };
    let nearer = aside(base[0]);
    let fronts = arrange::cluster(copies(things[front], 3, dice), nearer, dice);
    base.into_iter().map(|place| (back, place)).chain(fronts.into_iter().map(|place| (front, place))).collect()
}

/// One thing under another, which stands a little farther back and larger.
fn one_under(things: &[&Phrase], lower: usize, upper: usize, horizon: f64, dice: &mut Dice) -> Vec<Placed> {
    let base = standing(things[upper], (0, 1), horizon, false, dice)[0];
    let large = Place { center: (base.center.0, base.center.1 - base.size * 0.2), size: base.size * 1.2, turn: 0.0 };
    let size = base.size * 0.5 * f64::from(things[lower].look.size.clamp(0.7, 1.25));
    let foot = foot(&large) + size * 0.2;
    let cell = Place { center: (base.center.0 - base.size * 0.16, foot - size / 2.0), size, turn: 0.0 };
    let copies = arrange::cluster(copies(things[lower], 3, dice), cell, dice);
    std::iter::once((upper, large)).chain(copies.into_iter().map(|place| (lower, place))).collect()
}

/// Out of the water of a lake, to its near or its far shore; beside a road, unless it drives there.
fn on_dry_land(place: Place, thing: &Phrase, reading: &Reading, horizon: f64) -> Place {
    let has = |setting| reading.setting(setting).is_some();
    let (x, y) = place.center;
    if has(Setting::Lake) || has(Setting::Lagoon) {
        let far = (foot(&place) - horizon) / (SIDE - horizon) < 0.5;
        let size = if far { place.size * 0.7 } else { place.size };
        let foot = if far { horizon + SIDE * 0.015 } else { SIDE * 0.975 };
        return Place { center: (x, foot - size / 2.0), size, ..place };
    }
    if has(Setting::Road) && !traits::drives(label(thing)) && thing.relation.is_none() {
        let side = if x < SIDE / 2.0 { -1.0 } else { 1.0 };
        let reach = ((x - SIDE / 2.0).abs() / SIDE).clamp(0.3, 0.44);
        return Place { center: (SIDE * (0.5 + side * reach), y), ..place };
    }
    place
}

/// A place drawn towards the middle of an island.
fn ashore(place: Place, horizon: f64) -> Place {
    let depth = SIDE - horizon;
    let near = ((foot(&place) - horizon) / depth).clamp(0.0, 1.0);
    let y = horizon + depth * (0.46 + 0.22 * near) - place.size / 2.0;
    Place { center: (SIDE / 2.0 + (place.center.0 - SIDE / 2.0) * 0.66, y), ..place }
}

fn foot(place: &Place) -> f64 {
    place.center.1 + place.size / 2.0
}

fn dressed(
    mut placed: Vec<Placed>,
    wearer: usize,
    worn: usize,
    things: &[&Phrase],
    horizon: f64,
    dice: &mut Dice,
) -> Vec<Placed> {
    let body = standing(things[wearer], (0, 1), horizon, false, dice)[0];
    let name = label(things[worn]);
    let (dy, share) = if is_headwear(things[worn]) || traits::is_worn_on_the_head(name) {
        (-0.5, 0.5)
    } else if traits::is_worn_before_the_eyes(name) {
        (-0.18, 0.5)
    } else {
        (0.22, 0.4)
    };
    let center = (body.center.0, body.center.1 + dy * body.size);
    placed.extend([(wearer, body), (worn, Place { center, size: body.size * share, turn: 0.0 })]);
    placed
}

fn aloft(thing: &Phrase, slot: usize, slots: usize, alone: bool, dice: &mut Dice) -> Vec<Place> {
    let count = copies(thing, 6, dice);
    let small = matches!(thing.noun, Noun::Flat(Flat::Star));
    if count > 2 {
        let high = if alone { 0.86 } else { 0.42 };
        let cells = arrange::scattered(if count > 6 { 4 } else { 3 }, false, dice);
        let squeeze = |place: Place| Place {
            center: (place.center.0, place.center.1 * high),
            size: place.size * if alone { 0.8 } else { 0.45 },
            ..place
        };
        let step = (cells.len() / count.max(4)).max(1);
        return cells.into_iter().step_by(step).take(count.max(4)).map(squeeze).collect();
    }
    let heavenly = traits::hangs_high(label(thing));
    let (x, y, size) = match (slots, alone) {
        (_, true) => (0.5, 0.4, 0.42),
        // Clear of what stands in the middle.
        (1, false) if heavenly => (0.5 + dice.pick([-0.27, 0.27]), 0.17, 0.24),
        _ => (0.5, 0.24, 0.34),
    };
    let x = SIDE * ((slot as f64 + x) / slots as f64 + dice.jitter(0.1));
    let size = SIDE * size * f64::from(thing.look.size) * if small { 0.7 } else { 1.0 } / (slots as f64).sqrt();
    let cell = Place { center: (x, SIDE * y), size, turn: 0.0 };
    arrange::cluster(count, cell, dice)
}

/// Places on the ground, larger the nearer they are.
fn standing(thing: &Phrase, (slot, slots): (usize, usize), horizon: f64, spread: bool, dice: &mut Dice) -> Vec<Place> {
    let all_over = thing.relation == Some(Relation::Of);
    let count = if all_over { 9 } else { copies(thing, 5, dice) };
    let depth = SIDE - horizon;
    if count == 1 || !spread {
        let x = if slots == 1 { 0.5 + dice.pick([-0.1, 0.0, 0.1]) } else { (slot as f64 + 0.5) / slots as f64 };
        let size = SIDE * [0.56, 0.42, 0.34, 0.28][slots.clamp(1, 4) - 1] * f64::from(thing.look.size);
        let foot = horizon + depth * 0.62;
        return arrange::cluster(count, Place { center: (SIDE * x, foot - size / 2.0), size, turn: 0.0 }, dice);
    }
    // Copies of several things stand by turns.
    let aside = slot as f64 / (slots * count) as f64;
    let place = |i: usize| {
        let t = (i as f64 + 0.5) / count as f64;
        let near = dice.between(0.25, 0.85);
        let size = SIDE * (0.15 + 0.14 * near) * f64::from(thing.look.size) * if all_over { 0.62 } else { 1.0 };
        let x = SIDE * (0.06 + 0.88 * (t + aside).rem_euclid(1.0)) + dice.jitter(40.0);
        Place { center: (x, horizon + depth * near - size * 0.45), size, turn: 0.0 }
    };
    (0..count).map(place).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::parser::read;

    fn first_footing(text: &str) -> Footing {
        let reading = read(text).unwrap();
        footing(&reading.phrases[0], &reading)
    }

    #[test]
    fn things_rest_on_what_they_belong_to() {
        assert_eq!(first_footing("a robot in a field"), Footing::Ground);
        assert_eq!(first_footing("a sailboat on the sea"), Footing::Water);
        assert_eq!(first_footing("a kite over a beach"), Footing::Air);
        assert_eq!(first_footing("a sphere hovering over a field"), Footing::Air);
    }

    #[test]
    fn what_is_in_front_stands_nearer_and_is_painted_later() {
        for (text, front) in [("a dog in front of a house", 0), ("a dog behind a house", 1)] {
            let reading = read(text).unwrap();
            let things: Vec<&Phrase> = reading.phrases.iter().collect();
            let placed = places(&reading, &things, 700.0, &mut Dice::new(2, 0));
            assert_eq!(placed[1].0, front, "{text}");
            assert!(foot(&placed[1].1) > foot(&placed[0].1), "{text}");
        }
    }

    #[test]
    fn things_on_an_island_keep_their_feet_dry() {
        let reading = read("an island with three palm trees").unwrap();
        let things: Vec<&Phrase> = reading.phrases.iter().skip(1).collect();
        for seed in 0..20 {
            for (_, place) in places(&reading, &things, 700.0, &mut Dice::new(seed, 0)) {
                assert!(
                    (0.2..0.8).contains(&(place.center.0 / SIDE)) && (1060.0..1290.0).contains(&foot(&place)),
                    "{place:?}"
                );
            }
        }
    }

    #[test]
    fn standing_things_have_their_feet_below_the_horizon() {
        let reading = read("cows in a meadow").unwrap();
        let things: Vec<&Phrase> = reading.phrases.iter().take(1).collect();
        let placed = places(&reading, &things, 700.0, &mut Dice::new(2, 0));
        assert!(placed.len() >= 3 && placed.iter().all(|(_, place)| foot(place) > 700.0));
    }
}
