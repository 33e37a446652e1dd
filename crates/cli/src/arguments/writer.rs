//! A language model that writes drawings, if one is asked for.

use clap::Args;
use linocut::Pipeline;

use super::{PlaceArguments, WeightArguments};
use crate::failure::Failed;
use crate::printer::Printer;

#[derive(Args)]
#[cfg_attr(feature = "language", command(next_help_heading = "Language model"))]
pub(crate) struct WriterArguments {
    /// Language model whose drawings compete: a folder or GGUF file of Llama 3, Qwen 2.5, Qwen 3 or Gemma 2, a folder of OmniSVG, or the name of
    /// a repository in the folder of weights or the cache of Hugging Face. With feature `small-writer` also `linocut-small-writer`, which needs
    /// no download. The composer draws too only with `--composer`
    #[arg(long, value_name = "NAME|DIR|FILE", hide = cfg!(not(feature = "language")))]
    writer: Option<String>,
}

#[cfg(not(feature = "language"))]
impl WriterArguments {
    /// The pipeline as it is.
    ///
    /// # Errors
    ///
    /// [`Failure::Feature`](crate::failure::Failure) if a writer is asked for.
    pub(crate) fn joined(
        &self,
        pipeline: Pipeline,
        _: &WeightArguments,
        _: &PlaceArguments,
        _: bool,
        _: Printer,
    ) -> Result<Pipeline, Failed> {
        match self.writer {
            Some(_) => Err(crate::failure::Failure::Feature { what: "`--writer`", feature: "language" }.into()),
            None => Ok(pipeline),
        }
    }
}

#[cfg(feature = "language")]
impl WriterArguments {
    /// The pipeline with the model among what draws, and what is drawn tidied; alone if `alone` and no diffusion model makes pictures. Says
    /// what memory it takes.
    pub(crate) fn joined(
        &self,
        mut pipeline: Pipeline,
        weights: &WeightArguments,
        place: &PlaceArguments,
        alone: bool,
        printer: Printer,
    ) -> Result<Pipeline, Failed> {
        let Some(name) = &self.writer else { return Ok(pipeline) };
        if alone {
            pipeline.generators.clear();
            pipeline.drawers.clear();
        }
        let writer = open::writer(name, weights.folder(), place, printer)?;
        pipeline.drawers.push(linocut::pipeline::Named::new(name, Box::new(open::Remembered::new(writer))));
        // First, so that a border and a decoy come behind it.
        pipeline.rewrites.insert(0, Box::new(linocut::finish::Tidy));
        Ok(pipeline)
    }
}

#[cfg(feature = "language")]
mod open {
    use std::collections::HashMap;
    use std::path::{Path, PathBuf};
    use std::sync::{Mutex, PoisonError};

    use linocut::language::Writer;
    use linocut::language::model::ModelError;
    use linocut::nn::LinearKind;
    use linocut::nn::candle_core::DType;
    use linocut::nn::place::Placement;
    use linocut::nn::repositories::Places;
    use linocut::{Draw, Drawing, Prompt, StageError, Task};

    use crate::arguments::PlaceArguments;
    use crate::failure::Failed;
    use crate::printer::Printer;

    /// Files without which a repository's folder is none of a model.
    const CONFIG: &str = "config.json";

    /// Opens the model on the first device, in fewer bits if it would take more memory than it may.
    pub(super) fn writer(
        name: &str,
        models: Option<PathBuf>,
        place: &PlaceArguments,
        printer: Printer,
    ) -> Result<Writer, Failed> {
        let open = opener(name, models)?;
        let places = place.places((DType::F16, LinearKind::Stored))?;
        let first = places.into_iter().next().unwrap_or_default();
        let limit = place.memory().unwrap_or(u64::MAX);
        let kinds = [first.linear_kind, LinearKind::Q8_0, LinearKind::Nf4];
        let kinds = if place.names_kind() { &kinds[..1] } else { &kinds[..] };
        let mut least = u64::MAX;
        for kind in kinds {
            let writer = open(&Placement { linear_kind: *kind, ..first.clone() })?;
            least = least.min(writer.bytes());
            if writer.bytes() <= limit {
                printer.note(format_args!("{name} takes {} for its weights", size(writer.bytes())));
                return Ok(writer);
            }
        }
        let (least, limit) = (size(least), size(limit));
        Err(format!("{name} takes at least {least} for its weights, more than {limit}").into())
    }

    /// Bytes as people read them.
    fn size(bytes: u64) -> String {
        let bytes = bytes as f64;
        if bytes < 1e8 { format!("{:.2} MB", bytes / 1e6) } else { format!("{:.2} GB", bytes / 1e9) }
    }

    type Opener = Box<dyn Fn(&Placement) -> Result<Writer, ModelError>>;

    /// What opens the model of this name.
    fn opener(name: &str, models: Option<PathBuf>) -> Result<Opener, Failed> {
        if name == "linocut-small-writer" {
            #[cfg(feature = "small-writer")]
            return Ok(Box::new(Writer::small));
            #[cfg(not(feature = "small-writer"))]
            return Err(
                crate::failure::Failure::Feature { what: "`linocut-small-writer`", feature: "small-writer" }.into()
            );
        }
        let path = path(name, models)?;
        Ok(Box::new(move |place| Writer::open(&path, place)))
    }

    fn path(name: &str, models: Option<PathBuf>) -> Result<PathBuf, Failed> {
        let path = Path::new(name);
        if path.exists() {
            return Ok(path.to_owned());
        }
        let places = Places { models, ..Places::of_environment() };
        places.find(name, &[CONFIG]).ok_or_else(|| {
            let looked: Vec<String> = places.folders(name).iter().map(|folder| folder.display().to_string()).collect();
            let looked = if looked.is_empty() { "nowhere else".to_owned() } else { looked.join(", ") };
            format!(
                "there is no file or folder {name}, nor a repository of that name with {CONFIG}; looked in {looked}"
            )
            .into()
        })
    }

    /// A writer whose drawings are kept: a finalist is drawn again by the same seed, which would give the same.
    pub(super) struct Remembered {
        writer: Writer,
        drawn: Mutex<HashMap<(String, u64, usize), Drawing>>,
    }

    impl Remembered {
        pub(super) fn new(writer: Writer) -> Self {
            Self { writer, drawn: Mutex::default() }
        }
    }

    impl Draw for Remembered {
        fn draw(&self, prompt: &Prompt, task: &Task<'_>) -> Result<Drawing, StageError> {
            let key = (prompt.text.clone(), prompt.seed, task.budget.bytes());
            let lock = || self.drawn.lock().unwrap_or_else(PoisonError::into_inner);
            let known = lock().get(&key).cloned();
            if let Some(drawing) = known {
                return Ok(drawing);
            }
            let drawing = self.writer.draw(prompt, task)?;
            lock().insert(key, drawing.clone());
            Ok(drawing)
        }
    }
}
