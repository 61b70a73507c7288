"""Every network beside its straightforward formulation, in one run.

    python -m tests.bench networks                      all networks at 512 x 512, a quarter of it hole
    python -m tests.bench networks deepfill-v2 --runs 5

The straightforward formulation (`tests.reference`: one convolution split into halves, attention as convolution and
transposed convolution, planes in PyTorch's default format) is timed with the C library's allocator as it is in a
process of its own, then in turns with the product's in a process with the tuned allocator. Weights are random, which
changes neither. Peak memory is that of a process that fills once.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.bench._shared import make_hole, make_image, run_alone

NETWORKS = (
    "deepfill-v2",
    "deepfill-v1",
    "edge-connect",
    "lama",
    "shift-net",
    "partial-conv",
    "glcic",
    "mi-gan",
    "aot-gan",
    "espa",
    "coherence",
    "context-encoder",
)
Fill = Callable[[], Any]


@dataclass(frozen=True)
class Case:
    """What is measured: a network, or the contextual attention alone."""

    name: str
    size: int
    threads: int
    runs: int
    hole: str  # "free form": a quarter in strokes; "compact": a tenth in one square


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench networks", description=__doc__.split("\n")[0])
    parser.add_argument("networks", nargs="*", help="those to measure (default: all)")
    parser.add_argument("--size", type=int, default=512, help="px of both sides")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--runs", type=int, default=5, help="of each; the median counts")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    args = parser.parse_args(argv)
    names = args.networks or [*NETWORKS, "attention"]
    unknown = [name for name in names if name not in (*NETWORKS, "attention")]
    if unknown:
        print(f"there is no network '{unknown[0]}'; there are {', '.join(NETWORKS)} and attention", file=sys.stderr)
        return 2
    cases = [Case(name, args.size, args.threads, args.runs, "free form") for name in names]
    cases += [Case(name, args.size, args.threads, args.runs, "compact") for name in names if "deepfill" in name]
    peak = run_alone(_convolution_peak, args.threads)
    rows = []
    for case in cases:
        stock = run_alone(_stock, case)
        tuned = run_alone(_tuned, case)
        rows.append({"network": case.name, "hole": case.hole, "stock": stock, "peak": run_alone(_memory, case)} | tuned)
        _print_speedup(rows[-1])
    _print(rows, peak, args)
    if args.json:
        args.json.write_text(json.dumps({"convolution_gflops": peak, "rows": rows}, indent=1))
    return 0


# In processes of their own


def _stock(case: Case) -> float:
    """Median seconds of the straightforward formulation, the allocator as it is."""
    reference, _ = _pair(case)
    return statistics.median(_times([reference], case.runs)[0])


def _tuned(case: Case) -> dict[str, Any]:
    """Median seconds of both in turns with the tuned allocator, of 16 bits where the processor has them, GFLOP, and the
    largest difference inside the hole."""
    import torch
    from torch.utils.flop_counter import FlopCounterMode

    from inpaint_studio.engine.machine import allocator
    from inpaint_studio.models.base.network_model import hardware_half

    allocator.tune()
    reference, ours = _pair(case)
    with torch.inference_mode(), FlopCounterMode(display=False) as counter:
        difference = float((reference() - ours()).abs().max())
    sides = [reference, ours]
    fast = hardware_half("cpu")
    half = None if fast is None else getattr(torch, fast)
    if half is not None and case.name != "attention":
        sides.append(_pair(case, half)[1])
    medians = [statistics.median(times) for times in _times(sides, case.runs)]
    return {
        "reference": medians[0],
        "ours": medians[1],
        "half": medians[2] if len(medians) > 2 else None,
        "gflop": counter.get_total_flops() / 2e9,  # of both
        "difference": difference,
    }


def _memory(case: Case) -> float:
    """Peak MB of a process that loads the network and fills once with the tuned allocator."""
    import torch

    from inpaint_studio.engine.machine import allocator
    from inpaint_studio.engine.machine.hardware import peak_memory

    allocator.tune()
    _, ours = _pair(case)
    with torch.inference_mode():
        ours()
    return peak_memory() / 1e6


def _convolution_peak(threads: int) -> float:
    """GFLOP/s of the convolution that the processor likes best."""
    import torch

    torch.set_num_threads(threads)
    x = torch.randn(1, 256, 128, 128).to(memory_format=torch.channels_last)
    weight = torch.randn(256, 256, 3, 3).to(memory_format=torch.channels_last)
    best = float("inf")
    with torch.inference_mode():
        for _ in range(9):
            started = time.perf_counter()
            torch.nn.functional.conv2d(x, weight, None, 1, 2, 2)
            best = min(best, time.perf_counter() - started)
    return 2 * 256 * 256 * 9 * 128 * 128 / best / 1e9


def _times(sides: list[Fill], runs: int) -> list[list[float]]:
    """Seconds of each side, run in turns after one round that does not count."""
    import torch

    found: list[list[float]] = [[] for _ in sides]
    with torch.inference_mode():
        for turn in range(runs + 1):
            for side, times in zip(sides, found, strict=True):
                started = time.perf_counter()
                side()
                if turn:
                    times.append(time.perf_counter() - started)
    return found


def _pair(case: Case, half: Any = None) -> tuple[Fill, Fill]:
    """The straightforward fill and the product's, of the same picture with the same weights."""
    import torch

    torch.set_num_threads(case.threads)
    torch.manual_seed(0)
    if case.name == "attention":
        return _attention_pair(case.size)
    from inpaint_studio.models.base.network_model import NetworkModel, load_network
    from inpaint_studio.models.base.registry import registry
    from inpaint_studio.models.networks import Hints

    model = registry().get(case.name)
    assert isinstance(model, NetworkModel)
    system = model.system
    config = dict(system.paper)
    state = {key: value.detach().clone() for key, value in system.build(config).state_dict().items()}
    size = system.settle(system.traits, config).fixed_size or case.size
    image, hole = make_image(size), make_hole(size, case.hole if size == case.size else "compact")
    network = load_network(system, config, {key: value.clone() for key, value in state.items()}, case.name)
    network.optimise()
    if half is not None:
        network = network.to(half)
    reference = _references()[case.name](state, config)
    hints = Hints(whole=case.hole != "compact")

    def ours() -> Any:
        return network.fill(image, hole, hints, lambda _: None).output.float() * hole

    return lambda: reference(image, hole) * hole, ours


