//! Lists of names: fixed at compile time, or made at run time.

/// A list of names, in order.
///
/// ```
/// use linocut_constraints::Names;
///
/// const FIXED: Names = Names::fixed(&["fill", "stroke"]);
/// let own: Names = ["fill", "stroke"].into_iter().collect();
/// assert_eq!(FIXED, own);
/// assert_eq!(FIXED.with("class").iter().last(), Some("class"));
/// ```
#[derive(Clone, Debug, Default)]
pub struct Names {
    fixed: &'static [&'static str],
    own: Vec<String>,
}

impl Names {
    /// A list that is fixed at compile time.
    #[must_use]
    pub const fn fixed(names: &'static [&'static str]) -> Self {
        Self { fixed: names, own: Vec::new() }
    }

    /// The list with one more name at its end.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>) -> Self {
        self.own.push(name.into());
        self
    }

    /// All names, in order.
    pub fn iter(&self) -> impl Iterator<Item = &str> {
        self.fixed.iter().copied().chain(self.own.iter().map(String::as_str))
    }

    /// The list's own copy of a name, if it is listed.
    pub(crate) fn find(&self, name: &str) -> Option<&str> {
        self.iter().find(|listed| *listed == name)
    }
}

impl<S: Into<String>> FromIterator<S> for Names {
    fn from_iter<I: IntoIterator<Item = S>>(names: I) -> Self {
        Self { fixed: &[], own: names.into_iter().map(Into::into).collect() }
    }
}

/// Lists are equal if their names are, fixed or not.
impl PartialEq for Names {
    fn eq(&self, other: &Self) -> bool {
        self.iter().eq(other.iter())
    }
}

impl Eq for Names {}
