#!/usr/bin/env python3
"""CPU time of PaliGemma 2's prefill: ours against torch in f32, in interleaved pairs; then what sharing the tower saves.

    cargo build --release -p linocut-lab --features neural --bin paligemma_measure
    pip install torch transformers==4.49 && python measure.py PROGRAM FOLDER [PAIRS] [KINDS]

FOLDER is a checkpoint of make_random.py. Both sides use as many threads as RAYON_NUM_THREADS says (default: all).
"""
import os
import statistics
import subprocess
import sys
import time

import numpy as np
import torch
from transformers import PaliGemmaForConditionalGeneration

program, folder = sys.argv[1:3]
pairs = int(sys.argv[3]) if len(sys.argv) > 3 else 7
kinds = sys.argv[4].split(",") if len(sys.argv) > 4 else ["nf4", "stored"]
threads = int(os.environ.get("RAYON_NUM_THREADS", os.cpu_count()))
torch.set_num_threads(threads)
torch.set_grad_enabled(False)
model = PaliGemmaForConditionalGeneration.from_pretrained(folder, torch_dtype=torch.float32, attn_implementation={"text_config": "eager", "vision_config": "sdpa"}).eval()
side = model.config.vision_config.image_size
x, y = np.meshgrid(np.arange(side), np.arange(side))
picture = np.stack([x % 256, y % 256, (x * y // 97) % 256], 0).astype(np.float32) / 127.5 - 1
pixels = torch.tensor(picture)[None]
patches = (side // model.config.vision_config.patch_size) ** 2
ids = torch.tensor([[model.config.image_token_index] * patches + [2] + [5 + at * 7 % 250 for at in range(60)]])


def reference():
    return model(input_ids=ids, pixel_values=pixels, attention_mask=torch.ones_like(ids), token_type_ids=torch.zeros_like(ids), use_cache=False, logits_to_keep=1).logits[0, -1]


class Ours:
    def __init__(self, kind):
        self.process = subprocess.Popen([program, folder, kind], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
        self.loaded = self.process.stdout.readline().strip()

    def ask(self, line):
        print(line, file=self.process.stdin, flush=True)
        return self.process.stdout.readline()


def timed():
    start = time.process_time()
    reference()
    return time.process_time() - start


exact = reference()
print(f"torch {torch.__version__}, {threads} threads, {len(model.language_model.model.layers)} text and {model.config.vision_config.num_hidden_layers} vision layers")
for kind in kinds:
    ours = Ours(kind)
    logits = torch.tensor([float(value) for value in ours.ask("logits").split()])
    deviation = (logits - exact).pow(2).mean().sqrt() / exact.pow(2).mean().sqrt()
    timed(), ours.ask("prefill 1")
    times = [(timed(), float(ours.ask("prefill 1"))) for _ in range(pairs)]
    torch_time, our_time = (statistics.median(column) for column in zip(*times))
    ratio = statistics.median(mine / other for other, mine in times)
    print(f"{kind}: torch {torch_time:.2f} s, ours {our_time:.2f} s, ratio {ratio:.2f}; logits deviate by {deviation:.2e} (rms); {ours.loaded}")
    if kind == kinds[0]:
        shared, separate = float(ours.ask("prefill 5")), float(ours.ask("separate 5"))
        print(f"{kind}: five prompts in one batch {shared:.2f} s, one by one with a look each {separate:.2f} s; look {ours.ask('look').strip()} s")
    ours.process.stdin.close()
    ours.process.wait()
