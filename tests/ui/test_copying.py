"""The result beside its file: as a pair before and after, or on the clipboard, in the photo's own colours."""

from __future__ import annotations

import io

import numpy as np
import pytest
from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QPointF
from PySide6.QtGui import QColor, QColorSpace, QGuiApplication, QImage
from PySide6.QtWidgets import QApplication, QFileDialog

from inpaint_studio.engine.geometry import Box
from inpaint_studio.engine.photo.declared import cicp_profile
from inpaint_studio.session.qimage import to_array
from inpaint_studio.session.raster import HOLE, PHOTO
from tests.ui.studio import HEIGHT, WIDTH, Studio

P3 = cicp_profile(12, 13)


@pytest.fixture
def studio(qtbot, tmp_path):
    made = Studio(qtbot, tmp_path)
    pixels = np.random.default_rng(0).integers(0, 256, (HEIGHT, WIDTH, 3), np.uint8)
    Image.fromarray(pixels).save(made.photo, icc_profile=P3)
    made.show()
    QGuiApplication.clipboard().clear()
    yield made
    made.close()


def copied() -> QImage:
    return QGuiApplication.clipboard().image()


def as_png(image: QImage) -> Image.Image:
    """What another program gets."""
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    assert image.save(buffer, "PNG")
    return Image.open(io.BytesIO(bytes(buffer.data().data())))


def test_the_result_is_copied_with_its_profile_and_pasted_the_same(studio) -> None:
    studio.fill()
    photo = studio.session.document.raster(PHOTO).copy()
    studio.press("Ctrl+C")
    assert "Copied" in studio.window.status.message
    other = as_png(copied())
    np.testing.assert_array_equal(np.asarray(other), photo)
    assert other.info["icc_profile"] == P3
    studio.session.document.mark_saved()
    with studio.qtbot.waitSignal(studio.session.opened):
        studio.press("Ctrl+V")
    np.testing.assert_array_equal(studio.session.document.raster(PHOTO), photo)
    assert studio.session.document.colours == P3
    with studio.qtbot.waitSignal(studio.session.saved):
        studio.session.save(studio.folder / "pasted.png")
    with Image.open(studio.folder / "pasted.png") as saved:
        assert saved.info["icc_profile"] == P3


def test_the_hole_is_copied_with_transparency_round_it(studio) -> None:
    photo = studio.session.document.raster(PHOTO)
    coverage = np.full((30, 40), 255, np.uint8)
    coverage[:, 0] = 100
    studio.session.document.apply("Hole", HOLE, Box(20, 50, 50, 90), coverage)
    studio.press("Ctrl+Shift+C")
    part = to_array(copied())
    np.testing.assert_array_equal(part[..., 3], studio.session.document.raster(HOLE))
    np.testing.assert_array_equal(part[20:50, 50:90, :3], photo[20:50, 50:90])
    outside = part[..., 3] == 0
    assert not part[outside].any()
    assert as_png(copied()).info["icc_profile"] == P3


def test_without_a_hole_the_newest_fill_is_copied(studio) -> None:
    studio.press("Ctrl+Shift+C")
    assert copied().isNull()
    assert "paint a hole" in studio.window.status.message
    studio.brush()
    hole = studio.session.document.raster(HOLE).copy()
    studio.wait_fill(lambda: studio.press("Return"))
    studio.press("Ctrl+Shift+C")
    part = to_array(copied())
    np.testing.assert_array_equal(part[..., 3], hole)
    full = hole == 255
    np.testing.assert_array_equal(part[full][:, :3], studio.session.document.raster(PHOTO)[full])


def test_pasted_pictures_of_greys_and_of_srgb(studio) -> None:
    grey = QImage(20, 10, QImage.Format.Format_Grayscale8)
    grey.fill(55)
    grey.setColorSpace(QColorSpace(QPointF(0.3127, 0.3290), QColorSpace.TransferFunction.Linear))
    assert grey.colorSpace().colorModel() == QColorSpace.ColorModel.Gray
    plain = QImage(20, 10, QImage.Format.Format_RGB888)
    plain.fill(QColor(55, 55, 55))
    plain.setColorSpace(QColorSpace(QColorSpace.NamedColorSpace.SRgb))
    for image, value in ((grey, 128), (plain, 55)):
        studio.session.paste(image)
        assert studio.session.document.size == (10, 20)
        assert studio.session.document.colours == b""
        assert np.abs(studio.session.document.raster(PHOTO).astype(int) - value).max() <= 1


def export(studio, name: str) -> str:
    """Export before and after under a name; gives the message."""
    studio.window.actions_["save-pair"].trigger()
    dialog = next(each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible())
    before = studio.window.status.message
    dialog.fileSelected.emit(str(studio.folder / name))
    dialog.reject()
    studio.qtbot.waitUntil(lambda: studio.window.status.message not in ("", before))
    return studio.window.status.message


def test_the_photo_before_and_after_is_exported_and_replaces_nothing(studio) -> None:
    before = studio.session.document.raster(PHOTO).copy()
    for number, value in ((1, 11), (2, 12)):
        studio.session.document.apply("Change", PHOTO, Box(5, 5, 30, 40), np.full((25, 35, 3), value, np.uint8))
        message = export(studio, "pair.png")
        names = [f"pair{'' if number == 1 else '-2'}-{which}.png" for which in ("before", "after")]
        assert message == f"Saved {names[0]} and {names[1]}."
        for name, expected in zip(names, (before, studio.session.document.raster(PHOTO)), strict=True):
            with Image.open(studio.folder / name) as saved:
                np.testing.assert_array_equal(np.asarray(saved), expected)
                assert saved.info["icc_profile"] == P3
    assert studio.session.document.modified  # the photo's own file was not saved
    assert not (studio.folder / "pair.png").exists()


def test_a_pair_of_sixteen_bits(studio) -> None:
    rows = np.linspace(0, 65535, 40 * 50).astype(np.uint16).reshape(40, 50)
    Image.fromarray(rows).save(studio.folder / "deep.png")
    studio.open(studio.folder / "deep.png")
    export(studio, "pair.png")
    with Image.open(studio.folder / "pair-before.png") as saved:
        np.testing.assert_array_equal(np.asarray(saved), rows)
