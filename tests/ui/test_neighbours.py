"""Page Up and Page Down open the neighbours of the photo in its folder."""

from __future__ import annotations

import threading
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtGui import QGuiApplication, QImage
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from inpaint_studio.errors import InputError
from inpaint_studio.ui import neighbours
from inpaint_studio.ui.dialogs.unsaved import UnsavedDialog
from inpaint_studio.ui.neighbours import find_neighbour, list_photos
from tests.ui.studio import Studio


@pytest.fixture
def folder(studio: Studio) -> Path:
    """A folder with photos 1, 2 and 10, and with files that are none; photo 2 is open."""
    folder = studio.folder / "holiday"
    folder.mkdir()
    for name in ("Photo 10.png", "photo 2.png", "photo 1.png", ".hidden.png"):
        studio.make_photo(f"holiday/{name}")
    (folder / "notes.txt").write_text("no photo")
    (folder / "folder.png").mkdir()
    studio.open(folder / "photo 2.png")
    return folder


def name(studio: Studio) -> str:
    return studio.window.files.name


def step(studio: Studio, *keys: str) -> str:
    """Press keys and wait for the photo that opens; its name."""
    with studio.qtbot.waitSignal(studio.session.opened):
        for key in keys:
            studio.press(key)
    studio.qtbot.waitUntil(lambda: studio.session.queues.io.is_idle("files"))
    return name(studio)


@pytest.mark.usefixtures("folder")
def test_the_keys_open_the_next_photo_and_the_one_before(studio: Studio) -> None:
    assert step(studio, "PgDown") == "Photo 10.png"
    assert step(studio, "PgUp") == "photo 2.png"
    assert step(studio, "PgUp") == "photo 1.png"


@pytest.mark.usefixtures("folder")
def test_quick_presses_go_as_far(studio: Studio) -> None:
    step(studio, "PgUp")
    assert step(studio, "PgDown", "PgDown") == "Photo 10.png"


@pytest.mark.usefixtures("folder")
def test_the_ends_of_the_folder_are_named(studio: Studio) -> None:
    step(studio, "PgDown")
    studio.press("PgDown")
    studio.qtbot.waitUntil(lambda: studio.window.status.message == "There is no photo after this one.")
    assert name(studio) == "Photo 10.png"
    step(studio, "PgUp")
    step(studio, "PgUp")
    studio.press("PgUp")
    studio.qtbot.waitUntil(lambda: studio.window.status.message == "There is no photo before this one.")


def test_a_broken_file_is_named_and_stepped_over(studio: Studio, folder: Path) -> None:
    (folder / "photo 3.png").write_bytes(b"this is no picture")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.press("PgDown")
    assert "photo 3.png" in studio.window.message.text
    assert name(studio) == "photo 2.png"
    assert step(studio, "PgDown") == "Photo 10.png"
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.press("PgUp")
    assert step(studio, "PgUp") == "photo 2.png"


def test_after_a_broken_file_the_way_back_passes_the_photo_that_is_open(studio: Studio, folder: Path) -> None:
    (folder / "photo 3.png").write_bytes(b"this is no picture")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.press("PgDown")
    assert step(studio, "PgUp") == "photo 1.png"


def test_a_photo_that_was_opened_while_a_slow_folder_is_read_stays(studio: Studio, folder: Path, monkeypatch) -> None:
    gate = threading.Event()

    def list_slowly(where: Path) -> list[Path]:
        gate.wait()
        return list_photos(where)

    monkeypatch.setattr(neighbours, "list_photos", list_slowly)
    studio.press("PgDown")
    studio.open(folder / "photo 1.png")
    gate.set()
    queues = studio.session.queues
    studio.qtbot.waitUntil(lambda: queues.reads.is_idle("folder"))
    studio.qtbot.waitUntil(lambda: queues.io.is_idle("files"))
    assert name(studio) == "photo 1.png"
    assert step(studio, "PgDown") == "photo 2.png"


