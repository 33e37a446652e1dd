"""The two networks in the shapes of SigLIP and PaliGemma 2, small, with the names under which those were published."""

import math

import torch
import torch.nn.functional as F
from torch import nn
from transformers import SiglipConfig, SiglipModel

from pictures import SIDE

WIDTH, HEADS, PATCH = 128, 4, 16
PATCHES = (SIDE // PATCH) ** 2
VISION = dict(hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=5, num_attention_heads=HEADS, image_size=SIDE, patch_size=PATCH)
TEXT = dict(hidden_size=WIDTH, intermediate_size=4 * WIDTH, num_hidden_layers=2, num_attention_heads=HEADS, vocab_size=2048, max_position_embeddings=32)
LANGUAGE = dict(
    hidden_size=WIDTH,
    intermediate_size=256,
    num_hidden_layers=4,
    num_attention_heads=HEADS,
    num_key_value_heads=2,
    head_dim=64,
    query_pre_attn_scalar=64,
    vocab_size=2048,
    attn_logit_softcapping=1000.0,  # so much that the sums are as good as free of it, which lets torch use its fast kernel
    final_logit_softcapping=30.0,
    sliding_window=4096,
    rope_theta=1e8,  # most dimensions of a head hardly turn within a prompt
)


def pair():
    """SigLIP, with the scale and bias that it began with."""
    # SigLIP's tokenizer fills up with the end, which has number 1 here too.
    text = TEXT | dict(projection_size=WIDTH, pad_token_id=1, bos_token_id=2, eos_token_id=1)
    made = SiglipModel(SiglipConfig(text_config=text, vision_config=VISION))
    with torch.no_grad():
        made.logit_scale.fill_(math.log(10)), made.logit_bias.fill_(-10)
    return made


def pixels(bytes_):
    """(n, side, side, 3) bytes as (n, 3, side, side) from -1 to 1."""
    return torch.from_numpy(bytes_).permute(0, 3, 1, 2).float().div_(127.5).sub_(1)


class Norm(nn.Module):
    def __init__(self):
        super().__init__()
        self.weight = nn.Parameter(torch.zeros(WIDTH))

    def forward(self, x):
        return F.rms_norm(x, (WIDTH,), 1 + self.weight.to(x.dtype), 1e-6)


def turned(x, cos, sin):
    """Rotary places of heads (n, heads, length, of a head)."""
    one, other = x.chunk(2, -1)
    return x * cos + torch.cat([-other, one], -1) * sin


class Attention(nn.Module):
    def __init__(self):
        super().__init__()
        self.of_head, heads, groups = (LANGUAGE[key] for key in ("head_dim", "num_attention_heads", "num_key_value_heads"))
        linear = lambda a, b: nn.Linear(a, b, bias=False)
        self.q_proj, self.o_proj = linear(WIDTH, heads * self.of_head), linear(heads * self.of_head, WIDTH)
        self.k_proj, self.v_proj = (linear(WIDTH, groups * self.of_head) for _ in range(2))

    def forward(self, x, asking, places, mask):
        """`asking`: how many of the last tokens ask; the others are only asked."""
        split = lambda y: y.unflatten(-1, (-1, self.of_head)).transpose(1, 2)
        q, k, v = split(self.q_proj(x[:, -asking:])), split(self.k_proj(x)), split(self.v_proj(x))
        cos, sin = (table.to(q.dtype) for table in places)
        q, k = turned(q, cos[-asking:], sin[-asking:]), turned(k, cos, sin)
        k, v = (y.repeat_interleave(q.shape[1] // y.shape[1], 1) for y in (k, v))
        out = F.scaled_dot_product_attention(q, k, v, attn_mask=mask.to(q.dtype), scale=LANGUAGE["query_pre_attn_scalar"] ** -0.5)
        return self.o_proj(out.transpose(1, 2).flatten(2))


class Mlp(nn.Module):
    def __init__(self):
        super().__init__()
        wide = LANGUAGE["intermediate_size"]
        self.gate_proj, self.up_proj = nn.Linear(WIDTH, wide, bias=False), nn.Linear(WIDTH, wide, bias=False)
        self.down_proj = nn.Linear(wide, WIDTH, bias=False)

    def forward(self, x):
        return self.down_proj(F.gelu(self.gate_proj(x), approximate="tanh") * self.up_proj(x))


class Layer(nn.Module):
    def __init__(self):
        super().__init__()
        self.self_attn, self.mlp = Attention(), Mlp()
        self.input_layernorm, self.post_attention_layernorm = Norm(), Norm()
        self.pre_feedforward_layernorm, self.post_feedforward_layernorm = Norm(), Norm()

    def forward(self, x, asking, places, mask):
        x = x[:, -asking:] + self.post_attention_layernorm(self.self_attn(self.input_layernorm(x), asking, places, mask))
        return x + self.post_feedforward_layernorm(self.mlp(self.pre_feedforward_layernorm(x)))


class Gemma(nn.Module):
    """Gemma 2 under its published names. Only the last token goes through the whole of the last layer."""

    def __init__(self):
        super().__init__()
        self.embed_tokens = nn.Embedding(LANGUAGE["vocab_size"], WIDTH)
        self.layers = nn.ModuleList(Layer() for _ in range(LANGUAGE["num_hidden_layers"]))
        self.norm = Norm()
        for name, weight in self.named_parameters():
            if weight.dim() == 2:
                nn.init.normal_(weight, std=0.5 / weight.shape[1] ** 0.5)

    def forward(self, x, mask):
        """States before the first layer and behind each but the last, and that of the last token behind all."""
        half = LANGUAGE["head_dim"] // 2
        turns = torch.arange(x.shape[1])[:, None] * LANGUAGE["rope_theta"] ** (-torch.arange(half) / half)
        places, states = (turns.cos().repeat(1, 2), turns.sin().repeat(1, 2)), [x]
        for layer in self.layers[:-1]:
            states.append(layer(states[-1], x.shape[1], places, mask))
        return states, self.norm(self.layers[-1](states[-1], 1, places, mask))[:, -1]


class Answerer(nn.Module):
    """PaliGemma 2 without its picture tower, which is the pair's."""

    def __init__(self):
        super().__init__()
        self.projector, self.language = nn.Linear(WIDTH, WIDTH), Gemma()

    def forward(self, patches, ids, images):
        """Logits behind the last token, and the states before the first layer and behind each but the last.

        `patches` (n, patches, width), one row a text; `ids` (n, length), filled up on the left with 0; `images` (n), where the picture's
        tokens begin. Every token sees all of its row.
        """
        at = (images[:, None] + torch.arange(PATCHES))[:, :, None].expand(-1, -1, WIDTH)
        vectors = (self.language.embed_tokens(ids) * WIDTH**0.5).scatter(1, at, self.projector(patches).float())
        mask = torch.zeros(len(ids), 1, 1, ids.shape[1]).masked_fill((ids == 0)[:, None, None], -1e9)
        states, last = self.language(vectors, mask)
        logits = (last @ self.language.embed_tokens.weight.T).float()
        return 30 * torch.tanh(logits / 30), states
