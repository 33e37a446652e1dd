//! `scheduler_config.json`, as diffusers writes it.

use std::borrow::Cow;

use serde::Deserialize;

use crate::sampler::{
    Betas, FinalSigma, Method, Multistep, Prediction, Sampler, SamplerError, Shift, ShiftCurve, ShiftSizes, SigmaCurve,
    Singlestep, Solver, Spacing, Training,
};

/// Class of the sampler of continuous-time consistency models.
const CONTINUOUS: &str = "SCMScheduler";

/// The file's keys that matter here. What a file leaves out has the default of its class in diffusers 0.34.
#[derive(Deserialize)]
struct Published {
    #[serde(rename = "_class_name")]
    class: String,
    num_train_timesteps: Option<usize>,
    beta_start: Option<f64>,
    beta_end: Option<f64>,
    beta_schedule: Option<String>,
    trained_betas: Option<Vec<f32>>,
    rescale_betas_zero_snr: Option<bool>,
    prediction_type: Option<String>,
    timestep_spacing: Option<String>,
    timestep_type: Option<String>,
    interpolation_type: Option<String>,
    steps_offset: Option<usize>,
    set_alpha_to_one: Option<bool>,
    clip_sample: Option<bool>,
    clip_sample_range: Option<f64>,
    thresholding: Option<bool>,
    use_karras_sigmas: Option<bool>,
    use_exponential_sigmas: Option<bool>,
    use_beta_sigmas: Option<bool>,
    use_lu_lambdas: Option<bool>,
    use_flow_sigmas: Option<bool>,
    flow_shift: Option<f64>,
    sigma_min: Option<f64>,
    sigma_max: Option<f64>,
    final_sigmas_type: Option<String>,
    algorithm_type: Option<String>,
    solver_type: Option<String>,
    solver_order: Option<usize>,
    lower_order_final: Option<bool>,
    euler_at_final: Option<bool>,
    lambda_min_clipped: Option<f64>,
    variance_type: Option<String>,
    original_inference_steps: Option<usize>,
    timestep_scaling: Option<f64>,
    shift: Option<f64>,
    use_dynamic_shifting: Option<bool>,
    time_shift_type: Option<String>,
    shift_terminal: Option<f64>,
    base_shift: Option<f64>,
    max_shift: Option<f64>,
    base_image_seq_len: Option<usize>,
    max_image_seq_len: Option<usize>,
    invert_sigmas: Option<bool>,
    stochastic_sampling: Option<bool>,
    sigma_data: Option<f64>,
}

impl Sampler {
    /// Reads a published `scheduler_config.json`. Its `-Infinity`, which diffusers writes and JSON does not know, is taken for an
    /// absent value. Keys that change nothing are passed over.
    ///
    /// # Errors
    ///
    /// [`SamplerError::Config`] for text that is none; [`SamplerError::Unsupported`] for a class or option that is not here.
    pub fn from_json(text: &str) -> Result<Self, SamplerError> {
        let published: Published = serde_json::from_str(&without_infinities(text))?;
        published.try_into()
    }
}

impl<'de> Deserialize<'de> for Sampler {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        Published::deserialize(deserializer)?.try_into().map_err(serde::de::Error::custom)
    }
}

impl TryFrom<Published> for Sampler {
    type Error = SamplerError;

    fn try_from(published: Published) -> Result<Self, SamplerError> {
        published.check_options()?;
        Ok(Self {
            method: published.method()?,
            training: published.training()?,
            prediction: published.prediction()?,
            spacing: published.spacing()?,
            steps_offset: published.steps_offset.unwrap_or(0),
        })
    }
}

impl Published {
    /// Refuses options that would change the picture and are not here.
    fn check_options(&self) -> Result<(), SamplerError> {
        let options = [
            ("thresholding", self.thresholding),
            ("use_beta_sigmas", self.use_beta_sigmas),
            ("use_lu_lambdas", self.use_lu_lambdas),
            ("invert_sigmas", self.invert_sigmas),
            ("stochastic_sampling", self.stochastic_sampling),
        ];
        if let Some((option, _)) = options.into_iter().find(|(_, on)| *on == Some(true)) {
            return Err(unsupported(option, "true", "false"));
        }
        for (option, value, only) in [
            ("timestep_type", &self.timestep_type, "discrete"),
            ("interpolation_type", &self.interpolation_type, "linear"),
        ] {
            expect(option, value.as_deref().unwrap_or(only), only)?;
        }
        match (self.lambda_min_clipped, &self.variance_type) {
            (Some(value), _) => Err(unsupported("lambda_min_clipped", &value.to_string(), "minus infinity")),
            (_, Some(value)) => Err(unsupported("variance_type", value, "none")),
            _ => Ok(()),
        }
    }

