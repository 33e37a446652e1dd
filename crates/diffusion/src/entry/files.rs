//! Which files a model needs.

use candle_core::DType;

use crate::denoise::Stage;
use crate::entry::{Entry, Weights};
use crate::family::Network;

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Component {
    /// What the first text encoder's tokenizer is made of.
    Tokenizer,
    /// What the second text encoder's tokenizer is made of.
    Tokenizer2,
    /// What the third text encoder's tokenizer is made of.
    Tokenizer3,
    /// The first text encoder.
    TextEncoder,
    /// The second text encoder (`OpenCLIP` bigG, or T5).
    TextEncoder2,
    /// The third text encoder (T5).
    TextEncoder3,
    /// The network that is asked at every step: a UNet.
    Unet,
    /// The network that is asked at every step: a transformer.
    Transformer,
    /// Latents to pixels and back.
    Vae,
    /// Low-rank changes to the UNet.
    Lora,
    /// How the components were meant to be sampled.
    Scheduler,
}

/// A file of a model.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub struct File {
    /// What it is for.
    pub component: Component,
    /// Hugging Face repository.
    pub repository: &'static str,
    /// Path inside the repository.
    pub path: String,
}

impl File {
    /// Paths under which the file may be: weights of half precision may be there in full.
    pub(crate) fn alternatives(&self) -> Vec<String> {
        let mut paths = vec![self.path.clone()];
        if self.path.contains(HALF) {
            paths.push(self.path.replace(HALF, ""));
        }
        paths
    }
}

/// What names of half-precision weights have before their ending.
const HALF: &str = ".fp16";

impl Entry {
    /// The files that the model needs: tokenizers, the scheduler's configuration, then configuration and weights of each network, then
    /// low-rank changes. Of half precision where it is published. How the model is sampled is in the entry; the scheduler's
    /// configuration is that of the components. None for a model that is part of the program.
    #[must_use]
    pub fn files(&self) -> Vec<File> {
        let Some(base) = self.repositories().first().copied() else { return Vec::new() };
        let is_named_half = self.family.published.0 == DType::F16;
        let half = is_named_half && !matches!(self.weights, Weights::Folders { half: false });
        let of = |component, path: String| File { component, repository: base, path };
        if let Weights::Together(files) = self.weights {
            return files.iter().map(|(component, path)| of(*component, (*path).to_owned())).collect();
        }
        let mut files: Vec<File> = Vec::new();
        for (component, folder, names) in self.family.tokenizers {
            files.extend(names.iter().map(|name| of(*component, format!("{folder}/{name}"))));
        }
        files.push(of(Component::Scheduler, "scheduler/scheduler_config.json".to_owned()));
        for network in self.family.networks {
            files.push(of(network.component, format!("{}/config.json", network.folder)));
            match self.weights {
                Weights::Denoiser { file, .. } if network.stage == Stage::Denoise => {
                    files.push(File { repository: self.repository, ..of(network.component, file.to_owned()) });
                }
                _ => {
                    let weights = network.weights(half, self.shards(network));
                    files.extend(weights.into_iter().map(|path| of(network.component, path)));
                }
            }
        }
        if let Weights::Lora { file, .. } = self.weights {
            files.push(File { repository: self.repository, ..of(Component::Lora, file.to_owned()) });
        }
        files
    }

    /// Files of a network's weights.
    fn shards(&self, network: &Network) -> usize {
        let other = self.other_shards.iter().find(|(folder, _)| *folder == network.folder);
        other.map_or(network.shards, |(_, shards)| *shards)
    }

    /// Repositories that the files come from: that of the components first.
    #[must_use]
    pub fn repositories(&self) -> Vec<&'static str> {
        match self.weights {
            Weights::Folders { .. } | Weights::Together(_) => vec![self.repository],
            Weights::Bundled(_) => Vec::new(),
            Weights::Denoiser { base, .. } | Weights::Lora { base, .. } => vec![base, self.repository],
        }
    }
}

