//! The published files from which each part of the contest's metric is computed.

use super::parts::Part;

pub(crate) const CLIP: [&str; 3] = [
    "openai/clip-vit-large-patch14/model.safetensors",
    "christophschuhmann/improved-aesthetic-predictor/sac+logos+ava1-l14-linearMSE.pth",
    "openai/clip-vit-large-patch14/config.json",
];
pub(crate) const SIGLIP: [&str; 3] = [
    "google/siglip-so400m-patch14-384/config.json",
    "google/siglip-so400m-patch14-384/model.safetensors",
    "google/siglip-so400m-patch14-384/tokenizer.json",
];
pub(crate) const PALIGEMMA: [&str; 3] = [
    "google/paligemma2-10b-mix-448/config.json",
    "google/paligemma2-10b-mix-448/model.safetensors.index.json",
    "google/paligemma2-10b-mix-448/tokenizer.json",
];

impl Part {
    /// The published files that the part is computed from, relative to a folder that holds a copy of each repository
    /// under its name. For sharded weights, this is the index.
    ///
    /// # Source
    ///
    /// What the deployed metric loads: `PaliGemma` 2 10B mix, CLIP ViT-L/14 with the aesthetic head; and SigLIP, which
    /// the first metric loaded.
    #[must_use]
    pub const fn published_files(self) -> &'static [&'static str] {
        match self {
            Self::Vqa | Self::Text => &PALIGEMMA,
            Self::Aesthetic => &CLIP,
            Self::Similarity => &SIGLIP,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_lie_in_the_folder_of_their_repository() {
        for file in Part::ALL.iter().flat_map(|part| part.published_files()) {
            assert_eq!(file.split('/').filter(|name| !name.is_empty()).count(), 3, "{file}");
        }
    }

    #[test]
    fn one_model_answers_and_reads() {
        assert_eq!(Part::Vqa.published_files(), Part::Text.published_files());
    }
}
