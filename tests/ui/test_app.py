"""The time until the first frame of the window is mostly spent on imports: heavy packages are imported later."""

from __future__ import annotations

import subprocess
import sys

import pytest

HEAVY = ("numpy._core", "cv2", "numba", "torch", "PIL", "qimage2ndarray", "pyqtgraph", "inpaint_studio.engine.fill.run")

_DRIVER = f"""
import sys
from inpaint_studio import lazy
lazy.postpone("numpy")
from PySide6.QtWidgets import QApplication
from inpaint_studio.ui.app import make_window
app = QApplication([])
window = make_window(app, None)
window.first_painted.disconnect()
def painted():
    print("early:", *[name for name in {HEAVY!r} if name in sys.modules])
    app.quit()
window.first_painted.connect(painted)
window.show()
app.exec()
lazy.load("numpy")
import numpy
assert numpy.arange(3).sum() == 3
"""


@pytest.mark.parametrize("weights", ["hidden", "shipped"])
def test_nothing_heavy_is_imported_before_the_first_picture(weights: str, request: pytest.FixtureRequest) -> None:
    if weights == "shipped":
        request.getfixturevalue("shipped_weights")
    done = subprocess.run([sys.executable, "-c", _DRIVER], capture_output=True, text=True, timeout=60)
    assert done.stdout.strip() == "early:", done.stderr
    assert done.returncode == 0, done.stderr
