"""Networks in PyTorch f32, paired with the same ones of linocut-diffusion: ratio of medians of interleaved pairs of calls.

Run: cargo build --release -p linocut-lab --features diffusion --bin transformer_speed
     OMP_NUM_THREADS=1 RAYON_NUM_THREADS=1 python networks.py PATH/TO/transformer_speed FOLDER NETWORK "SIZE WORDS" [PAIRS]
(torch 2.15, diffusers 0.36.0). FOLDER is what weights.py writes, for example with `--only transformer --layers 1`; NETWORK is transformer,
vae, or language: Janus-Pro's next token (transformers 4.56), for two rows of WORDS tokens that have been read. CPU time of each process."""
import json, statistics, subprocess, sys, time

import torch
from diffusers import AutoencoderDC, FluxTransformer2DModel, SanaTransformer2DModel
from transformers import DynamicCache, LlamaConfig, LlamaModel

torch.set_grad_enabled(False)
program, folder, part, sizes, *pairs = sys.argv[1:]
pairs = int(pairs[0]) if pairs else 7
size, words = map(int, sizes.split())
with open(f"{folder}/config.json" if part == "language" else f"{folder}/{part}/config.json") as text:
    config = json.load(text)


def flux():
    network, side = FluxTransformer2DModel.from_config(config).eval(), size // 16
    states, text, pooled = torch.randn(1, side * side, 64), torch.randn(1, words, 4096), torch.randn(1, 768)
    places, none = torch.cartesian_prod(torch.zeros(1), torch.arange(side).float(), torch.arange(side).float()), torch.zeros(words, 3)
    return lambda: network(states, text, pooled, torch.tensor([0.5]), places, none)


def sana():
    network = SanaTransformer2DModel.from_config(config).eval()
    latents, text = torch.randn(1, 32, size // 32, size // 32), torch.randn(1, words, config["caption_channels"])
    return lambda: network(latents, text, torch.tensor([500.0]))


def deep():
    network, latents = AutoencoderDC.from_config(config).eval(), torch.randn(1, 32, size // 32, size // 32)
    return lambda: network.decode(latents)


def language():
    network, hidden = LlamaModel(LlamaConfig(**config["language_config"])).eval(), config["language_config"]["hidden_size"]
    head = torch.nn.Sequential(torch.nn.Linear(hidden, hidden), torch.nn.GELU(), torch.nn.Linear(hidden, 16384))
    cache = DynamicCache()
    network(inputs_embeds=torch.randn(2, words, hidden), past_key_values=cache)
    return lambda: head(network(inputs_embeds=torch.randn(2, 1, hidden), past_key_values=cache).last_hidden_state[:, -1])


theirs = language() if part == "language" else deep() if part == "vae" else flux() if "num_single_layers" in config else sana()
ours = subprocess.Popen([program, folder, "plain", part], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def time_ours():
    clock = (~ours.pid << 3) | 2  # CPU time of that process, as clock_getcpuclockid makes it
    start = time.clock_gettime(clock)
    ours.stdin.write(sizes + "\n")
    ours.stdin.flush()
    assert ours.stdout.readline() == "done\n"
    return time.clock_gettime(clock) - start


def time_theirs():
    start = time.process_time()
    theirs()
    return time.process_time() - start


time_ours(), time_theirs()
found = [(time_ours(), time_theirs()) for _ in range(pairs)]
ratios = sorted(a / b for a, b in found)
mine, other = (statistics.median(column) for column in zip(*found))
print(f"{folder} {part} {sizes}, {torch.get_num_threads()} threads: linocut {mine:.2f} s, PyTorch {other:.2f} s,"
      f" ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f}), {pairs} pairs")
ours.stdin.close()
