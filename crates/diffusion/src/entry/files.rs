//! Which files a model needs.

use crate::entry::{Entry, Weights};

/// What a file is for.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Component {
    /// Vocabulary and merges of the first text encoder.
    Tokenizer,
    /// Vocabulary and merges of the second text encoder.
    Tokenizer2,
    /// The first text encoder (CLIP ViT-L).
    TextEncoder,
    /// The second text encoder (`OpenCLIP` bigG).
    TextEncoder2,
    /// The network that predicts noise.
    Unet,
    /// Latents to pixels and back.
    Vae,
    /// Low-rank changes to the UNet.
    Lora,
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

/// Folder, component and file stem of the weights, in the layout of diffusers.
const NETWORKS: [(Component, &str, &str); 4] = [
    (Component::TextEncoder, "text_encoder", "model"),
    (Component::TextEncoder2, "text_encoder_2", "model"),
    (Component::Unet, "unet", "diffusion_pytorch_model"),
    (Component::Vae, "vae", "diffusion_pytorch_model"),
];

impl Entry {
    /// The files that the model needs: tokenizers, then configuration and weights of each network, then low-rank changes. Of half
    /// precision where it is published; the scheduler's configuration is in the entry.
    #[must_use]
    pub fn files(&self) -> Vec<File> {
        let (base, half) = match self.weights {
            Weights::Folders { half } => (self.repository, half),
            Weights::Unet { base, .. } | Weights::Lora { base, .. } => (base, true),
        };
        let mut files = tokenizers(base);
        files.extend(NETWORKS.iter().flat_map(|network| self.network(network, base, half)));
        if let Weights::Lora { file, .. } = self.weights {
            files.push(File { component: Component::Lora, repository: self.repository, path: file.to_owned() });
        }
        files
    }

    fn network(&self, network: &(Component, &str, &str), base: &'static str, half: bool) -> [File; 2] {
        let (component, folder, stem) = *network;
        let config = File { component, repository: base, path: format!("{folder}/config.json") };
        let weights = match self.weights {
            Weights::Unet { file, .. } if component == Component::Unet => {
                File { component, repository: self.repository, path: file.to_owned() }
            }
            _ => {
                let variant = if half { ".fp16" } else { "" };
                File { component, repository: base, path: format!("{folder}/{stem}{variant}.safetensors") }
            }
        };
        [config, weights]
    }
}

fn tokenizers(repository: &'static str) -> Vec<File> {
    let folders = [(Component::Tokenizer, "tokenizer"), (Component::Tokenizer2, "tokenizer_2")];
    let names = ["vocab.json", "merges.txt"];
    let file = |(component, folder): (Component, &str), name: &str| {
        let path = format!("{folder}/{name}");
        File { component, repository, path }
    };
    folders.into_iter().flat_map(|folder| names.map(|name| file(folder, name))).collect()
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
    fn low_rank_changes_come_on_top_of_the_base_model() {
        let paths = paths("hyper-sdxl-8step-cfg-lora");
        assert_eq!(paths[paths.len() - 1], "ByteDance/Hyper-SD/Hyper-SDXL-8steps-CFG-lora.safetensors");
        assert_eq!(paths.len(), 4 + 8 + 1);
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
    fn every_component_has_weights() {
        for entry in entries() {
            let files = entry.files();
            for (component, ..) in NETWORKS {
                let weights =
                    files.iter().filter(|file| file.component == component && file.path.ends_with(".safetensors"));
                assert_eq!(weights.count(), 1, "{} {component:?}", entry.name);
            }
        }
    }
}
