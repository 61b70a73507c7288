"""OpenCV, imported in the one place that undoes what its import does to Qt.

Write ``from inpaint_studio.opencv import cv2``.

The wheel of opencv-python contains plug-ins and fonts of Qt 5. Its import sets two environment variables to their
folders, and a window that PySide6 (Qt 6) opens afterwards does not start:

    qt.qpa.plugin: Could not load the Qt platform plugin "xcb" in ".../cv2/qt/plugins" even though it was found.

opencv-python-headless has neither, and works with this module too. No other module imports OpenCV by itself, or the
order of imports would decide whether the window starts.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager

_VARIABLES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")


@contextmanager
def _keep_variables() -> Iterator[None]:
    """Restore the variables afterwards, also those that were not set."""
    before = {name: os.environ.get(name) for name in _VARIABLES}
    try:
        yield
    finally:
        for name, value in before.items():
            if value is None:
                os.environ.pop(name, None)
            else:
                os.environ[name] = value


with _keep_variables():
    import cv2

__all__ = ["cv2"]
