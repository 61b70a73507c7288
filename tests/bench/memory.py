"""How much memory the window takes with a large photo: ``python -m tests.bench memory``.

A photo of 24 megapixels, enlarged from a sample with grain of its own, is opened in the window of a process of its own
that was started as ``inpaint-studio`` is. A hole of 4.5 megapixels is filled, filled again for six more candidates,
undone and redone, and another photo is opened at last. Then a photo of 100 megapixels is opened, painted on at several
zooms, and its hole is inverted: that may take 18 bytes a pixel beside the empty window. The resident memory is read
from ``/proc`` when the window rests after each step, and its highest value while the step ran; so this runs on Linux
only. Other programs that run beside it change the times and not the memory.
"""

from __future__ import annotations

import argparse
import json
import os
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, NamedTuple

import numpy as np

from tests.bench._shared import run_alone

HEIGHT, WIDTH = 4000, 6000
HOLE = 4_500_000  # px
CANDIDATES = 6  # beside the first
LARGE = (8192, 12288)  # px, height and width
BYTES_A_PIXEL = 18.0  # that the large photo may take at its peak
PEAK, RESTING = 1200, 750  # MB that a fill may take, and that may be left after each step
RESTS = 2.5  # s that nothing may run for, until the window counts as resting: it returns memory after 2 s
SAMPLE = Path(__file__).parents[2] / "resources" / "samples" / "perched-osprey.jpg"
_LONGEST = 1800.0  # s that a step may take


class Figure(NamedTuple):
    """The memory of one step, in MB (10^6 bytes): at its highest, and when the window rested after it."""

    step: str
    peak: float
    resting: float
    history: float  # what the history counts for itself
    seconds: float


