"""Pictures with deep features reused between steps, beside those without: CPU time and PSNR.

Run: cargo build --release -p linocut-lab --features diffusion --bin sdxl_speed
     python weights.py sdxl FOLDER
     python deep_cache.py PATH/TO/sdxl_speed FOLDER [SIZE]
(numpy 2, Pillow 12.) f16 weights, Euler, trailing, no guidance. The weights are random: times are those of the real model, pictures
are not."""
import math, pathlib, subprocess, sys, tempfile, time

import numpy as np
from PIL import Image

example, folder = sys.argv[1:3]
size = int(sys.argv[3]) if len(sys.argv) > 3 else 256
process = subprocess.Popen([example, folder, "f16"], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)
clock = (~process.pid << 3) | 2  # CPU time of that process, as clock_getcpuclockid makes it
file = pathlib.Path(tempfile.mkdtemp()) / "picture.png"


def draw(steps, interval):
    start = time.clock_gettime(clock)
    process.stdin.write(f"draw {size} {steps} {interval} {file}\n")
    process.stdin.flush()
    assert process.stdout.readline() == "done\n"
    return time.clock_gettime(clock) - start, np.asarray(Image.open(file), dtype=float)


draw(1, 1)
print(f"{size} px\n| steps | interval | CPU time, s | share | PSNR, dB |\n|---|---|---|---|---|")
for steps in (4, 8, 20):
    for interval in (1, 2, 3, 5):
        took, picture = draw(steps, interval)
        if interval == 1:
            whole, golden = took, picture
        error = np.mean((picture - golden) ** 2)
        psnr = f"{20 * math.log10(255 / math.sqrt(error)):.1f}" if error else "same"
        print(f"| {steps} | {interval} | {took:.1f} | {took / whole:.2f} | {psnr} |", flush=True)
