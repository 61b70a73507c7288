"""A window on a small photo, with a quick filler that records its requests: for the tests of the window."""

from __future__ import annotations

import threading
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np
from PIL import Image
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QKeySequence
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QWidget

from inpaint_studio.engine.fill.request import Request, Result
from inpaint_studio.engine.flow import flow as flows
from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.ticket import Ticket
from inpaint_studio.errors import NoSource
from inpaint_studio.models.base.interface import AUTO, Traits
from inpaint_studio.models.base.registry import Registry
from inpaint_studio.session.session import Session
from inpaint_studio.session.settings import Settings
from inpaint_studio.session.worker import FillWorker
from inpaint_studio.ui import theme
from inpaint_studio.ui.window import MainWindow
from tests.session.fake_library import FakeLibrary

WIDTH, HEIGHT = 200, 150
OFFSET = (-30, 40)  # rows, columns: where the filler says it copies from


class QuickModel:
    """A model that is in the registry for its traits alone."""

    def __init__(self, name: str, title: str, summary: str) -> None:
        self.traits = Traits(name, title, summary, values="bytes")

    def fill(self, *_: Any) -> Any:
        raise AssertionError("the fill function stands in for the models")

    def warm_up(self, _ticket: Any) -> None:
        pass


@dataclass
class Filler:
    """Fills with a grey that depends on the seed. While `gate` is clear, it waits until it is cancelled."""

    gate: threading.Event = field(default_factory=threading.Event)
    requests: list[Request] = field(default_factory=list)
    fails: bool | str = False  # always, or where the model of that name fills

    def __post_init__(self) -> None:
        self.gate.set()

    def __call__(self, request: Request, ticket: Ticket) -> Result:
        self.requests.append(request)
        ticket.report(0.25, "Searching")
        while not self.gate.wait(0.005):
            ticket.report(0.5, "Searching")
        if self.fails in (True, request.model):
            raise NoSource("Nothing is left to fill the hole from.")
        pixels = request.pixels.copy()
        pixels[request.hole] = 10 + request.options.seed
        box = Box.of(request.hole)
        assert box is not None
        flow = flows.empty_flow(box, request.hole.shape)
        flow.offsets[:] = np.reshape(OFFSET, (2, 1, 1))
        flow.weight[:] = 0.5
        flow.hole[:] = request.hole[box.slices]
        name = "quick" if request.model == AUTO else request.model
        return Result(pixels, flow, name, "cpu", request.options.seed, 0.1, 0.1, [], [])


class Studio:
    """The window, and the actions of its user."""

    def __init__(
        self, qtbot: Any, folder: Path, library: FakeLibrary | None = None, filler: Filler | None = None
    ) -> None:
        """With `library` there are networks too, and their sets of weights."""
        self.qtbot, self.folder = qtbot, folder
        self.filler = filler if filler is not None else Filler()
        quick = QuickModel("quick", "Quick filler", "Fills with one grey, for tests.")
        slow = QuickModel("slow", "Slow filler", "Another one.")
        known = Registry({"quick": quick, "slow": slow}, {"torn": "ImportError: no module named paper"})
        self.settings = Settings(folder / "settings.toml")

        def registry() -> Registry:
            return known if library is None else Registry(known.models | library.registry().models, known.broken)

        worker = FillWorker(self.filler, registry)
        self.session = Session(self.settings, worker, library)
        self.window = MainWindow(self.session)
        self.window.files.native = False
        self.photo = self.make_photo("bird.png")

    def make_photo(self, name: str, value: int = 200) -> Path:
        """A photo file of one colour."""
        path = self.folder / name
        Image.fromarray(np.full((HEIGHT, WIDTH, 3), value, np.uint8)).save(path)
        return path

    def show(self) -> None:
        """Put the window on screen, in front, with the photo open and the models known."""
        window = self.window
        window.resize(1280, 800)
        window.show()
        window.activateWindow()
        self.qtbot.waitExposed(window)
        self.qtbot.waitUntil(window.isActiveWindow)
        self.open(self.photo)
        with self.qtbot.waitSignal(self.session.models.changed):
            self.session.start()
        window.canvas.setFocus()
        QTest.mouseMove(window.canvas, QPoint(2, 2))  # from where a test before has left the pointer

    def open(self, path: Path) -> None:
        """Open a photo and wait for it."""
        with self.qtbot.waitSignal(self.session.opened):
            self.session.open(path)

    def close(self) -> None:
        """Close the window whatever is unsaved."""
        self.session.document.mark_saved()
        self.filler.gate.set()
        self.window.close()

    def at(self, x: float, y: float) -> QPoint:
        """Where the photo's (x, y) is on the canvas."""
        return self.window.canvas.viewport.to_widget(x, y).toPoint()

    def brush(self, *points: tuple[float, float]) -> None:
        """A stroke through points of the photo."""
        canvas, button = self.window.canvas, Qt.MouseButton.LeftButton
        points = points or ((90, 70), (110, 75))
        QTest.mousePress(canvas, button, Qt.KeyboardModifier.NoModifier, self.at(*points[0]))
        for point in points[1:]:
            QTest.mouseMove(canvas, self.at(*point))
        QTest.mouseRelease(canvas, button, Qt.KeyboardModifier.NoModifier, self.at(*points[-1]))

    def press(self, key: str, widget: QWidget | None = None) -> None:
        """Press a key as the user does: the focused widget receives it."""
        pressed = QKeySequence(key)[0]
        QTest.keyClick(widget or self.window.focusWidget(), pressed.key(), pressed.keyboardModifiers())

    def fill(self) -> None:
        """Brush, press Enter and wait for the fill."""
        self.brush()
        self.wait_fill(lambda: self.press("Return"))

    def wait_fill(self, ask: Callable[[], object]) -> None:
        """Call `ask` and wait until its fill is in the photo."""
        with self.qtbot.waitSignal(self.session.fills.filled):
            ask()


def apply_theme(app: Any) -> None:
    """Give the test's application the program's look, once."""
    if not app.styleSheet():
        theme.apply(app)
