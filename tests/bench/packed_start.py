"""How long a packed program takes until its window is painted, and until its first fill is on the screen (Linux, X11).

``python -m tests.bench packed_start dist/inpaint-studio-...``, on a virtual screen of its own. Every start has an empty
home. The screen is asked every 5 ms: the first clock stops when a large window is mapped and its pixels have more than
a few colours. Then a disc is brushed over and Enter is pressed: the second clock runs from Enter, the third from the
painted window, until the middle of the disc is grass. One start before the measured ones warms the disk cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any, NamedTuple

from Xlib import X, display
from Xlib.error import XError

from tests.e2e.loud_photo import is_grass, mark_disc, write_photo
from tests.e2e.screen import Screen, wait_until

_COLOURS = 8  # an empty window has one
_WAIT = 60.0


class Times(NamedTuple):
    """Seconds: from the start to the painted window, from Enter to the fill, and from the window to the fill."""

    painted: float
    filled: float
    after_window: float


def _is_painted(root: Any) -> bool:
    for window in root.query_tree().children:
        try:
            place = window.get_geometry()
            if window.get_attributes().map_state != X.IsViewable or place.width < 400:
                continue
            row = window.get_image(0, place.height // 2, place.width, 1, X.ZPixmap, 0xFFFFFFFF).data
            top = window.get_image(0, 12, place.width, 1, X.ZPixmap, 0xFFFFFFFF).data
        except XError:
            continue  # it went, or is not on the screen yet
        both = row + top
        if len({both[at : at + 4] for at in range(0, len(both), 4)}) >= _COLOURS:
            return True
    return False


def measure(program: Path, screen: Screen, root: Any, photo: Path) -> Times:
    """Start the program once, with a home of its own, and end it. `root` is the screen's, by a second connection."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "HOME": home, "DISPLAY": screen.name}
        env |= {f"XDG_{kind}_HOME": home for kind in ("CONFIG", "STATE", "CACHE", "DATA")}
        began = time.monotonic()
        command = [str(program), str(photo)]
        process = subprocess.Popen(command, env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not _is_painted(root):
                if process.poll() is not None or time.monotonic() - began > _WAIT:
                    raise SystemExit("the window was not painted")
                time.sleep(0.005)
            painted = time.monotonic()
            screen.focus(photo.name)
            middle = mark_disc(screen)
            pressed = time.monotonic()
            screen.press("Return")
            wait_until(lambda: is_grass(screen.screenshot()[middle]), "the filled hole")
            filled = time.monotonic()
            return Times(painted - began, filled - pressed, filled - painted)
        finally:
            process.kill()
            process.wait(30)


def main(argv: list[str] | None = None) -> int:
    """Print the times of several starts and their medians."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench packed_start", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the packed program")
    parser.add_argument("--runs", type=int, default=7, help="starts to measure (default 7)")
    options = parser.parse_args(argv)
    program = options.folder.resolve() / "inpaint-studio"
    with Screen(1520, 1000) as screen, tempfile.TemporaryDirectory() as folder:
        photo = Path(folder) / "meadow.png"
        write_photo(photo)
        root = display.Display(screen.name).screen().root
        measure(program, screen, root, photo)
        runs = [measure(program, screen, root, photo) for _ in range(max(1, options.runs))]
    names = ("painted window", "fill, from Enter", "fill, from the window with the drawing")
    for name, values in zip(names, zip(*runs, strict=True), strict=True):
        print(f"{name}, ms:", " ".join(f"{1000 * seconds:.0f}" for seconds in values))
        print(f"  median {1000 * statistics.median(values):.0f} ms")
    return 0
