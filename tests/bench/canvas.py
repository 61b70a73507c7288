"""How quick the canvas is on a 24-megapixel photo: ``python -m tests.bench.canvas``.

Prints, for some zooms and brushes, the time from a stroke's event to its painted frame (median and 95th percentile; and
the processor's time of it, which other programs do not lengthen), and the time of a whole repaint. With ``--stall`` it
fills a hole instead and prints the longest pause of the main thread's event loop from the request to the result on the
canvas. With ``--training`` it measures the strokes twice on two cores, quiet and beside a training that was started as
the window starts one, and prints both 95th percentiles and their ratio.
"""

from __future__ import annotations

import argparse
import json
import math
import os
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from PySide6.QtCore import QEvent, QPointF, Qt, QTimer
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import QApplication

from inpaint_studio.engine.photo.photo import photo_from_array
from inpaint_studio.protocol.request import SCRATCH, TrainingRequest
from inpaint_studio.session.raster import HOLE
from inpaint_studio.session.reporting import IDLE, Status
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.training.process import program
from inpaint_studio.ui.canvas.canvas import Canvas
from tests.session.relay import relay

HEIGHT, WIDTH = 4000, 6000
BRUSHES = (40, 200, 1000)
USUAL = 200  # px of the largest brush that is judged
ZOOMS = (0.0, 0.5, 1.0, 4.0)  # 0: fitted
QUICK, QUICK_BESIDE = 8.0, 12.0  # ms that a stroke may take, and beside a training
SAMPLES = Path(__file__).parents[2] / "resources" / "samples"


def picture(height: int = HEIGHT, width: int = WIDTH) -> np.ndarray:
    """A photo-like picture: soft shapes under grain, H x W x 3 uint8."""
    rng = np.random.default_rng(0)
    rows, cols = np.arange(height)[:, None] / height, np.arange(width)[None, :] / width
    grain = rng.integers(0, 24, (height, width), np.uint8)
    planes = [
        (100 + 80 * np.sin(9 * rows + turn) * np.cos(7 * cols - turn)).astype(np.uint8) + grain for turn in (0, 1, 2)
    ]
    return np.stack(planes, axis=2)


class Frame:
    """A session with its canvas on a 24-megapixel photo, shown offscreen."""

    def __init__(self, app: QApplication, folder: Path) -> None:
        self.app = app
        self.session = Session(Settings(folder / "settings.toml"))
        self.canvas = Canvas(self.session)
        self.canvas.resize(1600, 1000)
        self.canvas.show()
        self.session.document.load(photo_from_array(picture()))
        self.wait(lambda: self.canvas.background.idle)
        self.wait_for_paint()

    def wait(self, done: Callable[[], bool], longest: float = 300) -> None:
        """Run the event loop until `done()`."""
        end = time.monotonic() + longest
        while not done():
            if time.monotonic() > end:
                raise TimeoutError("the canvas did not get there")
            self.app.processEvents()
            time.sleep(0.001)

    def wait_for_paint(self) -> None:
        self.canvas.update()
        self.app.processEvents()

    def mouse(self, kind: QEvent.Type, x: float, y: float) -> None:
        """Send a mouse event of the left button at a place on the widget."""
        pressed = Qt.MouseButton.LeftButton
        button = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseMove else pressed
        held = Qt.MouseButton.NoButton if kind == QEvent.Type.MouseButtonRelease else pressed
        place = QPointF(x, y)
        event = QMouseEvent(kind, place, self.canvas.mapToGlobal(place), button, held, Qt.KeyboardModifier.NoModifier)
        self.app.sendEvent(self.canvas, event)

    def close(self) -> None:
        self.session.close()
        self.canvas.close()


