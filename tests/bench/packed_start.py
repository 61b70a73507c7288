"""How long a packed program takes until its window is on the screen and painted (Linux, X11).

``xvfb-run -a -s "-screen 0 1600x1000x24" python -m tests.bench packed_start dist/inpaint-studio-...``. The screen is
asked every 5 ms: the clock stops when a large window is mapped and its pixels have more than a few colours. One start
before the measured ones warms the disk cache.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from Xlib import X, display
from Xlib.error import XError

_COLOURS = 8  # an empty window has one
_WAIT = 60.0


def _painted(root: Any) -> bool:
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


def measure(program: Path, root: Any) -> float:
    """Seconds from the start of the program to its painted window."""
    with tempfile.TemporaryDirectory() as home:
        env = {**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_STATE_HOME": home, "XDG_CACHE_HOME": home}
        began = time.monotonic()
        process = subprocess.Popen([str(program)], env=env, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        try:
            while not _painted(root):
                if process.poll() is not None or time.monotonic() - began > _WAIT:
                    raise SystemExit("the window was not painted")
                time.sleep(0.005)
            return time.monotonic() - began
        finally:
            process.terminate()
            process.wait(30)


def main(argv: list[str] | None = None) -> int:
    """Print the times of several starts and their median."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench packed_start", description=__doc__.splitlines()[0])
    parser.add_argument("folder", type=Path, help="folder of the packed program")
    parser.add_argument("--runs", type=int, default=7, help="starts to measure (default 7)")
    options = parser.parse_args(argv)
    root = display.Display().screen().root
    program = options.folder.resolve() / "inpaint-studio"
    measure(program, root)
    times = [measure(program, root) for _ in range(max(1, options.runs))]
    print("painted window, ms:", " ".join(f"{1000 * seconds:.0f}" for seconds in times))
    print(f"median {1000 * statistics.median(times):.0f} ms")
    return 0
