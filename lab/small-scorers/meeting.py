"""Words and patches meet before the answerer learns: one head of its first layer learns alone which words a picture shows.

A word asks every patch; the share of its attention that goes to patches rather than to text is high if some patch fits. That needs no
other layer, so it is learnt in a minute: vectors of words (begun from the text tower's), projector, queries and keys of one head. Patches
live in the first half of a vector and words in the second, so that words do not attend to words; the turning dimensions of the head are
left out, so that it does not matter where a word stands. All of that is free again when the answerer learns.
"""

import math

import torch
import torch.nn.functional as F
from torch import nn

from networks import LANGUAGE, WIDTH
from questions import STOP, altered

HALF, OF_HEAD = WIDTH // 2, LANGUAGE["head_dim"]
TEXT_TOKENS = 40  # of a usual prompt; each takes a share of the attention as if its score were 0
STILL = 10  # pairs of dimensions of a head that turn within the length of a prompt
LEAST = 20  # captions that have a token which is learnt
RARE = 2.0  # a word that takes as much of the attention as the text is in the picture with the chance 1 / (1 + e^2)
CONTENT, CONSTANT = 0.5, 0.2  # lengths of a word's own part and of what all words share
MASS = HALF - 8  # where the head writes the patches' share, and behind it the text's


class Meeting(nn.Module):
    def __init__(self, answerer, texts, captions, vectors):
        super().__init__()
        self.answerer, self.texts, self.attention = answerer, texts, answerer.language.layers[0].self_attn
        words, project = answerer.language.embed_tokens.weight, answerer.projector
        counts = torch.zeros(len(vectors))
        for row in texts.batch(captions):
            counts[row.unique()] += 1
        stop = {number for word in STOP for number in texts.tokenizer.encode(word).ids}
        counts[list(stop)] = 0
        self.learnt = (counts >= LEAST).nonzero().flatten()
        left, place = torch.arange(WIDTH) < HALF, torch.arange(OF_HEAD) % (OF_HEAD // 2)
        self.still = (place >= STILL).nonzero().flatten()
        self.left = left.float()
        with torch.no_grad():
            away = vectors - vectors.mean(0)
            directions = torch.linalg.svd(away, full_matrices=False).Vh[: HALF - 2]
            share = torch.logit((counts / len(captions)).clamp(1e-3, 0.5))
            words.zero_()
            words[:, HALF], words[:, HALF + 1] = CONSTANT, 0.05 * share
            words[:, HALF + 2 :] = F.normalize(away @ directions.T, dim=1) * CONTENT
            nn.init.orthogonal_(project.weight), project.bias.zero_()
            project.weight[0], project.bias[0] = 0, 4.0
        queries, keys = torch.zeros(len(self.still), WIDTH), torch.zeros(len(self.still), WIDTH)
        for at in range(len(self.still)):
            queries[at, HALF + 1 + at], keys[at, at + (at > 0)] = 1, 1
        self.queries, self.keys = nn.Parameter(queries), nn.Parameter(keys)
        self.parameters_learnt = [words, *project.parameters(), self.queries, self.keys]

    def scores(self, patches, ids):
        """How surely each token is in each picture, in logits: pictures x tokens."""
        words, project, norm = self.answerer.language.embed_tokens.weight[ids], self.answerer.projector, lambda x: F.rms_norm(x, (WIDTH,))
        q = norm(words * (1 - self.left)) @ self.queries.T
        k = norm(project(patches) * self.left) @ self.keys.T
        match = (k.flatten(0, 1) @ q.T / LANGUAGE["query_pre_attn_scalar"] ** 0.5).unflatten(0, patches.shape[:2])
        return match.logsumexp(1) - math.log(TEXT_TOKENS) - RARE

    def loss(self, patches, captions):
        present = torch.zeros(len(captions), LANGUAGE["vocab_size"]).scatter(1, self.texts.batch(captions), 1.0)[:, self.learnt]
        return F.binary_cross_entropy_with_logits(self.scores(patches, self.learnt), present, reduction="none").sum(1).mean()

    @torch.no_grad()
    def finish(self):
        """Leaves in the answerer what was learnt, and lets the head write its shares of patches and of text, and the others little."""
        attention, project = self.attention, self.answerer.projector
        self.answerer.language.embed_tokens.weight.mul_(1 - self.left)
        project.weight.mul_(self.left[:, None]), project.bias.mul_(self.left)
        for weight, learnt, side in ((attention.q_proj.weight, self.queries, 1 - self.left), (attention.k_proj.weight, self.keys, self.left)):
            weight[:OF_HEAD] = 0
            weight[self.still] = learnt * side
        attention.v_proj.weight[:2] = 0
        attention.v_proj.weight[0, 0], attention.v_proj.weight[1, HALF] = 1, 1
        attention.o_proj.weight.mul_(0.2)
        attention.o_proj.weight[MASS : MASS + 2], attention.o_proj.weight[:, :OF_HEAD] = 0, 0
        attention.o_proj.weight[MASS, 0] = attention.o_proj.weight[MASS + 1, 1] = 1

    @torch.no_grad()
    def held_out(self, draw, patches, captions):
        """How often the tokens of a caption that a changed one lacks are likelier than the tokens that it has instead."""
        right = total = 0
        for seen, text in zip(patches, captions):
            changed = altered(draw, text)
            if not changed:
                continue
            own, other = (set(self.texts.tokenizer.encode(words).ids) for words in (text, changed))
            if not (own - other) or not (other - own):
                continue
            means = [self.scores(seen[None], torch.tensor(sorted(ids)))[0].mean() for ids in (own - other, other - own)]
            right, total = right + (means[0] > means[1]).item(), total + 1
        return f"changed words told {100 * right / total:.1f} % of {total}"
