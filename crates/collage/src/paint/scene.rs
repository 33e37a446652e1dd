//! The scene as a whole: from what was read to the layers of a picture.

use linocut_svg::Color;

use crate::art::archive::pictures;
use crate::art::traits;
use crate::colour::{from_hsl, hsl, is_light, shaded};
use crate::dice::Dice;
use crate::error::CollageError;
use crate::paint::air::Air;
use crate::paint::cloth::garment;
use crate::paint::cloth::hanger::Hanger;
use crate::paint::scenery::setting::landscape;
use crate::paint::scenery::surface;
use crate::paint::sketch::Layer;
use crate::paint::thing::{self, usual};
use crate::paint::weave;
use crate::place::free;
use crate::place::landscape::{self, Footing};
use crate::place::spot::Place;
use crate::place::spot::SIDE;
use crate::read::colour_words::material_color;
use crate::read::meaning::{Arrangement, Flat, Garment, Setting, Surface};
use crate::read::reading::label;
use crate::read::reading::{Noun, Phrase, Reading};

/// Most things that are drawn; what is named later is left out.
const MAX_THINGS: usize = 8;

/// The layers of a picture, from back to front.
pub(crate) fn layers(reading: &Reading, seed: u64) -> Result<Vec<Layer>, CollageError> {
    let things: Vec<&Phrase> = reading.phrases.iter().filter(|phrase| is_thing(phrase)).take(MAX_THINGS).collect();
    let grounds: Vec<&Phrase> =
        reading.phrases.iter().filter(|phrase| matches!(phrase.noun, Noun::Surface(_))).collect();
    let mut layers = if reading.has_scenery() || (things.is_empty() && grounds.is_empty()) {
        outdoors(reading, &things, seed)?
    } else if let Some(Noun::Garment(_)) = things.first().map(|thing| thing.noun) {
        wardrobe(reading, &things, &grounds, seed)?
    } else if grounds.is_empty() && things.iter().all(|thing| matches!(thing.noun, Noun::Art(_))) {
        at_home(reading, &things, seed)?
    } else {
        on_ground(reading, &things, &grounds, seed)?
    };
    for layer in layers.iter_mut().filter(|layer| things.iter().any(|thing| thing.words == layer.words)) {
        layer.words.extend(&reading.arrangement_words);
    }
    Ok(layers)
}

fn is_thing(phrase: &Phrase) -> bool {
    matches!(phrase.noun, Noun::Flat(_) | Noun::Solid(_) | Noun::Art(_) | Noun::Garment(_))
}

/// A landscape with things in it.
fn outdoors(reading: &Reading, things: &[&Phrase], seed: u64) -> Result<Vec<Layer>, CollageError> {
    let usual = usual_settings(reading, things, seed);
    landscape_with(reading, things, &usual, seed)
}

fn landscape_with(
    reading: &Reading,
    things: &[&Phrase],
    usual: &[Setting],
    seed: u64,
) -> Result<Vec<Layer>, CollageError> {
    let heavenly = things.iter().any(|thing| traits::is_heavenly(label(thing)));
    let mut scape = landscape(reading, usual, !heavenly, seed);
    let mut dice = Dice::new(seed, 2);
    let buildings: Vec<usize> = (0..things.len()).filter(|&i| needs_land(things[i], reading, usual)).collect();
    let loose: Vec<&Phrase> = (0..things.len()).filter(|i| !buildings.contains(i)).map(|i| things[i]).collect();
    for &i in &buildings {
        let place = surface::headland(&mut scape);
        let layer = thing::paint(things[i], i, place, &scape.air)?;
        scape.layers.push(layer);
    }
    let placed = landscape::places(reading, &loose, scape.horizon, &mut dice);
    let lower = landscape::upon(reading, &loose).filter(|_| placed.len() == 2);
    for (order, (i, place)) in placed.into_iter().enumerate() {
        let footing = landscape::footing(loose[i], reading);
        if let Some(lower) = lower
            && order == 1
        {
            set_upon(&mut scape.layers, loose[i], i, place, loose[lower], &scape.air)?;
            continue;
        }
        set_down(&mut scape.layers, loose[i], i, place, footing, &scape.air)?;
    }
    let falling = crate::paint::scenery::sky::falling(&scape.air, &reading.sky_words, &mut scape.dice);
    scape.layers.push(falling);
    Ok(scape.layers)
}

