//! What a model's licence allows.

use std::fmt;

/// Licence of published weights.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub struct Licence {
    /// Its name, as the publisher spells it.
    pub name: &'static str,
    /// Whether pictures and weights may be used commercially.
    pub commercial: Commercial,
}

/// Whether a licence allows commercial use. The licence itself decides, not this summary.
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
pub enum Commercial {
    /// Yes.
    Allowed,
    /// Yes, except for the uses that the licence lists (`OpenRAIL`).
    AllowedWithUseRestrictions,
    /// Yes, for those whose yearly revenue is below what the licence says.
    AllowedBelowRevenue,
    /// No, or by a separate agreement only.
    Forbidden,
    /// The publisher does not say it clearly.
    Unclear,
}

impl fmt::Display for Commercial {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(match self {
            Self::Allowed => "commercial use allowed",
            Self::AllowedWithUseRestrictions => "commercial use allowed, with use restrictions",
            Self::AllowedBelowRevenue => "commercial use allowed below a yearly revenue",
            Self::Forbidden => "no commercial use",
            Self::Unclear => "commercial use unclear",
        })
    }
}

impl Licence {
    /// Apache 2.0.
    pub const APACHE: Self = Self { name: "apache-2.0", commercial: Commercial::Allowed };
    /// Of this project, and of the model that it trained.
    pub const OWN: Self = Self { name: "mit or apache-2.0", commercial: Commercial::Allowed };
    /// Of SDXL and what `ByteDance` made from it.
    pub const OPENRAIL_PP: Self = Self { name: "openrail++", commercial: Commercial::AllowedWithUseRestrictions };
    /// Of Stable Diffusion 1 and models that carry its licence on.
    pub const CREATIVEML: Self =
        Self { name: "creativeml-openrail-m", commercial: Commercial::AllowedWithUseRestrictions };
    /// Of SDXL-Turbo.
    pub const STABILITY_NON_COMMERCIAL: Self = Self { name: "sai-nc-community", commercial: Commercial::Forbidden };
    /// Of Stable Diffusion 3.5.
    pub const STABILITY_COMMUNITY: Self =
        Self { name: "stabilityai-ai-community", commercial: Commercial::AllowedBelowRevenue };
    /// Of FLUX.1-dev and what is made of it.
    pub const FLUX_DEV: Self = Self { name: "flux-1-dev-non-commercial", commercial: Commercial::Forbidden };
    /// Of the Fluently models; says that it derives from CreativeML-OpenRAIL-M.
    pub const FLUENTLY: Self = Self { name: "fluently-license", commercial: Commercial::Unclear };
    /// Of the SANA models; Gemma's terms for their text encoder besides.
    pub const NVIDIA_NON_COMMERCIAL: Self = Self { name: "nscl-v2-custom", commercial: Commercial::Forbidden };
    /// Of Janus-Pro's weights; the code is under that of MIT, which the repository names too.
    pub const DEEPSEEK: Self = Self { name: "deepseek-license", commercial: Commercial::AllowedWithUseRestrictions };

    /// Whether commercial use is allowed to everybody, use restrictions aside. What is unclear is not.
    #[must_use]
    pub const fn allows_commercial_use(&self) -> bool {
        matches!(self.commercial, Commercial::Allowed | Commercial::AllowedWithUseRestrictions)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_unclear_is_not_allowed() {
        assert!(
            !Licence::FLUENTLY.allows_commercial_use() && !Licence::STABILITY_NON_COMMERCIAL.allows_commercial_use()
        );
        assert!(Licence::APACHE.allows_commercial_use() && Licence::OPENRAIL_PP.allows_commercial_use());
    }
}
