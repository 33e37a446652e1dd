//! What a model wrote without the mask, made a valid drawing.

use linocut_constraints::{Profile, sanitise};
use linocut_core::ByteBudget;

use super::error::ModelError;
use super::writer::drawing;

/// A drawing that was mended.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Mended {
    /// A valid SVG within the budget.
    pub svg: String,
    /// What was changed of the text, in order; nothing if it was valid.
    pub changes: Vec<String>,
}

/// Places at which an SVG may begin that are tried.
const MOST_TRIED: usize = 16;

/// Makes a valid SVG of a text with one in it: leaves out what is around it and the tag in which it breaks off, closes what is open, adds the
/// name space, and lets the sanitiser drop what the contest does not allow. If that is over the budget, its shapes are written compactly, on a
/// coarser grid if need be. Of several, the first that can be mended is taken.
///
/// # Errors
///
/// [`ModelError::Unmendable`] for a text without an `<svg` or one that is not well-formed inside, [`ModelError::Unreadable`] if it does not fit
/// the budget on any grid.
pub fn mend(text: &str, budget: ByteBudget) -> Result<Mended, ModelError> {
    let mut fault = None;
    for (first, _) in text.match_indices("<svg").take(MOST_TRIED) {
        match mend_from(text, first, budget) {
            Ok(mended) => return Ok(mended),
            Err(error) => fault = fault.or(Some(error)),
        }
    }
    let none = || ModelError::Unmendable { reason: format!("there is no `<svg` in {} bytes", text.len()) };
    Err(fault.unwrap_or_else(none))
}

/// Mends the SVG that begins at a place.
fn mend_from(text: &str, first: usize, budget: ByteBudget) -> Result<Mended, ModelError> {
    let wrong = |reason: String| ModelError::Unmendable { reason };
    let mut changes = Vec::new();
    let svg = &text[first..];
    let end = svg.find("</svg>").map(|at| at + "</svg>".len());
    let around = text.trim().len() - svg[..end.unwrap_or(svg.len())].trim().len();
    if around > 0 {
        changes.push(format!("left out {around} bytes around the SVG"));
    }
    let mut whole = match end {
        Some(end) => svg[..end].to_owned(),
        None => closed(svg, &mut changes),
    };
    if whole.is_empty() {
        return Err(wrong("its first tag breaks off".to_owned()));
    }
    if !whole[..whole.find('>').unwrap_or(whole.len())].contains("xmlns=") {
        whole.insert_str("<svg".len(), " xmlns=\"http://www.w3.org/2000/svg\"");
        changes.push("added the name space".to_owned());
    }
    let profile = Profile::CONTEST;
    let sanitised = sanitise(&whole, &profile).map_err(|error| wrong(error.to_string()))?;
    changes.extend(sanitised.changes.iter().map(ToString::to_string));
    let svg = sanitised.svg.as_str().to_owned();
    if budget.fits(svg.len()) {
        return Ok(Mended { svg, changes });
    }
    let compact = drawing(&svg, budget)?.write().to_string();
    changes.push(format!("wrote it in {} bytes instead of {}", compact.len(), svg.len()));
    Ok(Mended { svg: compact, changes })
}

/// A text that breaks off: without the tag in which it does, and with what is open closed.
fn closed(svg: &str, changes: &mut Vec<String>) -> String {
    let (mut open, mut whole, mut at) = (Vec::new(), 0, 0);
    while let Some(begin) = svg[at..].find('<').map(|found| at + found) {
        let Some(end) = tag_end(&svg[begin..]).map(|found| begin + found) else { break };
        let tag = &svg[begin..end];
        let name: &str = tag
            .trim_start_matches(['<', '/'])
            .split(|c: char| c.is_whitespace() || "/>".contains(c))
            .next()
            .unwrap_or("");
        if tag.starts_with("</") {
            open.pop();
        } else if !tag.ends_with("/>") && !tag.starts_with("<!") && !tag.starts_with("<?") {
            open.push(name);
        }
        (whole, at) = (end, end);
    }
    if whole < svg.len() {
        changes.push(format!("left out {} bytes of a tag that breaks off", svg.len() - whole));
    }
    let mut text = svg[..whole].to_owned();
    for name in open.iter().rev() {
        text += &format!("</{name}>");
    }
    if !open.is_empty() {
        changes.push(format!(
            "closed {}",
            open.iter().rev().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")
        ));
    }
    text
}

/// Where a tag ends, behind its `>`; one in quotes does not count.
fn tag_end(text: &str) -> Option<usize> {
    let mut quote = None;
    for (at, character) in text.char_indices() {
        match (quote, character) {
            (None, '"' | '\'') => quote = Some(character),
            (Some(mark), _) if mark == character => quote = None,
            (None, '>') => return Some(at + 1),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use linocut_constraints::check;

    use super::*;

    const ROOT: &str = r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 9 9">"#;

    fn mended(text: &str) -> Mended {
        let mended = mend(text, ByteBudget::CONTEST).unwrap();
        check(&mended.svg, &Profile::CONTEST).unwrap();
        mended
    }

    #[test]
    fn what_is_valid_stays() {
        let text = format!("{ROOT}<rect width=\"9\" height=\"9\"/></svg>");
        assert_eq!(mended(&text), Mended { svg: text, changes: Vec::new() });
    }

    #[test]
    fn what_breaks_off_is_closed_and_said() {
        let found = mended(&format!("{ROOT}<g fill=\"#f00\"><rect width=\"9\" height=\"9\"/><path d=\"m0 0h"));
        assert!(found.svg.ends_with("<rect width=\"9\" height=\"9\"/></g></svg>"), "{}", found.svg);
        assert_eq!(found.changes, ["left out 14 bytes of a tag that breaks off", "closed `g`, `svg`"]);
    }

    #[test]
    fn words_around_and_what_is_not_allowed_go() {
        let found = mended(
            "Here it is:\n```svg\n<svg viewBox=\"0 0 9 9\"><script>a()</script><rect width=\"9\" height=\"9\"/></svg>\n```",
        );
        assert!(found.svg.starts_with("<svg xmlns=") && !found.svg.contains("script"));
        assert!(found.changes.len() == 3 && found.changes[0].contains("around the SVG"), "{:?}", found.changes);
    }

    #[test]
    fn a_drawing_over_the_budget_is_written_in_less() {
        let shape = "<rect x=\"1.000001\" y=\"2.000001\" width=\"3.000001\" height=\"4.000001\" fill=\"#ff0000\"/>";
        let text = format!("{ROOT}{}</svg>", shape.repeat(5));
        let budget = ByteBudget::new(text.len() - 60);
        let found = mend(&text, budget).unwrap();
        assert!(budget.fits(found.svg.len()) && found.changes.len() == 1, "{found:?}");
    }

    #[test]
    fn what_cannot_be_mended_is_an_error() {
        for text in ["", "I cannot draw.", "<svg", "<svg><g></svg>", "<svg><rect width=9/></svg>"] {
            let error = mend(text, ByteBudget::CONTEST).unwrap_err();
            assert!(matches!(error, ModelError::Unmendable { .. }), "{text}: {error}");
        }
        let text = format!("{ROOT}{}</svg>", "<path d=\"m0 0 3 4 5-6\" fill=\"#123456\"/>".repeat(40));
        assert!(matches!(mend(&text, ByteBudget::new(200)), Err(ModelError::Unreadable { .. })));
    }
}
