"""``python -m tests.e2e.jobs [NAME ...]`` does the jobs at full size and prints the actions and seconds of each."""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

from PIL import Image

from tests.e2e.jobs.jobs import JOBS
from tests.e2e.jobs.run import do_job


def main(argv: list[str] | None = None) -> int:
    """Do the jobs that are named, else all; return the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.e2e.jobs", description=__doc__)
    names = [job.name for job in JOBS]
    parser.add_argument("names", nargs="*", metavar="NAME", help=f"jobs to do (default: all): {', '.join(names)}")
    parser.add_argument("--small", action="store_true", help="at the size of the tests, 900 x 600 px")
    parser.add_argument("-o", "--output", type=Path, help="a folder for the saved pictures")
    options = parser.parse_args(argv)
    if unknown := sorted(set(options.names) - set(names)):
        parser.error(f"no job is called {', '.join(unknown)}; there are {', '.join(names)}")
    print(f"{'job':16} {'MP':>5} {'actions':>8} {'seconds':>8} {'difference':>11}")
    for job in JOBS:
        if options.names and job.name not in options.names:
            continue
        with tempfile.TemporaryDirectory() as folder:
            done = do_job(job, Path(folder), 1.0 if options.small else job.scale)
        height, width = done.saved.shape[:2]
        print(f"{job.name:16} {height * width / 1e6:5.1f} {done.actions:8} {done.seconds:8.1f} {done.error:11.1f}")
        if options.output is not None:
            options.output.mkdir(parents=True, exist_ok=True)
            Image.fromarray(done.saved).save(options.output / f"{job.name}.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
