//! A temporary folder in which the command runs.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use image::{Rgb, RgbImage};
use serde_json::Value;
use tempfile::TempDir;

/// A valid SVG, and one that is not.
pub(crate) const VALID: &str =
    r#"<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 90 90"><path fill="red" d="M9 9h70v60H9z"/></svg>"#;
pub(crate) const INVALID: &str = r#"<svg xmlns="http://www.w3.org/2000/svg"><image/></svg>"#;
/// A list of one description.
pub(crate) const LIST: &str = "id,description\nboat,a red boat on the sea\n";

/// The folder.
pub(crate) struct Folder(TempDir);

/// How a run ended and what it printed.
pub(crate) struct Run {
    pub(crate) code: i32,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Folder {
    pub(crate) fn new() -> Self {
        Self(TempDir::new().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn with(self, name: &str, content: &str) -> Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    pub(crate) fn with_bytes(self, name: &str, content: &[u8]) -> Self {
        std::fs::write(self.path(name), content).unwrap();
        self
    }

    /// With `picture.png`: two colours, a diagonal between them.
    pub(crate) fn with_picture(self) -> Self {
        let color = |x, y| if x + y < 48 { Rgb([200, 40, 40]) } else { Rgb([30, 60, 160]) };
        RgbImage::from_fn(48, 48, color).save(self.path("picture.png")).unwrap();
        self
    }

    pub(crate) fn read(&self, name: &str) -> String {
        std::fs::read_to_string(self.path(name)).unwrap()
    }

    /// The command with these arguments, separated by white space, in the folder and without weights.
    pub(crate) fn command(&self, arguments: &str) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_linocut"));
        command.args(arguments.split_whitespace()).current_dir(self.0.path()).env_remove("LINOCUT_MODELS");
        command.stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, arguments: &str) -> Run {
        let output = self.command(arguments).output().unwrap();
        Run {
            code: output.status.code().unwrap(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        }
    }

    /// Standard output of a run that ends with this code.
    pub(crate) fn output(&self, arguments: &str, code: i32) -> String {
        let run = self.run(arguments);
        assert_eq!(run.code, code, "{arguments}: {}{}", run.stdout, run.stderr);
        run.stdout
    }

    /// The document of a run with `--json` that ends with this code.
    pub(crate) fn json(&self, arguments: &str, code: i32) -> Value {
        serde_json::from_str(&self.output(&format!("{arguments} --json"), code)).unwrap()
    }

    /// The one line of a run that fails.
    pub(crate) fn error(&self, arguments: &str) -> String {
        self.error_of(arguments, 1)
    }

    /// The one line of a run that ends with this code.
    pub(crate) fn error_of(&self, arguments: &str, code: i32) -> String {
        let run = self.run(arguments);
        assert_eq!((run.code, run.stdout.as_str()), (code, ""), "{arguments}: {}", run.stderr);
        let line = run.stderr.lines().find_map(|line| line.strip_prefix("error: ")).unwrap();
        line.to_owned()
    }
}
