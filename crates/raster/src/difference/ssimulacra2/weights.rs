//! The weights of the parts of SSIMULACRA2.

/// Weights of the norms of a channel at a scale: mean and 4-norm of structural difference, then of artefacts, then of lost detail.
#[derive(Clone, Copy, Debug)]
pub(super) struct Weights {
    pub(super) structure: [f64; 2],
    pub(super) artefacts: [f64; 2],
    pub(super) lost: [f64; 2],
}

/// The weights of a channel (X, Y, B) at a scale of a picture of `scales` scales.
///
/// The reference walks through its table channel by channel over the scales that a picture has, so small pictures use the
/// table shifted; so does this.
pub(super) fn weights(channel: usize, scale: usize, scales: usize) -> Weights {
    let [mean, fourth] = [0, 1].map(|norm| TABLE[2 * (channel * scales + scale) + norm]);
    Weights { structure: [mean[0], fourth[0]], artefacts: [mean[1], fourth[1]], lost: [mean[2], fourth[2]] }
}

/// Structure, artefacts, lost detail: the mean, then the 4-norm, for each scale of each channel (libjxl and
/// `cloudinary/ssimulacra2`, BSD-3-Clause).
#[rustfmt::skip]
const TABLE: [[f64; 3]; 36] = [
    // X
    [0.0, 0.0007376606707406586, 0.0],
    [0.0, 0.0007793481682867309, 0.0],
    [0.0, 0.0004371155730107379, 0.0],
    [1.1041726426657346, 0.00066284834129271, 0.00015231632783718752],
    [0.0, 0.0016406437456599754, 0.0],
    [1.8422455520539298, 11.441172603757666, 0.0],
    [0.0007989109436015163, 0.000176816438078653, 0.0],
    [1.8787594979546387, 10.94906990605142, 0.0],
    [0.0007289346991508072, 0.9677937080626833, 0.0],
    [0.00014003424285435884, 0.9981766977854967, 0.00031949755934435053],
    [0.0004550992113792063, 0.0, 0.0],
    [0.0013648766163243398, 0.0, 0.0],
    // Y
    [0.0, 0.0, 0.0],
    [7.466890328078848, 0.0, 17.445833984131262],
    [0.0006235601634041466, 0.0, 0.0],
    [6.683678146179332, 0.00037724407979611296, 1.027889937768264],
    [225.20515300849274, 0.0, 0.0],
    [19.213238186143016, 0.0011401524586618361, 0.001237755635509985],
    [176.39317598450694, 0.0, 0.0],
    [24.43300999870476, 0.28520802612117757, 0.0004485436923833408],
    [0.0, 0.0, 0.0],
    [34.77906344483772, 44.835625328877896, 0.0],
    [0.0, 0.0, 0.0],
    [0.0, 0.0, 0.0],
    // B
    [0.0, 0.0008680556573291698, 0.0],
    [0.0, 0.0, 0.0],
    [0.0, 0.0005313191874358747, 0.0],
    [0.00016533814161379112, 0.0, 0.0],
    [0.0, 0.0, 0.0],
    [0.0004179171803251336, 0.0017290828234722833, 0.0],
    [0.0020827005846636437, 0.0, 0.0],
    [8.826982764996862, 23.19243343998926, 0.0],
    [95.1080498811086, 0.9863978034400682, 0.9834382792465353],
    [0.0012286405048278493, 171.2667255897307, 0.9807858872435379],
    [0.0, 0.0, 0.0],
    [0.0005130064588990679, 0.0, 0.00010854057858411537],
];
