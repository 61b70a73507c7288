"""What a busy core costs a program that computes on several threads: processor seconds beside a busy loop, and quiet.

    python -m tests.bench busy                          a DeepFill v2 training step and a DeepFill v2 fill
    python -m tests.bench busy --policy passive         without the contrast of the default wait policy

Threads of OpenMP that wait for a late one spin by default, and beside another program one is often late. The program
sets the passive wait policy (`inpaint_studio.native_threads`); "active" here leaves the runtime's own default. Quiet
and busy rounds take turns in one process, so that other load falls on both. Measured on two cores that others used
too: with the passive policy a step took 0.94 to 0.96 times and a fill 1.03 times the processor seconds of a quiet run;
with the active policy 1.29 and 1.25 times of quiet runs that took 4.7 times as long to begin with.
"""

from __future__ import annotations

import argparse
import json
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from itertools import repeat
from pathlib import Path
from typing import Any

from inpaint_studio import native_threads
from tests.bench._shared import make_batch, make_hole, make_image, make_recipe, run_alone, run_step

LIMIT = 1.3  # times the processor seconds of a quiet run, with the passive policy
POLICIES = ("passive", "active")
_UNCOUNTED = 2  # runs of the work before the first round


def main(argv: list[str]) -> int:
    """Print a table; 1 where a passive ratio is above the limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench busy", description=__doc__.split("\n")[0])
    parser.add_argument("--policy", choices=POLICIES, action="append", help="only this one; may be repeated")
    parser.add_argument("--work", choices=sorted(WORK), action="append", help="only this one; may be repeated")
    parser.add_argument("--size", type=int, default=128, help="px of both sides (default: 128)")
    parser.add_argument("--batch", type=int, default=2, help="images a training step (default: 2)")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument(
        "--rounds", type=int, default=5, help="quiet and busy ones in turns; medians count (default: 5)"
    )
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    args = parser.parse_args(argv)
    rows = []
    print(
        f"{'work':>15} {'policy':>8} {'quiet cpu s':>12} {'busy cpu s':>11} {'ratio':>6} {'quiet s':>8} {'busy s':>7}"
    )
    for work in args.work or sorted(WORK):
        for policy in args.policy or POLICIES:
            row = _measure(work, policy, args)
            rows.append(row)
            print(
                f"{work:>15} {policy:>8} {row['quiet_cpu']:12.2f} {row['busy_cpu']:11.2f} {row['ratio']:6.2f} "
                f"{row['quiet_wall']:8.2f} {row['busy_wall']:7.2f}",
                flush=True,
            )
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1))
    return int(any(row["policy"] == "passive" and row["ratio"] > LIMIT for row in rows))


def _measure(work: str, policy: str, args: argparse.Namespace) -> dict[str, Any]:
    with _environment(policy):
        runs = run_alone(_run_rounds, work, args.size, args.batch, args.threads, args.rounds)
    row: dict[str, Any] = {"work": work, "policy": policy, "threads": args.threads}
    for side in ("quiet", "busy"):
        row |= {f"{side}_cpu": statistics.median(cpu for cpu, _ in runs[side])}
        row |= {f"{side}_wall": statistics.median(wall for _, wall in runs[side])}
    return row | {"ratio": row["busy_cpu"] / row["quiet_cpu"]}


@contextmanager
def _environment(policy: str) -> Iterator[None]:
    """Inside, processes that are started have the policy."""
    before = dict(os.environ)
    for name in native_threads.PASSIVE:
        os.environ.pop(name, None)
    if policy == "passive":
        native_threads.set_defaults()
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def _run_rounds(work: str, size: int, batch: int, threads: int, rounds: int) -> dict[str, list[tuple[float, float]]]:
    """Processor and wall seconds of the work in each round, in a process that loaded torch under the policy."""
    import torch

    torch.set_num_threads(threads)
    torch.manual_seed(0)
    run = WORK[work](size, batch)
    for _ in range(_UNCOUNTED):
        run()
    found: dict[str, list[tuple[float, float]]] = {"quiet": [], "busy": []}
    for _ in range(rounds):
        found["quiet"].append(_time(run))
        with _busy_loop():
            found["busy"].append(_time(run))
    return found


def _time(run: Callable[[], object]) -> tuple[float, float]:
    cpu, wall = time.process_time(), time.perf_counter()
    run()
    return time.process_time() - cpu, time.perf_counter() - wall


@contextmanager
def _busy_loop() -> Iterator[None]:
    """Inside, another process keeps one core busy: the last one that this process may use."""
    code = "import os, sys\n"
    if hasattr(os, "sched_setaffinity"):
        code += "os.sched_setaffinity(0, {max(os.sched_getaffinity(0))})\n"
    code += "print(flush=True)\nwhile True:\n    pass\n"
    with subprocess.Popen([sys.executable, "-c", code], stdout=subprocess.PIPE) as loop:
        assert loop.stdout is not None
        loop.stdout.readline()
        try:
            yield
        finally:
            loop.kill()


def _training_step(size: int, batch: int) -> Callable[[], object]:
    recipe = make_recipe("deepfill-v2")
    optimisers, images = recipe.optimisers(), repeat(make_batch(recipe, size, batch))
    recipe.enter("all")
    return lambda: run_step(recipe, optimisers, images, "all", 0)


def _fill(size: int, _batch: int) -> Callable[[], object]:
    import torch

    from inpaint_studio.models.base.network_model import NetworkModel, load_network
    from inpaint_studio.models.base.registry import registry
    from inpaint_studio.models.networks import Hints

    model = registry().get("deepfill-v2")
    assert isinstance(model, NetworkModel)
    config = dict(model.system.paper)
    network = load_network(model.system, config, model.system.build(config).state_dict(), model.system.traits.name)
    network.optimise()
    image, hole = make_image(2 * size), make_hole(2 * size, "compact")

    def fill() -> object:
        with torch.inference_mode():
            return network.fill(image, hole, Hints(), lambda _: None)

    return fill


WORK: Mapping[str, Callable[[int, int], Callable[[], object]]] = {"training step": _training_step, "fill": _fill}

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