/// A thing with its shadow or pedestal.
fn set_down(
    layers: &mut Vec<Layer>,
    phrase: &Phrase,
    number: usize,
    place: Place,
    footing: Footing,
    air: &Air,
) -> Result<(), CollageError> {
    let place = if phrase.look.effigy {
        Place { center: (place.center.0, place.center.1 - place.size * 0.25), ..place }
    } else {
        place
    };
    if phrase.look.effigy {
        layers.push(thing::pedestal(place, Color::from_hex(0x8d8a84)));
    } else if footing == Footing::Ground {
        layers.push(Layer { words: Vec::new(), shapes: vec![thing::shadow(place)] });
    }
    let mut layer = thing::paint(phrase, number, place, air)?;
    if footing == Footing::Ground && matches!(phrase.noun, Noun::Art(_)) {
        thing::stand(&mut layer, place);
    }
    layers.push(layer);
    Ok(())
}

/// A thing on another, which is the last layer.
fn set_upon(
    layers: &mut Vec<Layer>,
    phrase: &Phrase,
    number: usize,
    place: Place,
    lower: &Phrase,
    air: &Air,
) -> Result<(), CollageError> {
    let mut layer = thing::paint(phrase, number, place, air)?;
    if let Some(base) = layers.last() {
        thing::rest(&mut layer, base, label(lower))?;
    }
    layers.push(layer);
    Ok(())
}

/// Whether a thing cannot stand where all is water.
fn needs_land(phrase: &Phrase, reading: &Reading, usual: &[Setting]) -> bool {
    let Noun::Art(number) = phrase.noun else { return false };
    let building = pictures().is_ok_and(|pictures| pictures[number].group == "travel-places");
    let has = |setting: Setting| reading.setting(setting).is_some() || usual.contains(&setting);
    let land =
        [Setting::Beach, Setting::Hills, Setting::Field, Setting::Meadow, Setting::Mountains].into_iter().any(has);
    building && has(Setting::Sea) && !land && landscape::footing(phrase, reading) == Footing::Ground
}

/// Where a picture of the archive is usually found; `None` for things to put on a plain ground.
fn home(phrase: &Phrase) -> Option<&'static [Setting]> {
    let Noun::Art(number) = phrase.noun else { return None };
    if phrase.look.effigy {
        return Some(&[Setting::Meadow]);
    }
    let group = pictures().ok().and_then(|pictures| pictures.get(number)).map_or("", |picture| picture.group.as_str());
    traits::home(label(phrase), group, phrase.plural)
}

/// Settings for a landscape that names none: where its things are at home, else a place by seed.
fn usual_settings(reading: &Reading, things: &[&Phrase], seed: u64) -> Vec<Setting> {
    if reading.names_a_setting() {
        return Vec::new();
    }
    // What hangs in a sky that is named is not in space.
    let sky = reading.phrases.iter().any(|phrase| phrase.noun == Noun::Sky);
    let home = |thing: &&Phrase| home(thing).filter(|home| !sky || *home != [Setting::Space]);
    if let Some(home) = things.iter().find_map(home) {
        return home.to_vec();
    }
    const PLACES: [&[Setting]; 5] = [
        &[Setting::Hills],
        &[Setting::Mountains, Setting::Meadow],
        &[Setting::Mountains, Setting::Lake],
        &[Setting::Forest],
        &[Setting::Hills, Setting::Field],
    ];
    Dice::new(seed, 3).pick(PLACES).to_vec()
}

/// Garments before a plain backdrop.
fn wardrobe(reading: &Reading, things: &[&Phrase], grounds: &[&Phrase], seed: u64) -> Result<Vec<Layer>, CollageError> {
    let air = Air::new(reading, &mut Dice::new(seed, 1));
    let mut layers = match grounds.first() {
        Some(ground) => surface::paint(ground, &mut Dice::new(seed, 4)),
        None => vec![garment::backdrop(&things[0].look, Color::from_hex(0x3b638c), &mut Dice::new(seed, 4))],
    };
    let parts: Vec<&Phrase> = reading.phrases.iter().filter(|phrase| matches!(phrase.noun, Noun::Part(_))).collect();
    let single = things.len() == 1;
    for (i, place) in free::free(reading, things, &mut Dice::new(seed, 2)) {
        let Some(kind) = garment_of(things[i]) else {
            layers.push(thing::paint(things[i], i, place, &air)?);
            continue;
        };
        let hanger = if single {
            Hanger::new((SIDE / 2.0, SIDE / 2.0), SIDE * 0.9)
        } else {
            Hanger::new(place.center, place.size * 1.2)
        };
        layers.extend(garment::paint(things[i], kind, if i == 0 { &parts } else { &[] }, hanger));
    }
    Ok(layers)
}

/// The garment that a thing is, if it is one by itself.
fn garment_of(thing: &Phrase) -> Option<Garment> {
    match thing.noun {
        Noun::Garment(kind) if thing.look.gathered.is_none() => Some(kind),
        _ => None,
    }
}

