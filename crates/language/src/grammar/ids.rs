//! Ids of gradients: which are taken, and which may be referred to.

/// Most letters of an id: with more, a mask would have to look at every word of a vocabulary.
const LONGEST: u8 = 3;

/// An id, or the beginning of one.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug, Default)]
pub(super) struct Id {
    /// Its letters from the highest byte on, zeros behind them: what begins alike is in one range.
    letters: u32,
    length: u8,
}

/// Which gradients.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Kind {
    Linear,
    Radial,
}

impl Id {
    pub(super) const EMPTY: Self = Self { letters: 0, length: 0 };

    pub(super) const fn is_empty(self) -> bool {
        self.length == 0
    }

    /// One letter longer.
    fn with(self, byte: u8) -> Option<Self> {
        let length = self.length + 1;
        let letters = self.letters | u32::from(byte) << (32 - 8 * u32::from(length.min(LONGEST)));
        (length <= LONGEST && is_letter(byte)).then_some(Self { letters, length })
    }

    /// The last letters that an id with this beginning can have.
    fn last(self) -> u32 {
        self.letters | u32::MAX.checked_shr(8 * u32::from(self.length)).unwrap_or_default()
    }

    fn begins(self, other: Self) -> bool {
        (self.letters..=self.last()).contains(&other.letters)
    }
}

/// The gradients that are defined, in the order of their ids.
#[derive(Clone, Debug, Default)]
pub(super) struct Ids(Vec<(Id, Kind)>);

impl Ids {
    pub(super) fn add(&mut self, id: Id, kind: Kind) {
        let at = self.0.partition_point(|(other, _)| *other < id);
        self.0.insert(at, (id, kind));
    }

    pub(super) fn has(&self, kind: Option<Kind>) -> bool {
        self.0.iter().any(|(_, own)| kind.is_none_or(|kind| kind == *own))
    }

    /// Those with a beginning.
    fn of(&self, beginning: Id) -> &[(Id, Kind)] {
        let from = self.0.partition_point(|(id, _)| id.letters < beginning.letters);
        let rest = &self.0[from..];
        let last = beginning.last();
        &rest[..rest.partition_point(|(id, _)| id.letters <= last)]
    }

    /// A reference one letter longer, if it still leads to an id.
    pub(super) fn refer(&self, written: Id, byte: u8, kind: Option<Kind>) -> Option<Id> {
        let longer = written.with(byte)?;
        self.lacks(longer, kind).map(|_| longer)
    }

    /// Letters that a reference lacks; nothing if it leads nowhere.
    pub(super) fn lacks(&self, written: Id, kind: Option<Kind>) -> Option<u32> {
        let ahead = self.of(written).iter().filter(|(_, own)| kind.is_none_or(|kind| kind == *own));
        ahead.map(|(id, _)| u32::from(id.length - written.length)).min()
    }

    /// A new id one letter longer, if it can become one that is not taken. `other` is taken, too.
    pub(super) fn name(&self, written: Id, byte: u8, other: Option<Id>) -> Option<Id> {
        let fits = !written.is_empty() || byte.is_ascii_alphabetic();
        let longer = written.with(byte).filter(|_| fits)?;
        self.lacks_free(longer, other).map(|_| longer)
    }

    /// Letters that a new id lacks until it is not taken; nothing if it will always be.
    pub(super) fn lacks_free(&self, written: Id, other: Option<Id>) -> Option<u32> {
        let other = other.filter(|other| written.begins(*other));
        let taken = self.of(written);
        if taken.is_empty() && other.is_none() {
            return Some(u32::from(written.is_empty()));
        }
        let mut possible = 1_usize;
        for length in written.length..=LONGEST {
            let taken = taken.iter().map(|(id, _)| *id).chain(other).filter(|id| id.length == length).count();
            if length > 0 && taken < possible {
                return Some(u32::from(length - written.length));
            }
            possible = possible.saturating_mul(if length == 0 { 52 } else { 64 });
        }
        None
    }
}

/// Letters of an id after the first: 64.
const fn is_letter(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> Id {
        text.bytes().fold(Id::default(), |id, byte| id.with(byte).unwrap())
    }

    #[test]
    fn references_lead_to_ids_of_their_kind() {
        let mut ids = Ids::default();
        ids.add(id("sky"), Kind::Linear);
        ids.add(id("s"), Kind::Radial);
        assert_eq!(ids.lacks(id(""), None), Some(1));
        assert_eq!(ids.lacks(id("s"), Some(Kind::Linear)), Some(2));
        assert!(ids.refer(id("s"), b'k', None).is_some() && ids.refer(id("s"), b'k', Some(Kind::Radial)).is_none());
    }

    #[test]
    fn new_ids_are_not_taken() {
        let mut ids = Ids::default();
        for byte in (b'a'..=b'z').chain(b'A'..=b'Z') {
            assert_eq!(ids.lacks_free(Id::default(), None), Some(1));
            ids.add(Id::default().with(byte).unwrap(), Kind::Linear);
        }
        assert_eq!((ids.lacks_free(Id::default(), None), ids.lacks_free(id("a"), None)), (Some(2), Some(1)));
        assert_eq!(ids.lacks_free(id("a-"), Some(id("a-"))), Some(1));
        ids.add(id("abc"), Kind::Linear);
        assert!(ids.name(id("ab"), b'c', None).is_none() && ids.name(id("ab"), b'd', None).is_some());
        assert!(ids.name(id(""), b'1', None).is_none() && ids.name(id("abc"), b'e', None).is_none());
    }
}
