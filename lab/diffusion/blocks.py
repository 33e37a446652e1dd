"""Blocks of SDXL in PyTorch f32, paired with the same blocks of linocut-diffusion: ratio of medians of 7 interleaved pairs.

Run: cargo build --release -p linocut-lab --features diffusion --bin block_speed
     OMP_NUM_THREADS=1 RAYON_NUM_THREADS=1 python blocks.py PATH/TO/block_speed
(torch 2.15, diffusers 0.34.0). The example runs a block for each line that it is sent."""
import statistics, subprocess, sys, time

import torch
from diffusers.models.attention import BasicTransformerBlock
from diffusers.models.resnet import ResnetBlock2D

PAIRS = 7
torch.set_grad_enabled(False)


def resnet(channels, side):
    block = ResnetBlock2D(in_channels=channels, out_channels=channels, temb_channels=1280, groups=32, eps=1e-5).eval()
    x, t = torch.randn(1, channels, side, side), torch.randn(1, 1280)
    return lambda: block(x, t)


def transformer(channels, side):
    block = BasicTransformerBlock(channels, channels // 64, 64, cross_attention_dim=2048, activation_fn="geglu").eval()
    x, c = torch.randn(1, side * side, channels), torch.randn(1, 77, 2048)
    return lambda: block(x, encoder_hidden_states=c)


ours = subprocess.Popen(sys.argv[1:], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def time_ours(name):
    clock = (~ours.pid << 3) | 2  # CPU time of that process, as clock_getcpuclockid makes it
    start = time.clock_gettime(clock)
    ours.stdin.write(name + "\n")
    ours.stdin.flush()
    assert ours.stdout.readline() == "done\n"
    return (time.clock_gettime(clock) - start) * 1000


def time_theirs(run):
    start = time.process_time()
    run()
    return (time.process_time() - start) * 1000


print(f"threads: {torch.get_num_threads()}; process CPU time in ms, medians of {PAIRS} interleaved pairs")
print("| block | linocut | PyTorch | ratio |\n|---|---|---|---|")
for name, run in {
    "resnet 320 64": resnet(320, 64), "resnet 320 128": resnet(320, 128), "resnet 1280 32": resnet(1280, 32),
    "transformer 640 64": transformer(640, 64), "transformer 1280 32": transformer(1280, 32),
}.items():
    time_ours(name), time_theirs(run)
    pairs = [(time_ours(name), time_theirs(run)) for _ in range(PAIRS)]
    mine, theirs = (statistics.median(column) for column in zip(*pairs))
    ratio = statistics.median(a / b for a, b in pairs)
    print(f"| {name} | {mine:.0f} | {theirs:.0f} | {ratio:.2f} |", flush=True)
ours.stdin.close()
