"""A real fine-tune: what some minutes of training do to held-out photos.

    python -m tests.bench finetune --photos DIR                      20 minutes of processor time, from nothing
    python -m tests.bench finetune --photos DIR --base OTHER         from a base that learns from other photos first

Runs `inpaint-studio train` as a user would, in a data folder of its own that is removed afterwards.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench finetune", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, required=True)
    parser.add_argument("--base", type=Path, help="photos that a base is trained on before")
    parser.add_argument("--model", default="deepfill-v2")
    parser.add_argument("--minutes", type=float, default=20.0, help="of processor time")
    parser.add_argument("--size", type=int, default=128)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    args = parser.parse_args(argv)
    found: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as data:
        name = args.model
        if args.base is not None:
            found["base"] = _train(args, data, name, args.base, "base")
            name = "base"
        found["tuned"] = _train(args, data, name, args.photos, "tuned")
    for stage, facts in found.items():
        print(f"{stage}: {facts['steps']} steps in {facts['cpu_minutes']:.1f} minutes of processor time")
        for figure in sorted(facts["before"]):
            print(f"  {figure}: {facts['before'][figure]:.4f} -> {facts['after'][figure]:.4f}")
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))
    return 0


def _train(args: argparse.Namespace, data: str, model: str, photos: Path, name: str) -> dict[str, Any]:
    """The held-out figures of the start and of the best weights, from the events of a training."""
    command = [sys.executable, "-m", "inpaint_studio", "train", model, "--photos", str(photos), "--name", name]
    command += ["--minutes", str(args.minutes / args.threads), "--size", str(args.size), "--workers", "0", "--events"]
    environment = os.environ | {"INPAINT_STUDIO_DATA": data, "OMP_NUM_THREADS": str(args.threads)}
    before = _cpu_seconds()
    facts: dict[str, Any] = {}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, env=environment, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            event = json.loads(line)
            if event["event"] == "best":
                facts |= {"before": event["before"], "after": event["figures"]}
                print(f"{name}, step {event['step']}: {event['figures']['psnr']:.2f} dB", file=sys.stderr, flush=True)
            facts["steps"] = event.get("step", facts.get("steps"))
    if run.returncode:
        sys.exit(f"The training ended with {run.returncode}.")
    return facts | {"cpu_minutes": (_cpu_seconds() - before) / 60}


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
