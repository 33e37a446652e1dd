"""What the pair of towers learns: pictures and captions that belong together, by SigLIP's loss.

Beside each caption stands the same with one fact changed, which is wrong for every picture. While it learns, the picture's vector also
has to tell which tokens the caption has; that head is thrown away.
"""

import torch
import torch.nn.functional as F
from tokenizers import Tokenizer

from networks import TEXT, WIDTH, pixels
from questions import altered

PREFIX = "svg illustration of "


class Texts:
    """Captions as numbers, all of one length."""

    def __init__(self, folder):
        self.tokenizer = Tokenizer.from_file(f"{folder}/pair/tokenizer.json")
        self.tokenizer.enable_truncation(TEXT["max_position_embeddings"])
        self.tokenizer.enable_padding(length=TEXT["max_position_embeddings"], pad_id=1)

    def batch(self, texts):
        return torch.tensor([one.ids for one in self.tokenizer.encode_batch(list(texts))])


class Words(torch.nn.Module):
    """Tells from a picture's vector which tokens its caption has; rare ones count more."""

    def __init__(self, texts, captions):
        super().__init__()
        self.head = torch.nn.Linear(WIDTH, TEXT["vocab_size"])
        counts = torch.ones(TEXT["vocab_size"])
        for row in texts.batch(captions):
            counts[row.unique()] += 1
        self.rarity = (len(captions) / counts).log().clamp(min=0)
        self.rarity[:4] = 0

    def loss(self, pictures, ids):
        present = torch.zeros(len(ids), TEXT["vocab_size"]).scatter(1, ids, 1.0) * self.rarity
        return F.cross_entropy(self.head(pictures * 10), present / present.sum(1, keepdim=True).clamp(min=1e-6))


def unit(features):
    """Vectors of length 1; transformers 5 gives them with others."""
    return F.normalize(getattr(features, "pooler_output", features), dim=-1)


def unit_texts(model, ids):
    return unit(model.get_text_features(ids))


def losses(model, words, texts, draw, pooled, captions):
    """SigLIP's loss, and that of the tokens. `pooled`: vectors of the pictures, one a caption."""
    wrong = [text for text in (altered(draw, text) for text in captions) if text]
    spelled = [(PREFIX if draw.random() < 0.4 else "") + text for text in [*captions, *wrong]]
    pictures = F.normalize(pooled, dim=-1)
    scores = pictures @ unit_texts(model, texts.batch(spelled)).T * model.logit_scale.exp() + model.logit_bias
    signs = -torch.ones_like(scores)
    signs.fill_diagonal_(1)
    return -F.logsigmoid(signs * scores).sum() / len(captions), words.loss(pictures, texts.batch(captions))


@torch.no_grad()
def held_out(model, texts, pictures, captions, changed):
    """How often a caption is the likeliest of itself and the seven that follow, and likelier than itself with one fact changed."""
    vectors = unit(model.get_image_features(pixels(pictures)))
    own = unit_texts(model, texts.batch(captions))
    scores = torch.stack([(vectors * own.roll(-other, 0)).sum(1) for other in range(8)])
    nearest = (scores.argmax(0) == 0).float().mean().item()
    told = [at for at, text in enumerate(changed) if text]
    of_changed = (vectors[told] * unit_texts(model, texts.batch([changed[at] for at in told]))).sum(1)
    above = (scores[0, told] > of_changed).float().mean().item()
    return f"nearest of eight {100 * nearest:.1f} %, above the changed caption {100 * above:.1f} % of {len(told)}"
