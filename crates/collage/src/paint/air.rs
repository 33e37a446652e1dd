//! Light and haze: how time of day, weather and distance change colours.

use linocut_svg::Color;

use crate::colour::shaded;
use crate::dice::Dice;
use crate::read::meaning::{Setting, Time, Weather};
use crate::read::reading::{Absent, Noun, Reading};

/// The light of a picture.
#[derive(Clone, Debug)]
pub(crate) struct Air {
    pub(crate) time: Time,
    pub(crate) weather: Weather,
    /// What the description wants not in the sky.
    pub(crate) absent: Absent,
    /// Colours of the sky from the top down to the horizon.
    pub(crate) sky: Vec<Color>,
}

impl Air {
    /// The light that the description asks for, else a fine day.
    pub(crate) fn new(reading: &Reading, dice: &mut Dice) -> Self {
        let starry = reading.weather == Some(Weather::Starry);
        let dark = reading.setting(Setting::Space).is_some();
        let usual = if starry || dark { Time::Night } else { Time::Day };
        let time = reading.time.unwrap_or(usual);
        let winter = reading.setting(Setting::Snow).is_some();
        let weather = reading.weather.unwrap_or(if time == Time::Night { Weather::Starry } else { Weather::Clear });
        let mut sky = sky_colors(time, weather, winter, dice);
        let colored = reading.phrases.iter().find(|phrase| phrase.noun == Noun::Sky && !phrase.look.colors.is_empty());
        if let Some(phrase) = colored {
            let color = phrase.look.colors[0];
            let last = phrase.look.colors.get(1).copied().unwrap_or(shaded(color, 0.45));
            sky = vec![shaded(color, -0.25), color, last];
        }
        Self { time, weather, absent: reading.absent, sky }
    }

    /// Colour of the sky at the horizon.
    pub(crate) fn horizon(&self) -> Color {
        self.sky.last().copied().unwrap_or(Color::WHITE)
    }

    /// Whether lights shine and stars show.
    pub(crate) fn is_dark(&self) -> bool {
        self.time == Time::Night
    }

    /// A colour in this light, seen from a distance of 0 (near) to 1 (at the horizon).
    pub(crate) fn seen(&self, color: Color, distance: f32) -> Color {
        let (shadow, share) = match self.time {
            Time::Day => (Color::BLACK, 0.0),
            Time::Dawn => (Color::from_hex(0x8a5a78), 0.14),
            Time::Dusk => (Color::from_hex(0x3a1c50), 0.3),
            Time::Night => (Color::from_hex(0x0a1030), 0.5),
        };
        let lit = color.mix(shadow, share);
        let dull = match self.weather {
            Weather::Stormy => lit.mix(Color::from_hex(0x39424d), 0.35),
            Weather::Cloudy | Weather::Rainy => lit.mix(Color::from_hex(0x8a979f), 0.12),
            _ => lit,
        };
        let thick = if self.weather == Weather::Foggy { 0.85 } else { 0.55 };
        dull.mix(self.horizon(), distance * thick)
    }
}

fn sky_colors(time: Time, weather: Weather, winter: bool, dice: &mut Dice) -> Vec<Color> {
    let hexes: [u32; 3] = match (time, weather) {
        (Time::Night, Weather::Stormy) => [0x0a0d18, 0x1c2333, 0x3a4356],
        (Time::Night, _) => dice.pick([[0x060a22, 0x101a48, 0x2f4580], [0x0a0720, 0x1d1750, 0x4a3f86]]),
        (_, Weather::Stormy) => [0x2f3844, 0x56616e, 0x8b96a0],
        (_, Weather::Foggy) => [0xb4c0c6, 0xcfd8da, 0xe6ebea],
        (Time::Dusk, _) => dice.pick([[0x33265f, 0xb04a7c, 0xffad5c], [0x2d2a66, 0xd0566a, 0xffc46b]]),
        (Time::Dawn, _) => dice.pick([[0x6d8fcb, 0xf2bfae, 0xffe6b3], [0x8a86c6, 0xf6b7b0, 0xfff0c4]]),
        (_, Weather::Cloudy | Weather::Rainy) => [0x8fa3b3, 0xb3c1cb, 0xdbe3e7],
        (_, Weather::Snowing) => [0xa9b9c6, 0xc8d4dc, 0xe9eff3],
        _ if winter => [0x7fb0d8, 0xb5d4ea, 0xe6f1f8],
        _ => dice.pick([[0x3d95dc, 0x7dbdec, 0xd3ecf8], [0x4aa0d8, 0x93cdea, 0xe2f2ee]]),
    };
    hexes.map(Color::from_hex).to_vec()
}
