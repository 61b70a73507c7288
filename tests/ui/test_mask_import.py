"""Masks through the window: import, drop and export, and the questions about inverted and turned ones."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDropEvent
from PySide6.QtWidgets import QApplication, QFileDialog, QLabel

from inpaint_studio.engine.masks.shape import feather, grow
from inpaint_studio.engine.masks.turns import Turn, turn_mask
from inpaint_studio.session.raster import HOLE
from inpaint_studio.ui.dialogs.mask import InvertDialog, TurnDialog
from tests import synthetic
from tests.ui.studio import HEIGHT, WIDTH, Studio

LEFT, RIGHT = Turn(270), Turn(90)
MASK = synthetic.disc(HEIGHT, WIDTH).astype(np.uint8) * 255


def save(studio: Studio, mask: np.ndarray, name: str = "mask.png", **options: Any) -> Path:
    path = studio.folder / name
    Image.fromarray(mask).save(path, **options)
    return path


def hole(studio: Studio) -> np.ndarray:
    return studio.session.document.raster(HOLE)


def arrived(studio: Studio, path: Path) -> None:
    """Import a mask and wait until it is in the hole."""
    studio.window.mask_files.import_path(path)
    studio.qtbot.waitUntil(lambda: hole(studio).any())


def question(studio: Studio, kind: type, path: Path) -> Any:
    """Import a mask and wait for the question about it."""
    studio.window.mask_files.import_path(path)
    return shown(studio, kind)


def shown(studio: Studio, kind: type) -> Any:
    def find() -> list[Any]:
        return [widget for widget in QApplication.topLevelWidgets() if isinstance(widget, kind) and widget.isVisible()]

    studio.qtbot.waitUntil(lambda: bool(find()))
    return find()[0]


def drop(studio: Studio, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    action, button = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton
    event = QDropEvent(QPoint(300, 300), action, data, button, Qt.KeyboardModifier.NoModifier)
    studio.window.dropEvent(event)
    assert event.isAccepted()


@pytest.mark.parametrize("margin", [3, 0, 7])
def test_an_imported_mask_grows_by_the_margin_and_is_one_step(studio: Studio, margin: int) -> None:
    studio.settings.set("found_margin", margin)
    arrived(studio, save(studio, MASK))
    assert np.array_equal(hole(studio), grow(MASK, margin))
    grown = f" and grown by {margin} px" if margin else ""
    assert studio.window.status.message == f"mask.png was added to the hole{grown}."
    assert studio.session.document.undo_text == "Import mask"
    studio.press("Ctrl+Z")
    assert not hole(studio).any()


def test_a_mask_is_added_to_the_hole_that_is_there(studio: Studio) -> None:
    studio.brush((20, 20))
    drawn = hole(studio).copy()
    studio.window.mask_files.import_path(save(studio, MASK))
    studio.qtbot.waitUntil(lambda: hole(studio)[75, 100] == 255)
    assert np.array_equal(hole(studio), np.maximum(drawn, grow(MASK, 3)))


def test_the_dialog_imports_what_is_chosen(studio: Studio) -> None:
    path = save(studio, MASK)
    studio.press("Ctrl+M")
    dialog = shown(studio, QFileDialog)
    assert dialog.windowTitle() == "Import mask"
    dialog.fileSelected.emit(str(path))
    dialog.close()
    studio.qtbot.waitUntil(lambda: hole(studio).any())


def test_paint_on_transparency_and_soft_masks(studio: Studio) -> None:
    studio.settings.set("found_margin", 0)
    soft = feather(MASK, 6)
    paint = np.zeros((HEIGHT, WIDTH, 4), np.uint8)
    paint[..., 3] = soft
    arrived(studio, save(studio, paint, "black paint.png"))
    assert np.array_equal(hole(studio), soft)


def test_an_inverted_mask_is_a_question(studio: Studio) -> None:
    path = save(studio, 255 - MASK)
    dialog = question(studio, InvertDialog, path)
    filled = round(100 * (1 - (MASK > 0).mean()))
    labels = [label.text() for label in dialog.findChildren(QLabel)]
    assert f"{filled} % of the photo would be filled; invert?" in labels
    dialog.invert.click()
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert np.array_equal(hole(studio), grow(MASK, 3))


def test_an_inverted_mask_may_be_meant(studio: Studio) -> None:
    path = save(studio, 255 - MASK)
    question(studio, InvertDialog, path).cancel.click()
    assert not hole(studio).any()
    question(studio, InvertDialog, path).keep.click()
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert np.array_equal(hole(studio), grow(255 - MASK, 3))


def test_the_inverse_of_a_full_mask_marks_nothing(studio: Studio) -> None:
    full = np.full((HEIGHT, WIDTH), 255, np.uint8)
    question(studio, InvertDialog, save(studio, full)).invert.click()
    studio.qtbot.waitUntil(lambda: "mask.png marks nothing" in studio.window.message.text)
    assert not studio.session.document.can_undo


@pytest.mark.parametrize(("turn", "turns"), [(RIGHT, -1), (LEFT, 1)])
def test_a_mask_on_its_side_is_turned_on_request(studio: Studio, turn: Turn, turns: int) -> None:
    lying = np.zeros((WIDTH, HEIGHT), np.uint8)
    lying[20:60, 30:50] = 255
    dialog = question(studio, TurnDialog, save(studio, lying))
    dialog.buttons[turn].click()
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert np.array_equal(hole(studio), grow(np.rot90(lying, turns), 3))


def test_the_camera_decides_which_way_is_proposed(studio: Studio) -> None:
    exif = Image.Exif()
    for orientation, proposed in ((6, RIGHT), (8, LEFT)):
        exif[0x0112] = orientation
        stored = np.full((WIDTH, HEIGHT, 3), 200, np.uint8)
        studio.open(save(studio, stored, f"held{orientation}.png", exif=exif))
        dialog = question(studio, TurnDialog, save(studio, MASK.T.copy()))
        assert {turn for turn, button in dialog.buttons.items() if button.isDefault()} == {proposed}
        dialog.cancel.click()
        assert not hole(studio).any()


@pytest.mark.parametrize(("orientation", "turn"), [(3, Turn(180)), (2, Turn(0, True))])
def test_a_mask_that_fits_is_turned_like_the_photo_on_request(studio: Studio, orientation: int, turn: Turn) -> None:
    exif = Image.Exif()
    exif[0x0112] = orientation
    studio.open(save(studio, np.full((HEIGHT, WIDTH, 3), 200, np.uint8), "held.png", exif=exif))
    stored = np.zeros((HEIGHT, WIDTH), np.uint8)
    stored[10:30, 20:80] = 255
    path = save(studio, stored)
    dialog = question(studio, TurnDialog, path)
    assert list(dialog.buttons) == [Turn(), turn]
    assert dialog.buttons[Turn()].isDefault()
    pictures = [label for label in dialog.findChildren(QLabel) if "how the mask lies" in label.accessibleName()]
    assert len(pictures) == 2
    dialog.cancel.click()
    assert not hole(studio).any()
    question(studio, TurnDialog, path).buttons[turn].click()
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert np.array_equal(hole(studio), grow(turn_mask(stored, turn), 3))
    studio.window.actions_["undo"].trigger()
    assert not hole(studio).any()
    question(studio, TurnDialog, path).buttons[Turn()].click()
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert np.array_equal(hole(studio), grow(stored, 3))


def test_a_mask_that_is_both_turned_and_inverted(studio: Studio) -> None:
    dialog = question(studio, TurnDialog, save(studio, 255 - np.rot90(MASK)))
    dialog.buttons[RIGHT].click()
    shown(studio, InvertDialog).invert.click()
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert np.array_equal(hole(studio), grow(MASK, 3))


@pytest.mark.parametrize(
    ("image", "reason"),
    [
        (np.zeros((9, 7), np.uint8), "The mask is 7 x 9 pixels and the photo 200 x 150"),
        (np.zeros((HEIGHT, WIDTH), np.uint8), "mask.png marks nothing"),
        (np.random.default_rng(0).integers(0, 255, (HEIGHT, WIDTH, 3), np.uint8), "is a photo and not a mask"),
    ],
    ids=["size", "empty", "photo"],
)
def test_a_mask_that_cannot_be_used_is_a_message(studio: Studio, image: np.ndarray, reason: str) -> None:
    studio.window.mask_files.import_path(save(studio, image))
    studio.qtbot.waitUntil(lambda: reason in studio.window.message.text)
    assert not studio.session.document.can_undo


@pytest.mark.parametrize("name", ["mask.png", "mask.jpg"])
def test_a_mask_that_is_dropped_is_added_to_the_hole(studio: Studio, name: str) -> None:
    before = studio.session.document.photo
    drop(studio, save(studio, MASK, name))
    studio.qtbot.waitUntil(lambda: hole(studio).any())
    assert studio.session.document.photo is before
    assert abs(hole(studio).astype(int) - grow(MASK, 3)).mean() < 3


@pytest.mark.parametrize(
    "image",
    [
        synthetic.photo(HEIGHT, WIDTH),
        np.repeat(synthetic.photo(HEIGHT, WIDTH)[..., :1], 3, axis=2),
        np.full((HEIGHT, WIDTH), 255, np.uint8),
        MASK[:100, :100],
    ],
    ids=["of its size", "grey", "white", "another size"],
)
def test_a_photo_that_is_dropped_is_opened(studio: Studio, image: np.ndarray) -> None:
    path = save(studio, image, "other.png")
    with studio.qtbot.waitSignal(studio.session.opened):
        drop(studio, path)
    assert studio.session.document.photo.path == path


def test_the_exported_mask_is_the_hole(studio: Studio) -> None:
    studio.settings.set("brush_hardness", 20)
    studio.brush((90, 70), (120, 80))
    drawn, path = hole(studio).copy(), studio.folder / "out"
    studio.press("Ctrl+Shift+M")
    dialog = shown(studio, QFileDialog)
    assert dialog.selectedFiles()[0].endswith("bird-mask.png")
    dialog.fileSelected.emit(str(path))
    dialog.close()
    studio.qtbot.waitUntil(lambda: studio.window.status.message == "Saved out.png.")
    with Image.open(path.with_suffix(".png")) as image:
        assert image.mode == "L"
        assert np.array_equal(np.asarray(image), drawn)


def test_a_question_about_a_mask_outlives_its_photo_without_harm(studio: Studio) -> None:
    inverted = np.full((HEIGHT, WIDTH), 255, np.uint8)
    inverted[:10] = 0
    dialog = question(studio, InvertDialog, save(studio, inverted))
    small = studio.folder / "small.png"
    Image.fromarray(np.full((40, 30, 3), 90, np.uint8)).save(small)
    studio.open(small)
    dialog.keep.click()
    studio.qtbot.waitUntil(lambda: "another photo" in studio.window.status.message)
    assert not hole(studio).any()