def _attention_pair(size: int) -> tuple[Fill, Fill]:
    """The contextual attention alone on the features that DeepFill v2 has of a picture of that size."""
    import torch

    from inpaint_studio.layers.attention.contextual import Variant
    from inpaint_studio.layers.cpu import contextual_attention
    from inpaint_studio.models import deepfill_v2
    from tests.reference.deepfill import attention

    features = torch.relu(torch.randn(1, 96, size // 4, size // 4))
    hole = make_hole(size, "free form")
    config = {"norm": "max", "fuse": True, "mask_steps": 2, "nearest": "align_corners"} | dict(deepfill_v2.SYSTEM.paper)
    near = features.to(memory_format=torch.channels_last)
    return lambda: attention(features, hole, config)[
        0
    ], lambda: contextual_attention.attend(near, hole, Variant()).values


def _references() -> Mapping[str, Callable[[Any, Any], Callable[[Any, Any], Any]]]:
    """By the name of the network: what makes its straightforward form of a state dictionary and a configuration."""
    from inpaint_studio.models.networks import Hints
    from tests.reference import coherence, deepfill, edge_connect, espa, lama, simple_nets

    def module(make: Any) -> Any:
        def made(state: Any, config: Any) -> Any:
            reference = make(state, config)
            return lambda image, hole: reference.fill(image, hole, Hints(), lambda _: None).output

        return made

    def function(run: Any) -> Any:
        return lambda state, config: lambda image, hole: run(state, config, image, hole)

    return {
        "deepfill-v1": module(deepfill.reference_v1),
        "deepfill-v2": module(deepfill.reference_v2),
        "edge-connect": function(edge_connect.edge_connect),
        "lama": function(lama.lama),
        "shift-net": function(simple_nets.shift_net),
        "partial-conv": function(simple_nets.partial_conv),
        "glcic": function(simple_nets.glcic),
        "mi-gan": function(simple_nets.mi_gan),
        "aot-gan": function(simple_nets.aot_gan),
        "espa": function(espa.espa),
        "coherence": function(coherence.coherence),
        "context-encoder": function(simple_nets.context_encoder),
    }


def _print_speedup(row: dict[str, Any]) -> None:
    print(f"{row['network']} ({row['hole']}): {row['reference'] / row['ours']:.2f}x", file=sys.stderr, flush=True)


def _print(rows: list[dict[str, Any]], peak: float, args: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.table import Table

    title = f"{args.size} px, {args.threads} threads, medians of {args.runs}; convolution peak {peak:.0f} GFLOP/s"
    table = Table(title=title)
    names = (
        "network",
        "hole",
        "reference s",
        "tuned s",
        "ours s",
        "x stock",
        "x tuned",
        "x bf16",
        "of peak",
        "peak MB",
        "diff",
    )
    for name in names:
        table.add_column(name, justify="left" if name in ("network", "hole") else "right")
    for row in rows:
        half = row["half"]
        table.add_row(
            row["network"], row["hole"], f"{row['stock']:.3f}", f"{row['reference']:.3f}", f"{row['ours']:.3f}",
            f"{row['stock'] / row['ours']:.2f}", f"{row['reference'] / row['ours']:.2f}",
            "-" if half is None else f"{row['reference'] / half:.2f}",
            f"{row['gflop'] / row['ours'] / peak:.0%}", f"{row['peak']:.0f}", f"{row['difference']:.1e}",
        )  # fmt: skip
    Console(width=120).print(table)
    print("x stock and x tuned: how many times as fast as the reference with the allocator as it is, and tuned")
    print("of peak: GFLOP of the reference's arithmetic over ours in seconds, as a share of the convolution peak")
