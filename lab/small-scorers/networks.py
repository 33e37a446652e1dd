"""The two networks in the shapes of SigLIP and PaliGemma 2, small, with the names under which those were published."""

import math

import torch
from torch import nn
from transformers import Gemma2Config, Gemma2Model, SiglipConfig, SiglipModel

from pictures import SIDE

WIDTH, HEADS, PATCH = 128, 4, 16
PATCHES = (SIDE // PATCH) ** 2
VISION = dict(hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=5, num_attention_heads=HEADS, image_size=SIDE, patch_size=PATCH)
TEXT = dict(hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=2, num_attention_heads=HEADS, vocab_size=2048, max_position_embeddings=32)
LANGUAGE = dict(
    hidden_size=WIDTH,
    intermediate_size=384,
    num_hidden_layers=3,
    num_attention_heads=HEADS,
    num_key_value_heads=1,
    head_dim=32,
    query_pre_attn_scalar=32,
    vocab_size=2048,
    attn_logit_softcapping=50.0,
    final_logit_softcapping=30.0,
    sliding_window=4096,
)


def pair():
    """SigLIP, with the scale and bias that it began with."""
    # SigLIP's tokenizer fills up with the end, which has number 1 here too.
    text = TEXT | dict(projection_size=WIDTH, pad_token_id=1, bos_token_id=2, eos_token_id=1)
    made = SiglipModel(SiglipConfig(text, VISION))
    with torch.no_grad():
        made.logit_scale.fill_(math.log(10)), made.logit_bias.fill_(-10)
    return made


def pixels(bytes_):
    """(n, side, side, 3) bytes as (n, 3, side, side) from -1 to 1."""
    return torch.from_numpy(bytes_).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


class Answerer(nn.Module):
    """PaliGemma 2 without its picture tower, which is the pair's."""

    def __init__(self):
        super().__init__()
        self.projector = nn.Linear(WIDTH, WIDTH)
        self.language = Gemma2Model(Gemma2Config(**LANGUAGE, pad_token_id=0, eos_token_id=1, bos_token_id=2, attn_implementation="eager"))

    def forward(self, patches, ids, images, prefix=None):
        """Logits behind each token, or behind the last where there is no prefix.

        `patches` (n, patches, width), one row a text; `ids` (n, length), filled up on the left with 0; `images` (n), where the picture's
        tokens begin. Every token sees those before `prefix` (n, by default all), and behind it the earlier ones.
        """
        vectors = self.language.embed_tokens(ids)
        at = images[:, None] + torch.arange(PATCHES)
        vectors = vectors.scatter(1, at[:, :, None].expand(-1, -1, WIDTH), self.projector(patches) / WIDTH**0.5)
        places = torch.arange(ids.shape[1])
        ends = torch.full((len(ids),), ids.shape[1]) if prefix is None else prefix
        seen = (places[None, None, :] <= places[None, :, None]) | (places[None, None, :] < ends[:, None, None])
        hidden = ~(seen & (ids != 0)[:, None, :])
        mask = torch.zeros(hidden.shape).masked_fill(hidden, torch.finfo(torch.float32).min)[:, None]
        both = {"full_attention": mask, "sliding_attention": mask}
        states = self.language(inputs_embeds=vectors, attention_mask=both, use_cache=False).last_hidden_state
        states = states[:, -1] if prefix is None else states
        return 30 * torch.tanh(states @ self.language.embed_tokens.weight.T / 30)
