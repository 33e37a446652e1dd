//! A made-up vocabulary of 150,000 tokens, and texts in states of the grammar that allow few of them and many. Words are made up of
//! syllables, with the numbers, spaces and pieces of markup that vocabularies have.

use std::collections::BTreeSet;

use linocut_core::ByteBudget;
use linocut_language::constraint::{Constraint, ConstraintError, Guide, Vocabulary};
use rand::{RngExt, SeedableRng};
use rand_pcg::Pcg64Mcg;

/// Tokens with bytes; one more ends a text.
const TOKENS: usize = 150_000;
const MARKUP: [&str; 10] =
    ["\"/>", "\"/><path", " fill=\"", "<path", " d=\"", "</g>", "</svg>", "url(#", "#fff", "://"];

/// The vocabulary: all bytes first, the end last.
pub(crate) fn vocabulary() -> Vocabulary {
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

/// States of the grammar: a name, and how the inside of a drawing begins that is in it.
pub(crate) fn states() -> [(&'static str, String); 6] {
    let ids: String = (b'a'..=b'z')
        .flat_map(|a| (b'a'..=b'd').map(move |b| [a, b]))
        .map(|id| format!("<linearGradient id=\"{}\"/>", String::from_utf8_lossy(&id)))
        .collect();
    [
        ("between tags", String::new()),
        ("between attributes", "<rect ".to_owned()),
        ("a colour", "<rect fill=\"".to_owned()),
        ("path data", "<path d=\"m1 1".to_owned()),
        ("a new id", "<defs><linearGradient id=\"".to_owned()),
        ("a new id, 104 taken", format!("<defs>{ids}<linearGradient id=\"")),
    ]
}

/// A text whose drawing begins so, written byte by byte.
///
/// # Errors
///
/// [`ConstraintError::Token`] if the grammar does not allow it.
pub(crate) fn after<'c>(constraint: &'c Constraint, body: &str) -> Result<Guide<'c>, ConstraintError> {
    let mut guide = constraint.begin(ByteBudget::new(20_000))?;
    let root = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 384 384">"#;
    root.bytes().chain(body.bytes()).try_for_each(|byte| guide.take(u32::from(byte)))?;
    Ok(guide)
}
