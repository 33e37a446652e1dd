//! Completions and man pages.

use crate::folder::Folder;

#[test]
fn completions_and_man_pages_are_written() {
    let folder = Folder::new();
    for (shell, file) in [("bash", "linocut.bash"), ("zsh", "_linocut"), ("fish", "linocut.fish")] {
        folder.output(&format!("generate completions {shell} made"), 0);
        assert!(folder.read(&format!("made/{file}")).contains("sanitise"), "{shell}");
    }
    folder.output("generate man made", 0);
    assert!(folder.read("made/linocut.1").contains("linocut"));
    assert!(folder.read("made/linocut-draw.1").contains("candidates"));
}

#[test]
fn a_folder_that_cannot_be_made_is_named() {
    let folder = Folder::new().with("file", "");
    assert!(folder.error("generate man file/made").starts_with("cannot make file/made: "));
    assert_eq!(folder.run("generate completions cmd made").code, 2);
}