def stroke_times(frame: Frame, events: int) -> tuple[list[float], list[float]]:
    """ms from each event of a looping stroke to its painted frame, and the processor's ms of it."""
    times, work = [], []
    radius_x, radius_y = frame.canvas.width() * 0.35, frame.canvas.height() * 0.35
    middle = frame.canvas.viewport.center
    frame.mouse(QEvent.Type.MouseButtonPress, middle.x() + radius_x, middle.y())
    frame.app.processEvents()
    for step in range(1, events + 1):
        turn = step * 0.035  # some 15 px from one event to the next, as a quick hand does
        x, y = middle.x() + radius_x * math.cos(turn), middle.y() + radius_y * math.sin(1.7 * turn)
        began, began_work = time.perf_counter(), time.thread_time()
        frame.mouse(QEvent.Type.MouseMove, x, y)
        frame.app.processEvents()
        times.append((time.perf_counter() - began) * 1000)
        work.append((time.thread_time() - began_work) * 1000)
    frame.mouse(QEvent.Type.MouseButtonRelease, x, y)
    frame.app.processEvents()
    return times, work


def repaint_times(frame: Frame, count: int = 8) -> list[float]:
    """ms of panning by a little and painting all of it."""
    times = []
    for step in range(count):
        began = time.perf_counter()
        frame.canvas.pan(3 if step % 2 else -3, 0)
        frame.app.processEvents()
        times.append((time.perf_counter() - began) * 1000)
    return times


def measure_strokes(frame: Frame, events: int) -> float:
    """Print the table; gives the worst 95th percentile of brushes of usual size, ms."""
    print(f"{'zoom':>6} {'brush':>6} {'p50 ms':>8} {'p95 ms':>8} {'max ms':>8} {'cpu p95':>8} {'repaint ms':>11}")
    worst = 0.0
    for zoom in ZOOMS:
        for brush in BRUSHES:
            frame.session.settings.set("brush_size", brush)
            frame.canvas.fit()
            if zoom:
                frame.canvas.zoom_at(frame.canvas.viewport.center, zoom)
            frame.app.processEvents()
            times, work = stroke_times(frame, events)
            repaint = float(np.median(repaint_times(frame)))
            p50, p95 = np.percentile(times, (50, 95))
            cpu = float(np.percentile(work, 95))
            worst = max(worst, float(p95)) if brush <= USUAL else worst
            shown = frame.canvas.zoom
            print(f"{shown:6.0%} {brush:6d} {p50:8.2f} {p95:8.2f} {max(times):8.2f} {cpu:8.2f} {repaint:11.2f}")
            frame.session.document.undo()
            frame.wait(lambda: frame.canvas.background.idle)
    print(f"worst p95 of brushes up to {USUAL} px: {worst:.2f} ms")
    return worst


@contextmanager
def training(photos: Path, folder: Path, size: int) -> Iterator[None]:
    """Inside, a training from nothing takes steps, started as the window starts one."""
    request = TrainingRequest("deepfill-v2", photos, folder / "run", SCRATCH, size=size, evaluate_seconds=1e6)
    environment = os.environ | {
        "INPAINT_STUDIO_DATA": str(folder / "data"),
        "INPAINT_STUDIO_CACHE": str(folder / "cache"),
    }
    command = [*program(), *request.command()]
    pipe = subprocess.PIPE
    with subprocess.Popen(command, stdout=pipe, stdin=pipe, env=environment, text=True, start_new_session=True) as run:
        assert run.stdout is not None
        try:
            for line in run.stdout:
                if json.loads(line).get("step", 0) >= 2:
                    break
            else:
                raise RuntimeError("the training ended before its second step")
            yield
            if run.poll() is not None:
                raise RuntimeError("the training ended before the strokes did")
        finally:
            run.kill()


def measure_beside_training(frame: Frame, events: int, photos: Path, folder: Path, size: int) -> float:
    """Print the strokes quiet and beside a training; gives the worst 95th percentile beside it, ms."""
    if hasattr(os, "sched_setaffinity"):  # both processes, as the training inherits it
        os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[:2])
    print("quiet")
    quiet = measure_strokes(frame, events)
    with training(photos, folder, size):
        print("beside a training")
        beside = measure_strokes(frame, events)
    print(f"p95 quiet {quiet:.2f} ms, beside a training {beside:.2f} ms: {beside / quiet:.2f} times")
    return beside


