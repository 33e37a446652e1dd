//! The command as its users run it: what each subcommand prints and writes, and the codes it ends with.

mod arguments;
mod folder;
mod generate;
#[cfg(unix)]
mod interrupted;
mod lists;
mod pictures;
mod svgs;