/// Things of the archive where such things are usually found.
fn at_home(reading: &Reading, things: &[&Phrase], seed: u64) -> Result<Vec<Layer>, CollageError> {
    let indoors = things.iter().filter_map(|thing| home(thing)).find(|home| *home == [Setting::Room]);
    match indoors.or_else(|| things.iter().find_map(|thing| home(thing))) {
        Some(settings) => landscape_with(reading, things, settings, seed),
        None => on_ground(reading, things, &[], seed),
    }
}

/// Figures, bodies and things on a plain ground.
fn on_ground(
    reading: &Reading,
    things: &[&Phrase],
    grounds: &[&Phrase],
    seed: u64,
) -> Result<Vec<Layer>, CollageError> {
    let air = Air::new(reading, &mut Dice::new(seed, 1));
    let mut layers = Vec::new();
    if grounds.is_empty() || grounds.iter().all(|ground| ground.noun == Noun::Surface(Surface::Sheet)) {
        layers.push(thing::plain_ground(contrast(things, seed)));
    }
    let mut dice = Dice::new(seed, 4);
    grounds.iter().for_each(|ground| layers.extend(surface::paint(ground, &mut dice)));
    let threads: Vec<usize> = (0..things.len()).filter(|&i| things[i].noun == Noun::Flat(Flat::Line)).collect();
    if reading.arrangement == Some(Arrangement::Interwoven) && !threads.is_empty() && threads.len() < things.len() {
        let core = (0..things.len()).find(|i| !threads.contains(i)).unwrap_or(0);
        let place = Place { center: (SIDE / 2.0, SIDE / 2.0), size: SIDE * 0.6, turn: 0.0 };
        let body = thing::paint(things[core], core, place, &air)?;
        let color = things[threads[0]].look.color_or(usual(threads[0]));
        layers.extend(weave::around(body, &things[threads[0]].words, color, place, &mut dice));
        return Ok(layers);
    }
    let (mut copies, mut rings) = (vec![0; things.len()], Vec::new());
    let placed = free::free(reading, things, &mut Dice::new(seed, 2));
    let rests = placed.len() == 2 && free::rests(things);
    for (order, (i, place)) in placed.into_iter().enumerate() {
        let thing = copy_of(things[i], i, copies[i], reading.arrangement);
        copies[i] += 1;
        if rests && order == 1 {
            set_upon(&mut layers, &thing, i, place, things[1], &air)?;
            continue;
        }
        set_down(&mut layers, &thing, i, place, Footing::Air, &air)?;
        if thing.noun == Noun::Flat(Flat::Ring) {
            rings.push((place, thing.look.color_or(material_color(thing.look.material).unwrap_or_else(|| usual(i)))));
        }
    }
    if reading.arrangement == Some(Arrangement::Linked) && !rings.is_empty() {
        layers.push(weave::links(&rings, &things[0].words));
    }
    Ok(layers)
}

/// Copy number `copy` of a figure or body: they take its colours by turns. Those of one colour that lie inside each other
/// get every other one in another shade.
fn copy_of(thing: &Phrase, number: usize, copy: usize, arrangement: Option<Arrangement>) -> Phrase {
    let mut thing = thing.clone();
    let colors = &mut thing.look.colors;
    if arrangement == Some(Arrangement::Concentric) && colors.len() < 2 {
        let color = colors.first().copied().unwrap_or(usual(number));
        *colors = vec![color, shaded(color, if is_light(color) { -0.35 } else { 0.35 })];
    }
    let figure = matches!(thing.noun, Noun::Flat(_) | Noun::Solid(_)) && thing.look.pattern.is_none();
    if figure && thing.look.colors.len() > 1 {
        let turn = copy % thing.look.colors.len();
        thing.look.colors.rotate_left(turn);
    }
    thing
}

/// A calm colour that none of the things has.
fn contrast(things: &[&Phrase], seed: u64) -> Color {
    let mut dice = Dice::new(seed, 5);
    let colors: Vec<Color> = things.iter().enumerate().map(|(i, thing)| thing.look.color_or(usual(i))).collect();
    let light = colors.iter().filter(|color| color.luma() > 150.0).count() * 2 > colors.len();
    let hue = colors.first().map_or(210.0, |color| hsl(*color)[0]) + dice.pick([150.0, 180.0, 210.0]);
    let calm = from_hsl(if light { [hue, 0.32, 0.27] } else { [hue, 0.4, 0.86] });
    if light { calm } else { shaded(calm, dice.between(0.0, 0.3) as f32) }
}
