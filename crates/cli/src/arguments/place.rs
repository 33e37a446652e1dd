//! Where networks run: device, type, kind of linear weights, memory.

#[cfg(any(feature = "diffusion", feature = "language", feature = "neural"))]
pub(crate) use networks::PlaceArguments;
#[cfg(not(any(feature = "diffusion", feature = "language", feature = "neural")))]
pub(crate) use none::PlaceArguments;

#[cfg(any(feature = "diffusion", feature = "language", feature = "neural"))]
mod networks {
    use clap::{Args, ValueEnum};
    use linocut::nn::LinearKind;
    use linocut::nn::candle_core::DType;
    use linocut::nn::place::{DeviceName, Placement};

    use crate::failure::Failed;

    #[derive(Args, Default)]
    #[command(next_help_heading = "Where networks run")]
    pub(crate) struct PlaceArguments {
        /// Device: `cpu`, `cuda`, `cuda:1` or `metal`; several, divided by commas, share the candidates of a diffusion model, and the
        /// first has the judges [default: cpu]
        #[arg(long, value_name = "DEVICE", value_delimiter = ',')]
        device: Vec<DeviceName>,
        /// Type in which weights are kept and, on a card, computed with [default: as published; on a card bf16 if it has that, else f16]
        #[arg(long, value_name = "TYPE", value_enum)]
        dtype: Option<Type>,
        /// How linear layers are kept: `plain` in that type, `stored` as in the file, or in few bits [default: as suits the model]
        #[arg(long, value_name = "KIND", value_enum)]
        weights: Option<Kind>,
        /// Memory that a diffusion or language model may take, in GiB: parts then take turns, or are kept in fewer bits, if they must
        /// [default: for diffusion on an NVIDIA card what is free, else no limit]
        #[arg(long, value_name = "GIB", value_parser = gibibytes)]
        memory: Option<u64>,
    }

    #[derive(Clone, Copy, ValueEnum)]
    enum Type {
        F32,
        F16,
        Bf16,
    }

    #[derive(Clone, Copy, ValueEnum)]
    enum Kind {
        Plain,
        Stored,
        #[value(name = "q8_0")]
        Q8,
        Q4k,
        Nf4,
    }

    impl PlaceArguments {
        /// The places asked for, at least one; where nothing says a type or a kind on the CPU, those given.
        pub(crate) fn places(&self, (dtype, kind): (DType, LinearKind)) -> Result<Vec<Placement>, Failed> {
            let devices = if self.device.is_empty() { vec![DeviceName::Cpu] } else { self.device.clone() };
            let place = |name: DeviceName| {
                let own = if name == DeviceName::Cpu { Some(dtype) } else { None };
                let place = Placement::named(name, self.dtype.map(Type::dtype).or(own))?;
                let own = if name == DeviceName::Cpu { kind } else { LinearKind::Plain };
                Ok(Placement { linear_kind: self.weights.map_or(own, Kind::kind), ..place })
            };
            devices.into_iter().map(place).collect()
        }

        /// Nothing that this build cannot place.
        #[cfg(not(feature = "neural"))]
        #[expect(clippy::unnecessary_wraps, clippy::unused_self, reason = "as in builds without networks")]
        pub(crate) fn check(&self) -> Result<(), Failed> {
            Ok(())
        }

        /// The place of networks that judge: the first device, on a CPU in f32.
        #[cfg(feature = "neural")]
        pub(crate) fn judges(&self) -> Result<Placement, Failed> {
            let places = self.places((DType::F32, LinearKind::Plain))?;
            Ok(places.into_iter().next().unwrap_or_default())
        }

        /// Whether it is said how linear layers are kept.
        #[cfg(feature = "language")]
        pub(crate) fn names_kind(&self) -> bool {
            self.weights.is_some()
        }

        /// Bytes that a model may take, if that is limited.
        #[cfg(any(feature = "diffusion", feature = "language"))]
        pub(crate) fn memory(&self) -> Option<u64> {
            self.memory
        }
    }

    impl Type {
        fn dtype(self) -> DType {
            match self {
                Self::F32 => DType::F32,
                Self::F16 => DType::F16,
                Self::Bf16 => DType::BF16,
            }
        }
    }

    impl Kind {
        fn kind(self) -> LinearKind {
            match self {
                Self::Plain => LinearKind::Plain,
                Self::Stored => LinearKind::Stored,
                Self::Q8 => LinearKind::Q8_0,
                Self::Q4k => LinearKind::Q4K,
                Self::Nf4 => LinearKind::Nf4,
            }
        }
    }

    fn gibibytes(text: &str) -> Result<u64, String> {
        match text.parse::<f64>() {
            Ok(number) if number > 0.0 && number.is_finite() => Ok((number * f64::from(1 << 30)) as u64),
            _ => Err(format!("`{text}` is no number of GiB above 0")),
        }
    }
}

#[cfg(not(any(feature = "diffusion", feature = "language", feature = "neural")))]
mod none {
    use clap::Args;

    use crate::failure::{Failed, Failure};

    /// Named so that asking for a place says what the build lacks.
    #[derive(Args)]
    pub(crate) struct PlaceArguments {
        #[arg(long, hide = true)]
        device: Option<String>,
        #[arg(long, hide = true)]
        dtype: Option<String>,
        #[arg(long, hide = true)]
        weights: Option<String>,
        #[arg(long, hide = true)]
        memory: Option<String>,
    }

    impl PlaceArguments {
        /// Nothing to place.
        ///
        /// # Errors
        ///
        /// [`Failure::Feature`] if a place is asked for.
        pub(crate) fn check(&self) -> Result<(), Failed> {
            let asked = [&self.device, &self.dtype, &self.weights, &self.memory];
            let names = ["`--device`", "`--dtype`", "`--weights`", "`--memory`"];
            match asked.iter().zip(names).find(|(asked, _)| asked.is_some()) {
                None => Ok(()),
                Some((_, what)) => Err(Failure::Feature { what, feature: "diffusion" }.into()),
            }
        }
    }
}
