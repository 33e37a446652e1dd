//! Which settings a picture has, and in which order they are painted.

use linocut_svg::Color;

use super::{built, cliffs, forest, garden, land, peaks, shore, sky, underwater, village, water};
use crate::dice::Dice;
use crate::paint::air::Air;
use crate::paint::scenery::scape::{Scape, Wish};
use crate::place::spot::SIDE;
use crate::read::meaning::{Setting, Time};
use crate::read::reading::{Noun, Reading};

/// A landscape of these settings. `bodies` puts a sun or moon where the light asks for one.
pub(crate) fn landscape(reading: &Reading, usual: &[Setting], bodies: bool, seed: u64) -> Scape {
    let wishes = wishes(reading, usual);
    let mut dice = Dice::new(seed, 1);
    let air = Air::new(reading, &mut dice);
    let horizon = SIDE * horizon_of(&wishes) + dice.jitter(36.0);
    let mut scape = Scape { air, dice, horizon, layers: Vec::new() };
    let has = |setting: Setting| wishes.iter().any(|(s, _)| *s == setting);
    if !has(Setting::Space) && !has(Setting::Room) && !has(Setting::Underwater) {
        let layer = sky::paint(&scape.air, &sky_words(reading), horizon, bodies, &mut scape.dice);
        scape.layers.push(layer);
    }
    for (place, (setting, wish)) in wishes.iter().enumerate() {
        let (farther, nearer) = (&wishes[..place], &wishes[place + 1..]);
        let behind = Behind {
            ground: farther.iter().any(|(s, _)| is_ground(*s)),
            water: farther.iter().any(|(s, _)| is_water(*s)),
        };
        paint(&mut scape, *setting, wish, nearer.is_empty(), behind);
    }
    scape
}

/// Words for the state of the sky.
fn sky_words(reading: &Reading) -> Vec<usize> {
    let phrases = reading.phrases.iter().filter(|phrase| phrase.noun == Noun::Sky);
    phrases.flat_map(|phrase| phrase.words.iter().copied()).chain(reading.sky_words.iter().copied()).collect()
}

/// The settings named, else the usual ones, from far to near, each once, with ground before those that have none.
fn wishes(reading: &Reading, usual: &[Setting]) -> Vec<(Setting, Wish)> {
    let mut wishes: Vec<(Setting, Wish)> = Vec::new();
    for phrase in &reading.phrases {
        let Noun::Setting(setting) = phrase.noun else { continue };
        match wishes.iter_mut().find(|(s, _)| *s == setting) {
            Some((_, wish)) => wish.words.extend(&phrase.words),
            None => wishes.push((setting, Wish::of(phrase))),
        }
    }
    if wishes.is_empty() {
        wishes.extend(usual.iter().map(|setting| (*setting, Wish::default())));
    }
    if wishes.iter().all(|(setting, _)| *setting == Setting::Mountains) {
        let snowy = wishes.iter().any(|(_, wish)| wish.look.snowy) || reading.time == Some(Time::Night);
        wishes.push((if snowy { Setting::Snow } else { Setting::Meadow }, Wish::default()));
    }
    if wishes.iter().all(|(setting, _)| *setting == Setting::Waterfall) {
        wishes.push((Setting::Forest, Wish::default()));
    }
    if wishes.iter().all(|(setting, _)| *setting == Setting::Cliffs) {
        wishes.push((Setting::Sea, Wish::default()));
    }
    if !reading.autumn_words.is_empty() {
        wishes.iter_mut().for_each(|(setting, wish)| turn_leaves(*setting, wish, &reading.autumn_words));
    }
    wishes.sort_by_key(|(setting, _)| *setting);
    wishes
}

/// Gives a leafy setting the colours of autumn, unless it was given others.
fn turn_leaves(setting: Setting, wish: &mut Wish, words: &[usize]) {
    let hex = match setting {
        Setting::Forest => 0xc8682c,
        Setting::Hills => 0xc2873f,
        Setting::Meadow | Setting::Garden | Setting::Lake => 0xbf9a4e,
        Setting::Orchard => 0xd9802e,
        _ => return,
    };
    wish.words.extend(words);
    if wish.look.colors.is_empty() && setting != Setting::Lake {
        wish.look.colors.push(Color::from_hex(hex));
    }
    wish.autumnal = true;
}

