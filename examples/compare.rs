//! Traces a picture to several byte budgets with every tracer and compares how close they come. `cargo run --example compare`

#![allow(clippy::print_stdout, reason = "an example talks to the terminal")]

use std::error::Error;

use linocut::collage::Collage;
use linocut::raster::{Filter, psnr, resize};
use linocut::score::{METRIC_SIDE, MetricRenderer};
use linocut::trace::{BudgetTracer, Contours, VTracer, Work};
use linocut::{ByteBudget, Prompt, Stop, Task, Trace};

fn main() -> Result<(), Box<dyn Error>> {
    let stop = Stop::never();
    let picture = Collage { side: 192 }.picture(&Prompt::new("a snowy mountain at dusk", 2), &stop)?;
    let source = resize(&picture, METRIC_SIDE, METRIC_SIDE, Filter::Lanczos)?;
    let tracers: [(&str, &dyn Trace); 3] = [
        ("BudgetTracer", &BudgetTracer::default().with_work(Work::Sweeps(15))),
        ("VTracer", &VTracer::default()),
        ("Contours", &Contours::default()),
    ];
    println!("{:14} {:>6} {:>6} {:>8}", "tracer", "budget", "bytes", "PSNR, dB");
    for budget in [1000, 2000] {
        for (name, tracer) in tracers {
            let svg = tracer.trace(&picture, &Task::new(ByteBudget::new(budget), &stop))?.write();
            let drawn = MetricRenderer.picture(&svg, METRIC_SIDE, METRIC_SIDE)?;
            println!("{name:14} {budget:6} {:6} {:8.2}", svg.byte_count(), psnr(&source, &drawn)?);
        }
    }
    Ok(())
}
