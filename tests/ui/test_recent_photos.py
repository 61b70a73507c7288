"""The menu of recent photos with its small pictures, and the button that opens a photo."""

from __future__ import annotations

import os
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QColor
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QFileDialog

from inpaint_studio import paths
from inpaint_studio.session import thumbnails
from tests.ui.studio import Studio


def settle(studio: Studio) -> None:
    """Wait for the small pictures."""
    studio.qtbot.waitUntil(lambda: studio.session.queues.reads.is_idle("thumbnails"))


def entry(studio: Studio, name: str) -> QAction:
    return next(action for action in studio.window.recent_menu.actions() if action.text() == name)


def colour(studio: Studio, name: str) -> int | None:
    """How bright the small picture beside a photo of the menu is; None where there is no picture."""
    settle(studio)
    icon = entry(studio, name).icon()
    return None if icon.isNull() else icon.pixmap(QSize(48, 48)).toImage().pixelColor(24, 24).red()


def kept() -> list[Path]:
    return sorted((paths.data_dir() / "thumbnails").glob("*"))


def test_recent_photos_have_small_pictures(studio: Studio) -> None:
    studio.open(studio.make_photo("other.png", 50))
    assert colour(studio, "other.png") == 50
    assert colour(studio, "bird.png") == 200
    assert len(kept()) == 2
    assert all(path.stat().st_size < 20_000 for path in kept())


def test_a_saved_photo_gets_a_new_picture(studio: Studio) -> None:
    studio.brush((10, 75), (190, 75))
    studio.wait_fill(lambda: studio.press("Return"))
    settle(studio)
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.press("Ctrl+S")
    assert colour(studio, "bird.png") == 10


def test_damaged_and_outdated_pictures_are_left_out(studio: Studio) -> None:
    assert colour(studio, "bird.png") == 200
    (file,) = kept()
    whole = file.read_bytes()
    for damaged in (b"", b"no picture", whole[: len(whole) // 2], whole[:40] + bytes(40)):
        file.write_bytes(damaged)
        studio.window.files.recentChanged.emit()
        assert colour(studio, "bird.png") is None
        assert entry(studio, "bird.png").isEnabled()
    Image.fromarray(np.zeros((3000, 3000), np.uint8)).save(file)
    studio.window.files.recentChanged.emit()
    assert colour(studio, "bird.png") is None
    file.write_bytes(whole)
    studio.window.files.recentChanged.emit()
    assert colour(studio, "bird.png") == 200
    os.utime(studio.photo, ns=(1, 1))  # another program has written the photo
    studio.window.files.recentChanged.emit()
    assert colour(studio, "bird.png") is None


def test_clearing_the_list_deletes_the_pictures(studio: Studio) -> None:
    settle(studio)
    assert kept()
    studio.window.recent_menu.actions()[-1].trigger()
    settle(studio)
    assert not kept()
    assert [action.text() for action in studio.window.recent_menu.actions()] == ["No photo was opened yet"]


def test_a_folder_that_cannot_be_written_is_no_trouble(studio: Studio) -> None:
    settle(studio)
    studio.window.recent_menu.actions()[-1].trigger()
    settle(studio)
    folder = paths.data_dir() / "thumbnails"
    folder.rmdir()
    folder.write_text("a file in the way")
    try:
        studio.open(studio.make_photo("other.png", 50))
        assert colour(studio, "other.png") is None
        assert studio.window.message.text == ""
    finally:
        folder.unlink()


@pytest.mark.usefixtures("studio")
def test_pictures_of_any_shape_are_square(tmp_path: Path) -> None:
    for size in ((1, 1), (3, 4000), (4000, 3), (500, 700)):
        pixels = np.full((*size, 4), (120, 120, 120, 255), np.uint8)
        path = tmp_path / f"{size[0]}-{size[1]}.png"
        Image.fromarray(pixels).save(path)
        thumbnails.write(path, thumbnails.sample(pixels))
        image = thumbnails.read([path])[path]
        assert (image.width(), image.height()) == (thumbnails.SIDE, thumbnails.SIDE)
        assert image.pixelColor(48, 48) == QColor(120, 120, 120)


def test_the_open_button_opens_a_photo(studio: Studio) -> None:
    corner = studio.window.open_corner
    assert corner.isVisible()
    assert corner.button.toolTip() == "Open a photo (Ctrl+O)"
    QTest.mouseClick(corner.button, Qt.MouseButton.LeftButton)
    dialogs = [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]
    assert len(dialogs) == 1
    dialogs[0].reject()
