"""How many suggestions each kind makes on photos, and how long it takes.

On photos without wires, dust and text every suggestion is a false one: at most 1 in 10 photos is the aim. With
``--report DIR`` the photos with suggestions are saved there with outlines, to judge them by eye.
"""

from __future__ import annotations

import argparse
import time
from pathlib import Path
from typing import Any

KINDS = ("wires", "dust", "text")


def main(argv: list[str] | None = None) -> int:
    """Print, for each kind, photos, photos with suggestions, suggestions, and seconds a photo."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench suggest", description=__doc__.splitlines()[0])
    parser.add_argument("--photos", metavar="DIR", type=Path, required=True, help="searched with its subfolders")
    parser.add_argument("--kind", choices=(*KINDS, "shadow"), action="append", help="default: all but shadow")
    parser.add_argument("--holes", metavar="CSV", type=Path, help="for shadow: columns photo and mask")
    parser.add_argument("--every", metavar="N", type=int, default=1, help="take every N-th photo (default 1)")
    parser.add_argument("--report", metavar="DIR", type=Path, help="save photos with outlines there")
    options = parser.parse_args(argv)
    if options.kind and "shadow" in options.kind and options.holes is None:
        parser.error("a shadow is looked for beside a hole: add --holes CSV")
    print("kind    photos  with    suggestions  a photo  s/photo")
    for kind in options.kind or KINDS:
        print(_measure(kind, _pairs(options, kind)[:: options.every], options.report), flush=True)
    return 0


def _pairs(options: argparse.Namespace, kind: str) -> list[tuple[Path, Path | None]]:
    """Return photos, for shadows with the mask of a hole."""
    if kind == "shadow":
        import csv

        with options.holes.open(encoding="utf-8", newline="") as file:
            return [(options.photos / row["photo"], options.holes.parent / row["mask"]) for row in csv.DictReader(file)]
    paths = sorted(options.photos.rglob("*"))
    found = [path for path in paths if path.suffix.lower() in (".jpg", ".jpeg", ".png") and "masks" not in path.parts]
    return [(path, None) for path in found]


def _measure(kind: str, pairs: list[tuple[Path, Path | None]], report: Path | None) -> str:
    from inpaint_studio.engine.masks.suggest.kinds import find
    from inpaint_studio.engine.photo.guides import read_mask
    from inpaint_studio.engine.photo.photo import open_photo
    from inpaint_studio.engine.ticket import Ticket

    hits = count = 0
    seconds = 0.0
    for photo_path, mask_path in pairs:
        photo = open_photo(photo_path)
        hole = None if mask_path is None else read_mask(mask_path, photo.size)
        began = time.perf_counter()
        found = find(kind, photo.pixels, hole, Ticket())
        seconds += time.perf_counter() - began
        hits += bool(found)
        count += len(found)
        if found and report is not None:
            _save(photo.pixels, found, report / f"{kind}-{photo_path.stem}.png")
    number = max(1, len(pairs))
    return f"{kind:<8}{len(pairs):<8}{hits:<8}{count:<13}{count / number:<9.3f}{seconds / number:.2f}"


def _save(pixels: Any, found: Any, path: Path) -> None:
    """Save a photo with an outline round every suggestion."""
    from PIL import Image

    from inpaint_studio.engine.masks.suggest.suggestion import find_outlines
    from inpaint_studio.opencv import cv2

    drawn = pixels[..., :3].copy()
    for part in found:
        outlines = [outline.astype("int32") for outline in find_outlines(part)]
        cv2.drawContours(drawn, outlines, -1, (255, 0, 0), max(2, max(drawn.shape) // 500))
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.fromarray(drawn).save(path)