def main(argv: list[str]) -> int:
    """Print a table; 1 where a figure is over its limit."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench memory", description=__doc__.split("\n")[0])
    parser.add_argument("--model", action="append", help="that fills; may be repeated (default: auto, then exemplar)")
    parser.add_argument("--candidates", type=int, default=CANDIDATES, help=f"beside the first (default: {CANDIDATES})")
    parser.add_argument("--megapixels", type=float, default=HOLE / 1e6, help="of the hole (default: 4.5)")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    args = parser.parse_args(argv)
    if not Path("/proc/self/clear_refs").exists():
        parser.error("the memory can be read on Linux only")
    found: dict[str, list[Figure]] = {}
    with tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "large.jpg"
        run_alone(make_photo, photo)
        for model in args.model or ["auto", "exemplar"]:
            with _home(Path(folder) / f"home-{model}"):
                found[model] = run_alone(measure, photo, model, args.candidates, args.megapixels * 1e6)
            print_table(model, found[model])
        large = Path(folder) / "huge.jpg"
        run_alone(make_photo, large, LARGE)
        with _home(Path(folder) / "home-large"):
            rows, sight = run_alone(measure_large, large)
        pixel_bytes = print_large(rows, sight)
        found["100 MP"] = rows
    if args.json:
        args.json.write_text(json.dumps({name: [each._asdict() for each in rows] for name, rows in found.items()}))
    small = [each for name, rows in found.items() if name != "100 MP" for each in rows]
    over = any(each.peak > PEAK or each.resting > RESTING for each in small)
    return int(over or pixel_bytes > BYTES_A_PIXEL)


def print_large(figures: list[Figure], sight: float) -> float:
    """Print the figures of the large photo; gives the most bytes a pixel that it took beside the empty window."""
    pixels, empty = LARGE[0] * LARGE[1], figures[0].resting
    print(f"\n{pixels / 1e6:.0f} megapixels, seen after {sight:.1f} s; bytes a pixel beside the empty window")
    print(f"{'step':>16} {'peak':>7} {'resting':>8} {'s':>7}")
    for step, peak, resting, _, seconds in figures[1:]:
        each = [(value - empty) * 1e6 / pixels for value in (peak, resting)]
        print(f"{step:>16} {each[0]:7.1f} {each[1]:8.1f} {seconds:7.1f}", flush=True)
    return (max(each.peak for each in figures[1:]) - empty) * 1e6 / pixels


def print_table(model: str, figures: list[Figure]) -> None:
    """Print the figures of one model; those over their limit are marked."""
    print(f"\n{model}, MB")
    print(f"{'step':>16} {'peak':>7} {'resting':>8} {'history':>8} {'s':>7}")
    for step, peak, resting, history, seconds in figures:
        over = "  over the limit" if peak > PEAK or resting > RESTING else ""
        print(f"{step:>16} {peak:7.0f} {resting:8.0f} {history:8.0f} {seconds:7.1f}{over}", flush=True)


def make_photo(path: Path, size: tuple[int, int] = (HEIGHT, WIDTH)) -> None:
    """Write the photo as a JPEG file of this height and width."""
    from PIL import Image

    with Image.open(SAMPLE) as sample:
        large = np.asarray(sample.convert("RGB").resize(size[::-1], Image.Resampling.BICUBIC)).astype(np.int16)
    grain = np.random.default_rng(0).integers(-6, 7, (*size, 1), np.int16)
    Image.fromarray(np.clip(large + grain, 0, 255).astype(np.uint8)).save(path, quality=95)


def ellipse_part(box: Any, pixels: float) -> np.ndarray:
    """Coverage of `box` of the photo by an ellipse of that area in its middle, uint8 0 or 255."""
    across = (1.5 * pixels / np.pi) ** 0.5
    rows = np.arange(box.top, box.bottom)[:, None] - HEIGHT / 2
    columns = np.arange(box.left, box.right)[None, :] - WIDTH / 2
    return np.where((columns / across) ** 2 + (1.5 * rows / across) ** 2 < 1, np.uint8(255), np.uint8(0))


@contextmanager
def _home(folder: Path) -> Iterator[None]:
    """Inside, a process that is started has settings and data of its own, and a screen of its own in memory."""
    before = dict(os.environ)
    named = {name: str(folder / name) for name in ("config", "data", "state")}
    os.environ |= {f"XDG_{name.upper()}_HOME": where for name, where in named.items()}
    os.environ["QT_QPA_PLATFORM"] = "offscreen"
    try:
        yield
    finally:
        os.environ.clear()
        os.environ.update(before)


def measure(photo: Path, model: str, candidates: int, hole: float) -> list[Figure]:
    """Do all steps in the window of this process, which is fresh."""
    from inpaint_studio import native_threads
    from inpaint_studio.engine.machine import allocator

    native_threads.set_defaults()  # as the command does
    allocator.tune()
    allocator.share_memory()
    window = _Window()
    try:
        window.measure("window", window.start)
        session = window.session
        window.measure("open", lambda: session.open(photo))
        session.models.name = model
        window.measure("get ready", lambda: None)
        window.measure("draw the hole", lambda: window.draw(hole))
        window.measure("fill", session.fills.start)
        for number in range(candidates):
            window.measure(f"candidate {number + 2}", session.fills.another)
        window.measure("undo", session.document.undo)
        window.measure("redo", session.document.redo)
        window.measure("another photo", lambda: session.open(SAMPLE))
        assert not window.faults, window.faults
        return window.figures
    finally:
        window.close()


def measure_large(photo: Path) -> tuple[list[Figure], float]:
    """Open and paint a large photo in the window of this process; also returns the seconds until it is seen."""
    from inpaint_studio import native_threads
    from inpaint_studio.engine.machine import allocator

    native_threads.set_defaults()
    allocator.tune()
    allocator.share_memory()
    window = _Window()
    seen: list[float] = []
    canvas, document = window.canvas, window.session.document

    def paint_first() -> None:
        canvas.repaint()
        seen.append(time.monotonic())

    try:
        window.measure("window", window.start)
        began = time.monotonic()
        document.replaced.connect(paint_first)
        window.measure("open", lambda: window.session.open(photo))
        for zoom in (canvas.zoom, 0.51, 1.0):
            canvas.zoom_to(zoom)
            window.measure(f"stroke at {zoom:.0%}", window.stroke)
        window.measure("invert the hole", document.invert_hole)
        window.measure("undo", document.undo)
        assert not window.faults, window.faults
        return window.figures, seen[0] - began
    finally:
        window.close()


class _Window:
    """The program's window, as `ui.app` makes it, and the figures that were measured in it."""

    def __init__(self) -> None:
        from PySide6.QtWidgets import QApplication

        from inpaint_studio.ui.app import make_window
        from inpaint_studio.ui.gc_timer import GcTimer

        self.app: Any = QApplication([])
        self.figures: list[Figure] = []
        self.faults: list[str] = []
        self._window = make_window(self.app, SAMPLE)
        self._gc_timer = GcTimer(self.app)
        self.session, self.canvas = self._window.session, self._window.canvas
        self.session.failed.connect(self.faults.append)
        self.session.fills.failed.connect(self.faults.append)
        self._working = True  # the fill thread prepares models
        self.session.worker.status.connect(self._on_worker)

    def _on_worker(self, status: Any) -> None:
        self._working = status.kind == "working"

    def start(self) -> None:
        self._window.resize(1440, 900)
        self._window.show()

    def draw(self, pixels: float) -> None:
        """Draw the ellipse tile by tile as one stroke: large arrays here would count as the program's memory."""
        from inpaint_studio.engine.geometry import Box
        from inpaint_studio.session.raster import HOLE, tiles

        edit = self.session.document.live_edit(HOLE)
        for tile in tiles(Box.whole(HEIGHT, WIDTH)):
            box = tile.clip(HEIGHT, WIDTH)
            part = ellipse_part(box, pixels)
            if part.any():
                edit.write(box, part)
        edit.commit("Ellipse")

    def stroke(self) -> None:
        """Draw across the canvas with the brush."""
        from PySide6.QtCore import QPoint, Qt
        from PySide6.QtTest import QTest

        button, none = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        QTest.mousePress(self.canvas, button, none, QPoint(300, 300))
        for step in range(40):
            QTest.mouseMove(self.canvas, QPoint(300 + 10 * step, 300 + 3 * step))
            self.app.processEvents()
        QTest.mouseRelease(self.canvas, button, none, QPoint(700, 420))

    def measure(self, step: str, do: Callable[[], object]) -> None:
        """Do a step, wait until the window rests, and note the memory."""
        Path("/proc/self/clear_refs").write_text("5")  # the highest value counts from now on
        began = time.monotonic()
        do()
        seconds = self._wait_for_rest() - began
        status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
        peak, resting = (1024 * int(status[name].split()[0]) / 1e6 for name in ("VmHWM", "VmRSS"))
        self.figures.append(Figure(step, peak, resting, self.session.document.history.nbytes / 1e6, seconds))

    def _wait_for_rest(self) -> float:
        """Run the event loop until nothing has run for a while; gives the time at which the last thing ended."""
        began = last = time.monotonic()
        while time.monotonic() - last < RESTS:
            self.app.processEvents()
            time.sleep(0.005)
            if self._is_at_work():
                last = time.monotonic()
            assert last - began < _LONGEST, "a step does not end"
        return last

    def _is_at_work(self) -> bool:
        queues, canvas = self.session.queues, self._window.canvas
        every = (queues.io, queues.memory, queues.reads)
        idle = all(queue.is_idle(lane) for queue in every for lane in queue._pending)
        return not idle or not canvas.background.idle or self.session.fills.is_busy or self._working

    def close(self) -> None:
        self.session.document.mark_saved()
        self._window.close()
        self._gc_timer.stop()


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