    fn is_distilled(&self) -> bool {
        matches!(self.class.as_str(), "TCDScheduler" | "LCMScheduler")
    }

    fn training(&self) -> Result<Training, SamplerError> {
        let (start, end) = if self.is_distilled() { (0.00085, 0.012) } else { (0.0001, 0.02) };
        let (start, end) = (self.beta_start.unwrap_or(start), self.beta_end.unwrap_or(end));
        let name =
            self.beta_schedule.as_deref().unwrap_or(if self.is_distilled() { "scaled_linear" } else { "linear" });
        let betas = match (&self.trained_betas, name) {
            (Some(betas), _) => Betas::Trained(betas.clone()),
            (None, "linear") => Betas::Linear { start, end },
            (None, "scaled_linear") => Betas::ScaledLinear { start, end },
            (None, "squaredcos_cap_v2") => Betas::Cosine,
            (None, other) => {
                return Err(unsupported("beta_schedule", other, "linear, scaled_linear or squaredcos_cap_v2"));
            }
        };
        let timesteps = match &self.trained_betas {
            Some(betas) => betas.len(),
            None => self.num_train_timesteps.unwrap_or(1000),
        };
        Ok(Training { timesteps, betas, zero_terminal_snr: self.rescale_betas_zero_snr.unwrap_or(false) })
    }

    fn prediction(&self) -> Result<Prediction, SamplerError> {
        if self.class == "FlowMatchEulerDiscreteScheduler" {
            return Ok(Prediction::Flow);
        }
        if self.class == CONTINUOUS {
            // On the straight line between picture and noise, where the model sees its latents.
            expect("prediction_type", self.prediction_type.as_deref().unwrap_or("trigflow"), "trigflow")?;
            return Ok(Prediction::Flow);
        }
        match self.prediction_type.as_deref().unwrap_or("epsilon") {
            "epsilon" => Ok(Prediction::Epsilon),
            "v_prediction" => Ok(Prediction::V),
            "sample" | "original_sample" => Ok(Prediction::Sample),
            "flow_prediction" => Ok(Prediction::Flow),
            other => Err(unsupported("prediction_type", other, "epsilon, v_prediction, sample or flow_prediction")),
        }
    }

    fn spacing(&self) -> Result<Spacing, SamplerError> {
        let usual = match self.class.as_str() {
            "DDIMScheduler" | "TCDScheduler" | "LCMScheduler" => "leading",
            _ => "linspace",
        };
        match self.timestep_spacing.as_deref().unwrap_or(usual) {
            "leading" => Ok(Spacing::Leading),
            "linspace" => Ok(Spacing::Linspace),
            "trailing" => Ok(Spacing::Trailing),
            other => Err(unsupported("timestep_spacing", other, "leading, linspace or trailing")),
        }
    }

    fn method(&self) -> Result<Method, SamplerError> {
        let original_steps = self.original_inference_steps.unwrap_or(50);
        match self.class.as_str() {
            "EulerDiscreteScheduler" => Ok(Method::Euler { curve: self.curve()?, final_sigma: self.final_sigma()? }),
            "EulerAncestralDiscreteScheduler" => Ok(Method::EulerAncestral),
            "DDIMScheduler" => {
                let ends_clean = self.set_alpha_to_one.unwrap_or(true);
                Ok(Method::Ddim { eta: 0.0, ends_clean, clip: self.clip(true) })
            }
            "DPMSolverMultistepScheduler" => self.multistep().map(Method::Multistep),
            "DPMSolverSinglestepScheduler" => self.singlestep().map(Method::Singlestep),
            "TCDScheduler" => Ok(Method::Tcd { eta: 0.3, original_steps }),
            "LCMScheduler" => {
                let timestep_scaling = self.timestep_scaling.unwrap_or(10.0);
                Ok(Method::Lcm { original_steps, timestep_scaling, clip: self.clip(false) })
            }
            "FlowMatchEulerDiscreteScheduler" => self.flow().map(Method::FlowEuler),
            CONTINUOUS => self.continuous(),
            other => Err(unsupported(
                "_class_name",
                other,
                "Euler, Euler ancestral, DDIM, DPMSolver, TCD, LCM, flow Euler or SCM",
            )),
        }
    }

    fn clip(&self, usual: bool) -> Option<f64> {
        self.clip_sample.unwrap_or(usual).then(|| self.clip_sample_range.unwrap_or(1.0))
    }

