"""``python -m linocut.ray``: data sets on Ray, from the command line.

Exit codes are those of the command ``linocut``: 0 done, 1 rows with errors, 2 wrong arguments or nothing readable, 130 ended by Ctrl-C.
"""

from __future__ import annotations

import argparse
import sys

from .._errors import BatchError, ModelError
from ._jobs import check_dataset, draw_dataset, trace_dataset


def parser() -> argparse.ArgumentParser:
    """What the command understands."""
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("source", help="Parquet, CSV or JSON Lines, a folder of such files, or a folder of pictures")
    common.add_argument("--out", required=True, metavar="DIR", help="folder of the Parquet files; run again to resume")
    common.add_argument("--workers", type=int, metavar="N", help="tasks at a time, with a core each [default: all]")
    common.add_argument("--address", metavar="A", help="address of a Ray cluster [default: Ray on this machine]")
    common.add_argument("--key", default="id", metavar="COLUMN", help="column of the keys [default: id]")
    common.add_argument("--max-bytes", type=int, default=10_000, metavar="N", help="byte limit of an SVG [default: 10000]")
    common.add_argument("--quiet", action="store_true", help="show no progress")
    whole = argparse.ArgumentParser(prog="python -m linocut.ray", description=(__doc__ or "").splitlines()[0])
    jobs = whole.add_subparsers(dest="job", required=True)

    trace = jobs.add_parser("trace", parents=[common], help="trace pictures")
    trace.add_argument("--image", default="image", metavar="COLUMN", help="column of the pictures [default: image]")
    trace.add_argument("--method", default="budget", choices=["budget", "vtracer", "contours"])
    trace.add_argument("--objective", default="raw", choices=["raw", "defended", "perceptual"])
    trace.add_argument("--sweeps", type=int, metavar="N", help="sweeps of the budget tracer")
    trace.add_argument(
        "--background", default="white", metavar="COLOUR", type=lambda text: None if text == "none" else text,
        help="colour behind transparent parts, or none to keep them",
    )
    trace.add_argument("--block-rows", type=int, default=32, metavar="N", help="rows in a file [default: 32]")

    draw = jobs.add_parser("draw", parents=[common], help="draw descriptions")
    draw.add_argument("--description", default="description", metavar="COLUMN", help="column of the descriptions")
    draw.add_argument("--candidates", type=int, default=4, metavar="N", help="seeds to try for each [default: 4]")
    draw.add_argument(
        "--tracers", default=["budget"], metavar="A,B", type=lambda text: text.split(","),
        help="tracers to use: budget, vtracer, contours [default: budget]",
    )
    draw.add_argument("--model", metavar="NAME|PATH", help="text-to-image model that makes the pictures, run on the workers' cores")
    draw.add_argument("--composer", action="store_true", help="let pictures of the composer compete with the model's")
    draw.add_argument("--steps", type=int, metavar="N", help="steps of the model, in place of its own")
    draw.add_argument("--block-rows", type=int, default=16, metavar="N", help="rows in a file [default: 16]")

    check = jobs.add_parser("check", parents=[common], help="check SVGs")
    check.add_argument("--svg", default="svg", metavar="COLUMN", help="column of the SVGs [default: svg]")
    check.add_argument("--block-rows", type=int, default=1024, metavar="N", help="rows in a file [default: 1024]")
    for job in (trace, draw):
        job.add_argument("--seed", type=int, default=0, metavar="N", help="seed of every row [default: 0]")
        job.add_argument("--seconds", type=float, metavar="T", help="time limit of a row; results then vary")
    return whole


def main(arguments: list[str] | None = None) -> int:
    """Runs the command and returns its exit code."""
    options = vars(parser().parse_args(arguments))
    job = {"trace": trace_dataset, "draw": draw_dataset, "check": check_dataset}[options.pop("job")]
    source, out = options.pop("source"), options.pop("out")
    try:
        summary = job(source, out, progress=not options.pop("quiet"), **options)
    except (BatchError, ModelError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("cut short, run again to resume", file=sys.stderr)
        return 130
    print(f"{out}: {summary}")
    return 1 if summary.errors else 0


if __name__ == "__main__":
    sys.exit(main())
