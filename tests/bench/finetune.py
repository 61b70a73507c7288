"""A real fine-tune: what some minutes of training do to unseen photos of one place, and to photos of other places.

    python -m tests.bench finetune               the shipped deepfill-v2, parts of one sample photo, 10 minutes
    python -m tests.bench finetune --photos DIR --unseen DIR --other DIR --base NAME
    python -m tests.bench finetune --strokes     and strokes on the canvas beside the training
    python -m tests.bench finetune --start       and the default fill that starts from the picture of each

Runs `inpaint-studio train` as a user would, in a data folder of its own that is removed afterwards, with everything
that the base implies: crops, batch, losses, rates. Unseen and other photos are measured here, with the same holes
before and after; without `--unseen` those that the training holds back count. Returns 1 where the photos of the place
gain less than 0.5 dB, the others lose more than 0.3 dB, or a stroke takes longer than it may beside a training.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path
from typing import Any

from inpaint_studio import paths
from tests.bench import canvas
from tests.bench._shared import run_alone

GAIN, LOSS = 0.5, 0.3  # dB: that photos of the place must gain, and that others may lose
PLACE = "lake-sherburne.jpg"
COLUMNS, ROWS = 7, 6  # of parts: 30 to train on, 12 to measure
CROPS = 64  # that are measured
_FIGURES = ("psnr", "l1", "sharpness", "seam")


def main(argv: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.bench finetune", description=__doc__.split("\n")[0])
    parser.add_argument("--photos", type=Path, help=f"of one place (default: 30 parts of {PLACE})")
    parser.add_argument("--unseen", type=Path, help="others of that place (default: 12 other parts)")
    parser.add_argument("--other", type=Path, help="photos of other places (default: the other samples)")
    parser.add_argument("--base", default="deepfill-v2", help="name or file of weights (default: deepfill-v2)")
    parser.add_argument("--minutes", type=float, default=10.0, help="of processor time, on a quiet machine")
    parser.add_argument("--steps", type=int, help="instead of minutes, where other programs run too")
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--strokes", action="store_true", help="measure strokes beside a training, too")
    parser.add_argument("--start", action="store_true", help="measure the default fill with each as its start, too")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--train", default="", help="further arguments of 'train', in one text")
    args = parser.parse_args(argv)
    with tempfile.TemporaryDirectory() as folder:
        found = _measure(args, Path(folder))
    if args.strokes:
        found["stroke p95 ms"] = run_alone(canvas.strokes_beside_training)
    _report(found)
    if args.json:
        args.json.write_text(json.dumps(found, indent=1))
    return _judge(found)


def _measure(args: argparse.Namespace, folder: Path) -> dict[str, Any]:
    data = folder / "data"
    os.environ |= {"INPAINT_STUDIO_DATA": str(data), "INPAINT_STUDIO_CACHE": str(folder / "cache")}
    os.environ["OMP_NUM_THREADS"] = str(args.threads)
    base = _install(args.base, data / "weights")
    samples = sorted((paths.resources() / "samples").glob("*.jpg"))
    photos, unseen = args.photos, args.unseen
    if photos is None:
        photos, unseen = _cut_place(next(path for path in samples if path.name == PLACE), folder)
    other = args.other or _copy((path for path in samples if path.name != PLACE), folder / "other")
    found = _train(args, base, photos)
    names = {"before": base, "after": found["name"] or base}
    for what, where in (("place", unseen), ("others", other)):
        if where is not None:
            found[what] = {when: run_alone(measure_set, name, where, found["size"]) for when, name in names.items()}
    found.setdefault("place", found["held out"])
    if args.start:
        where = unseen or photos
        found["start"] = {
            name: run_alone(measure_start, start, where)
            for name, start in (("the rim", "none"), ("the base", base), ("the tuned", names["after"]))
        }
    return found


def _install(base: str, home: Path) -> str:
    """Return the name of the base; a file of weights is copied into the data folder."""
    if not base.endswith(".safetensors"):
        return base
    home.mkdir(parents=True)
    shutil.copy(base, home)
    return Path(base).stem


def _cut_place(photo: Path, folder: Path) -> tuple[Path, Path]:
    """Write the parts of a large photo as photos, which do not overlap, to train on and to measure."""
    from PIL import Image

    homes = folder / "place", folder / "unseen"
    for home in homes:
        home.mkdir()
    with Image.open(photo) as image:
        width, height = image.width // COLUMNS, image.height // ROWS
        for row in range(ROWS):
            for column in range(COLUMNS):
                left, top = column * width, row * height
                part = image.crop((left, top, left + width, top + height))
                part.save(homes[(column + 2 * row) % COLUMNS < 2] / f"part-{row}-{column}.png")
    return homes


def _copy(files: Iterable[Path], folder: Path) -> Path:
    folder.mkdir()
    for file in files:
        shutil.copy(file, folder)
    return folder


def _train(args: argparse.Namespace, base: str, photos: Path) -> dict[str, Any]:
    """Train as a user would; gives facts and figures from the events."""
    command = [sys.executable, "-m", "inpaint_studio", "train", base, "--photos", str(photos), "--name", "tuned"]
    command += ["--steps", str(args.steps)] if args.steps else ["--minutes", str(args.minutes / args.threads)]
    command += ["--workers", "0", "--events", "--log", "none", *args.train.split()]
    before = _cpu_seconds()
    facts: dict[str, Any] = {"shown": {}}
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True) as run:
        assert run.stdout is not None
        for line in run.stdout:
            event = json.loads(line)
            if event["event"] == "started":
                facts |= {name: event[name] for name in ("size", "batch", "photos")}
            if event["event"] == "sample":
                facts["shown"][event["step"]] = event["figures"]["psnr"]
                print(f"step {event['step']}: {event['figures']['psnr']:.2f} dB", file=sys.stderr, flush=True)
            if event["event"] == "best":
                facts |= {"held out": {"before": event["before"], "after": event["figures"]}}
                facts |= {"best step": event["step"]}
            if event["event"] == "done":
                facts |= {"steps": event["step"], "name": event["name"], "gain": event["gain"]}
                facts |= {"shown others": [event["others_before"], event["others"]]}
            if event["event"] == "note":
                print(event["text"], file=sys.stderr, flush=True)
    if run.returncode:
        sys.exit(f"The training ended with {run.returncode}.")
    return facts | {"cpu minutes": (_cpu_seconds() - before) / 60}


def measure_set(name: str, folder: Path, size: int) -> dict[str, float]:
    """Return how the weights `name` fill crops of `size` px of all photos in `folder`, always the same."""
    from inpaint_studio.engine.photo.folder import survey
    from training.data import photos
    from training.recipes import recipe_for
    from training.run import start_weights
    from training.run.validation import measure

    start = start_weights.choose(name, None)
    kind = recipe_for(start.name)
    recipe = kind(start.network(), start.record.continue_settings(kind.Settings()))
    found, lines = survey(folder).photos, recipe.wants_sketch
    held = photos.held_out(found, size, None, recipe.mixture, sketches=lines, count=CROPS, folder=folder)
    return measure(recipe, recipe.modules["generator"], held, lambda: None).values()


def measure_start(start: str, folder: Path) -> dict[str, float]:
    """Return the figures of the filler that copies, in a large round hole in the middle of each photo of `folder`."""
    import numpy as np

    from inpaint_studio.engine.evaluation.metrics import figures
    from inpaint_studio.engine.fill.request import FILLER, Request
    from inpaint_studio.engine.fill.run import fill
    from inpaint_studio.engine.photo.folder import survey
    from inpaint_studio.engine.photo.photo import open_photo
    from inpaint_studio.engine.ticket import Ticket
    from inpaint_studio.models.base.interface import Options

    rows = []
    for path in survey(folder).photos:
        truth = open_photo(path).pixels[..., :3]
        height, width = truth.shape[:2]
        y, x = np.mgrid[:height, :width]
        hole = (y - height / 2) ** 2 + (x - width / 2) ** 2 < (min(height, width) / 4) ** 2
        seen = np.where(hole[..., None], np.uint8(0), truth)
        result = fill(Request(seen, hole, FILLER, options=Options(threads=1, start=start)), Ticket())
        rows.append(figures(result.pixels, truth, hole)._asdict())
    return {name: float(np.mean([row[name] for row in rows])) for name in rows[0]}


def _report(found: dict[str, Any]) -> None:
    """Print one table."""
    print(
        f"{found['steps']} steps of {found['batch']} crops of {found['size']} px in {found['cpu minutes']:.1f} minutes "
        f"of processor time; the best at step {found['best step']}"
    )
    print(f"{'photos':>10} {'figure':>10} {'before':>9} {'after':>9} {'change':>9}")
    for what in ("held out", "place", "others"):
        before, after = found[what]["before"], found[what]["after"]
        for figure in _FIGURES:
            if before.get(figure) is not None and after.get(figure) is not None:
                change = after[figure] - before[figure]
                print(f"{what:>10} {figure:>10} {before[figure]:9.4f} {after[figure]:9.4f} {change:+9.4f}")
    for name, figures in found.get("start", {}).items():
        print(f"default fill, start from {name}: " + ", ".join(f"{key} {value:.4f}" for key, value in figures.items()))
    if "stroke p95 ms" in found:
        print(f"stroke beside a training: p95 {found['stroke p95 ms']:.1f} ms")


def _judge(found: dict[str, Any]) -> int:
    """Return 1 where a figure is out of its limit."""
    place, others = (found[what]["after"]["psnr"] - found[what]["before"]["psnr"] for what in ("place", "others"))
    return int(place < GAIN or others < -LOSS or found.get("stroke p95 ms", 0.0) > canvas.QUICK_BESIDE)


def _cpu_seconds() -> float:
    used = resource.getrusage(resource.RUSAGE_CHILDREN)
    return used.ru_utime + used.ru_stime


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
