"""Training steps beside straightforward ones, and what loading photos costs them.

    python -m tests.bench training                       pictures a second, DeepFill v2 and EdgeConnect
    python -m tests.bench training --photos DIR          and a step's time with photos beside one with a ready batch

A straightforward step has the same losses, discriminators and optimisers; its generator is the straightforward
formulation (`tests.reference`) in PyTorch's default format, and gradients go to everything that a loss reaches. It is
timed with the allocator as it is and with the tuned one, each side in a process of its own, in turns.
"""

from __future__ import annotations

import argparse
import json
import statistics
import sys
import tempfile
import time
from collections.abc import Iterator
from itertools import repeat
from pathlib import Path
from typing import Any

from tests.bench._shared import make_batch, make_recipe, run_alone, run_step

_FIRST = 2  # steps that do not count, in which memory is taken for the first time and batches are made ahead
SIDES = (
    ("reference", True, False),
    ("tuned", True, True),
    ("ours", False, True),
)  # plain or not, with the tuned allocator or not
PHASES = {"deepfill-v2": ("all",), "edge-connect": ("edges", "image along true edges")}


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench training", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, help="folder of photos to load from")
    parser.add_argument("--size", type=int, default=256)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--steps", type=int, default=3, help="of each side; the median counts")
    parser.add_argument("--rounds", type=int, default=2, help="in which the sides take turns; the median counts")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--network", choices=sorted(PHASES), action="append", help="only this one; may be repeated")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    args = parser.parse_args(argv)
    how = (args.size, args.batch, args.steps, args.threads)
    rows = []
    for name in args.network or PHASES:
        row = {"network": name}
        found: dict[str, list[float]] = {}
        for side, plain, tuned in args.rounds * SIDES:
            found.setdefault(side, []).append(run_alone(_seconds, name, plain, tuned, *how))
            print(f"{name}, {side}: {args.batch / found[side][-1]:.2f} pictures/s", file=sys.stderr, flush=True)
        rows.append(row | {side: statistics.median(seconds) for side, seconds in found.items()})
    _print(rows, args)
    if args.photos is not None:
        sides = args.rounds * [("ready", ""), ("loading", str(args.photos))]
        taken = [(side, run_alone(_seconds, "deepfill-v2", False, True, *how, photos)) for side, photos in sides]
        ready, loading = (statistics.median(t for side, t in taken if side == name) for name in ("ready", "loading"))
        print(f"a step with a ready batch {ready:.3f} s, with photos {loading:.3f} s ({loading / ready - 1:+.1%})")
        rows.append({"network": "loading", "ready": ready, "photos": loading})
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1))
    return 0


def _seconds(
    name: str, plain: bool, tuned: bool, size: int, batch: int, steps: int, threads: int, photos: str = ""
) -> float:
    """Median seconds of a step, of the sum of the steps where there are several phases."""
    import torch

    from inpaint_studio.engine.machine import allocator

    if tuned:
        allocator.tune()
    torch.set_num_threads(threads)
    torch.manual_seed(0)
    recipe = make_recipe(name)
    if plain:
        recipe.modules["generator"] = _plain(name, recipe.modules["generator"])
    with tempfile.TemporaryDirectory() as folder:
        stream = _photos(photos, recipe, size, batch, folder) if photos else repeat(make_batch(recipe, size, batch))
        return sum(_median(recipe, phase, stream, plain, steps) for phase in PHASES[name])


def _median(recipe: Any, phase: str, stream: Iterator[Any], plain: bool, steps: int) -> float:
    optimisers = recipe.optimisers()
    recipe.enter(phase)
    found = []
    for number in range(_FIRST + steps):
        started = time.perf_counter()
        run_step(recipe, optimisers, stream, phase, number, every_gradient=plain)
        if number >= _FIRST:
            found.append(time.perf_counter() - started)
    return statistics.median(found)


def _photos(folder: str, recipe: Any, size: int, batch: int, cache: str) -> Iterator[Any]:
    """Batches of photos whose thumbnails are cached already."""
    from training.data import photos

    found = photos.survey(Path(folder)).photos[:64]
    crops = photos.PhotoCrops(found, size, Path(cache), recipe.mixture, recipe.wants_sketch)
    for number in range(len(found)):
        crops[number]
    return photos.load_batches(crops, batch, workers=1)


def _plain(name: str, network: Any) -> Any:
    """The straightforward form of a generator with the same parameters and the interface that its recipe calls."""
    import torch
    from torch import nn

    from inpaint_studio.models.base.network_model import NetworkModel
    from inpaint_studio.models.base.registry import registry
    from inpaint_studio.models.networks.edge_connect import EdgeConnect
    from inpaint_studio.models.networks.two_stage import TwoStageOutput
    from tests.reference import deepfill, edge_connect

    model = registry().get(name)
    assert isinstance(model, NetworkModel)
    config = dict(model.system.paper)
    if name == "deepfill-v2":
        single = deepfill.attention

        def each(features: Any, hole: Any, config: Any) -> Any:
            """Image by image, as the published code does."""
            values = [single(f[None], h[None], config) for f, h in zip(features, hole, strict=True)]
            return torch.cat([value for value, _, _ in values]), values[0][1], values[0][2]

        deepfill.attention = each

        class Plain(nn.Module):
            def __init__(self) -> None:
                super().__init__()
                self.net = deepfill.reference_v2(network.state_dict(), config)
                for key, value in list(self.net.named_buffers()):
                    delattr(self.net, key)
                    self.net.register_parameter(key, nn.Parameter(value))

            def forward(self, image: Any, hole: Any, edges: Any = None) -> Any:
                coarse, fine, _, _ = self.net.stages(image, hole, edges)
                return TwoStageOutput(coarse, fine, None)

        return Plain()

    class PlainGenerator(nn.Module):
        """Has the layers of a generator, whose spectral norm is torch's, and computes with their weights alone."""

        def __init__(self, generator: Any, part: str) -> None:
            super().__init__()
            self.part, self.blocks, self.layers = part, len(generator.blocks), generator

        def forward(self, x: Any, report: Any = None) -> Any:
            del report
            state = {f"{self.part}.{name}": value for name, value in self._weights()}
            return edge_connect.generator(state, self.part, self.blocks, x.contiguous())

        def _weights(self) -> Iterator[tuple[str, Any]]:
            for name, layer in self.layers.named_modules():
                if ".parametrizations" in name:
                    continue
                for key in ("weight", "bias"):
                    if isinstance(getattr(layer, key, None), torch.Tensor):
                        yield f"{name}.{key}", getattr(layer, key)  # normalised where it is parametrised

    made = EdgeConnect(config["width"], config["blocks"])
    made.edge, made.inpaint = PlainGenerator(network.edge, "edge"), PlainGenerator(network.inpaint, "inpaint")
    return made


def _print(rows: list[dict[str, Any]], args: argparse.Namespace) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"{args.batch} pictures of {args.size} px a step, {args.threads} threads; pictures a second")
    for name in ("network", "reference", "reference, tuned", "ours", "x reference", "x tuned"):
        table.add_column(name, justify="left" if name == "network" else "right")
    for row in rows:
        speeds = [args.batch / row[side] for side in ("reference", "tuned", "ours")]
        table.add_row(
            row["network"], *(f"{speed:.2f}" for speed in speeds),
            f"{speeds[2] / speeds[0]:.2f}", f"{speeds[2] / speeds[1]:.2f}",
        )  # fmt: skip
    Console(width=110).print(table)
