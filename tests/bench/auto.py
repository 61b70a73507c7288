"""How often the automatic choice picks the best of its candidates, on photos of your own.

    python -m tests.bench auto --photos DIR --masks DIR
    python -m tests.bench auto --photos DIR --pairs FILE.csv --hairlines

The pairs are those of `python -m tests.bench exemplar`. `--hairlines` replaces each mask by a line of 1 to 5 px that
crosses the middle of the mask. Every hole is filled by each candidate and by `auto`; a choice counts as the best where
no candidate has a higher PSNR.
"""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

import numpy as np

from tests.bench._shared import run_alone
from tests.bench.exemplar import Case, _list_pairs

AUTO = "auto"
FIGURES = ("psnr", "sharpness", "seam", "chi2")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench auto", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, required=True, help="folder of photos (looked through recursively)")
    parser.add_argument("--masks", type=Path, help="folder of masks, white where the hole is")
    parser.add_argument("--pairs", type=Path, help="CSV with columns photo and mask, relative to --photos")
    parser.add_argument("--hairlines", action="store_true", help="a line of 1 to 5 px in place of each mask")
    parser.add_argument("--candidates", nargs="*", default=["exemplar", "navier-stokes", "telea"])
    parser.add_argument("--every", type=int, default=1, help="take every Nth pair")
    parser.add_argument("--threads", type=int, default=1)
    args = parser.parse_args(argv)
    cases = list(_list_pairs(args))[:: args.every]
    if not cases:
        print("no photo with a mask was found", file=sys.stderr)
        return 2
    holes = run_alone(measure, cases, args.candidates, args.hairlines, args.threads)
    print_table(holes, args.candidates)
    return 0


def measure(cases: list[Case], candidates: list[str], hairlines: bool, threads: int) -> list[dict[str, Any]]:
    """Fill every hole by each candidate and by `auto`; run this in a process of its own."""
    from inpaint_studio.engine.evaluation.metrics import figures
    from inpaint_studio.engine.fill.request import Request
    from inpaint_studio.engine.fill.run import fill
    from inpaint_studio.engine.photo.photo import open_photo
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.models.base.interface import Options

    holes = []
    for number, case in enumerate(cases):
        truth = open_photo(Path(case.photo)).pixels[..., :3]
        hole = open_photo(Path(case.mask or "")).pixels[..., 0] >= 128
        hole = draw_hairline(hole, number) if hairlines else hole
        damaged = np.where(hole[..., None], np.uint8(0), truth)
        found: dict[str, Any] = {}
        for name in (*candidates, AUTO):
            result = fill(Request(damaged, hole, name, options=Options(threads=threads)), Ticket())
            found[name] = figures(result.pixels, truth, hole)
            if name == AUTO:
                found["reasons"] = sorted({region.reason for region in result.regions})
        holes.append(found)
    return holes


def draw_hairline(hole: np.ndarray[Any, Any], number: int) -> np.ndarray[Any, Any]:
    """Return a straight line through the middle of `hole` (H x W bool); width and direction follow from `number`."""
    from inpaint_studio.opencv import cv2

    rows, columns = np.nonzero(hole)
    middle = np.array([columns.mean(), rows.mean()])
    angle = 2.4 * number  # radians: the golden angle, which spreads the directions
    reach = 50 * np.array([np.cos(angle), np.sin(angle)])
    first, last = ((int(x), int(y)) for x, y in (middle - reach, middle + reach))
    return np.asarray(cv2.line(np.zeros(hole.shape, np.uint8), first, last, 1, 1 + number % 5) > 0)


def rate(holes: list[dict[str, Any]], candidates: list[str]) -> dict[str, float]:
    """Return the shares of the holes in which `auto` is the best candidate, within 0.1 dB of it, and the worst."""
    chosen = np.array([hole[AUTO].psnr for hole in holes])
    others = np.array([[hole[name].psnr for name in candidates] for hole in holes])
    best, worst = others.max(axis=1), others.min(axis=1)
    return {
        "best": float((chosen >= best).mean()),
        "within 0.1 dB of the best": float((chosen >= best - 0.1).mean()),
        "worse than the worst": float((chosen < worst).mean()),
    }


def print_table(holes: list[dict[str, Any]], candidates: list[str]) -> None:
    from rich.console import Console
    from rich.table import Table

    table = Table(title=f"means over {len(holes)} holes")
    for name in ("filler", "PSNR dB", "sharpness", "seam", "chi2"):
        table.add_column(name, justify="left" if name == "filler" else "right")
    for name in (*candidates, AUTO):
        psnr, *rest = (float(np.mean([getattr(hole[name], each) for hole in holes])) for each in FIGURES)
        table.add_row(name, f"{psnr:.2f}", *(f"{value:.3f}" for value in rest))
    Console(width=100).print(table)
    print(", ".join(f"{name}: {share:.0%}" for name, share in rate(holes, candidates).items()))
    reasons = [reason for hole in holes for reason in hole["reasons"]]
    print("; ".join(f"{reason}: {reasons.count(reason)}" for reason in sorted(set(reasons))))