    fn multistep(&self) -> Result<Multistep, SamplerError> {
        Ok(Multistep {
            solver: self.solver()?,
            order: self.order()?,
            lower_order_final: self.lower_order_final.unwrap_or(true),
            euler_at_final: self.euler_at_final.unwrap_or(false),
            curve: self.curve()?,
            final_sigma: self.final_sigma()?,
        })
    }

    fn singlestep(&self) -> Result<Singlestep, SamplerError> {
        Ok(Singlestep {
            solver: self.solver()?,
            order: self.order()?,
            lower_order_final: self.lower_order_final.unwrap_or(false),
            curve: self.curve()?,
            final_sigma: self.final_sigma()?,
        })
    }

    fn solver(&self) -> Result<Solver, SamplerError> {
        let stochastic = match self.algorithm_type.as_deref().unwrap_or("dpmsolver++") {
            "dpmsolver++" | "deis" => false,
            "sde-dpmsolver++" => true,
            other => return Err(unsupported("algorithm_type", other, "dpmsolver++ or sde-dpmsolver++")),
        };
        match self.solver_type.as_deref().unwrap_or("midpoint") {
            "midpoint" | "logrho" | "bh1" | "bh2" => Ok(Solver { stochastic, heun: false }),
            "heun" => Ok(Solver { stochastic, heun: true }),
            other => Err(unsupported("solver_type", other, "midpoint or heun")),
        }
    }

    fn order(&self) -> Result<usize, SamplerError> {
        match self.solver_order.unwrap_or(2) {
            order @ (1 | 2) => Ok(order),
            other => Err(unsupported("solver_order", &other.to_string(), "1 or 2")),
        }
    }

    fn curve(&self) -> Result<SigmaCurve, SamplerError> {
        let (least, most) = (self.sigma_min, self.sigma_max);
        let on = |flag: Option<bool>| flag == Some(true);
        match (on(self.use_karras_sigmas), on(self.use_exponential_sigmas), on(self.use_flow_sigmas)) {
            (false, false, false) => Ok(SigmaCurve::Timesteps),
            (true, false, false) => Ok(SigmaCurve::Karras { least, most }),
            (false, true, false) => Ok(SigmaCurve::Exponential),
            (false, false, true) => Ok(SigmaCurve::Flow { shift: self.flow_shift.unwrap_or(1.0) }),
            _ => Err(unsupported("use_karras_sigmas", "true beside another curve", "one curve")),
        }
    }

    fn final_sigma(&self) -> Result<FinalSigma, SamplerError> {
        match self.final_sigmas_type.as_deref().unwrap_or("zero") {
            "zero" => Ok(FinalSigma::Zero),
            "sigma_min" => Ok(FinalSigma::Least),
            other => Err(unsupported("final_sigmas_type", other, "zero or sigma_min")),
        }
    }

    fn continuous(&self) -> Result<Method, SamplerError> {
        match self.sigma_data.unwrap_or(0.5) {
            sigma_data if sigma_data.is_finite() && sigma_data > 0.0 => Ok(Method::Consistency { sigma_data }),
            other => Err(unsupported("sigma_data", &other.to_string(), "a number above 0")),
        }
    }

    fn flow(&self) -> Result<Shift, SamplerError> {
        expect("use_karras_sigmas", if self.use_karras_sigmas == Some(true) { "true" } else { "false" }, "false")?;
        let curve = match (self.use_dynamic_shifting, self.time_shift_type.as_deref().unwrap_or("exponential")) {
            (Some(true), "exponential") => ShiftCurve::Exponential,
            (Some(true), "linear") => ShiftCurve::Linear,
            (Some(true), other) => return Err(unsupported("time_shift_type", other, "exponential or linear")),
            _ => ShiftCurve::Fixed(self.shift.unwrap_or(1.0)),
        };
        let terminal = self.shift_terminal.filter(|terminal| *terminal != 0.0);
        Ok(Shift { curve, terminal, sizes: self.sizes()? })
    }

    fn sizes(&self) -> Result<ShiftSizes, SamplerError> {
        let ShiftSizes { small: (from, least), large: (to, most) } = ShiftSizes::USUAL;
        let small = (self.base_image_seq_len.unwrap_or(from), self.base_shift.unwrap_or(least));
        let large = (self.max_image_seq_len.unwrap_or(to), self.max_shift.unwrap_or(most));
        if small.0 == 0 {
            return Err(unsupported("base_image_seq_len", "0", "at least 1"));
        }
        if small.0 >= large.0 {
            let found = large.0.to_string();
            return Err(unsupported("max_image_seq_len", &found, "more than `base_image_seq_len`"));
        }
        Ok(ShiftSizes { small, large })
    }
}

