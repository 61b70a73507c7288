"""What is said over the photo while something is dragged over the window."""

from __future__ import annotations

from pathlib import Path

import numpy as np
from PIL import Image
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt, QUrl
from PySide6.QtGui import QColor, QDragEnterEvent, QDragLeaveEvent, QDropEvent, QImage
from PySide6.QtWidgets import QApplication

from inpaint_studio.ui import theme
from tests.ui.studio import HEIGHT, WIDTH, Studio

COPY, LEFT, NONE = Qt.DropAction.CopyAction, Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier


def files(*paths: Path) -> QMimeData:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path)) for path in paths])
    return data


def enter(studio: Studio, data: QMimeData) -> str:
    """Drag `data` over the window; what is said then, once it is known what the file is."""
    event = QDragEnterEvent(QPoint(300, 300), COPY, data, LEFT, NONE)
    event.setAccepted(False)
    QApplication.sendEvent(studio.window, event)
    studio.qtbot.waitUntil(lambda: studio.session.queues.reads.is_idle("masks"))
    hint = studio.window.drop_hint
    assert hint.isVisible() == event.isAccepted()
    return hint.text if hint.isVisible() else ""


def test_a_photo_is_opened(studio: Studio) -> None:
    assert enter(studio, files(studio.make_photo("other.png"))) == "Let go to open other.png"
    hint = studio.window.drop_hint
    assert hint.rect() == studio.window.canvas.rect()
    image = studio.window.canvas.grab().toImage()
    assert image.pixelColor(hint.width() // 2, 8).rgb() == QColor(theme.ACCENT).rgb()
    QApplication.sendEvent(studio.window, QDragLeaveEvent())
    assert not hint.isVisible()


def test_letting_go_takes_the_hint_away(studio: Studio) -> None:
    data = files(studio.make_photo("other.png"))
    enter(studio, data)
    with studio.qtbot.waitSignal(studio.session.opened):
        QApplication.sendEvent(studio.window, QDropEvent(QPointF(300, 300), COPY, data, LEFT, NONE))
    assert not studio.window.drop_hint.isVisible()
    assert studio.window.files.name == "other.png"


def test_a_mask_is_added_to_the_hole(studio: Studio) -> None:
    mask = np.zeros((HEIGHT, WIDTH), np.uint8)
    mask[40:60, 50:80] = 255
    path = studio.folder / "mask.png"
    Image.fromarray(mask).save(path)
    assert enter(studio, files(path)) == "Let go to add mask.png to the hole"


def test_what_is_found_out_after_the_drag_has_left_shows_nothing(studio: Studio) -> None:
    hint = studio.window.drop_hint
    path = studio.make_photo("other.png")
    enter(studio, files(path))
    QApplication.sendEvent(studio.window, QDragLeaveEvent())
    hint._on_found(path, True)
    assert not hint.isVisible()


def test_weights_pictures_and_other_files(studio: Studio) -> None:
    weights = [studio.folder / name for name in ("big.safetensors", "lama.PTH")]
    assert enter(studio, files(*weights)) == "Let go to import these weights"
    assert enter(studio, files(studio.folder / "holiday")) == "Let go to open holiday"
    data = QMimeData()
    data.setImageData(QImage(10, 10, QImage.Format.Format_RGB32))
    assert enter(studio, data) == "Let go to open this picture"


def test_text_is_not_taken(studio: Studio) -> None:
    data = QMimeData()
    data.setText("hello")
    assert enter(studio, data) == ""


def test_the_frame_follows_the_window(studio: Studio) -> None:
    enter(studio, files(studio.photo))
    studio.window.resize(1000, 700)
    QApplication.processEvents()
    assert studio.window.drop_hint.rect() == studio.window.canvas.rect()