impl Network {
    /// Paths of the weights, with the list of shards if there are several.
    fn weights(&self, half: bool, shards: usize) -> Vec<String> {
        let (folder, stem) = (self.folder, self.stem);
        if shards == 1 {
            return vec![format!("{folder}/{stem}{}.safetensors", if half { HALF } else { "" })];
        }
        let shard = |at| format!("{folder}/{stem}-{at:05}-of-{shards:05}.safetensors");
        let index = format!("{folder}/{stem}.safetensors.index.json");
        std::iter::once(index).chain((1..=shards).map(shard)).collect()
    }
}

#[cfg(test)]
mod tests {
    use crate::entry::entries;

    use super::*;

    fn paths(name: &str) -> Vec<String> {
        Entry::named(name)
            .unwrap()
            .files()
            .into_iter()
            .map(|file| format!("{}/{}", file.repository, file.path))
            .collect()
    }

    #[test]
    fn a_unet_takes_the_place_of_the_base_model_s() {
        let paths = paths("sdxl-lightning-4step");
        assert!(paths.contains(&"ByteDance/SDXL-Lightning/sdxl_lightning_4step_unet.safetensors".to_owned()));
        assert!(paths.contains(&"stabilityai/stable-diffusion-xl-base-1.0/unet/config.json".to_owned()));
        assert!(!paths.iter().any(|path| path.ends_with("unet/diffusion_pytorch_model.fp16.safetensors")));
    }

    #[test]
    fn a_packed_transformer_takes_the_place_of_the_base_model_s() {
        let paths = paths("flux-schnell-svdq");
        let own = "nunchaku-tech/nunchaku-flux.1-schnell/svdq-int4_r32-flux.1-schnell.safetensors";
        assert!(paths.contains(&own.to_owned()));
        assert!(paths.contains(&"black-forest-labs/FLUX.1-schnell/transformer/config.json".to_owned()));
        assert!(!paths.iter().any(|path| path.contains("transformer/diffusion_pytorch_model")));
    }

    #[test]
    fn low_rank_changes_come_on_top_of_the_base_model() {
        let paths = paths("hyper-sdxl-8step-cfg-lora");
        assert_eq!(paths[paths.len() - 1], "ByteDance/Hyper-SD/Hyper-SDXL-8steps-CFG-lora.safetensors");
        assert_eq!(paths.len(), 8 + 1 + 8 + 1);
    }

    #[test]
    fn flash_is_published_in_single_precision_only() {
        assert!(paths("sdxl-flash").iter().all(|path| !path.contains("fp16")));
        assert!(
            paths("sdxl-turbo")
                .contains(&"stabilityai/sdxl-turbo/vae/diffusion_pytorch_model.fp16.safetensors".to_owned())
        );
    }

    #[test]
    fn only_models_published_in_f16_have_files_that_say_so() {
        for name in ["flux-schnell-svdq", "hyper-flux-8step-lora", "cogview4-6b"] {
            assert!(paths(name).iter().all(|path| !path.contains("fp16")), "{name}");
        }
    }

    #[test]
    fn large_networks_come_in_shards_with_their_list() {
        let paths = paths("sd-3.5-medium");
        let t5: Vec<&String> = paths.iter().filter(|path| path.contains("text_encoder_3")).collect();
        assert_eq!(t5.len(), 4);
        assert!(t5[3].ends_with("text_encoder_3/model-00002-of-00002.safetensors"), "{t5:?}");
    }

    #[test]
    fn models_of_one_folder_are_their_listed_files() {
        let expected = ["config.json", "pytorch_model.bin", "tokenizer.json", "tokenizer_config.json"];
        assert_eq!(paths("janus-pro-1b"), expected.map(|file| format!("deepseek-ai/Janus-Pro-1B/{file}")));
    }

    #[test]
    fn every_network_has_configuration_and_weights() {
        let is_apart = |entry: &&Entry| !matches!(entry.weights, Weights::Bundled(_) | Weights::Together(_));
        for entry in entries().iter().filter(is_apart) {
            let files = entry.files();
            for network in entry.family.networks {
                let of = |ending: &str| {
                    let is_of = |file: &&File| file.component == network.component && file.path.ends_with(ending);
                    files.iter().filter(is_of).count()
                };
                assert_eq!((of("config.json"), of(".safetensors")), (1, entry.shards(network)), "{}", entry.name);
            }
        }
    }
}
