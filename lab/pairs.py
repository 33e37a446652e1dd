"""Times two builds of one measuring program in turns: medians, the median ratio of the pairs and its range.

Run: python pairs.py BEFORE AFTER LINE [--pairs 7] [--clock wall|cpu] [--greets] [--ask] -- ARGUMENT...
BEFORE and AFTER are the same program of this folder, built from two commits (`transformer_speed`, `sdxl_speed`, `tower_time`,
`paligemma_measure`); both get the arguments, are loaded at once, and answer LINE with one line each, warmed by one answer. In every second
pair the order is turned round. Times include a pipe, which takes microseconds."""
import argparse, statistics, subprocess, sys, time

options = argparse.ArgumentParser()
options.add_argument("before"), options.add_argument("after"), options.add_argument("line")
options.add_argument("--pairs", type=int, default=7), options.add_argument("--clock", choices=["wall", "cpu"], default="wall")
options.add_argument("--greets", action="store_true", help="the program says a line when it is loaded")
options.add_argument("--ask", action="store_true", help="wait for a line on standard input when all is loaded")
split = sys.argv.index("--") if "--" in sys.argv else len(sys.argv)
options, arguments = options.parse_args(sys.argv[1:split]), sys.argv[split + 1 :]


def started(program):
    return subprocess.Popen([program, *arguments], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)


def now(process):
    # The number of a process's own clock, as clock_getcpuclockid makes it: all its threads together.
    return time.perf_counter() if options.clock == "wall" else time.clock_gettime((~process.pid << 3) | 2)


def asked(process):
    """Seconds until the answer."""
    start = now(process)
    process.stdin.write(options.line + "\n")
    process.stdin.flush()
    answer = process.stdout.readline()
    if not answer:
        raise SystemExit(f"{process.args[0]} ended")
    return now(process) - start


sides = [started(options.before), started(options.after)]
for side in sides:
    if options.greets:
        print(side.args[0], side.stdout.readline().strip(), flush=True)
    asked(side)
if options.ask:
    print("loaded", flush=True)
    input()
pairs = []
for at in range(options.pairs):
    order = sides if at % 2 == 0 else sides[::-1]
    times = {side.pid: asked(side) for side in order}
    pairs.append([times[side.pid] for side in sides])
before, after = (statistics.median(column) for column in zip(*pairs))
ratios = sorted(late / early for early, late in pairs)
print(f"| {' '.join(arguments)}: {options.line} | {before:.3f} | {after:.3f} | {statistics.median(ratios):.2f} ({ratios[0]:.2f} to "
      f"{ratios[-1]:.2f}) | {len(pairs)} |", flush=True)
for side in sides:
    side.stdin.close()
    side.wait()