/// Share of the height that lies above the horizon.
fn horizon_of(wishes: &[(Setting, Wish)]) -> f64 {
    let nearest = wishes.last().map(|(setting, _)| *setting);
    match nearest {
        Some(Setting::Mountains) => 0.72,
        Some(Setting::City) => 0.74,
        Some(Setting::Street | Setting::Canyon) => 0.6,
        Some(Setting::Waterfall) => 0.62,
        Some(Setting::Forest) => 0.56,
        Some(Setting::Lagoon | Setting::Field | Setting::Garden | Setting::Orchard | Setting::Harbor) => 0.46,
        Some(_) if wishes.iter().any(|(setting, _)| *setting == Setting::Mountains) => 0.66,
        _ => 0.52,
    }
}

fn is_ground(setting: Setting) -> bool {
    use Setting::{Beach, Canyon, Desert, Field, Garden, Hills, Meadow, Orchard, Snow, Swamp, Village, Waterfall};
    matches!(
        setting,
        Beach | Canyon | Desert | Field | Garden | Hills | Meadow | Orchard | Snow | Swamp | Village | Waterfall
    )
}

fn is_water(setting: Setting) -> bool {
    matches!(setting, Setting::Sea | Setting::Lake | Setting::Lagoon)
}

/// What lies behind a setting already.
#[derive(Clone, Copy)]
struct Behind {
    ground: bool,
    water: bool,
}

fn paint(scape: &mut Scape, setting: Setting, wish: &Wish, nearest: bool, behind: Behind) {
    match setting {
        Setting::Space => built::space(scape, wish),
        Setting::City => built::city(scape, wish, nearest),
        Setting::Mountains => peaks::mountains(scape, wish),
        Setting::Canyon => cliffs::canyon(scape, wish),
        Setting::Hills => land::hills(scape, wish),
        Setting::Village => village::village(scape, wish, nearest),
        Setting::Waterfall => cliffs::waterfall(scape, wish),
        Setting::Forest => forest::forest(scape, wish, nearest),
        Setting::Sea => water::sea(scape, wish),
        Setting::Cliffs => cliffs::cliffs(scape, wish),
        Setting::Harbor => shore::harbor(scape, wish, !behind.water),
        Setting::Island => shore::island(scape, wish, !behind.water),
        Setting::Lake => water::lake(scape, wish),
        Setting::Lagoon => water::lagoon(scape, wish),
        Setting::River => water::river(scape, wish, !behind.ground),
        Setting::Underwater => underwater::underwater(scape, wish),
        Setting::Swamp => shore::swamp(scape, wish),
        Setting::Snow => land::snow(scape, wish),
        Setting::Desert => land::desert(scape, wish),
        Setting::Field => land::field(scape, wish),
        Setting::Meadow => land::meadow(scape, wish),
        Setting::Orchard => garden::orchard(scape, wish),
        Setting::Garden => garden::garden(scape, wish),
        Setting::Beach => water::beach(scape, wish, !scape.layers.iter().skip(1).any(|layer| !layer.words.is_empty())),
        Setting::Street => village::street(scape, wish),
        Setting::Road => land::road(scape, wish, !behind.ground),
        Setting::Room => built::room(scape, wish),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::read::parser::read;

    fn scape(text: &str) -> Scape {
        landscape(&read(text).unwrap(), &[], true, 3)
    }

    #[test]
    fn every_setting_is_a_layer_of_its_words() {
        for text in [
            "space",
            "a city",
            "mountains",
            "a canyon",
            "hills",
            "a village",
            "a forest",
            "a waterfall",
            "the sea",
            "cliffs",
            "a harbor",
            "an island",
            "a lake",
            "a lagoon",
            "a river",
            "a reef",
            "a swamp",
            "snow",
            "a desert",
            "a field",
            "a meadow",
            "an orchard",
            "a garden",
            "a beach",
            "a street",
            "a road",
            "a room",
        ] {
            let named = read(text).unwrap().phrases[0].words.clone();
            let layers = scape(text).layers;
            assert!(layers.iter().any(|layer| layer.words == named && !layer.shapes.is_empty()), "{text}");
        }
    }

    #[test]
    fn far_settings_are_painted_before_near_ones() {
        let layers = scape("a beach before a village and mountains").layers;
        let painted = |word: usize| layers.iter().position(|layer| layer.words.contains(&word)).unwrap();
        assert!(painted(6) < painted(4) && painted(4) < painted(1));
    }

    #[test]
    fn autumn_turns_leaves_and_spares_named_colours() {
        let wish = |text: &str| wishes(&read(text).unwrap(), &[])[0].1.clone();
        assert!(wish("an autumn forest").autumnal && !wish("a forest").autumnal);
        assert_eq!(
            wish("a purple forest in autumn").look.colors,
            [crate::read::colour_words::color_of("purple").unwrap()]
        );
    }
}