def measure_stall(frame: Frame, share: float, model: str) -> float:
    """Fill `share` of the photo and print the event loop's longest pause, ms, which is also given."""
    frame.session.start()
    frame.session.models.name = model
    statuses: list[Status] = []
    relay(frame.session.worker).status.connect(statuses.append)
    frame.wait(lambda: IDLE in statuses)  # warmed up
    side = int(math.sqrt(share * HEIGHT * WIDTH / 3))
    document = frame.session.document
    edit = document.live_edit(HOLE)
    for row, col in ((700, 700), (1800, 3200), (2600, 1200)):
        there = edit.touch(_square(row, col, side))
        there[...] = 255
        edit.changed(_square(row, col, side))
    edit.commit("Squares")
    frame.wait(lambda: frame.canvas.background.idle)

    gaps = [0.0]
    last = time.perf_counter()

    def tick() -> None:
        nonlocal last
        now = time.perf_counter()
        gaps.append((now - last) * 1000)
        last = now

    timer = QTimer(interval=5, timerType=Qt.TimerType.PreciseTimer)
    timer.timeout.connect(tick)
    outcome: list[object] = []
    frame.session.fills.filled.connect(outcome.append)
    frame.session.fills.failed.connect(outcome.append)
    timer.start()
    last = began = time.perf_counter()
    frame.session.fills.start()
    while not (outcome and frame.canvas.background.idle):
        frame.app.processEvents()
        time.sleep(0.0005)  # as the event loop of a window waits: without holding the interpreter
    tick()
    took = time.perf_counter() - began
    print(f"filled {share:.1%} of 24 MP by {model} in {took:.2f} s: {getattr(outcome[0], 'notes', outcome[0])}")
    print(f"longest pause {max(gaps):.1f} ms, 99th percentile {np.percentile(gaps, 99):.1f} ms")
    return max(gaps)


def _square(row: int, col: int, side: int):  # type: ignore[no-untyped-def]
    from inpaint_studio.engine.geometry import Box

    return Box(row, col, row + side, col + side)


def main(argv: list[str] | None = None) -> int:
    """Run the benchmark; 0 where usual brushes keep within their limit (a pause within 100 ms), 1 where not."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench.canvas", description=__doc__)
    parser.add_argument("--events", type=int, default=200, help="of each stroke (default: 200)")
    parser.add_argument("--stall", action="store_true", help="measure pauses while a hole is filled")
    parser.add_argument("--training", action="store_true", help="measure strokes quiet and beside a training")
    parser.add_argument("--photos", type=Path, default=SAMPLES, help="to train on (default: the samples)")
    parser.add_argument("--size", type=int, default=128, help="px of the crops to train on (default: 128)")
    parser.add_argument("--share", type=float, default=0.03, help="of the photo that is filled (default: 0.03)")
    parser.add_argument("--model", default="auto", help="that fills (default: auto)")
    options = parser.parse_args(argv)
    if options.training:
        return int(strokes_beside_training(options.events, options.photos, options.size) > QUICK_BESIDE)
    with shown_frame() as (frame, _):
        if options.stall:
            return int(measure_stall(frame, options.share, options.model) > 100)
        return int(measure_strokes(frame, options.events) > QUICK)


@contextmanager
def shown_frame() -> Iterator[tuple[Frame, Path]]:
    """Inside, the canvas is shown, and there is a folder for files."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    app = QApplication.instance() or QApplication([])
    assert isinstance(app, QApplication)
    with TemporaryDirectory() as folder:
        frame = Frame(app, Path(folder))
        try:
            yield frame, Path(folder)
        finally:
            frame.close()


def strokes_beside_training(events: int = 200, photos: Path = SAMPLES, size: int = 128) -> float:
    """Print the strokes quiet and beside a training; gives the worst 95th percentile beside it, ms."""
    with shown_frame() as (frame, folder):
        return measure_beside_training(frame, events, photos, folder, size)


if __name__ == "__main__":
    raise SystemExit(main())
