//! `linocut serve`: a local page that traces, draws, checks and compares.

use std::net::{IpAddr, Ipv4Addr};
use std::process::{Command, Stdio};

use clap::Args;
use linocut::Stop;
use linocut_serve::{DEFAULT_PORT, Model, ServeOptions, Server};
use serde_json::json;

use crate::arguments::WeightArguments;
use crate::ending::Ending;
use crate::failure::Failed;
use crate::printer::Printer;

/// Open a local page that traces, draws, checks and compares, for the browser on this machine
#[derive(Args)]
pub(crate) struct Arguments {
    /// Port of the page, 0 for any that is free
    #[arg(long, value_name = "N", default_value_t = DEFAULT_PORT)]
    port: u16,
    /// Address to listen on; any other than the usual one can be reached from other machines, without a password
    #[arg(long, value_name = "ADDRESS", default_value_t = Ipv4Addr::LOCALHOST.into())]
    host: IpAddr,
    /// Open the page in the browser
    #[arg(long)]
    open: bool,
    #[command(flatten)]
    weights: WeightArguments,
}

/// Serves until Ctrl-C.
pub(crate) fn run(arguments: &Arguments, printer: Printer) -> Result<Ending, Failed> {
    let Arguments { port, host, .. } = *arguments;
    let models = models(arguments, printer);
    let server = Server::bind(ServeOptions { address: host, port, models, ..ServeOptions::default() })?;
    let url = server.url();
    let stop = Stop::never();
    let flag = stop.clone();
    ctrlc::set_handler(move || flag.cancel())?;
    printer.text(format_args!("linocut is at {url} (Ctrl-C ends it)"))?;
    printer.document(&json!({ "url": url }))?;
    if !host.is_loopback() {
        printer.note("every machine that reaches this address can use the page, without a password");
    }
    if arguments.open && !browse(&url) {
        printer.note("no browser could be opened: open the address yourself");
    }
    server.run(&stop)?;
    Ok(Ending::Done)
}

/// Models whose files are on this machine.
#[cfg(feature = "diffusion")]
fn models(arguments: &Arguments, _: Printer) -> Vec<Model> {
    use crate::arguments::{installed, open};

    let model = |name: &'static str| {
        let folder = arguments.weights.folder();
        Model::new(name, move || open(name, folder.clone()))
    };
    installed(arguments.weights.folder()).into_iter().map(model).collect()
}

/// None: models are in builds with feature `diffusion`.
#[cfg(not(feature = "diffusion"))]
fn models(arguments: &Arguments, printer: Printer) -> Vec<Model> {
    if arguments.weights.is_named() {
        printer.note("weights are not used: build with `--features diffusion`");
    }
    Vec::new()
}

/// Asks the system to open an address. Whether anybody sees the page then is not known.
fn browse(url: &str) -> bool {
    let (program, arguments): (_, &[&str]) = if cfg!(target_os = "macos") {
        ("open", &[])
    } else if cfg!(windows) {
        ("explorer", &[])
    } else {
        ("xdg-open", &[])
    };
    let mut command = Command::new(program);
    command.args(arguments).arg(url).stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null());
    command.spawn().is_ok()
}
