"""Speed and memory of SDXL at full size on a card, beside PyTorch and diffusers in the same run: a table.

Run: python weights.py sdxl FOLDER
     python card.py PATH/TO/sdxl_speed FOLDER [--dtype bf16] [--calls 7]
(torch with CUDA, diffusers.) Both sides eager, PyTorch with scaled_dot_product_attention; wall time of a call that is waited for, median of
the calls after two that warm up. The sides take turns, each with the card to itself. Peak memory: that of the card less what it had before,
asked five times a second."""
import argparse, json, pathlib, statistics, subprocess, threading, time

options = argparse.ArgumentParser()
options.add_argument("program"), options.add_argument("folder", type=pathlib.Path)
options.add_argument("--dtype", default="bf16", choices=["f32", "f16", "bf16"]), options.add_argument("--calls", type=int, default=7)
options = options.parse_args()
ROWS = ["unet 512", "unet 1024", "unet 1024 2", "unet 1024 8", "vae 512", "vae 1024"]


def memory():
    query = ["nvidia-smi", "--query-gpu=memory.used", "--format=csv,noheader,nounits"]
    return int(subprocess.run(query, capture_output=True, text=True, check=True).stdout.splitlines()[0]) / 1000


class Peak:
    def __enter__(self):
        self.before, self.most, self.ends = memory(), 0.0, False
        self.thread = threading.Thread(target=self.look)
        self.thread.start()
        return self

    def look(self):
        while not self.ends:
            self.most = max(self.most, memory() - self.before)
            time.sleep(0.2)

    def __exit__(self, *_):
        self.ends = True
        self.thread.join()


def median(run):
    times = []
    for _ in range(options.calls + 2):
        start = time.perf_counter()
        run()
        times.append(time.perf_counter() - start)
    return statistics.median(times[2:])


def ours(row):
    with Peak() as peak:
        process = subprocess.Popen([options.program, options.folder, options.dtype, "cuda"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

        def run():
            process.stdin.write(row + "\n")
            process.stdin.flush()
            if process.stdout.readline() != "done\n":
                raise SystemExit(f"{row}: no answer")

        seconds = median(run)
        process.stdin.close()
        process.wait()
    return seconds, peak.most


def theirs(row):
    import torch
    from diffusers import AutoencoderKL, UNet2DConditionModel

    part, size, batch = (row.split() + ["1"])[:3]
    dtype = {"f32": torch.float32, "f16": torch.float16, "bf16": torch.bfloat16}[options.dtype]
    if part == "vae" and options.dtype == "f16":
        dtype = torch.float32
    torch.set_grad_enabled(False)
    with Peak() as peak:
        config = json.loads((options.folder / part / "config.json").read_text())
        kind = UNet2DConditionModel if part == "unet" else AutoencoderKL
        with torch.device("cuda"):
            model = kind.from_config(config).to(dtype).eval()
        side, count = int(size) // 8, int(batch)
        random = lambda *shape: torch.randn(*shape, device="cuda", dtype=dtype)
        latents, text = random(count, 4, side, side), random(count, 77, 2048)
        sizes = torch.tensor([[8.0 * side] * 2 + [0] * 2 + [8.0 * side] * 2] * count, device="cuda")
        told = {"text_embeds": random(count, 1280), "time_ids": sizes}

        def run():
            if part == "vae":
                model.decode(latents)
            else:
                model(latents, 999, text, added_cond_kwargs=told)
            torch.cuda.synchronize()

        seconds = median(run)
        del model
        torch.cuda.empty_cache()
    return seconds, peak.most


name = subprocess.run(["nvidia-smi", "--query-gpu=name", "--format=csv,noheader"], capture_output=True, text=True, check=True).stdout.strip()
print(f"{name}, {options.dtype}, median of {options.calls} calls\n")
print("| call | linocut, ms | PyTorch, ms | ratio | linocut, GB | PyTorch, GB |\n|---|---|---|---|---|---|", flush=True)
for row in ROWS:
    (mine, my_peak), (other, other_peak) = ours(row), theirs(row)
    print(f"| {row} | {1000 * mine:.0f} | {1000 * other:.0f} | {mine / other:.2f} | {my_peak:.1f} | {other_peak:.1f} |", flush=True)
