"""Trains the small writer, in bounded parts.

    train.py PAIRS MODEL STATE --seconds S --total T [--seed N]

PAIRS: JSON lines of `description` and `svg`. MODEL: the folder with the tokenizer; config.json and model.safetensors go there. STATE: a
folder from which the next part goes on. The rate follows a cosine over T seconds of work, of which this part does S.
"""

import argparse
import json
import math
import pathlib
import random
import time

import torch
from safetensors.torch import save_file
from tokenizers import Tokenizer
from transformers import LlamaConfig, LlamaForCausalLM

TOKENS, RATE, WARM, DECAY, AVERAGE = 2048, 3e-3, 0.02, 0.1, 0.998
SHAPE = dict(
    hidden_size=160,
    intermediate_size=448,
    num_hidden_layers=5,
    num_attention_heads=4,
    num_key_value_heads=4,
    max_position_embeddings=512,
    rms_norm_eps=1e-6,
    rope_theta=10000.0,
    tie_word_embeddings=True,
)


def encoded(pairs, tokenizer):
    """Tokens of each pair, and how many of them are the question's."""
    end, rows = tokenizer.token_to_id("<|end|>"), []
    for line in pairs.open():
        pair = json.loads(line)
        question = tokenizer.encode(pair["description"] + "\n").ids
        answer = tokenizer.encode(pair["svg"]).ids + [end]
        if len(question) + len(answer) <= SHAPE["max_position_embeddings"]:
            rows.append((question + answer, len(question)))
    return rows


def batches(rows, seed):
    """Batches of about TOKENS tokens without end, each of pairs of like length."""
    lot = random.Random(seed)
    while True:
        order = list(range(len(rows)))
        lot.shuffle(order)
        packs = []
        for first in range(0, len(order), 1024):
            chunk, pack = sorted(order[first : first + 1024], key=lambda at: len(rows[at][0])), []
            for at in chunk:
                if pack and (len(pack) + 1) * len(rows[at][0]) > TOKENS:
                    packs.append(pack)
                    pack = []
                pack.append(at)
            packs.append(pack)
        lot.shuffle(packs)
        for pack in packs:
            long = max(len(rows[at][0]) for at in pack)
            ids = torch.zeros(len(pack), long, dtype=torch.long)
            labels = torch.full((len(pack), long), -100)
            for row, at in enumerate(pack):
                tokens, question = rows[at]
                ids[row, : len(tokens)] = torch.tensor(tokens)
                labels[row, question : len(tokens)] = torch.tensor(tokens[question:])
            yield ids, labels


def rate(share):
    return RATE * min(share / WARM, 0.02 + 0.98 * 0.5 * (1 + math.cos(math.pi * min(share, 1.0))))


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("pairs", type=pathlib.Path)
    parser.add_argument("model", type=pathlib.Path)
    parser.add_argument("state", type=pathlib.Path)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--total", type=float, required=True)
    parser.add_argument("--seed", type=int, default=20261128)
    args = parser.parse_args()
    torch.set_num_threads(1)
    torch.manual_seed(args.seed)
    tokenizer = Tokenizer.from_file(str(args.model / "tokenizer.json"))
    end = tokenizer.token_to_id("<|end|>")
    config = LlamaConfig(vocab_size=tokenizer.get_vocab_size(), bos_token_id=None, eos_token_id=end, pad_token_id=0, **SHAPE)
    network = LlamaForCausalLM(config)
    matrices = [weight for weight in network.parameters() if weight.dim() > 1]
    others = [weight for weight in network.parameters() if weight.dim() == 1]
    groups = [{"params": matrices, "weight_decay": DECAY}, {"params": others, "weight_decay": 0.0}]
    optimiser = torch.optim.AdamW(groups, lr=RATE, betas=(0.9, 0.98))
    average = {name: weight.detach().clone() for name, weight in network.state_dict().items()}
    spent, step, seen = 0.0, 0, 0
    file = args.state / "state.pt"
    if file.exists():
        state = torch.load(file, weights_only=True)
        network.load_state_dict(state["network"])
        optimiser.load_state_dict(state["optimiser"])
        average, spent, step, seen = state["average"], state["spent"], state["step"], state["seen"]
    rows = encoded(args.pairs, tokenizer)
    print(f"{sum(w.numel() for w in network.parameters())} parameters, {len(rows)} pairs, {spent:.0f} s so far", flush=True)
    source, begun, at_first, losses = batches(rows, args.seed + step), time.time(), spent, []
    while spent < min(at_first + args.seconds, args.total):
        ids, labels = next(source)
        for group in optimiser.param_groups:
            group["lr"] = rate(spent / args.total)
        with torch.autocast("cpu", dtype=torch.bfloat16):
            hidden = network.model(input_ids=ids).last_hidden_state
            chosen = labels[:, 1:] != -100
            logits = network.lm_head(hidden[:, :-1][chosen])
        loss = torch.nn.functional.cross_entropy(logits.float(), labels[:, 1:][chosen])
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        torch.nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        keep = min(AVERAGE, (step + 1) / (step + 10))
        for name, weight in network.state_dict().items():
            average[name].lerp_(weight, 1 - keep)
        step, seen, spent = step + 1, seen + len(ids), at_first + time.time() - begun
        losses.append(loss.item())
        if step % 50 == 0:
            print(f"step {step}, {seen} pairs, {spent:.0f} s, loss {sum(losses) / len(losses):.4f}", flush=True)
            losses = []
        if step % 500 == 0:
            keep_state(args, network, optimiser, average, spent, step, seen)
    keep_state(args, network, optimiser, average, spent, step, seen)


def keep_state(args, network, optimiser, average, spent, step, seen):
    args.state.mkdir(parents=True, exist_ok=True)
    state = dict(network=network.state_dict(), optimiser=optimiser.state_dict(), average=average, spent=spent, step=step, seen=seen)
    torch.save(state, args.state / "state.pt")
    tensors = {name: weight.contiguous() for name, weight in average.items() if name != "lm_head.weight"}
    save_file(tensors, args.model / "model.safetensors", metadata={"format": "pt"})
    config = {key: value for key, value in network.config.to_dict().items() if key in SHAPE or key in ("vocab_size", "hidden_act", "eos_token_id")}
    config = dict(architectures=["LlamaForCausalLM"], model_type="llama", **config)
    (args.model / "config.json").write_text(json.dumps(config, indent=1) + "\n")


if __name__ == "__main__":
    main()
