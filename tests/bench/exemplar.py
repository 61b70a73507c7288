"""Time, memory and quality of the exemplar filler beside OpenCV's Telea and Navier-Stokes, in one run.

    python -m tests.bench exemplar --photos DIR --masks DIR          quality and time on your own photos
    python -m tests.bench exemplar --photos DIR --sizes              time and memory at 0.8, 12 and 24 megapixels

A mask belongs to the photo whose name its own name begins with; or `--pairs FILE.csv` (columns photo, mask; relative to
--photos) lists them. White (>= 128) is the hole. Each filler runs in a process of its own, which is warmed up first.
"""

from __future__ import annotations

import argparse
import csv
import json
import multiprocessing
import sys
import tempfile
from collections.abc import Callable, Iterator
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import numpy as np

from inpaint_studio.engine.photo import formats

FILLERS = (("exemplar", "best"), ("exemplar", "fast"), ("telea", "best"), ("navier-stokes", "best"))
SIZES = ((1024, 768, 0.05), (4000, 3000, 0.03), (6000, 4000, 0.03))
FIGURES = ("psnr", "sharpness", "seam", "chi2")


@dataclass(frozen=True)
class Case:
    photo: str
    mask: str | None  # None: a blob of `share` of the photo scaled to `size`
    size: tuple[int, int] | None = None
    share: float = 0.0


@dataclass(frozen=True)
class Filler:
    model: str
    quality: str
    threads: int
    seed: int
    adaptation: float = 0.0
    mirror: bool = False


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench exemplar", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, required=True, help="folder of photos (looked through recursively)")
    parser.add_argument("--masks", type=Path, help="folder of masks, white where the hole is")
    parser.add_argument("--pairs", type=Path, help="CSV with columns photo and mask, relative to --photos")
    parser.add_argument("--sizes", action="store_true", help="time and memory at set sizes instead of quality")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--adaptation", type=float, default=0.0, help="amount of colour adaptation, 0 to 1")
    parser.add_argument("--mirror", action="store_true", help="copy mirrored pieces, too")
    parser.add_argument("--every", type=int, default=1, help="take every Nth case")
    parser.add_argument("--fillers", nargs="*", help="e.g. exemplar/best telea/best")
    parser.add_argument("--json", type=Path, help="write every measured case to this file")
    args = parser.parse_args(argv)
    cases = list(_list_sizes(args.photos) if args.sizes else _list_pairs(args))[:: args.every]
    if not cases:
        print("no photo with a mask was found", file=sys.stderr)
        return 2
    chosen = [tuple(name.split("/")) for name in args.fillers] if args.fillers else FILLERS
    fillers = [
        Filler(model, quality, args.threads, args.seed, args.adaptation, args.mirror) for model, quality in chosen
    ]
    rows: list[dict[str, Any]] = []
    with tempfile.TemporaryDirectory() as folder:
        if args.sizes:
            cases = _run_alone(_write_scaled, cases, folder)
        # A new process for each size: the peak memory of a process never falls.
        groups = [[case] for case in cases] if args.sizes else [cases]
        for filler in fillers:
            for group in groups:
                rows += _run_alone(_measure, filler, group)
    (_print_sizes if args.sizes else _print_quality)(rows)
    if args.json:
        args.json.write_text(json.dumps(rows, indent=1))
    return 0


def _photos(folder: Path) -> list[Path]:
    return sorted(path for path in folder.rglob("*") if formats.format_of(path))


def _list_pairs(args: argparse.Namespace) -> Iterator[Case]:
    if args.pairs:
        with args.pairs.open(newline="") as file:
            for row in csv.DictReader(file):
                yield Case(str(args.photos / row["photo"]), str(args.photos / row["mask"]))
        return
    if args.masks is None:
        raise SystemExit("give the masks with --masks or --pairs, or use --sizes")
    masks = _photos(args.masks)
    for photo in _photos(args.photos):
        if args.masks in photo.parents:
            continue
        for mask in masks:
            if mask.stem.startswith(photo.stem):
                yield Case(str(photo), str(mask))


def _list_sizes(folder: Path) -> Iterator[Case]:
    for photo in _photos(folder):
        for width, height, share in SIZES:
            yield Case(str(photo), None, (width, height), share)


def _run_alone(function: Callable[..., Any], *arguments: Any) -> Any:
    with ProcessPoolExecutor(1, mp_context=multiprocessing.get_context("spawn")) as pool:
        return pool.submit(function, *arguments).result()


def _write_scaled(cases: list[Case], folder: str) -> list[Case]:
    """Write the photos of the cases in their sizes, each with a mask, to `folder`."""
    from inpaint_studio.engine.photo.photo import open_photo
    from inpaint_studio.opencv import cv2

    made = []
    for number, case in enumerate(cases):
        assert case.size is not None
        pixels = cv2.resize(open_photo(Path(case.photo)).pixels[..., :3], case.size, interpolation=cv2.INTER_AREA)
        photo, mask = (f"{folder}/{number}-{kind}.bmp" for kind in ("photo", "mask"))
        cv2.imwrite(photo, pixels[..., ::-1])
        cv2.imwrite(mask, _blob(case.size[1], case.size[0], case.share).astype(np.uint8) * 255)
        made.append(Case(photo, mask, case.size, case.share))
    return made


