"""The window takes its photo formats from the one table of them."""

from __future__ import annotations

from dataclasses import replace

import pytest
from PIL import Image
from PySide6.QtCore import QMimeData, QUrl
from PySide6.QtWidgets import QApplication, QFileDialog

from inpaint_studio.engine.photo import formats
from tests import synthetic
from tests.ui.studio import Studio


def shown_filters() -> list[str]:
    (dialog,) = [each for each in QApplication.topLevelWidgets() if isinstance(each, QFileDialog) and each.isVisible()]
    filters = dialog.nameFilters()
    dialog.reject()
    return filters


def test_dialogs_list_the_formats_of_the_table(studio: Studio, monkeypatch: pytest.MonkeyPatch) -> None:
    studio.window.files.native = False
    studio.press("Ctrl+O")
    photos = shown_filters()[0]
    assert all(f"*{suffix}" in photos for suffix in formats.suffixes(formats.FORMATS))
    row = replace(formats.format_named("AVIF"), writable=True)
    monkeypatch.setattr(formats, "FORMATS", (*formats.FORMATS[:2], row))
    studio.press("Ctrl+Shift+S")
    assert shown_filters() == [
        "PNG (*.png)",
        "JPEG (*.jpg *.jpeg *.jpe *.jfif)",
        "AVIF (*.avif)",
        "OpenRaster project (*.ora)",
    ]


@pytest.mark.parametrize("each", [each for each in formats.FORMATS if not each.extra], ids=lambda each: each.name)
def test_every_format_of_the_table_can_be_dropped(studio: Studio, each: formats.PhotoFormat) -> None:
    """Also formats that cannot be detected by content, whose files would be imported as weights otherwise."""
    path = studio.folder / f"dropped{each.suffixes[0]}"
    Image.fromarray(synthetic.photo(40, 50)).save(path, each.name)
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    with studio.qtbot.waitSignal(studio.session.opened):
        assert studio.window.files.take(data)
    assert studio.window.windowTitle().startswith(path.name)
