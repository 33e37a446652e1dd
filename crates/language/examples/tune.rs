//! Tunes a language model to draw, or trains one from nothing.
//!
//! ```text
//! tune MODEL OUT --from-collage 500
//! tune MODEL OUT --pairs PAIRS.jsonl --rank 16 --rate 2e-4 --steps 500 --merged
//! tune CONFIG OUT --from-nothing --from-collage 20000 --steps 3000 --rate 3e-3
//! tune MODEL OUT --merge ADAPTER
//! ```
//!
//! MODEL is a folder as the runner opens it; with `--from-nothing` CONFIG is a `config.json` with a tokenizer beside it. OUT gets an adapter
//! in peft's layout, with `--merged` or when all weights are learnt a model's folder, and `losses.png`. A run that was stopped goes on from
//! OUT's checkpoint when the same command is given again.
//!
//! Options, with what is usual: `--rank 8 --alpha 16 --targets q_proj,v_proj,..` (all seven) or `--all`; `--steps 200 --batch 2
//! --accumulate 4 --rate 2e-4 --warm-up 10 --schedule cosine|linear|constant --decay 0.01 --clip 1 --length 4096 --seed 0 --every 50`;
//! `--plain` asks with the description alone; `--bytes 800 --side 96` say how large the composer's drawings are.

use std::error::Error;
use std::fs;
use std::path::{Path, PathBuf};

use linocut_collage::Collage;
use linocut_core::ByteBudget;
use linocut_language::model::Asking;
use linocut_language::tune::{
    Learn, LowRank, Pair, Schedule, TuneOptions, TunePlan, begin_from_nothing, descriptions, merge_adapter, plot,
};
use linocut_nn::candle_core::Device;
use linocut_nn::place::Placement;
use linocut_svg::rasterize;

type Result<T> = std::result::Result<T, Box<dyn Error>>;

/// Options of the command line.
struct Args(Vec<String>);

impl Args {
    fn has(&self, name: &str) -> bool {
        self.0.iter().any(|arg| arg == name)
    }

    fn text(&self, name: &str) -> Option<&str> {
        let at = self.0.iter().position(|arg| arg == name)?;
        self.0.get(at + 1).map(String::as_str)
    }

    fn get<T: std::str::FromStr>(&self, name: &str, usual: T) -> Result<T> {
        let Some(text) = self.text(name) else { return Ok(usual) };
        text.parse().map_err(|_| format!("{name} is `{text}`, which is no such number").into())
    }
}

fn main() -> Result<()> {
    let mut args: Vec<String> = std::env::args().skip(1).collect();
    if args.len() < 2 || args[0].starts_with("--") || args[1].starts_with("--") {
        return Err("usage: tune MODEL OUT (--pairs FILE | --from-collage N | --merge ADAPTER) [options]".into());
    }
    let (mut model, out) = (PathBuf::from(args.remove(0)), PathBuf::from(args.remove(0)));
    let args = Args(args);
    if let Some(adapter) = args.text("--merge") {
        return Ok(merge_adapter(&model, Path::new(adapter), &out)?);
    }
    let options = options(&args)?;
    fs::create_dir_all(&out)?;
    if args.has("--from-nothing") {
        let start = out.join("start");
        if !start.join("model.safetensors").is_file() {
            begin_from_nothing(&model, &start, options.seed)?;
        }
        model = start;
    }
    tune(&model, &out, &pairs(&args)?, options, &args)
}

fn options(args: &Args) -> Result<TuneOptions> {
    let usual = TuneOptions::default();
    let low_rank = LowRank::default();
    let targets = args.text("--targets").map(|list| list.split(',').map(str::to_owned).collect());
    let learn = match args.has("--all") || args.has("--from-nothing") {
        true => Learn::All,
        false => Learn::LowRank(LowRank {
            rank: args.get("--rank", low_rank.rank)?,
            alpha: args.get("--alpha", low_rank.alpha)?,
            targets: targets.unwrap_or(low_rank.targets),
        }),
    };
    let schedule = match args.text("--schedule") {
        None | Some("cosine") => Schedule::Cosine,
        Some("linear") => Schedule::Linear,
        Some("constant") => Schedule::Constant,
        Some(other) => return Err(format!("--schedule is `{other}`, expected cosine, linear or constant").into()),
    };
    Ok(TuneOptions {
        learn,
        asking: if args.has("--plain") { Asking::Description } else { Asking::Instruction },
        steps: args.get("--steps", usual.steps)?,
        batch: args.get("--batch", usual.batch)?,
        accumulate: args.get("--accumulate", usual.accumulate)?,
        rate: args.get("--rate", usual.rate)?,
        schedule,
        warm_up: args.get("--warm-up", usual.warm_up)?,
        decay: args.get("--decay", usual.decay)?,
        clip: Some(args.get("--clip", 1.0)?),
        length: args.get("--length", usual.length)?,
        seed: args.get("--seed", usual.seed)?,
        ..usual
    })
}

fn pairs(args: &Args) -> Result<Vec<Pair>> {
    if let Some(file) = args.text("--pairs") {
        return Ok(Pair::read(Path::new(file))?);
    }
    let count: usize = args.get("--from-collage", 0)?;
    if count == 0 {
        return Err("--pairs FILE or --from-collage N says what to learn from".into());
    }
    let (budget, side) = (ByteBudget::new(args.get("--bytes", 800)?), args.get("--side", 96)?);
    // Some descriptions take more bytes than there are.
    let descriptions = descriptions(4 * count, args.get("--seed", 0)?);
    Ok(Pair::drawn(&Collage::default(), &descriptions, budget, side).take(count).collect())
}

fn tune(model: &Path, out: &Path, pairs: &[Pair], options: TuneOptions, args: &Args) -> Result<()> {
    let is_whole = options.learn == Learn::All || args.has("--merged");
    let (steps, every) = (options.steps, args.get("--every", 50_usize)?.max(1));
    let plan = TunePlan::new(model, &Placement::on(Device::Cpu), pairs, options)?;
    say(format_args!("{} pairs; {}", pairs.len(), plan.memory()));
    let mut run = plan.begin()?;
    let checkpoint = out.join("checkpoint.safetensors");
    if checkpoint.is_file() {
        run.resume(&checkpoint)?;
        say(format_args!("goes on behind step {}", run.steps().len()));
    }
    while !run.has_ended() {
        let step = run.step()?;
        if step.number.is_multiple_of(10) || run.has_ended() {
            let (number, loss, gradient) = (step.number, step.loss, step.gradient);
            say(format_args!(
                "step {number} of {steps}: loss {loss:.4}, gradient {gradient:.3}, rate {:.2e}",
                step.rate
            ));
        }
        if step.number.is_multiple_of(every) || run.has_ended() {
            run.save(&checkpoint)?;
        }
    }
    match is_whole {
        true => run.write_model(out)?,
        false => run.write_adapter(out)?,
    }
    let picture = rasterize(&plot(run.steps())?.write(), 960, 540)?;
    picture.save(out.join("losses.png"))?;
    Ok(())
}

#[expect(clippy::print_stdout, reason = "it tells how far it is")]
fn say(text: std::fmt::Arguments<'_>) {
    println!("{text}");
}