def _measure(filler: Filler, cases: list[Case]) -> list[dict[str, Any]]:
    """Fill every case once after a warm-up; run this in a process of its own.

    `peak_mib` is the peak memory of the process above what it used when everything was imported and warm: it includes
    photo, mask and result.
    """
    from inpaint_studio.engine.evaluation.metrics import figures
    from inpaint_studio.engine.fill.request import Request
    from inpaint_studio.engine.fill.run import fill
    from inpaint_studio.engine.machine.hardware import peak_memory
    from inpaint_studio.engine.photo.photo import open_photo
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.models.base.interface import Options
    from inpaint_studio.models.base.registry import registry
    from inpaint_studio.opencv import cv2

    cv2.setNumThreads(filler.threads)
    registry().get(filler.model).warm_up(Ticket())
    options: Any = Options(filler.quality, filler.seed, threads=filler.threads)  # type: ignore[arg-type]
    options = replace(options, adaptation=filler.adaptation, mirror=filler.mirror)
    base = peak_memory()
    rows = []
    for case in cases:
        pixels = open_photo(Path(case.photo)).pixels[..., :3]
        hole = open_photo(Path(case.mask or "")).pixels[..., 0] >= 128
        truth = None if case.size else pixels.copy()
        pixels[hole] = 0
        result = fill(Request(np.ascontiguousarray(pixels), hole, filler.model, options=options), Ticket())
        row: dict[str, Any] = {
            "filler": f"{filler.model}/{filler.quality}", "photo": case.photo, "mask": case.mask,
            "size": f"{hole.shape[1]}x{hole.shape[0]}", "share": float(hole.mean()), "cpu": result.cpu_seconds,
            "wall": result.seconds, "peak_mib": (peak_memory() - base) / 2**20,
        }  # fmt: skip
        if truth is not None:
            row |= figures(result.pixels, truth, hole)._asdict()
        rows.append(row)
    return rows


def _blob(height: int, width: int, share: float) -> np.ndarray[Any, np.dtype[np.bool_]]:
    """Return one hole with round edges in the middle, which takes `share` of the image; the same at every call."""
    from inpaint_studio.opencv import cv2

    rows, columns = np.mgrid[-1:1:256j, -1:1:256j]
    wobble = np.random.default_rng(0).standard_normal((256, 256)).astype(np.float32)
    wobble = cv2.GaussianBlur(wobble, (0, 0), 12)
    field = np.exp(-6 * (rows**2 + columns**2)).astype(np.float32) + 0.1 * wobble / wobble.std()
    field = cv2.resize(field, (width, height), interpolation=cv2.INTER_CUBIC)
    return np.asarray(field >= np.quantile(field[::4, ::4], 1 - share), np.bool_)


def _print_quality(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"means over {len({(row['photo'], row['mask']) for row in rows})} holes")
    for name in ("filler", "CPU s", "wall s", "PSNR dB", "sharpness", "seam", "chi2", "peak MiB"):
        table.add_column(name, justify="left" if name == "filler" else "right")
    for filler in dict.fromkeys(row["filler"] for row in rows):
        own = [row for row in rows if row["filler"] == filler]
        mean = {key: float(np.mean([row[key] for row in own])) for key in ("cpu", "wall", *FIGURES)}
        table.add_row(
            filler, f"{mean['cpu']:.3f}", f"{mean['wall']:.3f}", f"{mean['psnr']:.2f}", f"{mean['sharpness']:.3f}",
            f"{mean['seam']:.3f}", f"{mean['chi2']:.4f}", f"{max(row['peak_mib'] for row in own):.0f}",
        )  # fmt: skip
    Console(width=110).print(table)
    print("sharpness and seam: 1 is like the truth; chi2 of gradient histograms: 0 is like the truth")


def _print_sizes(rows: list[dict[str, Any]]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title="medians over the photos; peak memory is above everything imported, photo and result included")
    for name in ("filler", "size", "hole", "CPU s", "wall s", "peak MiB"):
        table.add_column(name, justify="left" if name == "filler" else "right")
    for key in dict.fromkeys((row["filler"], row["size"]) for row in rows):
        own = [row for row in rows if (row["filler"], row["size"]) == key]
        cpu, wall = (float(np.median([row[name] for row in own])) for name in ("cpu", "wall"))
        table.add_row(
            *key, f"{own[0]['share']:.1%}", f"{cpu:.3f}", f"{wall:.3f}", f"{max(row['peak_mib'] for row in own):.0f}"
        )
    Console(width=110).print(table)
