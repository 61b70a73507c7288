"""How many photos a batch fills in a minute: with 1 worker, with several, and on a Ray cluster of this machine.

Every run starts its workers anew, as the command does; the time without their start is shown beside.
"""

from __future__ import annotations

import argparse
import tempfile
import time
from pathlib import Path
from typing import Any


def main(argv: list[str] | None = None) -> int:
    """Print a line for each kind of pool: seconds with and without the start, photos a minute, and the gain."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench batch", description=__doc__.splitlines()[0])
    parser.add_argument("--photos", metavar="DIR", type=Path, help="your own, with --masks (default: drawn ones)")
    parser.add_argument("--masks", metavar="DIR", type=Path, help="named after the photos")
    parser.add_argument("--count", metavar="N", type=int, default=12, help="drawn photos (default: 12)")
    parser.add_argument("--side", metavar="PX", type=int, default=1000, help="of a drawn photo (default: 1000)")
    parser.add_argument("--model", metavar="NAME", default="auto", help="default: auto")
    parser.add_argument("--workers", metavar="N", type=int, default=2, help="of the larger pools (default: 2)")
    options = parser.parse_args(argv)
    if (options.photos is None) != (options.masks is None):
        parser.error("--photos and --masks go together")
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        if options.photos is None:
            _draw(folder / "photos", folder / "masks", options.count, options.side)
            options.photos, options.masks = folder / "photos", folder / "masks"
        print("pool              photos  seconds  without the start  photos/min  gain")
        first = 0.0
        for title, make in _pools(options):
            done, whole, filling = _measure(options, folder / title, make)
            first = first or filling
            speed = 60 * done / filling
            print(f"{title:<18}{done:<8}{whole:<9.1f}{filling:<19.1f}{speed:<12.1f}{first / filling:.2f}", flush=True)
    return 0


def _pools(options: argparse.Namespace) -> list[tuple[str, Any]]:
    from inpaint_studio.engine.batch.pool import ProcessPool

    found: list[tuple[str, Any]] = [
        ("1 worker", lambda how: ProcessPool(how, 1)),
        (f"{options.workers} workers", lambda how: ProcessPool(how, options.workers)),
    ]
    try:
        import ray
    except ImportError:
        print("Ray is not installed; it is left out.")
        return found

    def on_ray(how: Any) -> Any:
        from inpaint_studio.engine.batch.ray_pool import RayPool

        ray.init(num_cpus=options.workers, include_dashboard=False, log_to_driver=False, logging_level="ERROR")
        return RayPool(how, options.workers, "local")

    return [*found, (f"Ray, {options.workers} workers", on_ray)]


def _measure(options: argparse.Namespace, output: Path, make: Any) -> tuple[int, float, float]:
    """Return how many photos were filled, the seconds, and the seconds since the first worker was at work."""
    from inpaint_studio.engine.batch.job import HowToFill
    from inpaint_studio.engine.batch.plan import plan_batch
    from inpaint_studio.engine.batch.run import BatchRun
    from inpaint_studio.engine.ticket import Ticket

    how = HowToFill(options.model)
    jobs = plan_batch([options.photos], output, options.masks)
    run = BatchRun(jobs, how, output)
    pool = make(how)
    began = time.perf_counter()
    report = run.run(pool, Ticket(), lambda _: None)
    whole = time.perf_counter() - began
    return report.count("filled"), whole, whole - (run.waited or 0.0)


def _draw(photos: Path, masks: Path, count: int, side: int) -> None:
    """Draw photos of soft shapes with grain, and a round hole in each."""
    import numpy as np
    from PIL import Image

    photos.mkdir()
    masks.mkdir()
    rows, columns = np.indices((side, side)) / side
    for number in range(count):
        random = np.random.default_rng(number)
        waves = [np.sin(2 * np.pi * (a * rows + b * columns)) for a, b in random.uniform(1, 9, (3, 2))]
        grain = random.normal(0, 6, (side, side, 3))
        pixels = np.clip(128 + 50 * np.stack(waves, axis=2) + grain, 0, 255).astype(np.uint8)
        Image.fromarray(pixels).save(photos / f"{number:03}.jpg", quality=95)
        middle = random.uniform(0.3, 0.7, 2)
        hole = (rows - middle[0]) ** 2 + (columns - middle[1]) ** 2 < 0.1**2
        Image.fromarray(np.where(hole, np.uint8(255), np.uint8(0))).save(masks / f"{number:03}.png")
