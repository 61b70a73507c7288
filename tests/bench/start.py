"""How long the window takes to its first paint, from the start of the process.

The driver below runs `inpaint_studio.ui.app.run`, as ``inpaint-studio`` does, and is connected to the window's
`first_painted` before other slots. That signal is emitted when the whole window was painted and handed to the screen.
The clock is the machine's monotonic one, read here just before the process is started and there at the signal. One
start before the measured ones warms the disk cache and the compiled modules.
"""

from __future__ import annotations

import argparse
import os
import statistics
import subprocess
import sys
import tempfile
import time

_DRIVER = """
import sys, time
from inpaint_studio.ui import app, window
def painted(shown):
    print(time.monotonic(), flush=True)
    shown.first_painted.disconnect()  # later work is not measured
    shown.close()
class Watched(window.MainWindow):
    def __init__(self, session):
        super().__init__(session)
        self.first_painted.connect(lambda: painted(self))
window.MainWindow = Watched
sys.exit(app.run())
"""


def measure() -> float:
    """Seconds from the start of one process to its first paint."""
    with tempfile.TemporaryDirectory() as home:
        # Without its compiled modules the program would compile them at every start.
        env = {name: value for name, value in os.environ.items() if name != "PYTHONDONTWRITEBYTECODE"}
        env["XDG_CONFIG_HOME"] = home
        began = time.monotonic()
        done = subprocess.run(
            [sys.executable, "-c", _DRIVER], env=env, capture_output=True, text=True, timeout=60, check=False
        )
    if done.returncode or not done.stdout:
        raise SystemExit(done.stderr.strip() or "the window was not painted")
    return float(done.stdout.split()[0]) - began


def main(argv: list[str] | None = None) -> int:
    """Print the times of several starts and their median."""
    parser = argparse.ArgumentParser(prog="python -m tests.bench start", description=__doc__.splitlines()[0])
    parser.add_argument("--runs", type=int, default=7, help="starts to measure (default 7)")
    options = parser.parse_args(argv)
    if not os.environ.get("DISPLAY") and not os.environ.get("WAYLAND_DISPLAY"):
        os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    measure()
    times = [measure() for _ in range(max(1, options.runs))]
    print("first paint, ms:", " ".join(f"{1000 * seconds:.0f}" for seconds in times))
    print(f"median {1000 * statistics.median(times):.0f} ms")
    return 0


if __name__ == "__main__":
    sys.exit(main())
