"""A window with a fake training process, and the actions of a user of its training window."""

from __future__ import annotations

from pathlib import Path
from types import SimpleNamespace
from typing import Any

from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inpaint_studio.models.base.interface import Traits
from inpaint_studio.models.base.network_config import ConfigOption, ConfigTable
from inpaint_studio.session.training.controller import TrainingController
from inpaint_studio.session.training.run_state import Run
from inpaint_studio.ui.training.window import TrainingWindow
from tests.session.fake_library import FakeLibrary, Network, weights
from tests.session.training_runs import PATIENCE, until
from tests.ui.studio import Studio

TABLE = ConfigTable(
    (
        ConfigOption("width", 24, "channels of the first layer", least=2, step=2),
        ConfigOption("sketch", False, "it follows drawn lines"),
        ConfigOption("order", "rgb", "order of colours", choices=("rgb", "bgr"), trained=False),
        ConfigOption("norm", "max", "how patches are compared", choices=("max", "sum")),
        ConfigOption("half", 12, "half of the width", derive=lambda config: config["width"] // 2),
        ConfigOption("widths", [8, 4], "channels of the stages", longest=3),
    ),
    lambda config: "Half is more than the width." if config["half"] > config["width"] else "",
)


class Trainable(Network):
    """A network that can learn, and be built as `TABLE` says."""

    system = SimpleNamespace(dialects=(), table=TABLE)

    def __init__(self, name: str, title: str, own: bool = True) -> None:
        super().__init__(name, title, weights(f"{name}-own", name) if own else None)
        self.traits = Traits(name, title, "Learns.", year=2020, needs_weights=True, trainable=True, multiple_of=8)


class TrainingStudio(Studio):
    """A studio whose training process is a fake."""

    def __init__(self, qtbot: Any, folder: Path) -> None:
        self.library = FakeLibrary(Trainable("pupil", "Pupil"), Trainable("blank", "Blank", own=False))
        super().__init__(qtbot, folder, self.library)

    @property
    def tuning(self) -> TrainingController:
        return self.session.training

    @property
    def run(self) -> Run:
        assert self.tuning.run is not None
        return self.tuning.run

    @property
    def page(self) -> TrainingWindow:
        assert self.window.training_controls.window is not None
        return self.window.training_controls.window

    def open_page(self, model: str = "pupil") -> TrainingWindow:
        """Choose a model and ask for its fine-tuning."""
        self.session.models.name = model
        self.window.actions_["fine-tune"].trigger()
        return self.page

    def take(self, folder: Path) -> None:
        """Drop a folder and wait until it was looked through."""
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(folder))])
        buttons, modifiers = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
        place, copy = QPoint(20, 20), Qt.DropAction.CopyAction
        enter = QDragEnterEvent(place, copy, data, buttons, modifiers)
        QApplication.sendEvent(self.page.setup.photos, enter)
        assert enter.isAccepted()
        with self.qtbot.waitSignal(self.tuning.photos.surveyed, timeout=PATIENCE):
            event = QDropEvent(QPointF(place), copy, data, buttons, modifiers)
            QApplication.sendEvent(self.page.setup.photos, event)

    def begin(self, way: str = "better", minutes: str = "60", step: int = 4) -> TrainingWindow:
        """Start a training and wait for that step."""
        page = self.open_page()
        self.take(self.folder / "photos")
        page.setup.time.buttons[minutes].click()
        page.setup.advanced.line.setText(f"pretend={way}")
        page.setup.start.click()
        self.until_step(step)
        return page

    def name(self, text: str) -> None:
        """Type another name for what comes of it."""
        field = self.page.setup.advanced.name
        field.selectAll()
        QTest.keyClick(field, Qt.Key.Key_Delete)
        QTest.keyClicks(field, text)

    def until_step(self, step: int) -> None:
        until(self.qtbot, self.tuning.progressed, lambda: self.run.step >= step)

    def end(self) -> None:
        until(self.qtbot, self.tuning.ended, lambda: not self.tuning.running)

    def close(self) -> None:
        if self.tuning._process is not None:
            self.tuning._process.kill()
            self.tuning._process.waitForFinished()
            # Its end is reported later; while the training counts as running, the window would show a question.
            self.qtbot.waitUntil(lambda: not self.tuning.running, timeout=PATIENCE)
        super().close()
