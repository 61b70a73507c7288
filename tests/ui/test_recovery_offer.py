"""After a program was killed, the next window offers its work back."""

from __future__ import annotations

import errno
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtWidgets import QApplication

from inpaint_studio.session.journal import writer
from inpaint_studio.session.journal.folder import list_folders
from inpaint_studio.session.journal.journal import journals_folder
from inpaint_studio.session.raster import HOLE, PHOTO
from inpaint_studio.ui.dialogs.unsaved import UnsavedDialog
from tests.ui.studio import Studio, apply_theme


@pytest.fixture
def studio(qtbot: Any, qapp: Any, tmp_path: Path) -> Iterator[Studio]:
    apply_theme(qapp)
    studio = Studio(qtbot, tmp_path)
    studio.show()
    yield studio
    studio.close()


def killed_twin(name: str = "twin") -> None:
    """Leave on the disk what the window would leave if it were killed now."""
    [folder] = [each for each in list_folders(journals_folder()) if each.name != name and len(each.name) == 16]
    shutil.copytree(folder, folder.with_name(name))


def look(studio: Studio) -> str:
    """Look for work as at the start, and return the message that comes."""
    studio.session.journal.look()
    studio.qtbot.waitUntil(lambda: bool(studio.window.message.text))
    return studio.window.message.text


def left(name: str = "twin") -> bool:
    return (journals_folder() / name).exists()


def test_strokes_fills_and_undone_steps_are_brought_back(studio: Studio) -> None:
    document = studio.session.document
    studio.fill()
    studio.brush((30, 30), (60, 40))
    studio.brush((30, 90), (60, 100))
    document.undo()
    photo, hole, text = document.raster(PHOTO).copy(), document.raster(HOLE).copy(), document.undo_text
    killed_twin()
    studio.open(studio.make_photo("another.png", 90))
    message = studio.window.message
    assert "bird.png" in look(studio)
    assert (message.button.text(), message.other.text()) == ("Bring back", "Delete")
    with studio.qtbot.waitSignal(studio.session.opened):
        message.button.click()
    assert studio.window.windowTitle().startswith("bird.png")
    assert document.modified
    assert np.array_equal(document.raster(PHOTO), photo)
    assert np.array_equal(document.raster(HOLE), hole)
    assert document.undo_text == text
    assert document.can_redo
    assert document.flows
    while document.can_undo:
        document.undo()
    assert (document.raster(PHOTO) == 200).all()
    assert not document.modified
    studio.brush()  # its journal goes on
    assert left()
    document.mark_saved()
    studio.window.close()
    assert not left()
    assert not list(journals_folder().iterdir())


def test_the_work_in_hand_comes_first(studio: Studio) -> None:
    studio.brush()
    killed_twin()
    studio.brush((20, 20), (50, 30))
    look(studio)
    studio.window.message.button.click()
    [dialog] = [each for each in QApplication.topLevelWidgets() if isinstance(each, UnsavedDialog) and each.isVisible()]
    dialog.cancel.click()
    assert len(studio.session.document.history) == 2
    assert left()


def test_work_can_be_deleted_and_left_for_the_next_start(studio: Studio) -> None:
    studio.brush()
    for name in ("one", "two"):
        killed_twin(name)
    message = studio.window.message
    first = look(studio)
    message.show_message("Something else.")
    assert message.text == "Something else."
    message.dismiss()
    assert message.text == first  # it had to wait
    message.other.click()  # delete
    studio.qtbot.waitUntil(lambda: left("one") + left("two") == 1)
    assert message.text  # the second one
    message.dismiss()
    assert not message.text
    assert left("one") + left("two") == 1
    assert look(studio)


def test_a_full_disk_is_reported_once_and_painting_goes_on(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(*_: Any) -> int:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(writer, "_write_all", full)
    studio.brush()
    message = studio.window.message
    studio.qtbot.waitUntil(lambda: "the disk is full" in message.text)
    message.dismiss()
    lane = studio.session.queues.io.lane("journal")
    studio.brush((20, 20), (50, 30))
    studio.qtbot.waitUntil(lambda: lane.idle)
    assert not message.text
    assert len(studio.session.document.history) == 2
    assert not list_folders(journals_folder())
