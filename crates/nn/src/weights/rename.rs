//! Names in the file for names in the model, as data.

/// Replaces `from` by `to` where it first begins a part of the name: at the start or behind a dot.
pub(super) fn rename(name: &str, (from, to): &(String, String)) -> String {
    let found = name.match_indices(from.as_str()).find(|(at, _)| *at == 0 || name.as_bytes()[at - 1] == b'.');
    found.map_or_else(|| name.to_owned(), |(at, _)| format!("{}{to}{}", &name[..at], &name[at + from.len()..]))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn renamed(name: &str, from: &str, to: &str) -> String {
        rename(name, &(from.to_owned(), to.to_owned()))
    }

    #[test]
    fn replaces_whole_parts_only() {
        assert_eq!(renamed("vision.layers.3.mlp", "layers.", "blocks."), "vision.blocks.3.mlp");
        assert_eq!(renamed("vision.sublayers.3", "layers.", "blocks."), "vision.sublayers.3");
    }

    #[test]
    fn a_rename_may_add_or_remove_a_prefix() {
        assert_eq!(renamed("embed.weight", "", "model."), "model.embed.weight");
        assert_eq!(renamed("model.embed.weight", "model.", ""), "embed.weight");
    }
}
