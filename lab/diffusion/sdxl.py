"""SDXL's denoiser and decoder at full size in PyTorch f32, paired with linocut-diffusion: ratio of medians of interleaved pairs,
and the peak memory of each process.

Run: cargo build --release -p linocut-lab --features diffusion --bin sdxl_speed
     python weights.py sdxl FOLDER
     python sdxl.py PATH/TO/sdxl_speed FOLDER f32|f16 [--only ours|theirs] [--pairs 7] [--clock cpu|wall] [--ask] [--apart] LINE...
LINE is `unet 512` or `vae 512`. (torch 2.15, diffusers 0.34.0.) The denoiser in f32 takes 10.3 GB in PyTorch and 14.1 GB here: where
there is no room for both, --apart gives each side of each pair a process of its own, one after the other, warmed by one call."""
import argparse, json, os, pathlib, re, statistics, subprocess, sys, time

options = argparse.ArgumentParser()
options.add_argument("example"), options.add_argument("folder", type=pathlib.Path), options.add_argument("dtype")
options.add_argument("--only", choices=["ours", "theirs"]), options.add_argument("--pairs", type=int, default=7)
options.add_argument("--clock", choices=["cpu", "wall"], default="wall")
options.add_argument("--ask", action="store_true", help="wait for a line on standard input when all is loaded")
options.add_argument("--apart", action="store_true", help="never both sides in memory")
options.add_argument("lines", nargs="+")
options = options.parse_args()


def cpu_time(pid):  # of that process, as clock_getcpuclockid makes it
    return time.clock_gettime((~pid << 3) | 2)


def timed(pid, run):
    now = time.perf_counter if options.clock == "wall" else lambda: cpu_time(pid)
    start = now()
    run()
    return now() - start


def peak(pid):
    lines = pathlib.Path(f"/proc/{pid}/status").read_text().splitlines()
    return int(next(line for line in lines if line.startswith("VmHWM")).split()[1]) * 1024 / 1e9


def our_side():
    process = subprocess.Popen(
        [options.example, options.folder, options.dtype], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    )

    def run(line):
        process.stdin.write(line + "\n")
        process.stdin.flush()
        assert process.stdout.readline() == "done\n"

    return process.pid, run


def their_side(lines):
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel

    torch.set_grad_enabled(False)
    torch.set_default_dtype(torch.float32)
    kinds, models = {"unet": UNet2DConditionModel, "vae": AutoencoderKL}, {}

    def fill(model):  # normal numbers, as weights.py has them; the real ones are not read
        block = torch.randn(1 << 22)
        for value in model.parameters():
            if value.dim() > 1:
                flat = value.data.view(-1)
                for start in range(0, flat.numel(), block.numel()):
                    part = flat[start : start + block.numel()]
                    part.copy_(block[: part.numel()] / (value.numel() / value.shape[0]) ** 0.5)

    for part in {line.split()[0] for line in lines}:
        config = json.loads((options.folder / part / "config.json").read_text())
        with torch.device("meta"):
            model = kinds[part].from_config(config)
        model = model.to_empty(device="cpu").eval()
        for name, value in model.named_parameters():
            if value.dim() == 1:
                value.data.fill_(name.endswith("weight"))
        fill(model)
        models[part] = model

    def run(line):
        part, size = line.split()
        side = int(size) // 8
        latents = torch.randn(1, 4, side, side)
        if part == "vae":
            return models[part].decode(latents)
        added = {"text_embeds": torch.randn(1, 1280), "time_ids": torch.tensor([[8.0 * side] * 2 + [0] * 2 + [8.0 * side] * 2])}
        models[part](latents, 999, torch.randn(1, 77, 2048), added_cond_kwargs=added)

    return os.getpid(), run


def alone(line, side):
    """Seconds and peak memory of one call, in processes that end with it."""
    command = [sys.executable, __file__, options.example, options.folder, options.dtype, "--only", side, "--pairs", "1"]
    report = subprocess.run([*command, "--clock", options.clock, line], check=True, stdout=subprocess.PIPE, text=True).stdout
    return [float(number) for number in re.search(r"(\S+) s, peak (\S+) GB", report).groups()]


if options.apart:
    for line in options.lines:
        pairs = [(alone(line, "ours"), alone(line, "theirs")) for _ in range(options.pairs)]
        (ours, our_peak), (theirs, their_peak) = ((statistics.median(column) for column in zip(*side)) for side in zip(*pairs))
        ratio = statistics.median(mine[0] / other[0] for mine, other in pairs)
        print(f"{line}, {options.dtype} weights, {options.pairs} pairs apart, {options.clock} clock: linocut {ours:.2f} s, peak {our_peak:.2f} GB; "
              f"PyTorch {theirs:.2f} s, peak {their_peak:.2f} GB; ratio {ratio:.2f}", flush=True)
    sys.exit()

sides = {}
if options.only != "theirs":
    sides["linocut"] = our_side()
if options.only != "ours":
    sides["PyTorch"] = their_side(options.lines)
for line in options.lines:
    for _, run in sides.values():
        run(line)
if options.ask:
    print("loaded", flush=True)
    input()
for line in options.lines:
    times = {name: [] for name in sides}
    for _ in range(options.pairs):
        for name, (pid, run) in sides.items():
            times[name].append(timed(pid, lambda: run(line)))
    report = [f"{name} {statistics.median(found):.2f} s, peak {peak(sides[name][0]):.2f} GB" for name, found in times.items()]
    if len(sides) == 2:
        report.append(f"ratio {statistics.median(a / b for a, b in zip(*times.values())):.2f}")
    print(f"{line}, {options.dtype} weights, {options.pairs} pairs, {options.clock} clock: " + "; ".join(report), flush=True)
