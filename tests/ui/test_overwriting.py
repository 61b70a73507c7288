"""Ctrl+S over a file that holds more than a save can keep asks one question first."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from inpaint_studio.engine.photo import losses
from inpaint_studio.ui.dialogs.overwrite import OverwriteChoice, OverwriteDialog
from tests.ui.studio import Studio

GREYS = [Image.fromarray(np.full((60, 80, 3), value, np.uint8)) for value in (200, 90, 30)]


def animation(folder: Path, suffix: str) -> Path:
    path = folder / f"moving.{suffix}"
    GREYS[0].save(path, save_all=True, append_images=GREYS[1:], duration=50)
    return path


def shown(kind: type) -> list[Any]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, kind) and each.isVisible()]


def save_and_ask(studio: Studio, path: Path) -> Any:
    """Open a photo, press Ctrl+S and return the question."""
    bring(studio)
    studio.open(path)
    studio.press("Ctrl+S")
    return question(studio)


def question(studio: Studio) -> Any:
    """Wait for the question."""
    studio.qtbot.waitUntil(lambda: bool(shown(OverwriteDialog)))
    (dialog,) = shown(OverwriteDialog)
    return dialog


def press(button: Any, studio: Studio) -> None:
    QTest.mouseClick(button, Qt.MouseButton.LeftButton)
    bring(studio)


def bring(studio: Studio) -> None:
    """Give the keyboard back to the window, as the desktop does where a dialog has closed."""
    studio.window.activateWindow()
    studio.qtbot.waitUntil(studio.window.isActiveWindow)


@pytest.mark.parametrize("suffix", ["webp", "png"])
def test_replace_saves_and_the_next_save_asks_nothing(studio: Studio, suffix: str) -> None:
    path = animation(studio.folder, suffix)
    dialog = save_and_ask(studio, path)
    assert any("is an animation" in label.text() for label in dialog.findChildren(QLabel))
    assert Image.open(path).n_frames == 3
    with studio.qtbot.waitSignal(studio.session.saved):
        press(dialog.replace, studio)
    assert getattr(Image.open(path), "n_frames", 1) == 1
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")
    assert not shown(OverwriteDialog)


def test_cancel_and_escape_leave_the_file(studio: Studio) -> None:
    path = animation(studio.folder, "webp")
    before = path.read_bytes()
    press(save_and_ask(studio, path).cancel, studio)
    QTest.keyClick(save_and_ask(studio, path), Qt.Key.Key_Escape)
    assert not studio.session.is_saving
    assert path.read_bytes() == before
    assert not shown(OverwriteDialog)


def test_save_as_is_the_first_answer_and_goes_on_with_what_waited(studio: Studio) -> None:
    path = animation(studio.folder, "webp")
    studio.open(path)
    done: list[bool] = []
    studio.window.files.save(lambda: done.append(True))
    dialog = question(studio)
    QTest.keyClick(dialog, Qt.Key.Key_Return)
    assert dialog.choice is OverwriteChoice.SAVE_AS
    (chooser,) = shown(QFileDialog)
    with studio.qtbot.waitSignal(studio.session.saved):
        chooser.fileSelected.emit(str(studio.folder / "copy.webp"))
    chooser.reject()
    assert done == [True]
    assert Image.open(path).n_frames == 3
    assert studio.window.windowTitle().startswith("copy.webp")


def test_save_as_onto_the_same_file_asks_too(studio: Studio) -> None:
    path = animation(studio.folder, "webp")
    studio.open(path)
    studio.press("Ctrl+Shift+S")
    (chooser,) = shown(QFileDialog)
    chooser.fileSelected.emit(str(path))
    chooser.reject()
    press(question(studio).cancel, studio)


@pytest.mark.parametrize("suffix", ["gif", "ppm"])
def test_a_format_that_is_not_written_is_saved_under_another_name(studio: Studio, suffix: str) -> None:
    path = studio.folder / f"photo.{suffix}"
    GREYS[0].save(path)
    studio.open(path)
    studio.press("Ctrl+S")
    (chooser,) = shown(QFileDialog)
    assert "PNG" in chooser.selectedNameFilter()
    assert [Path(name).name for name in chooser.selectedFiles()] == ["photo.png"]
    with studio.qtbot.waitSignal(studio.session.saved):
        chooser.fileSelected.emit(str(studio.folder / "photo"))
    chooser.reject()
    assert Image.open(studio.folder / "photo.png").size == (80, 60)


def test_a_name_without_a_known_ending_is_saved_under_another_name(studio: Studio) -> None:
    path = studio.folder / "photo.mpo"
    GREYS[0].save(path, "JPEG")
    studio.open(path)
    studio.press("Ctrl+S")
    (chooser,) = shown(QFileDialog)
    assert "JPEG" in chooser.selectedNameFilter()
    assert [Path(name).name for name in chooser.selectedFiles()] == ["photo.jpg"]
    chooser.reject()


def test_a_plain_photo_is_saved_without_a_question(studio: Studio) -> None:
    for suffix in ("png", "jpg", "webp", "tif"):
        path = studio.folder / f"plain.{suffix}"
        GREYS[1].save(path)
        studio.open(path)
        with studio.qtbot.waitSignal(studio.session.saved):
            studio.press("Ctrl+S")
        assert not shown(OverwriteDialog)


def test_the_file_is_looked_at_when_it_is_replaced(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    """What another program has put at its place meanwhile counts; a file that cannot be read holds back no save."""
    path = studio.make_photo("photo.webp")
    studio.open(path)
    animation(studio.folder, "webp").replace(path)
    studio.press("Ctrl+S")
    press(question(studio).cancel, studio)
    monkeypatch.setattr(losses.decoding, "open_image", lambda _path: 1 / 0)
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")
