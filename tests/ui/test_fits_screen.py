"""The window and every dialog fit a small screen, with the frame that the desktop draws round them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QByteArray, QRect
from PySide6.QtGui import QScreen
from PySide6.QtWidgets import QAbstractButton, QApplication, QWidget

from inpaint_studio.session.settings import Settings
from inpaint_studio.ui.dialogs.overwrite import OverwriteDialog
from inpaint_studio.ui.dialogs.unsaved import TrainingRunsDialog, UnsavedDialog
from inpaint_studio.ui.screen_room import keep_on_screen
from tests.ui.studio import Studio, apply_theme
from tests.ui.test_dialog_keys import DIALOGS, bring
from tests.ui.training_studio import TrainingStudio

SMALL = QRect(0, 0, 1024, 640)
TITLE, BORDER = 37, 8  # px: of GNOME and of Windows
LONG = "a-photo-whose-name-goes-on-and-on-" * 9 + ".png"
_MEASURE = """
import json, sys
from PySide6.QtWidgets import QApplication
from inpaint_studio.ui.app import make_window
app = QApplication(sys.argv)
window = make_window(app, None)
window.show()
app.processEvents()
room = window.screen().availableGeometry()
status = window.status
print(json.dumps({
    "ratio": window.devicePixelRatioF(),
    "room": [room.width(), room.height()],
    "size": [window.width(), window.height()],
    "least": [window.minimumSizeHint().width(), window.minimumSizeHint().height()],
    "status": [window.centralWidget().rect().bottom() - status.geometry().bottom(), status.height()],
}))
"""


@pytest.fixture(autouse=True)
def small_screen(monkeypatch: pytest.MonkeyPatch, qapp) -> None:
    apply_theme(qapp)
    monkeypatch.setattr(QScreen, "availableGeometry", lambda _screen: SMALL)


def fits(window: QWidget, screen: QRect = SMALL) -> bool:
    """Whether the window, with a frame round it, is on the screen."""
    place = window.geometry()
    if window.pos() == place.topLeft():  # no desktop has put a frame round it: its place is that of the frame
        place = place.adjusted(0, 0, 2 * BORDER, TITLE)
    return screen.contains(place)


def cut_off(window: QWidget) -> list[str]:
    """Names of the buttons that reach beyond the window that holds them."""
    return [
        button.accessibleName() or button.text()
        for button in window.findChildren(QAbstractButton)
        if button.isVisible()
        and button.parentWidget() is not None
        and not button.parentWidget().rect().contains(button.geometry())
    ]


def test_the_first_window_fits(qtbot, tmp_path: Path) -> None:
    studio = Studio(qtbot, tmp_path)
    window = studio.window
    window.show()
    QApplication.processEvents()
    assert window.minimumSizeHint().width() <= window.width()
    assert fits(window)
    assert window.centralWidget().rect().contains(window.status.geometry())
    assert not cut_off(window.status)
    assert not cut_off(window.tool_bar)
    studio.close()


def test_a_window_from_a_larger_screen_fits(qtbot, tmp_path: Path) -> None:
    large = QWidget()
    qtbot.addWidget(large)
    large.setGeometry(700, 300, 1900, 1000)
    large.show()
    kept = bytes(large.saveGeometry().toBase64().data()).decode()
    large.hide()
    settings = Settings(tmp_path / "settings.toml")
    settings.set("window_geometry", kept)
    settings.save()
    studio = Studio(qtbot, tmp_path)
    assert QByteArray.fromBase64(kept.encode()).size()
    assert fits(studio.window)
    studio.close()


def test_every_dialog_fits(studio: TrainingStudio) -> None:
    for name, open_it in DIALOGS.items():
        dialog = open_it(studio)
        QApplication.processEvents()
        assert fits(dialog), (name, dialog.geometry())
        assert not cut_off(dialog), name
        dialog.close()
        bring(studio, studio.window)


@pytest.mark.parametrize("kind", [UnsavedDialog, OverwriteDialog, TrainingRunsDialog])
def test_a_question_about_a_long_name_fits(studio: TrainingStudio, kind: type) -> None:
    dialog = kind(LONG, parent=studio.window)
    studio.qtbot.addWidget(dialog)
    dialog.open()
    QApplication.processEvents()
    assert fits(dialog)
    assert not cut_off(dialog)


def test_a_dialog_beyond_the_edge_comes_back(qtbot) -> None:
    window = QWidget()
    qtbot.addWidget(window)
    for place in (QRect(900, 500, 400, 300), QRect(-80, -50, 400, 300), QRect(200, 100, 3000, 2000)):
        window.setGeometry(place)
        keep_on_screen(window)
        assert fits(window)


def test_the_first_window_fits_at_scale_150_percent(tmp_path: Path) -> None:
    screen = {"name": "laptop", "x": 0, "y": 0, "width": 1600, "height": 1000, "logicalDpi": 96, "logicalBaseDpi": 96}
    layout = tmp_path / "screens.json"
    layout.write_text(json.dumps({"screens": [{**screen, "dpr": 1}]}))
    environment = {
        **os.environ,
        "QT_QPA_PLATFORM": f"offscreen:configfile={layout}",
        "QT_SCALE_FACTOR": "1.5",
        "XDG_CONFIG_HOME": str(tmp_path),
    }
    found = subprocess.run(
        [sys.executable, "-c", _MEASURE], env=environment, capture_output=True, text=True, check=True, timeout=120
    )
    measured = json.loads(found.stdout.splitlines()[-1])
    assert measured["ratio"] == 1.5
    assert measured["room"] == [1067, 667]
    for side in (0, 1):
        assert measured["least"][side] <= measured["size"][side] <= measured["room"][side] - (2 * BORDER, TITLE)[side]
    assert measured["status"][0] >= 0
