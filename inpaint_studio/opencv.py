"""OpenCV, imported in the one place that undoes what its import does to Qt.

Write ``from inpaint_studio.opencv import cv2``.

opencv-python points Qt at the plug-ins and fonts of its own wheel through the environment, and a Qt window that is
opened afterwards does not start.
"""

from __future__ import annotations

import os

_NAMES = ("QT_QPA_PLATFORM_PLUGIN_PATH", "QT_QPA_FONTDIR")
_before = {name: os.environ.get(name) for name in _NAMES}

import cv2  # noqa: E402

for _name, _value in _before.items():
    if _value is None:
        os.environ.pop(_name, None)
    else:
        os.environ[_name] = _value

__all__ = ["cv2"]
