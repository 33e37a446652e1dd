//! Verdicts of the contest's reference on small files.

use linocut_constraints::{Profile, check};

/// Text and whether the reference takes it.
const CASES: [(&str, bool); 18] = [
    ("<svg viewBox='0 0 9 9'><rect width='9' height='9'/></svg>", true),
    ("<svg version='1.1'/>", false),
    ("<svg xml:space='preserve'/>", false),
    ("<svg><style>path{fill:red}</style></svg>", false),
    ("<svg><clipPath id='c'/></svg>", false),
    ("<svg><use href=' #r'/></svg>", false),
    ("<svg><path id='metadata:x'/></svg>", false),
    ("<svg><path id='x;BASE64'/></svg>", true),
    ("<svg>hello<!-- a --><![CDATA[ x ]]></svg>", true),
    ("<?xml version='1.0'?><?pi x?><svg/>", true),
    ("\u{feff}<svg/>", true),
    ("<common id='1'/>", true),
    ("<svg><common d='1'/></svg>", false),
    ("<svg><rect xmlns:i='urn:i' i:width='1'/></svg>", true),
    ("<svg><rect xmlns:i='urn:i' i:label='1'/></svg>", false),
    ("<svg><rect i:width='1'/></svg>", false),
    ("<svg>]]></svg>", false),
    ("<svg/><svg/>", false),
];

#[test]
fn agrees_with_the_reference() {
    for (text, valid) in CASES {
        let verdict = check(text, &Profile::CONTEST);
        assert_eq!(verdict.is_ok(), valid, "{text}: {verdict:?}");
    }
}
