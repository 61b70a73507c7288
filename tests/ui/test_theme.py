"""The dark and the light scheme: both can be read, and the window changes from one to the other while it is open."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

from inpaint_studio.ui import theme
from inpaint_studio.ui.colour_schemes import DARK, LIGHT, SCHEMES
from inpaint_studio.ui.message_bar import Offer
from tests.ui.contrast import READABLE, SEEN, contrast
from tests.ui.driver import grab
from tests.ui.training_studio import TrainingStudio

GROUNDS = ("GROUND", "PANEL", "FIELD", "RAISED", "BAND", "MENU", "TIP", "ALARM", "ROW_HOVER")
SOURCES = Path(theme.__file__).parent
GREYS = ("GROUND", "PANEL", "FIELD", "RAISED", "HOVER", "PRESSED", "LINE", "EDGE", "CHOSEN", "MENU", "TEXT", "SOFT")


@pytest.fixture(autouse=True)
def dark_again(qapp: QApplication) -> Iterator[None]:
    yield
    theme.apply(qapp)


@pytest.fixture(params=SCHEMES)
def colours(request: pytest.FixtureRequest) -> dict[str, str]:
    return SCHEMES[str(request.param)]


@pytest.mark.parametrize("ground", GROUNDS)
@pytest.mark.parametrize("ink", ["TEXT", "SOFT"])
def test_text_can_be_read(colours: dict[str, str], ink: str, ground: str) -> None:
    assert contrast(colours[ink], colours[ground]) >= READABLE


def test_text_on_what_is_chosen_or_under_the_pointer_can_be_read(colours: dict[str, str]) -> None:
    for ink, grounds in {
        "ON_ACCENT": ("ACCENT", "ACCENT_HOVER", "ACCENT_PRESSED"),
        "ON_CHOSEN": ("CHOSEN",),
        "TEXT": ("HOVER", "PRESSED"),
        "BRIGHT": ("PANEL",),
        "ACCENT": ("PANEL", "FIELD"),  # links
        "TROUBLE": ("ALARM", "PANEL"),
    }.items():
        assert min(contrast(colours[ink], colours[ground]) for ground in grounds) >= READABLE, ink


def test_what_marks_a_state_can_be_seen(colours: dict[str, str]) -> None:
    assert contrast(colours["CHOSEN"], colours["FIELD"]) >= SEEN
    assert contrast(colours["ACCENT"], colours["RAISED"]) >= SEEN  # the icon of a view that is on
    for ground in ("PANEL", "FIELD", "GROUND"):
        assert contrast(colours["ACCENT"], colours[ground]) >= SEEN  # the frame of what has the focus


def test_greys_lend_no_cast(colours: dict[str, str]) -> None:
    for role in GREYS:
        assert colours[role][1:3] == colours[role][3:5] == colours[role][5:7], role


def test_every_colour_that_the_window_uses_is_one_of_the_theme() -> None:
    used = {
        name for file in SOURCES.rglob("*.py") for name in re.findall(r"\btheme\.([A-Z_]+)\b", file.read_text("utf-8"))
    }
    assert len(used) > 20
    assert [name for name in used if not hasattr(theme, name)] == []


def settled(studio: TrainingStudio) -> list[np.ndarray[Any, Any]]:
    """The pictures once the model of the training page is ready, which opening the page has begun."""
    pictures(studio)
    studio.qtbot.waitUntil(lambda: studio.window.status.message == "Ready")
    return pictures(studio)


def pictures(studio: TrainingStudio) -> list[np.ndarray[Any, Any]]:
    """The window with all of its panels, a message, the settings and the training page, as they are painted now."""
    window = studio.window
    window.resize(1280, 1400)
    window.message.show_message("There is news.", offer=Offer("Use it", "Use it", lambda: None))
    page = studio.open_page("pupil").window()
    window.handlers.show_settings()
    QApplication.processEvents()
    dialog = next(each for each in window.findChildren(QWidget) if type(each).__name__ == "SettingsDialog")
    parts = [window, page, dialog]
    for part in parts:
        focused = part.focusWidget()
        if focused is not None:
            focused.clearFocus()
        for widget in part.findChildren(QWidget):
            widget.setAttribute(Qt.WidgetAttribute.WA_UnderMouse, False)
    QApplication.processEvents()
    made = [grab(part) for part in parts]
    dialog.close()
    dialog.setParent(None)
    return made


def test_an_open_window_changes_as_if_it_had_been_made_so(studio: TrainingStudio, qtbot: Any, tmp_path: Path) -> None:
    switch = theme.ThemeSwitch(QApplication.instance(), studio.settings)
    before = settled(studio)
    studio.settings.set("theme", LIGHT)
    assert theme.scheme() == LIGHT
    switched = pictures(studio)
    for picture, dark in zip(switched, before, strict=True):
        assert np.median(picture) > 180 > 80 > np.median(dark)
    second = TrainingStudio(qtbot, tmp_path)
    second.settings.set("theme", LIGHT)
    second.show()
    for picture, made in zip(switched, settled(second), strict=True):
        np.testing.assert_array_equal(picture, made)
    second.close()
    studio.settings.set("theme", DARK)
    for picture, again in zip(before, pictures(studio), strict=True):
        np.testing.assert_array_equal(picture, again)
    switch.deleteLater()


def test_the_system_decides_where_that_is_set(studio: TrainingStudio, monkeypatch: pytest.MonkeyPatch) -> None:
    app = QApplication.instance()
    assert isinstance(app, QApplication)
    switch = theme.ThemeSwitch(app, studio.settings)
    for light in (True, False):
        monkeypatch.setattr(theme, "system_is_light", lambda _app, light=light: light)
        app.styleHints().colorSchemeChanged.emit(Qt.ColorScheme.Light if light else Qt.ColorScheme.Dark)
        assert theme.scheme() == (LIGHT if light and studio.settings.get("theme") == theme.SYSTEM else DARK)
        studio.settings.set("theme", theme.SYSTEM)
        assert theme.scheme() == (LIGHT if light else DARK)
    switch.deleteLater()