@pytest.mark.usefixtures("folder")
def test_the_keys_change_a_number_that_has_the_focus(studio: Studio) -> None:
    field = studio.window.column.tool.numbers["brush_size"]
    field.setFocus()
    before = field.value()
    studio.press("PgUp", field)
    assert field.value() > before
    assert studio.session.queues.reads.is_idle("folder")


@pytest.mark.usefixtures("folder")
def test_unsaved_work_asks_first(studio: Studio) -> None:
    studio.brush()
    studio.press("PgDown")

    def dialogs() -> list[Any]:
        return [each for each in QApplication.topLevelWidgets() if isinstance(each, UnsavedDialog) and each.isVisible()]

    studio.qtbot.waitUntil(lambda: bool(dialogs()))
    dialogs()[0].cancel.click()
    assert name(studio) == "photo 2.png"
    assert studio.session.document.raster("hole").any()
    studio.window.activateWindow()
    studio.qtbot.waitUntil(studio.window.isActiveWindow)
    studio.press("PgDown")
    studio.qtbot.waitUntil(lambda: bool(dialogs()))
    with studio.qtbot.waitSignal(studio.session.opened):
        dialogs()[0].discard.click()
    assert name(studio) == "Photo 10.png"


def test_suggestions_keep_the_keys(studio: Studio, folder: Path) -> None:
    pixels = np.full((150, 200, 3), 200, np.uint8)
    for left in (40, 120):  # two specks of dust
        pixels[70:74, left : left + 4] = 30
    Image.fromarray(pixels).save(folder / "photo 4.png")
    studio.open(folder / "photo 4.png")
    suggestions = studio.session.hole.suggestions
    studio.press("Shift+D")
    studio.qtbot.waitUntil(lambda: len(suggestions.parts) == 2)
    studio.press("PgDown")
    assert suggestions.index == 1
    studio.press("PgUp")
    assert suggestions.index == 0
    studio.press("Esc")
    assert step(studio, "PgUp") == "photo 2.png"


def test_a_pasted_picture_has_no_neighbours(studio: Studio) -> None:
    image = QImage(40, 30, QImage.Format.Format_RGB32)
    image.fill(0)
    QGuiApplication.clipboard().setImage(image)
    with studio.qtbot.waitSignal(studio.session.opened):
        studio.press("Ctrl+V")
    assert not studio.window.actions_["next-photo"].isEnabled()
    studio.window.neighbours.step(1)
    QTest.qWait(0)
    assert name(studio) == "Pasted picture"


def test_a_folder_that_is_gone_is_named(studio: Studio, folder: Path) -> None:
    folder.rename(studio.folder / "elsewhere")
    with studio.qtbot.waitSignal(studio.session.failed):
        studio.press("PgDown")
    assert "holiday cannot be read" in studio.window.message.text


def test_a_photo_that_is_gone_still_has_its_place(studio: Studio, folder: Path) -> None:
    (folder / "photo 2.png").unlink()
    assert step(studio, "PgDown") == "Photo 10.png"


def test_names_sort_like_in_file_managers(tmp_path: Path) -> None:
    for each in ("b.png", "A2.png", "a10.png", "a1b2.jpg", "a1b10.jpg", "a.txt"):
        (tmp_path / each).touch()
    photos = list_photos(tmp_path)
    assert [path.name for path in photos] == ["a1b2.jpg", "a1b10.jpg", "A2.png", "a10.png", "b.png"]
    assert find_neighbour(photos, tmp_path / "a10.png", 9) == tmp_path / "b.png"
    assert find_neighbour(photos, tmp_path / "a10.png", -9) == tmp_path / "a1b2.jpg"
    assert find_neighbour(photos, tmp_path / "a3.png", 1) == tmp_path / "a10.png"
    assert find_neighbour(photos, tmp_path / "b.png", 1) is None
    assert find_neighbour(photos, tmp_path / "b.png", 0) is None
    assert find_neighbour([], tmp_path / "b.png", -1) is None
    with pytest.raises(InputError, match="cannot be read"):
        list_photos(tmp_path / "a.txt")
