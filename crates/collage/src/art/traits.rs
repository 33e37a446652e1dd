//! What the pictures' things are like, told by their labels: what floats, swims, drives, shines, is worn, comes in pairs, and where
//! each is at home.
//!
//! One table, so that a new picture or a new habit has one place. Lists are of whole words of a label: a sunflower is no sun, and a
//! scarecrow no car.

use crate::read::meaning::Setting;

/// Things in the air.
const AIRBORNE: &str = "moon sun star comet planet balloon airplane kite eagle rainbow helicopter rocket butterfly saucer cloud \
    parachute bird bat meteor milky satellite honeybee bubbles fireworks dove";

/// Things on water.
const AFLOAT: &str = "sailboat boat ship ferry canoe speedboat swan duck iceberg";

/// Things in water.
const SWIMMING: &str = "fish shark whale dolphin octopus turtle squid seal coral jellyfish";

/// Things on a road.
const DRIVING: &str = "car bus truck bicycle motorcycle minibus trolleybus taxi vehicle scooter tractor ambulance automobile van wagon \
    carriage horse";

/// Lights, which keep their colours at night.
const SHINING: &str =
    "moon sun star stars sunrise sunset comet fire fireworks lantern jack-o-lantern lamp candle bulb planet meteor";

/// Bodies in whose presence a sky has no sun or moon of its own.
const HEAVENLY: &str = "moon sun sunrise sunset planet";

/// Those among them that hang high above a landscape.
const HIGH: &str = "moon sun sunrise sunset";

/// Things on a head.
const HEADWEAR: &str = "hat cap crown helmet";

/// Things before the eyes.
const EYEWEAR: &str = "glasses sunglasses goggles";

/// Things on a stem.
const STEMMED: &str = "flower rose tulip sunflower blossom hibiscus bouquet lily daisy balloon leaf herb";

/// Things to sit or lie on, which are highest at their backs.
const SEATS: &str = "couch chair armchair bed bench seat throne";

/// Things that come in pairs.
const PAIRED: &str = "boot boots shoe shoes sandal sandals sock socks glove gloves slipper slippers ski skis";

/// Labels of vessels that are drawn with what they hold, or say how it stands: whole labels.
const VESSELS: [&str; 9] =
    ["ring", "bowl", "bowl with spoon", "hot beverage", "pot of food", "jar", "glass", "mug", "teacup"];

/// Labels of parts of other things, which are not drawn beside them: whole labels.
const PARTS: [&str; 7] = ["wing", "door", "window", "eye", "nose", "ear", "leg"];

/// Whether the label has one of these words.
fn has_word(label: &str, words: &str) -> bool {
    words.split_whitespace().any(|word| label.split(' ').any(|part| part == word))
}

pub(crate) fn is_airborne(label: &str) -> bool {
    has_word(label, AIRBORNE)
}

/// Whether it belongs on water or in it.
pub(crate) fn is_aquatic(label: &str) -> bool {
    has_word(label, AFLOAT) || has_word(label, SWIMMING)
}

pub(crate) fn drives(label: &str) -> bool {
    has_word(label, DRIVING)
}

/// Whether it keeps its colours at night.
pub(crate) fn shines(label: &str) -> bool {
    has_word(label, SHINING)
}

/// Whether a sky with it has no sun or moon of its own.
pub(crate) fn is_heavenly(label: &str) -> bool {
    has_word(label, HEAVENLY)
}

/// Whether it hangs high above a landscape.
pub(crate) fn hangs_high(label: &str) -> bool {
    has_word(label, HIGH)
}

pub(crate) fn is_worn_on_the_head(label: &str) -> bool {
    has_word(label, HEADWEAR)
}

pub(crate) fn is_worn_before_the_eyes(label: &str) -> bool {
    has_word(label, EYEWEAR)
}

/// Whether a bunch of it is held at the lower end.
pub(crate) fn stands_on_a_stem(label: &str) -> bool {
    has_word(label, STEMMED)
}

/// Whether one sits or lies on it lower than its top.
pub(crate) fn has_a_seat(label: &str) -> bool {
    has_word(label, SEATS)
}

pub(crate) fn comes_in_pairs(label: &str) -> bool {
    has_word(label, PAIRED)
}

/// Whether its picture shows it with what it holds.
pub(crate) fn is_vessel(label: &str) -> bool {
    VESSELS.contains(&label)
}

/// Whether it is part of another thing.
pub(crate) fn is_part(label: &str) -> bool {
    PARTS.contains(&label)
}

/// The settings where a thing is usually found, by its label and the group of its picture; `None` for things to put on a plain ground.
pub(crate) fn home(label: &str, group: &str, plural: bool) -> Option<&'static [Setting]> {
    let any = |words: &str| has_word(label, words);
    if any("fish shark whale dolphin octopus squid seal coral jellyfish turtle crab lobster") {
        return Some(&[Setting::Underwater]);
    }
    if any("sailboat boat ship ferry canoe speedboat lighthouse iceberg") {
        return Some(&[Setting::Sea]);
    }
    if any("planet rocket satellite saucer comet meteor milky moon astronaut globe") {
        return Some(&[Setting::Space]);
    }
    if any("couch chair armchair bed bathtub television window toilet") {
        return Some(&[Setting::Room]);
    }
    match group {
        "animals-nature" if any("tree flower rose tulip sunflower blossom hibiscus cactus") && !plural => {
            Some(&[Setting::Meadow])
        }
        "animals-nature" if any("leaf feather bouquet clover rosette shell") => None,
        "animals-nature" => Some(&[Setting::Hills, Setting::Meadow]),
        "travel-places"
            if any("automobile car bus truck motorcycle bicycle taxi vehicle scooter tractor ambulance") =>
        {
            Some(&[Setting::Hills, Setting::Road])
        }
        "travel-places"
            if any("compass map luggage watch clock hourglass brick wood rock seat wheel drum bell droplet") =>
        {
            None
        }
        "travel-places" => Some(&[Setting::Mountains, Setting::Meadow]),
        "people-body" => Some(&[Setting::Meadow]),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn whole_words_and_parts_are_told_apart() {
        assert!(is_airborne("bald eagle") && !is_airborne("batting cage"));
        assert!(drives("motorcycle") && comes_in_pairs("hiking boots"));
        assert!(is_vessel("bowl with spoon") && !is_vessel("bowling"));
    }

    #[test]
    fn things_are_at_home_where_they_are_found() {
        assert_eq!(home("spouting whale", "animals-nature", false), Some(&[Setting::Underwater][..]));
        assert_eq!(home("oncoming automobile", "travel-places", false), Some(&[Setting::Hills, Setting::Road][..]));
        assert_eq!(home("teapot", "food-drink", false), None);
    }
}
