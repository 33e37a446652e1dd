//! `linocut generate`: files for those who package the command, shell completions and man pages.

use std::fs;
use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use clap_complete::Shell;

use crate::ending::Ending;
use crate::failure::{Failed, Failure};
use crate::printer::Printer;

/// Generate shell completions or man pages
#[derive(Args)]
pub(crate) struct Arguments {
    #[command(subcommand)]
    what: What,
}

#[derive(Subcommand)]
enum What {
    /// Completions for a shell
    Completions {
        /// Shell
        shell: Shell,
        /// Folder to write to
        dir: PathBuf,
    },
    /// A man page for the command and each subcommand
    Man {
        /// Folder to write to
        dir: PathBuf,
    },
}

/// Writes the files and names the folder or file.
pub(crate) fn run(arguments: &Arguments, mut command: clap::Command, printer: Printer) -> Result<Ending, Failed> {
    let written = match &arguments.what {
        What::Completions { shell, dir } => {
            make(dir)?;
            let written = clap_complete::generate_to(*shell, &mut command, "linocut", dir);
            written.map_err(Failure::io("write to", dir))?
        }
        What::Man { dir } => {
            make(dir)?;
            clap_mangen::generate_to(command, dir).map_err(Failure::io("write to", dir))?;
            dir.clone()
        }
    };
    printer.text(format_args!("wrote {}", written.display()))?;
    printer.document(&serde_json::json!({ "written": written }))?;
    Ok(Ending::Done)
}

fn make(dir: &Path) -> Result<(), Failure> {
    fs::create_dir_all(dir).map_err(Failure::io("make", dir))
}
