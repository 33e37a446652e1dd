//! Comments, processing instructions, CDATA sections and document types: where each ends.

use super::alphabet::{Alphabet, is_space};
use super::fault::{Fault, XmlError, clipped};
use super::reference::broken;

/// Where a text goes on after the markup at its offset.
type End = Result<usize, Fault>;

/// The end of the comment that begins at an offset with `<!--`.
pub(super) fn comment(text: &str, at: usize) -> End {
    let body = at + "<!--".len();
    let Some(hyphens) = text[body..].find("--").map(|length| body + length) else {
        return Err(Fault::new(text.len(), XmlError::End("`-->`")));
    };
    match text.as_bytes().get(hyphens + 2) {
        Some(b'>') => Ok(hyphens + 3),
        Some(_) => Err(Fault::new(hyphens, XmlError::DoubleHyphen)),
        None => Err(Fault::new(text.len(), XmlError::End("`-->`"))),
    }
}

/// The end of the CDATA section that begins at an offset with `<![CDATA[`.
pub(super) fn cdata(text: &str, at: usize) -> End {
    let end = text[at..].find("]]>").ok_or_else(|| Fault::new(text.len(), XmlError::End("`]]>`")))?;
    Ok(at + end + 3)
}

/// The end of the processing instruction that begins at an offset with `<?`; none is named `xml` in any case.
pub(super) fn instruction(text: &str, at: usize, alphabet: Alphabet) -> End {
    let rest = &text[at + 2..];
    let length = alphabet.name_length(rest);
    let (target, rest) = rest.split_at(length);
    let after = at + 2 + length;
    let separated = rest.starts_with("?>") || rest.bytes().next().is_some_and(is_space);
    if length == 0 || !separated {
        let expected = if length == 0 { "a processing instruction's name" } else { "white space or `?>`" };
        return Err(Fault::new(after, broken(rest, expected)));
    }
    if target.eq_ignore_ascii_case("xml") {
        return Err(Fault::new(at, XmlError::Instruction(clipped(target))));
    }
    let end = rest.find("?>").ok_or_else(|| Fault::new(text.len(), XmlError::End("`?>`")))?;
    Ok(after + end + 2)
}

/// The end of the document type declaration that begins at an offset with `<!DOCTYPE`, read leniently: quoted literals,
/// comments and processing instructions inside are passed over.
pub(super) fn doctype(text: &str, at: usize) -> End {
    let missing = || Fault::new(text.len(), XmlError::End("`>` of the document type"));
    let (mut next, mut inside) = (at + "<!DOCTYPE".len(), false);
    loop {
        let found = text[next..].find(['"', '\'', '[', ']', '>', '<']).ok_or_else(missing)?;
        let here = next + found;
        next = here + 1;
        let rest = &text[here..];
        match rest.as_bytes()[0] {
            quote @ (b'"' | b'\'') => next += 1 + text[next..].find(char::from(quote)).ok_or_else(missing)?,
            b'[' => inside = true,
            b']' => inside = false,
            b'>' if !inside => return Ok(next),
            b'<' if rest.starts_with("<!--") => next = here + rest.find("-->").ok_or_else(missing)? + 3,
            b'<' if rest.starts_with("<?") => next = here + rest.find("?>").ok_or_else(missing)? + 2,
            _ => {}
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn comments_have_no_double_hyphen() {
        assert_eq!([comment("<!-- - -->x", 0), comment("<!-->-->", 0)], [Ok(10), Ok(8)]);
        for text in ["<!-- -- -->", "<!--a--->", "<!--->", "<!--a--"] {
            assert!(comment(text, 0).is_err(), "{text}");
        }
    }

    #[test]
    fn instructions_are_named_and_not_xml() {
        let end = |text| instruction(text, 0, Alphabet::Xml).ok();
        assert_eq!([end("<?a?>"), end("<?a ? > ?>"), end("<?xmlx?>")], [Some(5), Some(10), Some(8)]);
        for text in ["<??>", "<? a?>", "<?a", "<?a?b?>", "<?a:b?>", "<?xml?>", "<?XmL a?>"] {
            assert_eq!(end(text), None, "{text}");
        }
    }

    #[test]
    fn cdata_ends_at_the_first_mark() {
        assert_eq!(cdata("<![CDATA[a]]]>]]>", 0), Ok(14));
        assert!(cdata("<![CDATA[a]>", 0).is_err());
    }

    #[test]
    fn document_types_are_passed_over_whole() {
        let text = r#"<!DOCTYPE svg [<!ENTITY a "]>"><!-- ]> ' --><?p ]> ?>]>x"#;
        assert_eq!(doctype(text, 0), Ok(text.len() - 1));
        assert_eq!(doctype("<!DOCTYPE svg PUBLIC '>' \"\">", 0), Ok(28));
        assert!(doctype("<!DOCTYPE svg [>", 0).is_err());
    }
}
