"""The window where torch is not installed, in a process of its own: python -m tests.lite.window PHOTO.

Fills holes with the exemplar filler and with a network, chooses a network that needs torch, and looks at the action
for fine-tuning. One line of JSON on standard error says what came of it.
"""

from __future__ import annotations

import json
import os
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.lite.blocked import loaded

PATIENCE = 240.0  # s


def wait(app: Any, done: Callable[[], Any], what: str) -> None:
    begun = time.monotonic()
    while not done():
        if time.monotonic() - begun > PATIENCE:
            raise SystemExit(f"no {what}")
        app.processEvents()


def use(photo: Path) -> dict[str, Any]:
    from PySide6.QtWidgets import QApplication

    from inpaint_studio.session.settings import Settings
    from inpaint_studio.ui.app import make_window

    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    window = make_window(app, photo, Settings(photo.parent / "settings.toml"))
    session = window.session
    messages: list[str] = []
    session.status.connect(lambda status: messages.append(status.text))
    window.resize(1280, 800)
    window.show()
    window.activateWindow()
    wait(app, lambda: session.document.photo is not None, "photo")
    wait(app, lambda: session.models.listed, "list of models")
    filled: list[str] = []
    fills: list[Any] = []
    session.fills.filled.connect(lambda *answer: fills.append(answer))
    for number, name in enumerate(("exemplar", "lama")):
        session.models.name = name
        draw_hole(window, (30 + 30 * number, 30), (40 + 30 * number, 40))
        window.actions_["fill"].trigger()
        wait(app, lambda number=number: len(fills) > number, f"fill by {name}: {messages[-3:]}")
        filled.append(name)
    session.models.name = "glcic"
    blocked = session.models.blocked_reason
    fine_tune = window.actions_["fine-tune"]
    return {
        "filled": filled,
        "blocked": blocked,
        "fine_tune": fine_tune.toolTip(),
        "can_fine_tune": fine_tune.isEnabled(),
        "loaded": loaded(),
    }


def draw_hole(window: Any, *points: tuple[float, float]) -> None:
    """Brush through points of the photo."""
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    canvas, button, none = window.canvas, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    places = [canvas.viewport.to_widget(*point).toPoint() for point in points]
    QTest.mousePress(canvas, button, none, places[0])
    for place in places[1:]:
        QTest.mouseMove(canvas, place)
    QTest.mouseRelease(canvas, button, none, places[-1])


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    print(json.dumps(use(Path(sys.argv[1]))), file=sys.stderr, flush=True)
    os._exit(0)