fn unsupported(option: &'static str, value: &str, instead: &'static str) -> SamplerError {
    SamplerError::Unsupported { option, value: value.to_owned(), instead }
}

fn expect(option: &'static str, value: &str, only: &'static str) -> Result<(), SamplerError> {
    if value == only { Ok(()) } else { Err(unsupported(option, value, only)) }
}

/// Python's spellings of what JSON has no number for, outside strings, become null.
fn without_infinities(text: &str) -> Cow<'_, str> {
    let words = ["-Infinity", "Infinity", "NaN"];
    if !words.iter().any(|word| text.contains(word)) {
        return Cow::Borrowed(text);
    }
    // Quotes that a backslash escapes do not end a string: even pieces between quotes are outside.
    let (mut out, mut inside, mut rest) = (String::with_capacity(text.len()), false, text);
    while let Some(next) = rest.chars().next() {
        let number = words.iter().find(|word| !inside && rest.starts_with(**word));
        let taken = match (next, number) {
            (_, Some(word)) => word.len(),
            ('\\', None) if inside => 1 + rest[1..].chars().next().map_or(0, char::len_utf8),
            _ => next.len_utf8(),
        };
        inside ^= next == '"';
        out.push_str(if number.is_some() { "null" } else { &rest[..taken] });
        rest = &rest[taken..];
    }
    Cow::Owned(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_what_the_flash_model_publishes() {
        let text = r#"{"_class_name": "DPMSolverSinglestepScheduler", "algorithm_type": "dpmsolver++", "beta_end": 0.012,
            "beta_schedule": "scaled_linear", "beta_start": 0.00085, "final_sigmas_type": "zero", "lambda_min_clipped": -Infinity,
            "lower_order_final": false, "timestep_spacing": "trailing", "note": "an \" and -Infinity"}"#;
        let sampler = Sampler::from_json(text).unwrap();
        assert_eq!(sampler.method, Method::Singlestep(Singlestep::default()));
        assert_eq!((sampler.training, sampler.spacing), (Training::SDXL, Spacing::Trailing));
    }

    #[test]
    fn what_a_file_leaves_out_is_its_class_default() {
        let ddim = Sampler::from_json(r#"{"_class_name": "DDIMScheduler"}"#).unwrap();
        assert_eq!(ddim.method, Method::Ddim { eta: 0.0, ends_clean: true, clip: Some(1.0) });
        assert_eq!(ddim.training.betas, Betas::Linear { start: 0.0001, end: 0.02 });
        let euler = Sampler::from_json(r#"{"_class_name": "EulerDiscreteScheduler"}"#).unwrap();
        assert_eq!((euler.spacing, euler.steps_offset), (Spacing::Linspace, 0));
    }

    #[test]
    fn refuses_options_that_would_change_the_picture() {
        for (option, text) in [
            ("use_beta_sigmas", r#"{"_class_name": "EulerDiscreteScheduler", "use_beta_sigmas": true}"#),
            ("solver_order", r#"{"_class_name": "DPMSolverMultistepScheduler", "solver_order": 3}"#),
            ("lambda_min_clipped", r#"{"_class_name": "DPMSolverMultistepScheduler", "lambda_min_clipped": -5.1}"#),
            ("_class_name", r#"{"_class_name": "PNDMScheduler"}"#),
            ("sigma_data", r#"{"_class_name": "SCMScheduler", "sigma_data": 0}"#),
            ("prediction_type", r#"{"_class_name": "SCMScheduler", "prediction_type": "epsilon"}"#),
            (
                "max_image_seq_len",
                r#"{"_class_name": "FlowMatchEulerDiscreteScheduler", "base_image_seq_len": 9, "max_image_seq_len": 9}"#,
            ),
        ] {
            let error = Sampler::from_json(text).unwrap_err();
            assert!(matches!(&error, SamplerError::Unsupported { option: named, .. } if *named == option), "{error}");
        }
    }

    #[test]
    fn text_that_is_no_configuration_is_an_error() {
        for text in ["", "{", "[]", "{}", r#"{"_class_name": "DDIMScheduler", "steps_offset": -1}"#, "\"\\"] {
            assert!(matches!(Sampler::from_json(text), Err(SamplerError::Config(_))), "{text}");
        }
    }

    #[test]
    fn infinities_inside_strings_stay() {
        assert_eq!(
            without_infinities(r#"{"a": -Infinity, "b": "\\\"Infinity"}"#),
            r#"{"a": null, "b": "\\\"Infinity"}"#
        );
    }
}
