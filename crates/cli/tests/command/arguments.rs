//! Help, versions, and arguments that are wrong.

use crate::folder::Folder;

const SUBCOMMANDS: [&str; 15] = [
    "draw", "trace", "compare", "refine", "check", "sanitise", "score", "defend", "batch", "evaluate", "ablate",
    "gallery", "serve", "models", "generate",
];

#[test]
fn every_subcommand_has_help_with_exit_codes() {
    let folder = Folder::new();
    let built = |name: &str| name != "serve" || cfg!(feature = "serve");
    for name in SUBCOMMANDS.into_iter().filter(|name| built(name)) {
        let help = folder.output(&format!("{name} --help"), 0);
        assert!(help.contains("Usage: linocut") && help.contains("130  Cut short"), "{help}");
        let version = folder.output(&format!("{name} --version"), 0);
        assert!(version.starts_with(&format!("linocut-{name} {}", env!("CARGO_PKG_VERSION"))), "{version}");
    }
    let help = folder.output("--help", 0);
    assert!(
        SUBCOMMANDS
            .iter()
            .filter(|name| built(name))
            .all(|name| help.contains(&format!("  {name} ")) != (*name == "generate")),
        "{help}"
    );
}

#[test]
fn wrong_arguments_end_with_code_2() {
    let folder = Folder::new();
    for arguments in
        ["", "paint", "draw", "draw boat --bytes 3", "trace a.png", "check", "score", "gallery", "defend a.png x y z"]
    {
        let run = folder.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (2, ""), "{arguments}");
        assert!(run.stderr.contains("Usage:") || run.stderr.starts_with("error: "), "{}", run.stderr);
    }
}

#[test]
fn what_the_build_lacks_is_named() {
    let folder = Folder::new();
    if cfg!(feature = "diffusion") {
        assert!(folder.output("models", 0).lines().count() > 5);
        assert!(folder.error("draw boat --model nonesuch").contains("nonesuch"));
    } else {
        assert_eq!(folder.error("models"), "`models` is not in this build: build with `--features diffusion`");
        assert_eq!(
            folder.error("draw boat --model x"),
            "`--model` is not in this build: build with `--features diffusion`"
        );
    }
}
