//! What a mask costs with a vocabulary of 150,000 tokens, in states that allow few tokens and many. The words are made up of syllables,
//! with the numbers, spaces and pieces of markup that vocabularies have.
//!
//! `cargo run --release -p linocut-language --example masks`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::collections::BTreeSet;
use std::time::{Duration, Instant};

use linocut_core::ByteBudget;
use linocut_language::constraint::{Constraint, ConstraintError, Guide, Vocabulary};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

const TOKENS: usize = 150_000;
/// Calls of which the fastest counts: the others were interrupted.
const CALLS: usize = 15;
const MARKUP: [&str; 10] =
    ["\"/>", "\"/><path", " fill=\"", "<path", " d=\"", "</g>", "</svg>", "url(#", "#fff", "://"];

fn vocabulary() -> Vocabulary {
    let mut random = Pcg64Mcg::seed_from_u64(7);
    let mut pick = |from: &str| {
        let pieces: Vec<&str> = from.split(',').collect();
        pieces[random.random_range(0..pieces.len())].to_owned()
    };
    let mut tokens: Vec<Vec<u8>> = (0..=255_u8).map(|byte| vec![byte]).collect();
    tokens.extend((10..1000).flat_map(|number| [format!("{number}"), format!(" {number}")]).map(String::into_bytes));
    tokens.extend((2..16).map(|spaces| vec![b' '; spaces]));
    tokens.extend(MARKUP.map(|piece| piece.as_bytes().to_vec()));
    let mut words = BTreeSet::new();
    for attempts in 0_usize.. {
        if tokens.len() + words.len() == TOKENS {
            break;
        }
        let mut word = pick(" , , ,,,_,-,<");
        for _ in 0..=attempts % 4 {
            word += &(pick("b,c,d,f,g,h,l,m,n,p,r,s,t,v,st,tr,pl,ch,w,")
                + &pick("a,e,i,o,u,ea,ou,y")
                + &pick(",n,r,s,t,l,ck,ng"));
        }
        word += &pick(",,,,,,,=\",\",(");
        words.insert(if attempts.is_multiple_of(9) { word.to_uppercase() } else { word });
    }
    tokens.extend(words.into_iter().map(String::into_bytes));
    tokens.push(Vec::new());
    Vocabulary::new(tokens, vec![TOKENS as u32])
}

/// A text that begins so, byte by byte.
fn after<'c>(constraint: &'c Constraint, body: &str) -> Result<Guide<'c>, ConstraintError> {
    let mut guide = constraint.begin(ByteBudget::new(20_000))?;
    let root = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 384">"#;
    root.bytes().chain(body.bytes()).try_for_each(|byte| guide.take(u32::from(byte)))?;
    Ok(guide)
}

fn main() -> Result<(), ConstraintError> {
    let start = Instant::now();
    let constraint = Constraint::new(vocabulary())?;
    println!("compiled in {:.1} s", start.elapsed().as_secs_f64());
    let ids: String = (b'a'..=b'z')
        .flat_map(|a| (b'a'..=b'd').map(move |b| [a, b]))
        .map(|id| format!("<linearGradient id=\"{}\"/>", String::from_utf8_lossy(&id)))
        .collect();
    let states = [
        ("between tags", String::new()),
        ("between attributes", "<rect ".to_owned()),
        ("a colour", "<rect fill=\"".to_owned()),
        ("path data", "<path d=\"m1 1".to_owned()),
        ("a new id", "<defs><linearGradient id=\"".to_owned()),
        ("a new id, 104 taken", format!("<defs>{ids}<linearGradient id=\"")),
    ];
    for (name, body) in states {
        let mut guide = after(&constraint, &body)?;
        let mut best = Duration::MAX;
        for _ in 0..CALLS {
            let start = Instant::now();
            guide.mask();
            best = best.min(start.elapsed());
        }
        println!("{name}: {} tokens, {} us", guide.mask().iter().count(), best.as_micros());
    }
    Ok(())
}
