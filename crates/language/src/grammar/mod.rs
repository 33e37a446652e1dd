//! The grammar of drawings: SVG that the contest takes and a flat drawing can hold.
//!
//! It is an automaton over bytes. At each place it knows which bytes may follow and how few bytes would end the drawing, so that a
//! budget can be kept exactly.

mod colors;
mod ids;
mod numbers;
mod path;
mod state;
mod table;
mod value;
mod words;

use ids::Ids;
pub(crate) use state::State;

/// A drawing as far as it is written.
#[derive(Clone, Debug)]
pub(crate) struct Cursor {
    state: State,
    ids: Ids,
}

impl Cursor {
    /// Nothing is written.
    pub(crate) fn new() -> Self {
        Self { state: State::START, ids: Ids::default() }
    }

    /// Where the next byte stands.
    pub(crate) fn state(&self) -> State {
        self.state
    }

    /// The state after one more byte in a state that came from this one's; nothing if it may not stand there.
    pub(crate) fn after(&self, state: State, byte: u8) -> Option<State> {
        state.step(byte, &self.ids)
    }

    /// Fewest bytes that end a drawing in a state that came from this one's.
    pub(crate) fn lacks(&self, state: &State) -> usize {
        state.lacks(&self.ids) as usize
    }

    /// Writes a byte; false, and nothing is written, if it may not stand here.
    pub(crate) fn write(&mut self, byte: u8) -> bool {
        let Some(mut next) = self.state.step(byte, &self.ids) else { return false };
        next.settle(&mut self.ids);
        self.state = next;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(text: &str) -> Result<Cursor, String> {
        let mut cursor = Cursor::new();
        match text.bytes().position(|byte| !cursor.write(byte)) {
            None => Ok(cursor),
            Some(at) => Err(format!("{}|{}", &text[..at], &text[at..])),
        }
    }

    fn drawing(body: &str) -> String {
        format!(r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 100 80">{body}</svg>"#)
    }

    #[test]
    fn takes_what_models_and_our_writer_write() {
        for body in [
            "",
            r##"<path d="m0 0h9L0 9"/>"##,
            r##"<path d="M 10,10 L 20.5 -.5 .5-3 C 1 2 3 4 5 6 Z m1 1z" fill="#ff0000"/>"##,
            r##"<path d="m0 0a5 6 0 0110 0A5 6-30 1,0 1,2"/>"##,
            "\n  <g fill=\"gold\" transform=\"translate(3, 4) rotate(45)\">\n    <rect x=\"-1\" width=\"3\" height=\"4\" />\n  </g>\n",
            r##"<defs><linearGradient id="a" gradientUnits="userSpaceOnUse" x2="9"><stop/><stop offset=".5" stop-color="#fff"/></linearGradient><linearGradient id="ba" href="#a" y1="5"/><radialGradient id="c" cx="50%" cy="50%" r="50%"><stop offset="100%" stop-opacity=".25"/></radialGradient></defs><circle r="3" fill="url(#ba)" stroke="url(#c)"/>"##,
            r##"<line x1="0" y2="3" stroke="red"/><polyline points="1,2 3 4-5-6" stroke-width="2"/>"##,
        ] {
            let cursor = written(&drawing(body)).unwrap();
            assert!(cursor.state().is_end(), "{body}");
        }
    }

    #[test]
    fn refuses_what_is_not_valid_or_draws_nothing() {
        for body in [
            "<text/>",
            "<path/>",
            r##"<path d="L1 1"/>"##,
            r##"<path d="m1"/>"##,
            r##"<path d="m1 1a1 1 0 2 0 1 1"/>"##,
            r##"<rect width="1"/>"##,
            r##"<rect width="-1" height="1"/>"##,
            r##"<rect x="1" x="2" width="1" height="1"/>"##,
            r##"<circle r="1" fill="url(#a)"/>"##,
            r##"<circle r="1" fill="reddish"/>"##,
            r##"<circle r="1" fill="#ff00"/>"##,
            r##"<circle r="12345678"/>"##,
            r##"<circle r="1" opacity="1.5"/>"##,
            r##"<line/></g>"##,
            r##"<linearGradient id="a"/>"##,
            r##"<defs><line/></defs>"##,
            r##"<defs><linearGradient/></defs>"##,
            r##"<defs><linearGradient id="a"/><linearGradient id="a"/></defs>"##,
            r##"<defs><radialGradient id="a"/><linearGradient id="b" href="#a"/></defs>"##,
            r##"<defs><linearGradient id="b" href="#b"/></defs>"##,
            r##"<circle r="1" transform="rotate(1 2)"/>"##,
        ] {
            assert!(written(&drawing(body)).is_err(), "{body}");
        }
        assert!(written("<svg/>").is_err() && written(" <svg").is_err());
        assert!(written(&format!("{} ", drawing(""))).is_err());
    }

    /// In every state that random bytes lead to: the fewest bytes to the end are one more than after the best next byte, and no byte
    /// saves more than itself.
    #[test]
    fn the_distance_to_the_end_is_exact() {
        let mut seed = 1_u64;
        let mut random = |most: usize| {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (seed >> 33) as usize % most
        };
        for _ in 0..300 {
            let mut cursor = Cursor::new();
            for step in 0..600 {
                let state = cursor.state();
                let lacks = cursor.lacks(&state);
                let next: Vec<(u8, usize)> = (0..=255)
                    .filter_map(|byte| cursor.after(state, byte).map(|next| (byte, cursor.lacks(&next))))
                    .collect();
                let least = next.iter().map(|(_, lacks)| *lacks + 1).min();
                assert_eq!(least.unwrap_or(0), lacks, "step {step} {state:?}");
                let Some((byte, _)) = next.get(random(next.len().max(1))) else { break };
                assert!(cursor.write(*byte));
            }
        }
    }
}
